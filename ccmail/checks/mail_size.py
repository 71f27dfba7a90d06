"""A mail that is larger than servers take, or than readers like."""

from __future__ import annotations

from collections.abc import Iterator

from ccmail.planning.plan import AudiencePlan
from ccmail.problems import Problem, Severity

CODE = "M615"
WHY = "servers commonly take 10 MB; over 2 MB a phone on the road waits"
_MOST = 10_000_000
_MUCH = 2_000_000


def check(plan: AudiencePlan) -> Iterator[Problem]:
    """Yield a problem if the largest variant is too large."""
    largest = max((planned.size for planned in plan.variants), default=0)
    if largest > _MUCH:
        yield Problem(
            CODE,
            f"each mail is {largest / 1e6:.1f} MB",
            Severity.ERROR if largest > _MOST else Severity.WARNING,
            hint="smaller pictures, or a link in the place of an attachment",
        )
