"""Every mail has an address of its own for its bounces, where the mailbox is known to take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.delivery import Ending, Retry, Server, SmtpCourier, deliver
from ccmail.delivery.return_path import ReturnPath, ReturnPaths, note_tokens, takes_tokens
from ccmail.delivery.settings import open_courier
from ccmail.ledger import Claim, NewRecipient, Sending, SendingKind, State, open_ledger
from ccmail.messages.identity import TokenPurpose, tokens
from ccmail.problems import ServerRefused
from ccmail.workspace import Pipelining, Workspace, load_workspace
from ccmail.workspace.key import token_key

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
QUICK = Retry(server=(0.01, 0.05), recipient=(0.05, 0.05), patience=240, grace=5)
FILE = """\
name: Stadt
delivery: smtp
sender: {name: Stadt, address: post@stadt.example, bounces: bounces@stadt.example}
segments:
  german: {recipients: recipients/german.csv, language: de}
footer: {imprint: Stadt, privacy: https://stadt.example}
smtp: {host: smtp.stadt.example}
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


def started(ledger: Ledger, people: int = 4) -> Sending:
    entries = (
        NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german", message_id=f"<id-{n}@x>")
        for n in range(1, people + 1)
    )
    return ledger.start("2020-10-digitalisierung", SendingKind.SMTP, "v", entries, confirmed=people, dtstamp=NOW)


def assemble(row: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\n\r\n", row.email.encode(), b"\r\n")


def token_of(message_id: str) -> str:
    return "token" + message_id.strip("<>").partition("@")[0].replace("-", "")


def courier(smtpd: Smtpd, *, in_address: bool = True) -> SmtpCourier:
    server = Server(smtpd.host, smtpd.port, user=smtpd.user, password=smtpd.password, ca_file=smtpd.ca_file)
    paths = ReturnPaths("bounces@cities.example", token_of, are_in_address=in_address)
    return SmtpCourier(server, paths, retry=QUICK, connections=1, pipelining=Pipelining.NONE, jitter=lambda: 0.5)


def workspace_of(folder: Path, text: str = FILE) -> Workspace:
    (folder / "ccmail.yaml").write_text(text, encoding="utf-8")
    workspace, problems = load_workspace(folder)
    assert workspace is not None, problems
    return workspace


# ── the envelope ──


async def test_each_mail_has_a_sender_of_its_own(ledger: Ledger, smtpd: Smtpd) -> None:
    await deliver(ledger, started(ledger), assemble, courier(smtpd))

    assert {mail.envelope_to[0]: mail.envelope_from for mail in smtpd.mails} == {
        f"p{n}@x.example": f"bounces+tokenid{n}@cities.example" for n in range(1, 5)
    }


@pytest.mark.smtpd(rcpt=("450 4.2.0 come back later",))
async def test_every_attempt_has_the_same_sender(ledger: Ledger, smtpd: Smtpd) -> None:
    await deliver(ledger, started(ledger, 1), assemble, courier(smtpd))

    assert smtpd.senders == {"p1@x.example": ["bounces+tokenid1@cities.example"] * 2}


async def test_a_mailbox_that_is_not_known_to_take_tokens_gets_none(ledger: Ledger, smtpd: Smtpd) -> None:
    await deliver(ledger, started(ledger), assemble, courier(smtpd, in_address=False))

    assert {mail.envelope_from for mail in smtpd.mails} == {"bounces@cities.example"}


@pytest.mark.smtpd(dsn="taken")
async def test_the_notifications_of_a_server_name_the_mail_all_the_same(ledger: Ledger, smtpd: Smtpd) -> None:
    await deliver(ledger, started(ledger), assemble, courier(smtpd, in_address=False))

    assert [mail.dsn[1] for mail in smtpd.mails] == [f"ENVID=tokenid{n}" for n in range(1, 5)]


@pytest.mark.smtpd(dsn="refused")
async def test_a_server_that_refuses_them_is_asked_once_and_nobody_is_charged(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    result = await deliver(ledger, sending, assemble, courier(smtpd))

    assert result.ending is Ending.DONE
    assert ledger.counts(sending).people(State.ACCEPTED) == 4
    assert (smtpd.commands["mail"], smtpd.commands["rset"]) == (4, 1)  # the refused one does not reach the counter


def test_a_mail_without_a_message_id_has_the_plain_address() -> None:
    paths = ReturnPaths("bounces@cities.example", token_of, are_in_address=True)

    assert paths.of("", wants_token=True) == ReturnPath(b"bounces@cities.example")


# ── a server that takes no such sender ──


@pytest.mark.smtpd(mail="553 5.7.1 not owned by you")
async def test_a_server_that_takes_no_such_sender_stops_the_run_with_the_repair(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    with pytest.raises(ServerRefused) as caught:
        await deliver(ledger, sending, assemble, courier(smtpd))

    assert caught.value.code == "W840"
    assert "bounces+…@cities.example" in caught.value.message
    assert caught.value.hint is not None
    assert "“bounce_tokens: no”" in caught.value.hint
    assert ledger.counts(sending).people(State.QUEUED) == 4


@pytest.mark.smtpd(
    rcpt={"p1@x.example": "553 5.7.1 <Bounces+TokenId1@cities.example>: Sender address rejected: not owned by user"}
)
async def test_also_one_that_says_so_of_the_first_recipient(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger)

    with pytest.raises(ServerRefused) as caught:
        await deliver(ledger, sending, assemble, courier(smtpd))

    assert caught.value.code == "W840"
    assert ledger.counts(sending).people(State.QUEUED) == 4


@pytest.mark.smtpd(mail="553 5.7.1 not owned by you")
async def test_without_tokens_the_words_name_the_address(ledger: Ledger, smtpd: Smtpd) -> None:
    with pytest.raises(ServerRefused, match=r"no mail from bounces@cities\.example") as caught:
        await deliver(ledger, started(ledger), assemble, courier(smtpd, in_address=False))

    assert caught.value.code == "W709"


# ── who says that the mailbox takes them ──


def test_nothing_is_guessed(tmp_path: Path) -> None:
    assert not takes_tokens(workspace_of(tmp_path))


@pytest.mark.parametrize(("word", "expected"), [("yes", True), ("Ja", True), ("no", False), ("false", False)])
def test_what_ccmail_yaml_says_counts(tmp_path: Path, word: str, *, expected: bool) -> None:
    note_tokens(workspace_of(tmp_path), are_taken=not expected)

    said = workspace_of(tmp_path, FILE.replace("bounces:", f"bounce_tokens: {word}, bounces:"))

    assert takes_tokens(said) is expected


def test_a_note_counts_for_its_address_and_server_only(tmp_path: Path) -> None:
    note_tokens(workspace_of(tmp_path), are_taken=True)

    same = takes_tokens(workspace_of(tmp_path))
    others = [
        takes_tokens(workspace_of(tmp_path, FILE.replace(*change)))
        for change in (("bounces@", "other@"), ("smtp.stadt", "mail.stadt"))
    ]

    assert same
    assert others == [False, False]


def test_a_note_that_was_taken_back_counts_no_more(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path)
    note_tokens(workspace, are_taken=True)

    note_tokens(workspace, are_taken=False)

    assert not takes_tokens(workspace)


@pytest.mark.parametrize("note", [b"", b"yes", b"[]", b'{"address": "r\xff"}', b'{"address": null}'])
def test_a_damaged_note_says_nothing(tmp_path: Path, note: bytes) -> None:
    workspace = workspace_of(tmp_path)
    note_tokens(workspace, are_taken=True)
    (workspace.state / "bounce-tokens").write_bytes(note)

    assert not takes_tokens(workspace)


def test_the_courier_of_a_workspace_signs_with_the_key_of_its_tokens(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, FILE.replace("bounces:", "bounce_tokens: yes, bounces:"))
    courier = open_courier(workspace, "x", real=True)
    assert isinstance(courier, SmtpCourier)

    path = courier.return_paths.of("<id@stadt.example>", wants_token=False)

    token = tokens(token_key(workspace), TokenPurpose.BOUNCE, "")("<id@stadt.example>")
    assert path.address.decode() == f"bounces+{token}@stadt.example"
