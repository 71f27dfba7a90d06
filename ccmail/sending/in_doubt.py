"""The decision of a person about people in doubt: they have the mail, or it is sent to them again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ccmail.audience import address_key
from ccmail.audience.reason import reason_words
from ccmail.ledger import Purpose, SendingKind, State, StateChange
from ccmail.ledger.pseudonym import is_erased
from ccmail.problems import UsageError, did_you_mean
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger import RecipientRow, Sending
    from ccmail.ledger.store import Ledger

_WORDS: Mapping[State, str] = {
    State.ACCEPTED: "a person said: they have it",
    State.QUEUED: "a person said: send it again",
}
_STANDING: Mapping[State, str] = {
    State.QUEUED: say("queued"),
    State.CLAIMED: say("claimed"),
    State.IN_FLIGHT: say("in flight"),
    State.ACCEPTED: say("accepted"),
    State.DEFERRED: say("deferred"),
    State.REFUSED: say("refused"),
    State.IN_DOUBT: say("in doubt"),
    State.LEFT_OUT: say("left out"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class InDoubt:
    """The people in doubt of a campaign, before or after a decision.

    Attributes:
        purpose: The purpose of the sending.
        sending: The campaign's latest real sending for it, None if there is none.
        in_doubt: The rows in doubt now.
        resolved: The rows that the decision was about, as they were before it.
    """

    campaign: str
    purpose: Purpose
    sending: Sending | None
    in_doubt: tuple[RecipientRow, ...]
    resolved: tuple[RecipientRow, ...] = ()


def find_in_doubt(ledger: Ledger, campaign: str, purpose: Purpose = Purpose.CAMPAIGN) -> InDoubt:
    """Return the people in doubt, after the repair of rows that a dead process left behind.

    Call it only when no other process sends this campaign.
    """
    sending = ledger.resume(campaign, SendingKind.SMTP, purpose)
    return InDoubt(campaign, purpose, sending, tuple(ledger.rows(sending, State.IN_DOUBT)) if sending else ())


def resolve(
    ledger: Ledger,
    campaign: str,
    addresses: Sequence[str] | None,
    state: State,
    purpose: Purpose = Purpose.CAMPAIGN,
) -> InDoubt:
    """Record that people in doubt have the mail (`ACCEPTED`), or queue them again (`QUEUED`).

    Args:
        ledger: Used by nobody else for this campaign.
        campaign: Its id.
        addresses: Of people in doubt; None means all of them.
        state: Their state from now on.
        purpose: The purpose of the sending.

    Raises:
        UsageError: One of them is not in doubt. Nothing is changed then.
    """
    found = find_in_doubt(ledger, campaign, purpose)
    chosen = found.in_doubt if addresses is None else tuple(_chosen(ledger, found, addresses))
    if state is State.QUEUED:  # an erased person has no address
        chosen = tuple(row for row in chosen if not is_erased(row.key))
    if found.sending is not None:
        ledger.record(found.sending, [StateChange(row.position, state, "person", text=_WORDS[state]) for row in chosen])
    left = tuple(row for row in found.in_doubt if row not in chosen)
    return dataclasses.replace(found, in_doubt=left, resolved=chosen)


def _chosen(ledger: Ledger, found: InDoubt, addresses: Sequence[str]) -> Iterator[RecipientRow]:
    doubtful = {row.key: row for row in found.in_doubt}
    for address in {address_key(address): address for address in addresses}.values():
        row = doubtful.get(address_key(address))
        if row is None:
            raise _not_in_doubt(ledger, found, address)
        yield row


def _not_in_doubt(ledger: Ledger, found: InDoubt, address: str) -> UsageError:
    near = did_you_mean(address, [row.email for row in found.in_doubt])
    return UsageError(
        say(
            "“{address}” is not in doubt, but {standing}. Nothing was changed.",
            address=address,
            standing=_standing(ledger, found.sending, address),
        ),
        code="W780",
        hint=say("did you mean {meant}?", meant=near)
        if near
        else say(
            "ccmail resolve {campaign}{option} lists who is in doubt",
            campaign=found.campaign,
            option=found.purpose.option,
        ),
    )


def _standing(ledger: Ledger, sending: Sending | None, address: str) -> str:
    rows = list(ledger.rows(sending, keys=[address_key(address)])) if sending else []
    if not rows:
        return say("not on the lists of this sending")
    row = min(rows, key=lambda row: row.state is State.LEFT_OUT)  # on two lists: one row is served
    state = _STANDING[row.state]
    return say("{state} ({reason})", state=state, reason=reason_words(row.reason)) if row.reason else state
