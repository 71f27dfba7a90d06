"""The assembler of a campaign's mails, as they would be if they were sent now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.calendar import Method, Revision
from ccmail.campaign import CalendarMode
from ccmail.messages import Assembler, MailStamp
from ccmail.workspace.key import token_key, unsubscribe_key

if TYPE_CHECKING:
    from ccmail.planning.plan import AudiencePlan
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


def make_assembler(
    workspace: Workspace, loaded: LoadedCampaign, version: str, *, sequence: int = 0, compiled_before: int = 0
) -> Assembler:
    """Return the assembler of messages as they would be if they were sent now.

    Args:
        workspace: Has the keys of the readers' links and invitations, and the time zone of the date.
        loaded: The campaign.
        version: Its fingerprint.
        sequence: Of the calendar entry.
        compiled_before: How many compiled mails its sending has already.
    """
    now = clock.now()
    answerable = loaded.campaign.calendar is CalendarMode.RSVP and not loaded.is_test
    revision = Revision(sequence, now, Method.REQUEST if answerable else Method.PUBLISH)
    stamp = MailStamp(date=now.astimezone(workspace.zone), revision=revision, seed=version)
    return Assembler(
        loaded,
        stamp,
        unsubscribe_key=unsubscribe_key(workspace),
        token_key=token_key(workspace) if answerable else b"",
        compiled_before=compiled_before,
    )


def first_mails(workspace: Workspace, plan: AudiencePlan) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each variant of a plan, `german·de`, and the mail of its first reader."""
    assembler = make_assembler(workspace, plan.loaded, plan.version)
    for planned in plan.variants:
        variant = planned.variant
        message = assembler.assemble(planned.first.contact, variant)
        yield f"{variant.segment.name}·{'+'.join(variant.languages)}", b"".join(message.chunks)
