"""The plan of a sending that begins: its list is frozen as a draft, which waits for a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.audience.reason import reason_words
from ccmail.checks import check_plan
from ccmail.ledger import Purpose, refuse_lost_ledger
from ccmail.problems import UsageError, refuse_errors
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.planning.plan import AudiencePlan
    from ccmail.sending.request import SendRequest
    from ccmail.sending.send_plan import SendPlan


def plan_new(request: SendRequest) -> SendPlan:
    """Return the plan of a sending that begins.

    Without `look_only` the list is frozen as a draft: the number that a person types is the number of these very rows.

    Raises:
        InputError: A text, template or list is wrong.
        UsageError: The only address that is wanted gets nothing.
        LedgerFailure: The campaign was sent before, and that ledger is gone (W740).
    """
    options, campaign = request.options, request.campaign.id
    if request.real and request.occasion is None:
        refuse_lost_ledger(request.workspace.state, campaign)
    draft = None if options.look_only else request.draft()
    planner = request.planner(draft)
    people = request.freeze(draft, planner, request.audience())
    audience = planner.plan()
    if request.occasion and not audience.recipients and not any(problem.is_error for problem in audience.problems):
        raise _nobody(request, audience)
    refuse_errors(check_plan(audience))
    if options.only and not people:
        raise UsageError(
            say("“{only}” is not in segment {segment}. Nothing was sent.", only=options.only, segment=options.segment)
            if options.segment
            else say("“{only}” gets nothing. Nothing was sent.", only=options.only),
            code="W779",
            hint=say("ccmail send -n -v {campaign} names who is left out, and why", campaign=campaign),
        )
    return request.plan(audience, draft, people)


def _nobody(request: SendRequest, audience: AudiencePlan) -> UsageError:
    """Return the error for an occasion of which nobody is to be told (W857)."""
    reasons = tuple(
        say("{people:,} {reason}", people=group.people, reason=reason_words(group.reason))
        for group in audience.left_out
    )
    return UsageError(
        say("nobody is left to tell: {reasons}. Nothing was sent.", reasons=reasons or say("nobody has it")),
        code="W857",
        hint=say("--again reminds everybody once more") if request.options.purpose is Purpose.REMINDER else "",
    )
