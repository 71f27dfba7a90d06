"""A look at sendings under way: what is watched, the pace, and how often the rows are counted."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.ledger import NewRecipient, Purpose, Sending, SendingKind, State, StateChange, open_ledger, sole_sender
from ccmail.report.watch import Watch

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: NOW) as opened:
        yield opened


class Watched:
    """A watch with a clock that a test moves, and that a count moves if it is said to take its time."""

    def __init__(self, ledger: Ledger, folder: Path, campaign: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.counts = 0
        self.takes = 0.0
        workspace: Any = SimpleNamespace(state=folder)
        self.watch = Watch(workspace, ledger, campaign, clock=lambda: self.now)
        count = ledger.people_by_state

        def counted(sending: Sending) -> Any:
            self.counts += 1
            self.now += self.takes
            return count(sending)

        monkeypatch.setattr(ledger, "people_by_state", counted)


def started(ledger: Ledger, campaign: str = "news", people: int = 40, **what: Any) -> Sending:
    entries = (NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german") for n in range(people))
    kind = what.pop("kind", SendingKind.SMTP)
    return ledger.start(campaign, kind, "v", entries, confirmed=people, dtstamp=NOW, **what)


def serve(ledger: Ledger, sending: Sending, people: int, state: State = State.ACCEPTED) -> None:
    claims = ledger.claim(sending, people)
    ledger.record(sending, [StateChange(claim.position, State.IN_FLIGHT) for claim in claims])
    ledger.record(sending, [StateChange(claim.position, state) for claim in claims])


def test_the_pace_is_that_of_the_last_seconds(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sending, watched = started(ledger), Watched(ledger, tmp_path, "news", monkeypatch)
    paces = []
    for people in (0, 2, 2, *[0] * 12):
        serve(ledger, sending, people) if people else None
        (one,) = watched.watch.look().sendings
        paces.append((one.per_second, one.seconds_left))
        watched.now += 1.0

    assert paces[:3] == [(0.0, None), (2.0, 19.0), (2.0, 18.0)]
    assert paces[3][0] == pytest.approx(4 / 3)
    assert paces[-1] == (0.0, None)


def test_people_who_are_served_again_are_no_pace_backwards(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, watched = started(ledger), Watched(ledger, tmp_path, "news", monkeypatch)
    serve(ledger, sending, 5, State.REFUSED)
    watched.watch.look()
    ledger.requeue(sending, State.REFUSED)
    watched.now += 1.0

    (one,) = watched.watch.look().sendings

    assert one.per_second == 0.0


def test_a_count_that_takes_long_is_repeated_seldom(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(ledger)
    watched = Watched(ledger, tmp_path, "news", monkeypatch)
    watched.takes = 0.5
    for _ in range(31):
        watched.watch.look()
        watched.now += 1.0

    assert watched.counts == 4  # at once, and after 10 seconds each


def test_one_campaign_is_settled_when_nobody_is_left(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(ledger, tmp_path, "news", monkeypatch)
    settled = [watched.watch.look().is_settled]
    sending = started(ledger, people=3)
    started(ledger, "other", people=3)
    settled.append(watched.watch.look().is_settled)
    serve(ledger, sending, 2)
    serve(ledger, sending, 1, State.IN_DOUBT)
    watched.now += 1.0
    glance = watched.watch.look()

    assert [*settled, glance.is_settled] == [False, False, True]
    assert [dict(one.people) for one in glance.sendings] == [{State.ACCEPTED: 2, State.IN_DOUBT: 1}]
    assert glance.sendings[0].terms == {"accepted": 2, "in_doubt": 1}


def test_real_sendings_are_watched_and_rehearsals_where_there_are_none(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(ledger, tmp_path, "news", monkeypatch)
    started(ledger, kind=SendingKind.TEST)
    started(ledger, kind=SendingKind.OUTBOX)
    rehearsed = watched.watch.look().sendings
    started(ledger)
    started(ledger, purpose=Purpose.REMINDER, number=1)
    started(ledger, purpose=Purpose.REMINDER, number=2, people=2)
    real = watched.watch.look().sendings

    assert [(one.real, one.purpose) for one in rehearsed] == [(False, Purpose.CAMPAIGN)]
    assert [(one.real, one.purpose, one.left) for one in real] == [
        (True, Purpose.REMINDER, 2),
        (True, Purpose.CAMPAIGN, 40),
    ]


def test_of_all_campaigns_those_are_watched_that_were_not_settled(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(ledger, tmp_path, None, monkeypatch)
    serve(ledger, started(ledger, "old", people=1), 1)
    sending = started(ledger, people=1)
    before = watched.watch.look()
    ledger.pauses.pause("news", "kim@desk")
    serve(ledger, sending, 1)
    watched.now += 1.0
    after = watched.watch.look()

    assert [one.campaign for one in before.sendings] == [one.campaign for one in after.sendings] == ["news"]
    assert after.sendings[0].left == 0
    assert after.sendings[0].pause is not None
    assert watched.counts == 3  # what was settled at the beginning is not counted again


def test_it_names_who_sends_and_the_workers(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(ledger)
    ledger.workers.register("host", 4711, 3600.0)
    watched = Watched(ledger, tmp_path, None, monkeypatch)

    with sole_sender(tmp_path, "news"):
        glance = watched.watch.look()

    assert str(os.getpid()) in glance.sendings[0].sender
    assert [(one.host, one.pid, one.is_alive) for one in glance.workers] == [("host", 4711, True)]
    assert watched.watch.look().sendings[0].sender == ""
