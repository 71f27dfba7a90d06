"""Mails leave in the hours of the settings only; a run waits between two mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail import clock
from ccmail.delivery import Delivered, Ending, Progress, Server, SmtpCourier, Waiting, deliver
from ccmail.delivery.open_hours import OpenHours, Opening
from ccmail.ledger import NewRecipient, SendingKind, State, open_ledger
from ccmail.workspace import Security
from ccmail.workspace.sending_hours import SendingHours

if TYPE_CHECKING:
    from ccmail.ledger import Claim
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

DAY = OpenHours(SendingHours(8 * 60, 18 * 60))
MORNING = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite", now=lambda: MORNING) as opened:
        yield opened


def assemble(row: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"To: ", row.email.encode(), b"\r\n\r\nGuten Tag\r\n")


async def sent(ledger: Ledger, smtpd: Smtpd, report: Callable[[Progress], None], rate: float | None) -> Ending:
    entries = [NewRecipient(f"p{n}@x.example", f"p{n}@x.example", "german") for n in range(10)]
    sending = ledger.start("news", SendingKind.SMTP, "v", entries, confirmed=10, dtstamp=MORNING)
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, smtpd.password, smtpd.ca_file)
    result = await deliver(
        ledger, sending, assemble, SmtpCourier(server, "b@x.example", rate=rate, hours=DAY), report=report
    )
    assert ledger.counts(sending).people(State.ACCEPTED) == 10
    return result.ending


async def test_a_run_in_the_night_waits_for_the_morning(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.delivery.open_hours._LOOK", 0.01)
    reports: list[Progress] = []
    monkeypatch.setattr(clock, "now", lambda: MORNING - dt.timedelta(hours=0 if reports else 1))

    ending = await sent(ledger, smtpd, reports.append, rate=None)

    assert ending is Ending.DONE
    assert reports[0] == Waiting(3600, "mails leave 8–18 only (hours in ccmail.yaml)")
    assert sum(isinstance(each, Waiting) for each in reports) == 1
    assert len(smtpd.recipients) == 10


async def test_a_run_in_the_evening_goes_on_in_the_morning_and_nobody_gets_two(
    ledger: Ledger, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.delivery.open_hours._LOOK", 0.01)
    reports: list[Progress] = []
    looks = iter(range(2))

    def now() -> dt.datetime:
        delivered = sum(isinstance(each, Delivered) for each in reports)
        is_night = delivered >= 3 and next(looks, None) is not None
        return MORNING + dt.timedelta(hours=11 if is_night else 0)

    monkeypatch.setattr(clock, "now", now)

    await sent(ledger, smtpd, reports.append, rate=4)

    waits = [at for at, each in enumerate(reports) if isinstance(each, Waiting)]
    assert [reports[at] for at in waits] == [Waiting(13 * 3600, "mails leave 8–18 only (hours in ccmail.yaml)")]
    assert 3 <= waits[0] < 10
    assert sorted(smtpd.recipients) == sorted(f"p{n}@x.example" for n in range(10))


def test_a_wait_is_told_once_and_looked_at_again_soon() -> None:
    told: list[Progress] = []
    now = MORNING - dt.timedelta(hours=9)
    opening = Opening(DAY, lambda: now, told.append)

    waits = [opening.wait, opening.wait]
    now += dt.timedelta(hours=8, minutes=59, seconds=50)
    waits.append(opening.wait)
    now += dt.timedelta(seconds=10)
    waits.append(opening.wait)

    assert waits == [30, 30, 10, 0]
    assert len(told) == 1
