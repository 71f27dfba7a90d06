"""The mails that would be sent now, for people who look at them: with the calendar entry that readers would get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.ledger import Purpose, SendingKind, ledger_if_any
from ccmail.planning.assembler import FIRST, Mailing
from ccmail.problems import UsageError
from ccmail.sending.event_life import event_of, read_life, revise
from ccmail.sending.occasion import nobody_has_it, plan_occasion

if TYPE_CHECKING:
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


def shown_mailing(workspace: Workspace, loaded: LoadedCampaign, purpose: Purpose) -> tuple[LoadedCampaign, Mailing]:
    """Return a campaign for a purpose, and the place of its mails in the life of its event.

    Raises:
        UsageError: There is nothing to update, to remind of or to cancel.
    """
    kind = SendingKind.SMTP if workspace.sends_for_real else SendingKind.OUTBOX
    with ledger_if_any(workspace.ledger_file) as ledger:
        if ledger is None:
            if purpose is Purpose.CAMPAIGN:
                return loaded, FIRST
            raise nobody_has_it(loaded.campaign.id, purpose)
        if purpose is not Purpose.CAMPAIGN:
            planned = plan_occasion(workspace, ledger, loaded, purpose, kind, is_shown=True)
            return planned.loaded, planned.mailing
        if loaded.campaign.event is None:
            return loaded, FIRST
        life = read_life(workspace, ledger, event_of(loaded), kind, purpose)
        try:
            return loaded, Mailing(revise(life, loaded, purpose, clock.now()))
        except UsageError:  # it was cancelled, say: that is told where it is sent
            return loaded, FIRST
