"""Readiness: the conditions of a real sending, beside the number that a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.problems import CcmailError
from ccmail.wording import say
from ccmail.workspace import ApprovalRule

if TYPE_CHECKING:
    from ccmail.sending.send_plan import SendPlan
    from ccmail.workspace import Workspace


def refuse_unready(workspace: Workspace, plan: SendPlan, *, untested: bool) -> None:
    """Refuse a real sending that is too large, or that nobody has tested or approved; `untested` lets it go untested.

    Raises:
        UsageError: The computer's clock is wrong.
        CcmailError: There are more people than max_recipients (W764), nobody has tested this version (W707), or nobody
            has approved it where ccmail.yaml requires that (W772).
    """
    clock.refuse_wrong_clock()
    largest = workspace.settings.max_recipients
    campaign, version = plan.audience.loaded.campaign.id, plan.audience.version
    if largest is not None and plan.people > largest:
        raise CcmailError(
            say(
                "{people:,} people are more than max_recipients in ccmail.yaml allows ({largest:,})",
                people=plan.people,
                largest=largest,
            ),
            code="W764",
            hint=say("is it the right list? If it is, raise max_recipients in ccmail.yaml"),
        )
    if plan.tested is None and not untested:
        raise CcmailError(
            say("nobody has tested version {version} yet", version=version),
            code="W707",
            hint=say(
                "ccmail test {campaign}{option} sends it to the testers; or add --untested",
                campaign=campaign,
                option=plan.options.purpose.option,
            ),
        )
    if plan.approved is None and workspace.settings.approval is ApprovalRule.REQUIRED:
        raise CcmailError(
            say(
                "nobody has approved version {version} yet, and ccmail.yaml says “approval: required”", version=version
            ),
            code="W772",
            hint=say(
                "ccmail approve {campaign} {version}{option} --by NAME",
                campaign=campaign,
                version=version,
                option=plan.options.purpose.option,
            ),
        )
