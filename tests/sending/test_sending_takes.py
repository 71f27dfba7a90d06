"""The plan of a real sending says how long it takes, and what the day limit leaves over."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import Any

import pytest

from ccmail.cli.send_view import plan_data, plan_text, result_text
from ccmail.cli.times import span
from ccmail.delivery import Ending, Result
from ccmail.delivery.day_limit import DayUse
from ccmail.ledger import Count, Counts, State
from ccmail.sending.run import SendResult
from ccmail.workspace import Rate, Workspace
from tests.sending.conftest import MakePlan
from tests.small_workspace import SmallWorkspace

NOON = dt.datetime(2020, 9, 21, 12, 0, tzinfo=dt.UTC)
RATE = Rate(30)


def with_smtp(small: SmallWorkspace, **values: Any) -> Workspace:
    workspace = small.workspace
    assert workspace.settings.smtp is not None
    smtp = workspace.settings.smtp.model_copy(update={"rate": RATE, **values})
    return dataclasses.replace(workspace, settings=workspace.settings.model_copy(update={"smtp": smtp}))


def day(per_day: int, taken: int) -> DayUse:
    """Return the use of a limit; a mail was taken every minute, the last one now."""
    return DayUse(per_day, tuple(NOON - dt.timedelta(minutes=n) for n in reversed(range(taken))), NOON)


def takes(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("  takes")]
    return line.removeprefix("  takes").strip()


@pytest.mark.parametrize(
    ("people", "use", "words"),
    [
        (2000, None, "2,000 people: 67 minutes"),
        (10_000, day(10_000, 0), "10,000 people: 5 hours 34 minutes"),
        (
            2000,
            day(800, 0),
            "2,000 people: 67 minutes; 1,200 more than today’s limit (800 in 24 hours): goes on over 2 more days",
        ),
        (
            2000,
            day(10_000, 9_200),
            "2,000 people: 67 minutes; "
            "1,200 more than today’s limit (10,000 in 24 hours, 9,200 used): goes on tomorrow",
        ),
        (
            5,
            day(30, 30),
            "5 people: 1 minute; today’s limit (30 in 24 hours, 30 used) is used up: goes on 22 Sep 2020 13:35 CEST",
        ),
    ],
)
def test_the_plan_says_how_long_it_takes(
    written: SmallWorkspace,
    make_plan: MakePlan,
    people: int,
    use: DayUse | None,
    words: str,
) -> None:
    plan = make_plan(people, day=use)

    assert takes(plan_text(plan, with_smtp(written), "news")) == words
    assert plan_data(plan)["over_day_limit"] == plan.over_today


def test_a_domain_that_wants_pauses_makes_it_a_least(written: SmallWorkspace, make_plan: MakePlan) -> None:
    workspace = with_smtp(written, domains={"gmail.com": Rate(1)})

    assert takes(plan_text(make_plan(90), workspace, "news")) == "90 people: at least 3 minutes"


@pytest.mark.parametrize(("real", "rate"), [(False, RATE), (True, None)])
def test_nothing_is_said_of_a_rehearsal_or_without_a_rate(
    written: SmallWorkspace,
    make_plan: MakePlan,
    rate: Rate | None,
    *,
    real: bool,
) -> None:
    text = plan_text(make_plan(90, real=real), with_smtp(written, rate=rate), "news")

    assert "  takes" not in text


def test_at_the_limit_the_result_says_from_when_on_the_same_command_sends_the_rest(
    written: SmallWorkspace,
    make_plan: MakePlan,
) -> None:
    plan = make_plan(50, day=day(30, 0))
    counts = Counts((Count("german", ("de",), State.ACCEPTED, "", 30), Count("german", ("de",), State.QUEUED, "", 20)))
    assert plan.sending is not None
    result = Result(Ending.LIMIT, goes_on_at=NOON + dt.timedelta(hours=24))
    sent = SendResult(plan.sending, counts, 20, (), result, 30, 60.0, 1.0)

    text = result_text(plan, sent, "news", written.workspace.zone)

    assert "Today’s limit of the server is reached: 30 mails in 24 hours." in text
    assert "20 to go   → run the same command again from 22 Sep 2020 14:00 CEST on" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "1 minute"),
        (61, "2 minutes"),
        (119 * 60, "119 minutes"),
        (120 * 60, "2 hours"),
        (math.nextafter(121 * 60, 0), "2 hours 1 minute"),
    ],
)
def test_a_span_is_in_whole_minutes_and_never_too_short(seconds: float, words: str) -> None:
    assert span(seconds) == words
