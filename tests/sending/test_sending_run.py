"""What was confirmed begins, or goes on, and is delivered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import signal
import socket
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.delivery import Delivered, Ending, Outbox, Progress, Result, Waiting
from ccmail.delivery.outcome import Phase, Reply, ReplyClass, outcome_of
from ccmail.ledger import RecipientFilter, SendingKind, State, open_ledger
from ccmail.problems import LedgerFailure
from ccmail.sending.new import plan_new
from ccmail.sending.run import begin, run
from tests.sending.conftest import MORNING, Begun, NoCourier
from tests.small_workspace import ADA, BO, CY, DEE, EVE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.delivery.courier import Run
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger


@pytest.fixture
def outbox(small: SmallWorkspace) -> Outbox:
    return Outbox(small.workspace.outbox / "news")


def rehearse(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> Sending:
    """Begin a rehearsal for everybody."""
    plan = plan_new(small.request(ledger, rehearse=True))
    return begin(small.workspace, ledger, plan, plan.people, outbox)


def say_nothing(_progress: Progress) -> None: ...


def receipt(small: SmallWorkspace) -> Path:
    return small.workspace.state / "news.sent"


# ── it begins ──


def test_a_draft_counts_from_the_number_on_that_was_confirmed(small: SmallWorkspace, ledger: Ledger) -> None:
    plan = plan_new(small.request(ledger))

    sending = begin(small.workspace, ledger, plan, 4, NoCourier())

    assert plan.sending is not None
    assert (sending.id, sending.confirmed) == (plan.sending.id, 4)
    assert ledger.sendings() == (sending,)


def test_a_real_sending_leaves_a_receipt_beside_the_ledger(small: SmallWorkspace, ledger: Ledger) -> None:
    sending = begin(small.workspace, ledger, plan_new(small.request(ledger)), 4, NoCourier())

    note = json.loads(receipt(small).read_text(encoding="utf-8"))
    assert (note["version"], note["people"], note["accepted"]) == (sending.version, 4, 0)


def test_a_rehearsal_leaves_none(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    rehearse(small, ledger, outbox)

    assert not receipt(small).exists()


def test_an_earlier_rehearsal_is_cleared_away(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    for _ in range(2):
        run(ledger, rehearse(small, ledger, outbox), outbox, say_nothing)
    (outbox.folder / "notes.eml").write_text("not ours", encoding="utf-8")
    small.put("german", ADA)

    sending = rehearse(small, ledger, outbox)

    assert [path.name for path in outbox.folder.glob("*.eml")] == ["notes.eml"]
    assert ledger.sendings() == (sending,)


def test_a_rehearsal_clears_nothing_of_the_real_sending_away(begun: Begun) -> None:
    real = begun.sending

    rehearse(begun.small, begun.ledger, Outbox(begun.small.workspace.outbox / "news"))

    assert begun.sending == real
    assert begun.states()[ADA] == "accepted"


def test_a_real_sending_clears_no_rehearsal_away(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    run(ledger, rehearse(small, ledger, outbox), outbox, say_nothing)

    begin(small.workspace, ledger, plan_new(small.request(ledger)), 4, NoCourier())

    assert len(list(outbox.folder.glob("*.eml"))) == 4
    assert ledger.latest("news", SendingKind.OUTBOX) is not None


# ── it goes on ──


def test_who_goes_on_is_noted_and_nothing_else_where_nobody_joins(begun: Begun) -> None:
    with sqlite3.connect(begun.small.workspace.ledger_file) as connection:
        connection.execute("UPDATE sending SET host = 'office-pc'")
    connection.close()
    receipt(begun.small).unlink()
    before, plan = begun.sending, begun.resume()

    sending = begin(begun.small.workspace, begun.ledger, plan, 3, NoCourier())

    assert sending.confirmed == before.confirmed == 4
    assert begun.sending == dataclasses.replace(before, host=socket.gethostname())
    assert not receipt(begun.small).exists()


def test_those_who_join_are_let_in_with_number_and_lists_of_the_plan_and_the_entry_of_the_others(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun.small.put("german", ADA, BO, EVE)
    plan = begun.resume()
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-22T10:00")

    sending = begin(begun.small.workspace, begun.ledger, plan, 4, NoCourier())

    assert begun.states()[EVE] == "queued"
    assert (sending.confirmed, sending.lists, sending.version) == (4, plan.lists, plan.version)
    assert sending.dtstamp == dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def test_the_lists_count_as_known_only_if_everybody_new_was_let_in(begun: Begun) -> None:
    before = begun.sending.lists
    begun.small.put("german", ADA, BO, EVE)
    begun.small.put("international", CY, DEE, "fay@riga.example")

    sending = begun.go_on(begun.resume(segment="german"))

    assert sending.lists == before
    assert begun.resume().joining == 1


def test_who_was_refused_is_queued_again_and_nobody_else(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)
    begun.settle(CY, State.REFUSED)

    begun.go_on(begun.resume(retry_refused=True, segment="german"))

    assert begun.states() == {ADA: "accepted", BO: "queued", CY: "refused", DEE: "queued"}


def test_without_a_word_the_refused_stay_refused(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)

    begun.go_on(begun.resume())

    assert begun.states()[BO] == "refused"


# ── it is delivered ──


def test_a_run_writes_every_mail_and_counts_them(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    sending = rehearse(small, ledger, outbox)

    sent = run(ledger, sending, outbox, say_nothing)

    assert (sent.sending, sent.accepted, sent.left, sent.doubtful) == (sending, 4, 0, ())
    assert (sent.result, sent.signal) == (Result(Ending.DONE), None)
    assert sent.counts == ledger.counts(sending)
    assert sent.counts.people(State.ACCEPTED) == 4
    assert sorted(path.name for path in outbox.folder.glob("*.eml")) == [
        "000001-ada@bonn.example.eml",
        "000002-bo@koln.example.eml",
        "000003-cy@tartu.example.eml",
        "000004-dee@gyumri.example.eml",
    ]


@pytest.mark.skipif(os.name != "posix", reason="on Windows an open file stays")
def test_a_run_whose_ledger_goes_away_is_no_success(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    sending = rehearse(small, ledger, outbox)

    def lose(progress: Progress) -> None:
        if isinstance(progress, Delivered):
            small.workspace.ledger_file.unlink(missing_ok=True)

    with pytest.raises(LedgerFailure) as failure:
        run(ledger, sending, outbox, lose)

    assert failure.value.code == "W801"
    with open_ledger(small.workspace.state / "ledger.sqlite.saved") as saved:
        assert saved.counts(sending).people(State.ACCEPTED) == 4


def test_the_numbers_of_a_run_are_its_own_and_those_of_the_books_are_not(
    small: SmallWorkspace, ledger: Ledger, outbox: Outbox
) -> None:
    sending = rehearse(small, ledger, outbox)
    run(ledger, sending, outbox, say_nothing, limit=1)

    sent = run(ledger, sending, outbox, say_nothing, limit=2)

    assert (sent.accepted, sent.left) == (2, 1)
    assert sent.counts.people(State.ACCEPTED) == 3


def test_a_run_for_a_segment_leaves_the_others_and_counts_them_not(
    small: SmallWorkspace, ledger: Ledger, outbox: Outbox
) -> None:
    sending = rehearse(small, ledger, outbox)

    sent = run(ledger, sending, outbox, say_nothing, recipients=RecipientFilter(segments=("german",)))

    assert (sent.accepted, sent.left, sent.counts.remaining) == (2, 0, 2)


def test_every_mail_is_reported(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    told: list[str] = []

    def report(progress: Progress) -> None:
        assert isinstance(progress, Delivered)
        told.append(progress.claim.email)

    run(ledger, rehearse(small, ledger, outbox), outbox, report)

    assert told == [ADA, BO, CY, DEE]


class Noting:
    """A courier that carries nothing, and notes what it was to carry."""

    def __init__(self) -> None:
        self.runs: list[Run] = []

    async def carry(self, run: Run) -> Result:
        self.runs.append(run)
        return Result(Ending.GAVE_UP, "421 later")


def test_a_courier_is_told_for_whom_how_many_and_how_long(
    small: SmallWorkspace, ledger: Ledger, outbox: Outbox
) -> None:
    courier, who = Noting(), RecipientFilter(segments=("german",))
    sending = rehearse(small, ledger, outbox)

    sent = run(ledger, sending, courier, say_nothing, recipients=who, limit=7, until=MORNING + dt.timedelta(seconds=90))

    (told,) = courier.runs
    assert (told.recipients, told.left, told.seconds) == (who, 7, 90)
    assert (sent.result, sent.accepted, sent.left) == (Result(Ending.GAVE_UP, "421 later"), 0, 2)


class Refusing:
    """A courier at whose server nobody is known, and who says so."""

    async def carry(self, run: Run) -> Result:
        for claim in run.take(99):
            outcome = outcome_of(Phase.RCPT, ReplyClass.NEVER, Reply(550, "unknown user"), "mail.test")
            run.ledger.record(run.sending, [outcome.change(claim.position)])
            run.report(Delivered(claim, outcome))
            run.report(Waiting(1, "to be polite"))
        return Result(Ending.DONE)


def test_what_was_refused_was_not_accepted(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    told: list[Progress] = []

    sent = run(ledger, rehearse(small, ledger, outbox), Refusing(), told.append)

    assert (sent.accepted, sent.left, len(told)) == (0, 0, 8)
    assert sent.counts.people(State.REFUSED) == 4


def test_who_is_in_doubt_is_named(begun: Begun) -> None:
    begun.settle(BO, State.IN_DOUBT)

    sent = run(begun.ledger, begun.sending, Noting(), say_nothing)

    assert (sent.doubtful, sent.left) == ((BO,), 2)


def test_a_signal_that_stops_a_run_is_named(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    asked: list[Progress] = []

    def report(progress: Progress) -> None:
        if not asked:
            signal.raise_signal(signal.SIGTERM)
        asked.append(progress)

    sent = run(ledger, rehearse(small, ledger, outbox), outbox, report)

    assert (sent.signal, sent.result.ending) == (signal.SIGTERM, Ending.STOPPED)


def test_mails_are_signed_as_they_are_sent(small: SmallWorkspace, ledger: Ledger, outbox: Outbox) -> None:
    class Stamp:
        def sign(self, _chunks: object) -> bytes:
            return b"Signed-By: us\r\n"

    run(ledger, rehearse(small, ledger, outbox), outbox, say_nothing, signers=[Stamp()])  # type: ignore[list-item]

    assert all(path.read_bytes().startswith(b"Signed-By: us\r\n") for path in outbox.folder.glob("*.eml"))
