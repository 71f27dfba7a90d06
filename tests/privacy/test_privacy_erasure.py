"""A person is erased: nothing that ccmail has written names them any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import address_key
from ccmail.delivery import Outbox
from ccmail.ledger import (
    NewRecipient,
    SendingKind,
    State,
    StateChange,
    SuppressionEntry,
    SuppressionReason,
    open_ledger,
    sole_sender,
)
from ccmail.privacy.erasure import erase_recipient
from ccmail.problems import AlreadySending, LedgerFailure
from ccmail.sending.new import plan_new
from ccmail.sending.run import begin, run
from ccmail.suppression.pseudonym import find_pseudonymiser
from ccmail.suppression.resubscribe import resubscribe
from ccmail.suppression.suppressed import read_suppressed
from tests.small_workspace import ADA, BO, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger

BO_ASCII = "bo@xn--kln-sna.example"
TRACES = (b"bo@", "köln".encode(), b"xn--kln-sna", b"@koln", b"000002-", "Möwe".encode(), b"M=C3=B6we", b"M\\u00f6we")
"""What only Bo has: the address in its spellings, the name of their mail's file, the last name in its spellings."""


@pytest.fixture
def full(small: SmallWorkspace) -> SmallWorkspace:
    """Bo is in every place in which somebody can be; nobody uses the ledger."""
    list_ = small.folder / "recipients" / "german.csv"
    list_.write_text(f"email,first_name,last_name\n{ADA},Ada,Weiß\n{BO},Bo,Möwe\n", encoding="utf-8")
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "'Die Sonne {{ last_name | upper }} scheint.'")
    workspace = small.workspace
    with open_ledger(workspace.ledger_file) as ledger:
        ledger.suppress([SuppressionEntry(address_key(BO), SuppressionReason.BOUNCED, ledger._now(), f"of {BO}")])
        resubscribe(workspace, BO, f"a letter of {BO}")
        outbox = Outbox(workspace.outbox / "news")
        rehearsal = begin(workspace, ledger, plan_new(small.request(ledger, rehearse=True)), 4, outbox)
        run(ledger, rehearsal, outbox, lambda _progress: None)
        draft = plan_new(small.request(ledger)).sending
        assert draft is not None
        real = ledger.confirm(draft, 4)
        for claim in ledger.claim(real, 2):
            said = f"250 queued for <{claim.email}>"
            ledger.record(real, [StateChange(claim.position, State.ACCEPTED, "end", 250, "", said)])
        ledger.mark_tested("news", real.version, (BO, ADA), real=True)
        ledger.approve("news", real.version, f"Bo <{BO}>")
    return small


def written(small: SmallWorkspace) -> Iterator[tuple[Path, bytes]]:
    """Yield every file that ccmail has written, with what is in it and how it is called."""
    for path in small.workspace.state.rglob("*"):
        if path.is_file():
            yield path, path.name.encode() + b"\n" + path.read_bytes()


def traces(small: SmallWorkspace) -> dict[str, list[bytes]]:
    """Return by file what of Bo is found there."""
    found = {path.name: [trace for trace in TRACES if trace in data] for path, data in written(small)}
    return {name: kinds for name, kinds in found.items() if kinds}


def real(ledger: Ledger) -> Sending:
    found = ledger.latest("news", SendingKind.SMTP)
    assert found is not None
    return found


# ── nothing is left ──


def test_no_byte_of_somebody_is_left_in_what_ccmail_has_written(full: SmallWorkspace) -> None:
    assert {".ccmail-outbox", "ledger.sqlite"} <= traces(full).keys()

    erase_recipient(full.workspace, BO)

    assert traces(full) == {}


def test_no_byte_is_left_in_the_write_ahead_log_either(full: SmallWorkspace) -> None:
    workspace = full.workspace
    with open_ledger(workspace.ledger_file) as other:  # whose connection keeps the log from being removed
        other.mark_tested("news", "7f3a-91c2", (BO,), real=True)
        assert any("-wal" in name for name in traces(full))
        erase_recipient(workspace, BO)

        assert traces(full) == {}


def test_texts_that_were_made_of_a_readers_fields_are_not_kept(full: SmallWorkspace) -> None:
    kept = full.workspace.cache.folder
    assert list(kept.glob("*.text.json"))

    erase_recipient(full.workspace, BO)

    assert list(kept.glob("*.text.json")) == []


def test_the_outbox_loses_their_mails_and_nobody_elses(full: SmallWorkspace) -> None:
    erase_recipient(full.workspace, BO)

    left = sorted(path.name for path in (full.workspace.outbox / "news").glob("*.eml"))
    assert left == ["000001-ada@bonn.example.eml", "000003-cy@tartu.example.eml", "000004-dee@gyumri.example.eml"]


