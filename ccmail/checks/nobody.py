"""A campaign that nobody would get."""

from __future__ import annotations

from collections.abc import Iterator

from ccmail.planning.plan import AudiencePlan
from ccmail.problems import Problem

CODE = "R540"
WHY = "a sending to nobody is a mistake in the lists"


def check(plan: AudiencePlan) -> Iterator[Problem]:
    """Yield a problem if no reader is left."""
    if plan.recipients:
        return
    candidates = sum(group.people for group in plan.left_out)
    why = ", ".join(f"{group.people:,} {group.reason}" for group in plan.left_out)
    yield Problem(
        CODE,
        f"0 of {candidates:,} people would get this: {why}" if candidates else "the lists are empty",
        hint="`ccmail check` shows what is wrong with the lists",
    )
