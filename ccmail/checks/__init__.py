"""What a careful colleague would find: a campaign, and its plan, become problems.

The public verbs are `check_edition` (before anything is rendered) and `check_campaign` (with its plan). A rule is a
module with a `CODE`, one line `WHY` and a function `check`; it looks at values only and is told the time.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol, cast

from ccmail.audience import LIST_IS_LOST
from ccmail.checks import (
    contact_address,
    event_over,
    mail_size,
    missing_language,
    no_server,
    nobody,
    odd_server,
    too_late,
    unknown_client,
    unknown_field,
)
from ccmail.checks.texts import check_texts
from ccmail.problems import sort_problems

if TYPE_CHECKING:
    from ccmail.planning.plan import AudiencePlan
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign

__all__ = ["Rule", "all_rules", "check_campaign", "check_edition", "check_mails", "too_late_at"]


class Rule(Protocol):
    """What the module of a rule has, beside `check`."""

    CODE: str
    WHY: str


def all_rules() -> tuple[Rule, ...]:
    """Return all rules, those about texts, readers and finished mails too."""
    from ccmail.checks import clients, headers, html, ics, plain, readers, texts, updates  # noqa: PLC0415 - mails: only who asks

    of_campaigns = (
        contact_address, event_over, mail_size, missing_language, no_server, nobody, odd_server, too_late,
        unknown_client, unknown_field,
    )  # fmt: skip
    of_mails = (*headers.RULES, *html.RULES, *clients.RULES, *plain.RULES, *ics.RULES, *ics.WITH_MAIL)
    return cast("tuple[Rule, ...]", (*of_campaigns, *texts.RULES, *of_mails, *readers.RULES, *updates.RULES))


def check_edition(loaded: LoadedCampaign, now: dt.datetime, *, allow_past: bool = False) -> tuple[Problem, ...]:
    """Check a campaign by itself."""
    return sort_problems(
        [
            *(() if allow_past else (*event_over.check(loaded, now), *too_late.check(loaded, now))),
            *no_server.check(loaded),
            *odd_server.check(loaded),
            *missing_language.check(loaded),
            *contact_address.check(loaded),
            *unknown_client.check(loaded),
            *unknown_field.check(loaded),
            *check_texts(loaded),
        ]
    )


def too_late_at(loaded: LoadedCampaign) -> dt.datetime | None:
    """Return from when on `check_edition` refuses a campaign as too late, None if never."""
    moments = (event_over.over_at(loaded), loaded.campaign.send_until)
    return min((moment for moment in moments if moment), default=None)


def check_campaign(plan: AudiencePlan) -> tuple[Problem, ...]:
    """Check a campaign with its readers: what is wrong with the mails, not with rows of the lists."""
    return sort_problems([*nobody.check(plan), *check_mails(plan)])


def check_mails(plan: AudiencePlan) -> tuple[Problem, ...]:
    """Check the mails of a plan that may be for nobody: of those who join a sending."""
    fatal = (p for p in plan.problems if p.code in LIST_IS_LOST or not p.code.startswith("R5"))
    return sort_problems([*mail_size.check(plan), *fatal])
