"""The tokens in links: each byte counts, each purpose and campaign has its own, two keys are valid, a third is not."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccmail.ledger import NewRecipient, SendingKind, State, StateChange, open_ledger
from ccmail.ledger.store import Ledger
from ccmail.messages.identity import LinkPurpose, link_tokens, unsubscribe_tokens
from ccmail.problems import LedgerFailure
from ccmail.web import open_site
from ccmail.web.people import People
from ccmail.workspace import open_workspace
from tests.e2e.shell import LONG, Shell

KEY, OLD, THIRD = b"a" * 32, b"b" * 32, b"c" * 32
NEWS, LIST = "2020-10-news", "newsletter@netz.example"
ADA, BO, CY = "ada@bonn.example", "bo@köln.example", "cy@tartu.example"
NOW = dt.datetime(2020, 9, 21, 9, tzinfo=dt.UTC)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Clock:
    """Monotonic seconds that pass when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite") as opened:
        yield opened


def send(ledger: Ledger, campaign: str, *keys: str, kind: SendingKind = SendingKind.SMTP) -> None:
    """Send a campaign to some people."""
    new = [NewRecipient(key, key, "all", ("de",), {}, message_id=f"<{key}>") for key in keys]
    sending = ledger.start(campaign, kind, "v1", new, confirmed=len(keys), dtstamp=NOW)
    claims = ledger.claim(sending, len(keys))
    ledger.record(sending, [StateChange(claim.position, State.ACCEPTED, "end") for claim in claims])


@pytest.fixture
def people(ledger: Ledger) -> People:
    send(ledger, NEWS, ADA, BO)
    return People(ledger, [KEY, OLD], LIST, SendingKind.SMTP, Clock())


def token(secret: bytes = KEY, purpose: LinkPurpose = LinkPurpose.UNSUBSCRIBE, campaign: str = NEWS) -> str:
    """Return Ada's token."""
    return link_tokens(secret, purpose, campaign)(ADA)


def found(people: People, text: str, purpose: LinkPurpose = LinkPurpose.UNSUBSCRIBE, campaign: str = NEWS) -> str:
    reader = people.find(purpose, campaign, text)
    return reader.key if reader else ""


def test_a_token_leads_to_its_person(people: People) -> None:
    assert found(people, token()) == ADA


@pytest.mark.parametrize("position", range(32))
def test_every_other_letter_at_every_position_leads_to_nobody(people: People, position: int) -> None:
    right = token()

    for letter in ALPHABET.replace(right[position], ""):
        assert not found(people, right[:position] + letter + right[position + 1 :])


@pytest.mark.parametrize(
    "wrong", ["", "A", "=", "\x00", "ä" * 32, token()[:-1], token() + "A", token() + "=", f" {token()}"]
)
def test_what_is_no_token_leads_to_nobody(people: People, wrong: str) -> None:
    assert not found(people, wrong)
    assert people.find_older(wrong) is None


def test_the_halves_of_two_tokens_make_none(people: People) -> None:
    other = link_tokens(KEY, LinkPurpose.UNSUBSCRIBE, NEWS)(BO)

    # the first 8 of 24 bytes are 10 letters and a part of the next: a change there is one of both halves
    assert not found(people, token()[:12] + other[12:])
    assert not found(people, other[:12] + token()[12:])


@pytest.mark.parametrize("made_for", LinkPurpose)
@pytest.mark.parametrize("used_for", LinkPurpose)
def test_a_token_of_one_purpose_opens_no_other(people: People, made_for: LinkPurpose, used_for: LinkPurpose) -> None:
    assert found(people, token(purpose=made_for), used_for) == (ADA if made_for is used_for else "")


def test_a_token_of_one_campaign_opens_no_other(people: People) -> None:
    assert not found(people, token(), campaign="2021-01-other")
    assert not found(people, token(campaign="2021-01-other"))


def test_the_key_of_before_still_counts_and_a_third_does_not(people: People) -> None:
    assert found(people, token(OLD)) == ADA
    assert not found(people, token(THIRD))


def test_a_link_that_is_the_same_in_all_mails_leads_to_its_person(people: People) -> None:
    made = [unsubscribe_tokens(secret, LIST)(ADA) for secret in (KEY, OLD, THIRD)]

    assert [bool(people.find_older(each)) for each in made] == [True, True, False]
    assert people.find_older(unsubscribe_tokens(KEY, "other@netz.example")(ADA)) is None
    assert not found(people, made[0])
    assert people.find_older(token()) is None


# ── who comes later ──


