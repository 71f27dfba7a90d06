"""The mails that would be sent now, for people who look at them: with the calendar entry that readers would get."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.ledger import Purpose, SendingKind, State, ledger_if_any
from ccmail.planning.assembler import FIRST, Mailing
from ccmail.planning.audience import read_audience
from ccmail.problems import UsageError
from ccmail.sending.event_life import event_of, read_life, revise
from ccmail.sending.holders import read_holders
from ccmail.sending.occasion import nobody_has_it, plan_occasion, refuse_without_event
from ccmail.sending.occasion_news import occasion_news

if TYPE_CHECKING:
    from ccmail.audience import LeftOut, Selected
    from ccmail.ledger.store import Ledger
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.sending.occasion import PlannedOccasion
    from ccmail.sending.occasion_news import OccasionNews
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class ShownMailing:
    """A campaign for a purpose, as it would be sent now.

    Attributes:
        loaded: The campaign, with its occasion.
        mailing: The place of its mails in the life of its event.
        occasion: The update, reminder or cancellation, None for the campaign's own mail.
        news: Its news, with the people who have each state by now.
        served: The number of people who have this very mail, rehearsals apart.
    """

    loaded: LoadedCampaign
    mailing: Mailing = FIRST
    occasion: PlannedOccasion | None = None
    news: OccasionNews | None = None
    served: int = 0


def shown_mailing(workspace: Workspace, loaded: LoadedCampaign, purpose: Purpose) -> ShownMailing:
    """Return a campaign for a purpose, as it would be sent now; raises as `mailing_now`."""
    with ledger_if_any(workspace.ledger_place) as ledger:
        return mailing_now(workspace, ledger, loaded, purpose)


def mailing_now(workspace: Workspace, ledger: Ledger | None, loaded: LoadedCampaign, purpose: Purpose) -> ShownMailing:
    """Return a campaign for a purpose, as it would be sent now by this ledger; None if there is none yet.

    Raises:
        UsageError: There is nothing to update, to remind of or to cancel.
    """
    kind = SendingKind.SMTP if workspace.sends_for_real else SendingKind.OUTBOX
    if purpose is not Purpose.CAMPAIGN:
        refuse_without_event(loaded, purpose)
        if ledger is None:
            raise nobody_has_it(loaded.campaign.id, purpose)
        return _shown_occasion(ledger, plan_occasion(workspace, ledger, loaded, purpose, kind), kind)
    if ledger is None or loaded.campaign.event is None:
        return ShownMailing(loaded)
    life = read_life(workspace, ledger, event_of(loaded), kind, purpose)
    try:
        return ShownMailing(loaded, Mailing(revise(life, loaded, purpose, clock.now())))
    except UsageError:  # it was cancelled, say: that is told where it is sent
        return ShownMailing(loaded)


def _shown_occasion(ledger: Ledger, planned: PlannedOccasion, kind: SendingKind) -> ShownMailing:
    goes_on = planned.latest if kind is SendingKind.SMTP else None
    served = ledger.counts(goes_on).people(State.ACCEPTED) if goes_on else 0
    return ShownMailing(planned.loaded, planned.mailing, planned, occasion_news(planned, planned.whole), served)


def shown_people(workspace: Workspace, shown: ShownMailing) -> Iterator[Selected | LeftOut | Problem]:
    """Stream the people of a mailing; see `people_of`."""
    with ledger_if_any(workspace.ledger_place) as ledger:
        yield from people_of(workspace, ledger, shown)


def people_of(
    workspace: Workspace, ledger: Ledger | None, shown: ShownMailing
) -> Iterator[Selected | LeftOut | Problem]:
    """Stream the people of a mailing: those on the lists, or those who have the event, also those who are left out."""
    if ledger is not None and (planned := shown.occasion):
        return read_holders(workspace, ledger, planned.loaded, planned.life, planned.wanted)
    return read_audience(workspace, shown.loaded.campaign, ledger)
