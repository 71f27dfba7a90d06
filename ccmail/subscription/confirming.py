"""The end of a wish to subscribe: its link was followed, and the button pressed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience.subscribed import TURN, append_row
from ccmail.ledger import sole_sender, take_turns
from ccmail.ledger.subscriptions import REQUESTS
from ccmail.mail_address import address_key
from ccmail.problems import CcmailError
from ccmail.subscription.link_token import VALID, hash_of
from ccmail.suppression.preferences import rejoin
from ccmail.suppression.resubscribe import lift
from ccmail.wording import say
from ccmail.wording.system import words_of

if TYPE_CHECKING:
    from ccmail.ledger import Subscription
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


def find_wish(ledger: Ledger, token: str) -> Subscription | None:
    """Return the wish that a link belongs to; None if there is none, or if the link is older than a week."""
    wish = ledger.subscriptions.by_token(hash_of(token))
    return wish if wish is not None and clock.now() - wish.asked_at <= VALID else None


def confirm(workspace: Workspace, ledger: Ledger, token: str) -> Subscription | None:
    """Put the owner of a link on the list; return their wish, None if the link does not count (any more).

    A second time changes nothing. The row is written before the wish counts as confirmed: if the process dies between
    the two, the link writes the row once more, and of two rows of a person one counts.

    Raises:
        CcmailError: The list, the ledger or the list of the unsubscribed cannot be written; the link still counts.
    """
    with take_turns(workspace.state, TURN):
        wish = find_wish(ledger, token)
        if wish is None or wish.confirmed_at is not None:
            return wish
        now = clock.now()
        lift(workspace, ledger, wish.address, f"subscribed again: asked {wish.asked_at:%Y-%m-%dT%H:%M:%SZ}")
        rejoin(workspace, ledger, address_key(wish.address), wish.segment)
        row = {
            **{name: str(value) for name, value in wish.fields.items()},
            "email": wish.address,
            "language": wish.language,
            "segment": wish.segment,
            "consent": wish.consent,
            "confirmed_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        }
        _append(workspace, row)
        ledger.subscriptions.confirm(wish.token)
        return dataclasses.replace(wish, confirmed_at=now)


def _append(workspace: Workspace, row: dict[str, str]) -> None:
    path = workspace.subscribed_file
    try:
        append_row(path, workspace.shown(path), row)
    except OSError as error:
        raise CcmailError(
            say("{file} cannot be written: {why}", file=workspace.shown(path), why=words_of(error)),
            code="W922",
            hint=say("give the user of `ccmail serve` the right to write there; the links in the mails still count"),
        ) from error


def drop_expired(workspace: Workspace, ledger: Ledger) -> int:
    """Remove the wishes that nobody has confirmed within a week; return how many.

    Raises:
        AlreadySending: Another process sends mails of wishes now.
    """
    with sole_sender(workspace.state, REQUESTS, workspace.zone), ledger.alone_with(REQUESTS):
        return ledger.subscriptions.drop(clock.now() - VALID)
