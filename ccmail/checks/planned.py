"""A plan whose mails and readers are checked while it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ccmail.checks import check_mail
from ccmail.checks.readers import check_reader
from ccmail.planning.assembler import FIRST, Mailing, make_assembler
from ccmail.planning.audience import list_fingerprint, read_audience
from ccmail.planning.planner import AudiencePlanner
from ccmail.rendering import fingerprint, manifest

if TYPE_CHECKING:
    from ccmail.audience import LeftOut, Selected
    from ccmail.campaign import Variant
    from ccmail.ledger.store import Ledger
    from ccmail.messages import Message
    from ccmail.planning.plan import AudiencePlan
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace

_CHECKED_MAILS = 32
_STEP = 100  # people between two reports


def plan_mails(
    workspace: Workspace,
    loaded: LoadedCampaign,
    ledger: Ledger | None,
    report: Callable[[int], None] = lambda _people: None,
    *,
    mailing: Mailing = FIRST,
    audience: Iterable[Selected | LeftOut | Problem] | None = None,
) -> AudiencePlan:
    """Plan who gets what, and keep nothing of it.

    Args:
        workspace: The workspace.
        loaded: The campaign.
        ledger: Knows suppressed people, if there is one.
        report: Gets the number of people that were looked at, from time to time and at the first one; may raise.
        mailing: The place of the mails in the life of their event.
        audience: The people; None: those on the campaign's lists.
    """
    version = fingerprint(manifest(loaded))
    people = read_audience(workspace, loaded.campaign, ledger) if audience is None else audience
    planner = AudiencePlanner(
        loaded,
        version,
        make_assembler(workspace, loaded, version, mailing),
        examine=mail_checker(loaded),
        examine_reader=check_reader,
        lists=list_fingerprint(loaded.campaign) if audience is None else "",
    )
    for done, _ in enumerate(planner.people(people)):
        if not done % _STEP:
            report(done + 1)
    return planner.plan()


def mail_checker(loaded: LoadedCampaign) -> Callable[[Message, Variant], Iterable[Problem]]:
    """Return a function that checks the first finished mails of a campaign; after many of them the rest is no news."""
    left = iter(range(_CHECKED_MAILS))
    said: dict[tuple[str, str], Problem] = {}

    def check(message: Message, variant: Variant) -> Iterable[Problem]:
        if next(left, None) is None:
            return
        for problem in check_mail(message.as_bytes(), loaded, variant, message.to):
            # the same thing is in another line of another reader's mail
            what = problem.code, re.sub(r"line \d+", "", problem.message)
            if said.setdefault(what, problem) is problem:
                yield problem

    return check
