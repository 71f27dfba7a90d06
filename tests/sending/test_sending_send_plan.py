"""Which number confirms a plan."""

from __future__ import annotations

import datetime as dt

import pytest

from ccmail.problems import NotConfirmed
from ccmail.sending.send_plan import Confirmation, SendPlan
from tests.sending.conftest import CHANGED, MORNING, MakePlan

Given = int | tuple[int, int]
"""What stands behind --confirm: 5, or (5, 1) for “4+1”."""


def confirmation(given: Given) -> Confirmation:
    return Confirmation(given) if isinstance(given, int) else Confirmation(*given)


def refusal(plan: SendPlan, given: Given, now: dt.datetime = MORNING) -> NotConfirmed:
    """Return why a plan is not confirmed."""
    with pytest.raises(NotConfirmed) as refused:
        plan.refuse_unconfirmed(confirmation(given), now)
    return refused.value


@pytest.mark.parametrize(
    ("people", "joining", "begun_with", "given"),
    [
        pytest.param(5, 0, None, 5, id="the number of a new plan"),
        pytest.param(5, 0, None, (5, 0), id="none of them new"),
        pytest.param(0, 0, 5, 0, id="nobody is left"),
        pytest.param(3, 0, 5, 3, id="the number of those who are left"),
        pytest.param(3, 0, 5, 5, id="fewer are left than at the beginning, whose number was given"),
        pytest.param(5, 0, 5, 5, id="all of the beginning are left"),
        pytest.param(5, 0, 3, 5, id="more are left than at the beginning: their own number"),
        pytest.param(4, 1, 5, 4, id="one joins, and the number is another one than that of the beginning"),
        pytest.param(5, 1, 5, (5, 1), id="4+1"),
        pytest.param(5, 5, 5, (5, 5), id="0+5"),
    ],
)
def test_these_numbers_confirm(
    make_plan: MakePlan, people: int, joining: int, begun_with: int | None, given: Given
) -> None:
    plan = make_plan(people, joining=joining, begun_with=begun_with)

    plan.refuse_unconfirmed(confirmation(given), MORNING)


@pytest.mark.parametrize(
    ("people", "joining", "begun_with", "given"),
    [
        pytest.param(5, 0, None, 4, id="fewer than in a new plan"),
        pytest.param(5, 0, None, 6, id="more than in a new plan"),
        pytest.param(5, 0, None, 0, id="nobody"),
        pytest.param(3, 0, 5, 4, id="neither those left nor those of the beginning"),
        pytest.param(5, 0, 3, 3, id="more are left than were confirmed"),
        pytest.param(4, 1, 5, 5, id="the number of the beginning, and somebody joins"),
        pytest.param(5, 1, 5, 4, id="only those who do not join"),
        pytest.param(5, 1, 5, (5, 0), id="5+0, and one joins"),
        pytest.param(5, 1, 5, (5, 2), id="3+2, and one joins"),
        pytest.param(5, 1, 5, (4, 1), id="3+1 of five"),
        pytest.param(5, 0, None, (5, 1), id="4+1, and nobody joins"),
        pytest.param(2, 3, 2, (4, 3), id="1+3 with a limit of two"),
        pytest.param(2, 3, 2, 3, id="the number of those who join, without saying that they are new"),
        pytest.param(3, 0, 2, (0, 0), id="0+0"),
    ],
)
def test_these_numbers_do_not(
    make_plan: MakePlan, people: int, joining: int, begun_with: int | None, given: Given
) -> None:
    plan = make_plan(people, joining=joining, begun_with=begun_with)

    assert refusal(plan, given).code == "W706"


def test_who_gives_another_number_is_told_both(make_plan: MakePlan) -> None:
    refused = refusal(make_plan(2000), 1999)

    assert refused.message == "the plan has 2,000 people, --confirm says 1,999. Nothing was sent."


def test_who_counts_the_new_ones_wrongly_is_told_both(make_plan: MakePlan) -> None:
    refused = refusal(make_plan(5, joining=1, begun_with=5), (5, 2))

    assert refused.message == "the plan has 1 new people, --confirm says 2. Nothing was sent."


# ── the number of the beginning, where a plan happens to have that number ──


def test_the_number_of_the_beginning_does_not_say_that_newcomers_are_meant(make_plan: MakePlan) -> None:
    refused = refusal(make_plan(5, joining=1, begun_with=5), 5)

    assert refused.code == "W774"
    assert refused.hint.startswith("--confirm 4+1 ")


def test_the_number_that_is_asked_for_then_confirms_also_where_a_limit_is_below_it(make_plan: MakePlan) -> None:
    plan = make_plan(2, joining=3, begun_with=2)  # three are new; --limit 2

    refused = refusal(plan, 2)

    assert refused.code == "W774"
    assert refused.message.startswith(
        "the lists have 3 new people since 2 was confirmed, and --confirm 2 does not include them."
    )
    assert refused.hint.startswith("--confirm 0+3 ")
    plan.refuse_unconfirmed(Confirmation(3, 3), MORNING)


def test_the_number_of_a_changed_text_says_that_all_are_meant(make_plan: MakePlan) -> None:
    plan = make_plan(5, joining=5, begun_with=5, version=CHANGED)

    plan.refuse_unconfirmed(Confirmation(5), MORNING)


def test_a_person_who_has_seen_the_plan_confirms_it_whatever_its_numbers(make_plan: MakePlan) -> None:
    plan = make_plan(5, joining=1, begun_with=5)

    assert plan.confirmation == Confirmation(5, 1)
    plan.refuse_unconfirmed(plan.confirmation, MORNING)


# ── how old it is ──

HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)


def test_a_new_plan_that_is_an_hour_old_can_be_confirmed(make_plan: MakePlan) -> None:
    make_plan(5).refuse_unconfirmed(Confirmation(5), MORNING + HOUR)


@pytest.mark.parametrize("given", [5, 4])
def test_a_new_plan_that_is_older_is_refused_whatever_the_number(make_plan: MakePlan, given: int) -> None:
    refused = refusal(make_plan(5), given, MORNING + HOUR + SECOND)

    assert refused.code == "W761"
    assert refused.hint == "run the same command again"


def test_a_sending_goes_on_however_long_ago_it_began(make_plan: MakePlan) -> None:
    plan = make_plan(5, begun_with=8)

    plan.refuse_unconfirmed(Confirmation(5), MORNING + 1000 * HOUR)


def test_a_plan_that_one_only_looks_at_has_no_age(make_plan: MakePlan) -> None:
    plan = make_plan(5, sending=None)

    assert refusal(plan, 4, MORNING + 1000 * HOUR).code == "W706"


# ── what a person types ──


@pytest.mark.parametrize("text", ["2000", "2,000", "2.000"])
def test_separators_of_thousands_may_be_typed(make_plan: MakePlan, text: str) -> None:
    assert make_plan(2000).is_typed(text)


@pytest.mark.parametrize("text", ["", "2", "2001", "y", "yes", "02000", "-2000", "1999+1", "2 000"])
def test_anything_else_that_is_typed_is_not_the_number(make_plan: MakePlan, text: str) -> None:
    assert not make_plan(2000).is_typed(text)
