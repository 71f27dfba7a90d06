"""The people who hold an event: the audience of its updates, reminders and cancellation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ccmail.audience import LeftOut, Reason, Selected, address_key, from_record
from ccmail.ledger import MAY_HAVE_IT
from ccmail.planning.audience import read_audience, read_unwanted
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger import RecipientRow
    from ccmail.ledger.store import Ledger
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.sending.event_life import EventLife
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """The choice among the people who hold an event.

    Attributes:
        current: The state that the mail brings, a position in `EventLife.states`: people who have it get nothing. None
            if it is new, or if everybody gets the mail.
        left_out: By address key, the reason of people who get nothing for themselves.
    """

    current: int | None = None
    left_out: Mapping[str, Reason] = dataclasses.field(default_factory=dict)


def read_holders(
    workspace: Workspace, ledger: Ledger, loaded: LoadedCampaign, life: EventLife, wanted: Wanted
) -> Iterator[Selected | LeftOut | Problem]:
    """Stream the people who hold an event and get a mail about it, and those of them who are left out.

    People come with the fields, the segment and the language of the mail that they have, also if they have left the
    lists since. Where another computer has sent the event, the lists say who has it.

    Raises:
        UsageError: W858, the campaign no longer has the segment or the language of somebody's mail.
    """
    segments = {segment.name for segment in loaded.campaign.segments}
    unwanted = read_unwanted(workspace, loaded.campaign, ledger)
    for row in _rows(ledger, life):
        if life.held[row.key].state == wanted.current:
            continue
        contact = from_record(row.contact)
        if suppression := unwanted.get(row.key):
            yield LeftOut(contact.email, row.segment, suppression.reason, suppression.detail, contact.place)
        elif reason := wanted.left_out.get(row.key):
            yield LeftOut(contact.email, row.segment, reason, "", contact.place)
        else:
            gone = [row.segment] if row.segment not in segments else set(row.languages) - loaded.campaign.texts.keys()
            if gone:
                raise _no_mail_for(row, ", ".join(gone))
            yield Selected(contact, row.segment, row.languages)
    if life.elsewhere:
        yield from _from_lists(workspace, ledger, loaded, life, wanted)


def _no_mail_for(row: RecipientRow, gone: str) -> UsageError:
    return UsageError(
        say(
            "{address} has the event in segment {segment} ({languages}), and the campaign has no “{gone}” any more",
            address=row.email,
            segment=row.segment,
            languages="+".join(row.languages),
            gone=gone,
        ),
        code="W858",
        hint=say("write “{gone}” into the campaign's file again: these people are to be told as well", gone=gone),
    )


def _rows(ledger: Ledger, life: EventLife) -> Iterator[RecipientRow]:
    """Stream the row of the last mail that each person has."""
    for sending in life.sendings:
        for row in ledger.rows(sending, *MAY_HAVE_IT):
            holding = life.held.get(row.key)
            if holding and (holding.mail.sending.id, holding.mail.position) == (sending.id, row.position):
                yield row


def _from_lists(
    workspace: Workspace, ledger: Ledger, loaded: LoadedCampaign, life: EventLife, wanted: Wanted
) -> Iterator[Selected | LeftOut | Problem]:
    # of those who paused, the ledger leaves out who gets no reminder
    for item in read_audience(workspace, loaded.campaign, ledger, heeds_preferences=False):
        if not isinstance(item, Selected):
            continue
        state = life.elsewhere.get(item.segment)
        key = address_key(item.contact.email)
        if state is not None and state != wanted.current and key not in life.held:
            yield item
