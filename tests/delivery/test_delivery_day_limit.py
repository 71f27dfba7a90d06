"""The day limit: a run stops before the server has to refuse, and the same command goes on when there is room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.delivery import Ending, Result, Retry, Server, SmtpCourier, deliver
from ccmail.delivery.day_limit import DayUse
from ccmail.ledger import Claim, NewRecipient, Sending, SendingKind, State, open_ledger
from ccmail.workspace import Security
from tests.delivery.test_delivery_pipelining import Listens, Server2920

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

NOON = dt.datetime(2020, 9, 21, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(hours=24)
QUICK = Retry(server=(0.01, 0.05), recipient=(0.02, 0.05), patience=1.0, grace=5)
At = Callable[[dt.datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set the clock."""

    def set_clock(now: dt.datetime) -> None:
        monkeypatch.setenv("CCMAIL_NOW", now.isoformat())

    set_clock(NOON)
    return set_clock


@pytest.fixture
def ledger(tmp_path: Path, at: At) -> Iterator[Ledger]:
    with open_ledger(tmp_path / ".ccmail" / "ledger.sqlite") as opened:
        yield opened


def started(ledger: Ledger, count: int, campaign: str = "c", kind: SendingKind = SendingKind.SMTP) -> Sending:
    addresses = [f"p{n}@x{n % 3}.example" for n in range(1, count + 1)]
    entries = (NewRecipient(address, address, "german") for address in addresses)
    return ledger.start(campaign, kind, "v", entries, confirmed=count, dtstamp=NOON)


def assemble(claim: Claim, _date: dt.datetime) -> Sequence[bytes]:
    return (b"Subject: Einladung\r\nTo: ", claim.email.encode(), b"\r\n\r\nGuten Tag\r\n")


async def sent(ledger: Ledger, sending: Sending, smtpd: Smtpd, per_day: int | None, connections: int = 3) -> Result:
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, smtpd.password, smtpd.ca_file)
    courier = SmtpCourier(server, "b@cities.example", connections=connections, retry=QUICK, per_day=per_day)
    return await deliver(ledger, sending, assemble, courier)


@pytest.mark.parametrize("connections", [1, 4])
async def test_a_run_stops_at_the_limit_and_goes_on_tomorrow_and_nobody_gets_two(
    ledger: Ledger, smtpd: Smtpd, at: At, connections: int
) -> None:
    sending = started(ledger, 25)

    first = await sent(ledger, sending, smtpd, 10, connections)
    early = await sent(ledger, sending, smtpd, 10, connections)
    after_a_day = [len(smtpd.mails)]
    for days in (1, 2):
        at(NOON + days * DAY)
        last = await sent(ledger, sending, smtpd, 10, connections)
        after_a_day.append(len(smtpd.mails))

    assert first == early == Result(Ending.LIMIT, goes_on_at=NOON + DAY)
    assert after_a_day == [10, 20, 25]
    assert last == Result(Ending.DONE)
    assert len(set(smtpd.recipients)) == 25
    assert ledger.counts(sending).people(State.ACCEPTED) == 25


async def test_at_the_limit_the_rest_is_queued_and_no_connection_is_opened_for_it(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 12)
    await sent(ledger, sending, smtpd, 5, connections=1)
    opened = smtpd.connections

    again = await sent(ledger, sending, smtpd, 5, connections=1)

    assert again.ending is Ending.LIMIT
    assert smtpd.connections == opened
    assert ledger.counts(sending).people(State.QUEUED) == 7


async def test_tests_and_other_campaigns_count_as_well(ledger: Ledger, smtpd: Smtpd) -> None:
    await sent(ledger, started(ledger, 3, "other"), smtpd, None)
    await sent(ledger, started(ledger, 2, kind=SendingKind.TEST), smtpd, None)
    sending = started(ledger, 9)

    result = await sent(ledger, sending, smtpd, 10)

    assert result.ending is Ending.LIMIT
    assert ledger.counts(sending).people(State.ACCEPTED) == 5


@pytest.mark.smtpd(rcpt={f"p{n}@x{n % 3}.example": "550 5.1.1 unknown user" for n in (2, 3, 5)})
async def test_what_the_server_has_not_taken_uses_nothing_up(ledger: Ledger, smtpd: Smtpd) -> None:
    sending = started(ledger, 12)

    result = await sent(ledger, sending, smtpd, 8)

    counts = ledger.counts(sending)
    assert (counts.people(State.ACCEPTED), counts.people(State.REFUSED)) == (8, 3)
    assert counts.people(State.QUEUED) == 1
    assert result.ending is Ending.LIMIT


@pytest.mark.smtpd(
    mail=tuple("421 4.7.0 enough for now" if n % 4 == 3 else None for n in range(60)),
    rcpt={f"p{n}@x{n % 3}.example": "450 4.2.2 mailbox full" for n in (1, 6, 7)},
)
@pytest.mark.parametrize("connections", [1, 4])
async def test_a_server_in_trouble_gets_as_many_as_the_limit_and_no_more(
    ledger: Ledger, smtpd: Smtpd, connections: int
) -> None:
    sending = started(ledger, 40)

    result = await sent(ledger, sending, smtpd, 15, connections)

    assert result.ending is Ending.LIMIT
    assert len(smtpd.mails) == len(set(smtpd.recipients)) == 15
    assert ledger.counts(sending).people(State.ACCEPTED) == 15


class Once(dict[str, bytes]):
    """Replies of which each is given once."""

    def get(self, key: str, default: Any = None) -> Any:
        return self.pop(key, default)


async def test_a_mail_that_was_announced_in_vain_keeps_its_room(ledger: Ledger, listening: Listens) -> None:
    behaviour = Server2920(ehlo="PIPELINING")
    behaviour.replies = Once({f". p{n}@x{n % 3}.example": b"421 4.3.0 not now\r\n" for n in (2, 5, 9)})
    sending = started(ledger, 40)

    async with listening(behaviour) as port:
        server = Server("127.0.0.1", port, Security.NONE)
        courier = SmtpCourier(server, "b@cities.example", connections=1, retry=QUICK, per_day=15)
        result = await deliver(ledger, sending, assemble, courier)

    assert result.ending is Ending.LIMIT
    assert behaviour.replies == {}
    assert len({address for address, _ in behaviour.accepted}) == len(behaviour.accepted) == 15


async def test_a_limit_that_is_just_enough_is_no_end_before_the_end(ledger: Ledger, smtpd: Smtpd) -> None:
    result = await sent(ledger, started(ledger, 10), smtpd, 10)

    assert result == Result(Ending.DONE)


TAKEN = tuple(NOON - DAY + dt.timedelta(minutes=n, seconds=20) for n in range(1, 9))


@pytest.mark.parametrize(
    ("per_day", "people", "left", "minutes"),
    [
        (20, 12, 12, 0),  # there is room for all
        (20, 13, 12, 2),  # one mail has to be a day old: 12:01:20 tomorrow, in whole minutes 12:02
        (8, 3, 0, 4),
        (8, 500, 0, 9),  # never more than a day's
        (5, 500, 0, 9),  # more was sent than the limit is now
    ],
)
def test_the_rest_goes_on_when_there_is_room_for_all_of_it(per_day: int, people: int, left: int, minutes: int) -> None:
    use = DayUse(per_day, TAKEN, NOON)

    assert use.left == left
    assert use.free_at(people) == NOON + dt.timedelta(minutes=minutes)
