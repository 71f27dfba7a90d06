"""The assembler of a campaign's mails, as they would be if they were sent now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.calendar import Method, Revision, first_revision
from ccmail.campaign import CalendarMode
from ccmail.messages import Assembler, MailStamp
from ccmail.workspace.key import token_key, unsubscribe_key

if TYPE_CHECKING:
    from ccmail.planning.plan import AudiencePlan
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Mailing:
    """The place of mails in the life of their event.

    Attributes:
        revision: The revision of the calendar entry; None: the first one, as of now.
        name: The name in Message-IDs, "" for the campaign's own mail: each mail about an event needs its own.
        held: By address key, the state of the event that a reader has, a position in `Occasion.before`.
    """

    revision: Revision | None = None
    name: str = ""
    held: Mapping[str, int] = dataclasses.field(default_factory=dict)


FIRST = Mailing()


def make_assembler(
    workspace: Workspace, loaded: LoadedCampaign, version: str, mailing: Mailing = FIRST, *, compiled_before: int = 0
) -> Assembler:
    """Return the assembler of messages as they would be if they were sent now.

    Args:
        workspace: Has the keys of the readers' links and invitations, and the time zone of the date.
        loaded: The campaign.
        version: Its fingerprint.
        mailing: The place in the life of the event.
        compiled_before: How many compiled mails its sending has already.
    """
    now = clock.now()
    revision = mailing.revision or first_revision(Method.REQUEST if _is_rsvp(loaded) else Method.PUBLISH, now)
    if loaded.is_test and revision.method is Method.REQUEST:
        revision = dataclasses.replace(revision, method=Method.PUBLISH)  # a tester answers nobody
    stamp = MailStamp(date=now.astimezone(workspace.zone), revision=revision, seed=version)
    return Assembler(
        loaded,
        stamp,
        unsubscribe_key=unsubscribe_key(workspace),
        token_key=token_key(workspace) if _is_rsvp(loaded) and not loaded.is_test else b"",
        compiled_before=compiled_before,
        mailing=mailing.name,
        held=mailing.held,
    )


def _is_rsvp(loaded: LoadedCampaign) -> bool:
    return loaded.campaign.calendar is CalendarMode.RSVP


def first_mails(workspace: Workspace, plan: AudiencePlan) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each variant of a plan, `german·de`, and the mail of its first reader."""
    assembler = make_assembler(workspace, plan.loaded, plan.version)
    for planned in plan.variants:
        variant = planned.variant
        message = assembler.assemble(planned.first.contact, variant)
        yield f"{variant.segment.name}·{'+'.join(variant.languages)}", b"".join(message.chunks)