def test_who_comes_later_is_known_after_the_pause(ledger: Ledger) -> None:
    clock = Clock()
    send(ledger, NEWS, ADA)
    people = People(ledger, [KEY], LIST, SendingKind.SMTP, clock)
    later = link_tokens(KEY, LinkPurpose.UNSUBSCRIBE, "2021-01-other")(CY)
    assert not found(people, later, campaign="2021-01-other")

    send(ledger, "2021-01-other", CY)

    assert not found(people, later, campaign="2021-01-other")  # strangers do not keep the ledger busy
    clock.now += 2
    assert found(people, later, campaign="2021-01-other") == CY


def test_who_takes_the_place_of_a_staged_person_is_known(ledger: Ledger) -> None:
    clock = Clock()
    sending = ledger.start(NEWS, SendingKind.SMTP, "v1", [], confirmed=0, dtstamp=NOW)
    people = People(ledger, [KEY], LIST, SendingKind.SMTP, clock)
    ledger.stage(sending, [NewRecipient(BO, BO, "all", ("de",), {}, message_id="<1@x.example>")])
    assert not found(people, token())  # Bo is learned here

    ledger.stage(sending, [NewRecipient(ADA, ADA, "all", ("de",), {}, message_id="<2@x.example>")])
    ledger.confirm(sending, 1)
    clock.now += 2

    assert found(people, token()) == ADA


def test_a_ledger_that_cannot_be_read_calls_nobody_unknown(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    people = People(ledger, [KEY], LIST, SendingKind.SMTP, Clock())
    send(ledger, NEWS, ADA)

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "sendings", _fail)
        for _ in range(2):
            with pytest.raises(LedgerFailure):
                people.find(LinkPurpose.UNSUBSCRIBE, NEWS, token())

    assert found(people, token()) == ADA


def _fail() -> None:
    raise LedgerFailure("gone")


def test_a_reader_has_the_row_of_the_last_mail(people: People, ledger: Ledger) -> None:
    send(ledger, "2021-01-other", ADA)
    send(ledger, "2021-02-rehearsed", ADA, kind=SendingKind.OUTBOX)
    reader, older = (
        people.find(LinkPurpose.UNSUBSCRIBE, NEWS, token()),
        people.find_older(unsubscribe_tokens(KEY, LIST)(ADA)),
    )
    assert reader
    assert older

    of_campaign, of_all = people.row(reader), people.row(older)

    assert of_campaign
    assert of_all
    assert [(found[0].campaign, found[1].key) for found in (of_campaign, of_all)] == [
        (NEWS, ADA),
        ("2021-01-other", ADA),
    ]


# ── the file of the key ──


@pytest.fixture
def shell(rehearsed: Path, tmp_path: Path) -> Shell:
    """A copy of the rehearsed workspace."""
    return Shell(shutil.copytree(rehearsed, tmp_path / "example"))


def refused(shell: Shell) -> str:
    """Return what `ccmail serve` says when it does not start."""
    with shell.running("serve", "--port", "0") as process:
        _, words = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert "Traceback" not in words
    return words


def test_a_key_that_is_too_short_stops_the_start(shell: Shell) -> None:
    (shell.folder / ".ccmail" / "unsubscribe.key").write_text("s3cr3t", encoding="utf-8")

    words = refused(shell)

    assert "W763" in words
    assert "s3cr3t" not in words


@pytest.mark.parametrize("mode", [0o604, 0o666])
def test_a_key_that_others_can_read_stops_the_start(shell: Shell, mode: int) -> None:
    (shell.folder / ".ccmail" / "unsubscribe.key").chmod(mode)

    assert "W763" in refused(shell)


def test_a_key_of_before_that_others_can_read_stops_the_start(shell: Shell) -> None:
    (shell.folder / "old.key").write_text(secrets.token_hex(32), encoding="utf-8")
    (shell.folder / "old.key").chmod(0o644)
    shell.edit("ccmail.yaml", "unsubscribe:\n", "unsubscribe:\n  previous_key: file:old.key\n")

    assert "W763" in refused(shell)


def test_a_key_that_is_a_link_stops_the_start(shell: Shell) -> None:
    key = shell.folder / ".ccmail" / "unsubscribe.key"
    key.rename(shell.folder / "elsewhere.key")
    key.symlink_to(shell.folder / "elsewhere.key")

    assert "link" in refused(shell)


def test_the_site_opens_with_a_right_key(shell: Shell) -> None:
    with open_site(open_workspace(shell.folder)) as site:
        assert callable(site.app())