def test_what_is_left_is_the_persons_own_and_is_named(full: SmallWorkspace) -> None:
    left = erase_recipient(full.workspace, BO_ASCII.upper())

    assert [(row.file, row.line) for row in left.lists] == [("recipients/german.csv", 3)]
    assert left.mails == ()
    assert all(mail.erased for mail in left.sendings)
    assert len(left.sendings) == 2


# ── the books ──


def test_the_books_balance_with_a_pseudonym_in_the_place_of_somebody(full: SmallWorkspace) -> None:
    with open_ledger(full.workspace.ledger_file) as ledger:
        before = ledger.counts(real(ledger))

    erase_recipient(full.workspace, BO)

    pseudonymise = find_pseudonymiser(full.workspace)
    assert pseudonymise is not None
    with open_ledger(full.workspace.ledger_file) as ledger:
        assert ledger.counts(real(ledger)) == before
        (row,) = ledger.rows(real(ledger), keys=[pseudonymise(address_key(BO))])
        assert (row.position, row.state) == (2, State.ACCEPTED)
        assert [test.to for test in ledger.tests()] == [(pseudonymise(address_key(BO)), ADA)]


def test_nobody_writes_to_somebody_who_was_erased_again(full: SmallWorkspace) -> None:
    erase_recipient(full.workspace, BO)

    with open_ledger(full.workspace.ledger_file) as ledger:
        assert address_key(BO) in read_suppressed(full.workspace, ledger)
        assert ADA not in read_suppressed(full.workspace, ledger)


def test_others_are_held_as_before(full: SmallWorkspace) -> None:
    erase_recipient(full.workspace, BO)

    with open_ledger(full.workspace.ledger_file) as ledger:
        (row,) = ledger.rows(real(ledger), keys=[ADA])
        assert (row.email, row.text) == (ADA, f"250 queued for <{ADA}>")
        assert dict(row.contact)["last_name"] == "Weiß"


def test_to_erase_somebody_twice_is_no_different(full: SmallWorkspace) -> None:
    once = erase_recipient(full.workspace, BO)
    again = erase_recipient(full.workspace, BO)

    assert again == once
    with open_ledger(full.workspace.ledger_file) as ledger:
        assert len(list(ledger.suppressed())) == 1


def test_somebody_of_whom_nothing_is_held_gets_nothing_from_then_on(small: SmallWorkspace, ledger: Ledger) -> None:
    left = erase_recipient(small.workspace, "eve@kassel.example")

    assert left.sendings == ()
    assert "eve@kassel.example" in read_suppressed(small.workspace, ledger)


# ── while it is being sent ──


def test_somebody_cannot_be_erased_while_their_campaign_is_being_sent(full: SmallWorkspace) -> None:
    before = traces(full)

    with sole_sender(full.workspace.state, "news"), pytest.raises(AlreadySending):
        erase_recipient(full.workspace, BO)

    assert {name: kinds for name, kinds in traces(full).items() if name in before} == before


def test_a_campaign_in_which_they_are_not_may_be_sent_meanwhile(full: SmallWorkspace) -> None:
    with open_ledger(full.workspace.ledger_file) as ledger:
        now, people = ledger._now(), [NewRecipient(ADA, ADA, "german")]
        ledger.start("other", SendingKind.SMTP, "7f3a-91c2", people, confirmed=1, dtstamp=now)

    with sole_sender(full.workspace.state, "other"):
        erase_recipient(full.workspace, BO)

    assert traces(full) == {}


def test_what_a_dead_process_left_in_flight_is_in_doubt_not_left_out(small: SmallWorkspace, ledger: Ledger) -> None:
    draft = plan_new(small.request(ledger)).sending
    assert draft is not None
    sending = ledger.confirm(draft, 4)
    for claim in ledger.claim(sending, 2):
        ledger.record(sending, [StateChange(claim.position, State.IN_FLIGHT)])

    erase_recipient(small.workspace, BO)

    states = {row.position: row.state for row in ledger.rows(sending)}
    assert states == {1: State.IN_DOUBT, 2: State.IN_DOUBT, 3: State.QUEUED, 4: State.QUEUED}


def test_mails_that_cannot_be_read_stop_the_erasure(full: SmallWorkspace) -> None:
    with sqlite3.connect(full.workspace.ledger_file) as connection:
        connection.execute("UPDATE compiled SET data = x'00'")
    connection.close()

    with pytest.raises(LedgerFailure) as failure:
        erase_recipient(full.workspace, BO)

    assert failure.value.code == "W732"
