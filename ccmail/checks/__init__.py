"""The findings of a careful colleague: a campaign, its plan and its finished mails become problems.

The public verbs are `check_campaign` (before anything is rendered), `check_plan` (with its plan) and `check_mail`. A
rule is a function under `@rule`; it looks at values only and is told the time. The rules about mails are loaded when
the first mail is looked at.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ccmail.checks import campaign, texts
from ccmail.checks.rule import apply, rules_of
from ccmail.problems import Subject, sort_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Variant
    from ccmail.checks.mail.message import MailOrigin, ParsedMail
    from ccmail.checks.rule import Rule
    from ccmail.planning.plan import AudiencePlan
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign

__all__ = ["all_rules", "check_campaign", "check_mail", "check_mails", "check_parsed", "check_plan", "too_late_at"]

_OF_TIME = (campaign.event_over, campaign.too_late)
_OF_PLANS = (campaign.nobody, campaign.mail_size)


def all_rules() -> tuple[Rule, ...]:
    """Return all rules, those about texts, readers and finished mails too."""
    from ccmail import checks  # noqa: PLC0415 - itself, as a place of rules; the modules below register there
    from ccmail.checks import clients, headers, html, ics, occasion, plain, readers, updates  # noqa: F401, PLC0415

    return rules_of(checks)


def check_campaign(
    loaded: LoadedCampaign, now: dt.datetime, *, allow_past: bool = False, rehearse: bool = False
) -> tuple[Problem, ...]:
    """Check a campaign by itself; `rehearse` says that its mails stay on this computer, whatever ccmail.yaml says."""
    real = loaded.settings.delivery.is_real and not rehearse
    others = {*_OF_PLANS, *(_OF_TIME if allow_past else ())}
    return sort_problems(
        apply((rule for rule in rules_of(campaign, texts) if rule not in others), loaded=loaded, now=now, real=real)
    )


def too_late_at(loaded: LoadedCampaign) -> dt.datetime | None:
    """Return the moment from which `check_campaign` refuses a campaign as too late, None if there is none."""
    moments = (campaign.over_at(loaded), loaded.campaign.send_until)
    return min((moment for moment in moments if moment), default=None)


def check_plan(plan: AudiencePlan) -> tuple[Problem, ...]:
    """Check a campaign with its readers: what is wrong with the mails, not with rows of the lists."""
    return sort_problems([*campaign.nobody(plan=plan), *check_mails(plan)])


def check_mails(plan: AudiencePlan) -> tuple[Problem, ...]:
    """Check the mails of a plan that may have no readers: the plan of people who join a sending."""
    fatal = (problem for problem in plan.problems if problem.about is not Subject.ROW)
    return sort_problems([*campaign.mail_size(plan=plan), *fatal])


def check_mail(raw: bytes, loaded: LoadedCampaign, variant: Variant, recipient: str) -> Iterator[Problem]:
    """Yield the problems of a finished mail.

    Args:
        raw: The mail, as it goes to the server.
        loaded: What it was made of.
        variant: Which of its texts.
        recipient: The address it is for.
    """
    from ccmail.checks.mail.message import MailOrigin, parse_mail  # noqa: PLC0415 - when the first mail is looked at

    yield from check_parsed(parse_mail(raw), MailOrigin(loaded, variant, recipient))


def check_parsed(mail: ParsedMail, origin: MailOrigin) -> Iterator[Problem]:
    """Yield the problems of a mail that was taken apart."""
    from ccmail.checks import clients, headers, html, ics, occasion, plain  # noqa: PLC0415 - at the first mail
    from ccmail.checks.mail.ics import read_entry  # noqa: PLC0415

    yield from apply(rules_of(headers, html, clients, plain, occasion), mail=mail, origin=origin)
    if mail.calendars:
        entry = read_entry(mail.calendars[0].content)
        yield from apply(rules_of(ics), entry=entry, mail=mail, origin=origin)
