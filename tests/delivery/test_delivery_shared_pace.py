"""Processes that share a ledger on PostgreSQL keep one pace, one rest and one day's limit."""

from __future__ import annotations

import asyncio
import bisect
import datetime as dt
import itertools
import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from ccmail.delivery import Ending, Retry, Server, SmtpCourier, Waiting, deliver
from ccmail.delivery.shared_day_limit import SharedDayLimit
from ccmail.delivery.shared_rate_limit import SharedRateLimits
from ccmail.ledger import NewRecipient, Sending, SendingKind, State, StateChange, open_ledger
from ccmail.workspace import Security
from tests.delivery import sharing
from tests.delivery.sharing import Paced, assemble, in_processes

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from tests.conftest import Smtpd

pytestmark = pytest.mark.pg

MAIL = "mail.example:587"
KIM = "kim@gmail.com"
A_TICK = 1e-5  # seconds: a number of 64 bits knows the time to a millionth of a second


class Clock:
    """Monotonic seconds, ahead of the true ones by what a test adds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def one(postgresql: str) -> Iterator[Ledger]:
    with open_ledger(postgresql) as ledger:
        yield ledger


@pytest.fixture
def two(postgresql: str) -> Iterator[Ledger]:
    with open_ledger(postgresql) as ledger:
        yield ledger


@pytest.fixture
def clock() -> Clock:
    return Clock()


def started(ledger: Ledger, count: int, campaign: str = "c") -> Sending:
    addresses = [f"p{n}@{campaign}.example" for n in range(1, count + 1)]
    entries = (NewRecipient(address, address, "german") for address in addresses)
    at = dt.datetime.now(dt.UTC)
    return ledger.start(campaign, SendingKind.SMTP, "v", entries, confirmed=count, dtstamp=at)


def server_of(smtpd: Smtpd) -> Server:
    return Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, smtpd.password, smtpd.ca_file)


# ── the pace ──


@pytest.mark.slow
def test_four_processes_keep_the_rate_of_one(postgresql: str, one: Ledger) -> None:
    rate, interval = 200, 1 / 200

    results: list[Paced] = in_processes(sharing.keep_pace, [(postgresql, MAIL, rate, 4.0)] * 4)

    chunks = sorted(chunk for paced in results for chunk in paced.reserved if chunk)
    slots = list(itertools.chain.from_iterable(chunks))
    steps = [after - before for before, after in itertools.pairwise(slots)]
    assert min(steps) > interval - A_TICK  # no slot was given twice, and none is too early
    assert statistics.median(steps) == pytest.approx(interval, abs=A_TICK)
    assert len(slots) <= (slots[-1] - slots[0]) * rate * 1.02 + 1
    assert all(len(paced.taken) >= 40 for paced in results)
    at_once = max(map(len, chunks))
    taken = sorted(at for paced in results for at in paced.taken)
    for number, at in enumerate(taken):
        assert bisect.bisect_right(taken, at + 1) - number <= rate + 1 + 4 * at_once
    for paced in results:  # nobody is early: each mail has a slot
        own = itertools.chain.from_iterable(paced.reserved)
        assert all(slot <= at + 0.01 for slot, at in zip(own, paced.taken, strict=False))


def test_slots_are_handed_out_one_by_one_at_their_time(one: Ledger, clock: Clock) -> None:
    limits = SharedRateLimits(one.rates, MAIL, 10, {}, clock=clock)
    assert limits.server.wait <= 0

    clock.now += 0.5  # both slots that are reserved are overdue
    assert limits.server.wait <= 0
    limits.take(KIM)
    assert limits.server.wait == pytest.approx(0.05)  # overdue, but no burst: twice the pace
    clock.now += 0.05
    limits.take(KIM)

    first = one.rates.look([MAIL])[MAIL].first
    assert limits.server.wait > 0
    assert one.rates.look([MAIL])[MAIL].first - first >= 0.2 - A_TICK


def test_without_a_rate_nothing_is_reserved(one: Ledger) -> None:
    limits = SharedRateLimits(one.rates, MAIL, None, {})

    for _ in range(20):
        assert limits.server.wait <= 0
        limits.take(KIM)

    assert one.rates.look([MAIL]) == {}


def test_a_slow_down_is_seen_by_the_others_within_a_second(one: Ledger, two: Ledger, clock: Clock) -> None:
    mine = SharedRateLimits(one.rates, MAIL, None, {"gmail.com": 0.01}, clock=clock)
    theirs = SharedRateLimits(two.rates, MAIL, None, {"gmail.com": 0.01}, clock=clock)
    assert theirs.server.wait <= 0
    for _ in range(3):
        mine.take(KIM)
        clock.now += 0.02

    mine.slow_down(KIM)
    mine.slow_down(KIM)  # of the same second, by another connection

    clock.now += 1.0
    gmail = theirs.of_domain(KIM)
    assert theirs.server.wait <= 0.1
    assert gmail is not None
    assert gmail.wait > 0
    assert theirs.server.interval == pytest.approx(0.04)
    assert gmail.interval == 200.0


def test_accepted_mails_bring_the_speed_back_for_all(one: Ledger, two: Ledger, clock: Clock) -> None:
    mine = SharedRateLimits(one.rates, MAIL, 0.01, {}, clock=clock)
    theirs = SharedRateLimits(two.rates, MAIL, 0.01, {}, clock=clock)
    mine.slow_down(KIM)
    assert mine.server.wait > 0
    assert mine.server.interval == 200.0

    mine.speed_up(KIM)
    mine.save()

    assert theirs.server.wait > 0
    assert theirs.server.interval == pytest.approx(190.0)


def test_when_one_rests_all_rest(one: Ledger, two: Ledger, clock: Clock) -> None:
    heard: list[float] = []
    mine = SharedRateLimits(one.rates, MAIL, 1000, {}, clock=clock)
    theirs = SharedRateLimits(two.rates, MAIL, None, {}, heard.append, clock)
    other = SharedRateLimits(two.rates, "other.example:587", None, {}, clock=clock)
    assert theirs.server.wait <= 0

    mine.rest(500)

    clock.now += 1.0
    assert 400 < theirs.server.wait <= 500
    clock.now += 1.0
    assert 400 < theirs.server.wait <= 500
    assert len(heard) == 1
    assert other.server.wait <= 0


@pytest.mark.smtpd(mail=("421 4.7.0 too many mails, try again in 600 seconds",) * 9)
async def test_a_run_in_trouble_tells_the_others(one: Ledger, two: Ledger, smtpd: Smtpd) -> None:
    reports: list[Waiting] = []
    stop = asyncio.Event()

    def stop_when_waiting(progress: object) -> None:
        if isinstance(progress, Waiting):
            reports.append(progress)
            stop.set()

    retry = Retry(server=(500.0, 1000.0), patience=3600.0)
    courier = SmtpCourier(server_of(smtpd), "b@cities.example", connections=1, retry=retry)

    sending = started(one, 3)
    for _ in range(2):  # the second run is another process, as far as the ledger can tell
        stop.clear()
        await deliver(one, sending, assemble, courier, report=stop_when_waiting, stop=stop)

    assert [report.why for report in reports][1:] == ["another process has found the server in trouble"]
    assert 300 < reports[1].seconds <= 625
    assert len(smtpd.mails) == 0
    assert two.rates.look([f"{smtpd.host}:{smtpd.port}"])[f"{smtpd.host}:{smtpd.port}"].rest > 300


# ── the day ──


@pytest.mark.slow
@pytest.mark.smtpd(rcpt={f"p{n}@c{n % 4}.example": "550 5.1.1 unknown user" for n in (2, 3, 5, 7, 8, 12)})
def test_four_processes_that_race_for_a_day_take_exactly_its_limit(postgresql: str, one: Ledger, smtpd: Smtpd) -> None:
    sendings = [started(one, 40, f"c{n}") for n in range(4)]
    work = [(postgresql, server_of(smtpd), 50, f"c{n}", n > 1) for n in range(4)]

    endings = in_processes(sharing.send_campaign, work)

    assert len(smtpd.mails) == len(set(smtpd.recipients)) == 50
    assert sum(one.counts(sending).people(State.ACCEPTED) for sending in sendings) == 50
    assert endings == [Ending.LIMIT] * 4
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("SELECT count(*) FROM day_room").fetchone() == (0,)


def accept(ledger: Ledger, sending: Sending, host: str = "mail") -> None:
    (claim,) = ledger.claim(sending, 1)
    ledger.record(sending, [StateChange(claim.position, State.IN_FLIGHT, server=f"{host}:587")])
    ledger.record(sending, [StateChange(claim.position, State.ACCEPTED, "end", 250, server=f"{host}:587")])


def day(ledger: Ledger, clock: Clock, per_day: int = 3, waits: list[float] | None = None) -> SharedDayLimit:
    heard = [] if waits is None else waits
    return SharedDayLimit(ledger, "mail", per_day, lambda: None, 60.0, heard.append, clock)


def test_room_that_others_have_reserved_may_come_back(one: Ledger, two: Ledger, clock: Clock) -> None:
    sending, waits = started(one, 9), list[float]()
    mine, theirs = day(one, clock), day(two, clock, waits=waits)
    assert [mine.take() for _ in range(3)] == [True, True, True]

    assert not theirs.take()
    assert not theirs.is_reached
    assert theirs.wait == 1.0
    assert waits == [60.0]
    mine.give_back()  # refused
    mine.release()
    clock.now += 1.0

    assert theirs.take()
    assert theirs.wait == 0.0
    for limit in (mine, mine, theirs):
        accept(one, sending)
        limit.use_up()
    assert not mine.take()
    assert not theirs.take()
    assert (mine.is_reached, theirs.is_reached) == (True, True)


def test_who_waits_for_room_in_vain_gives_up(one: Ledger, two: Ledger, clock: Clock) -> None:
    mine, theirs = day(one, clock, 1), day(two, clock, 1)
    mine.take()

    for _ in range(60):
        assert not theirs.take()
        clock.now += 1.0
    assert not theirs.is_reached
    clock.now += 1.0

    assert not theirs.take()
    assert theirs.is_reached


def test_a_day_that_own_mails_fill_is_over(one: Ledger, clock: Clock) -> None:
    mine = day(one, clock, 2)

    assert [mine.take() for _ in range(3)] == [True, True, False]

    assert mine.is_reached
    mine.give_back()
    assert mine.take()
    assert not mine.is_reached


def test_reserved_room_that_is_old_is_reserved_again(one: Ledger, two: Ledger, clock: Clock, postgresql: str) -> None:
    mine, theirs = day(one, clock, 300), day(two, clock, 300)
    assert mine.take()  # it has room for two more
    with psycopg.connect(postgresql) as connection:
        connection.execute("UPDATE day_room SET until = until - 3601")
    assert theirs.take()
    clock.now += 1801

    assert mine.take()

    with psycopg.connect(postgresql) as connection:
        rows = connection.execute("SELECT reserved FROM day_room ORDER BY reserved").fetchall()
    assert rows == [(3,), (4,)]  # mine: two mails under way, and room for two more
