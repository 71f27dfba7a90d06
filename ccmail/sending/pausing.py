"""The pause of a campaign: nothing of it is sent, by whichever process, until somebody says that it goes on."""

from __future__ import annotations

import getpass
import socket
from typing import TYPE_CHECKING

from ccmail.jobs import open_queue
from ccmail.problems import NotConfirmed
from ccmail.wording import join, say
from ccmail.wording.days import long_time

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger import Pause
    from ccmail.ledger.store import Ledger
    from ccmail.workspace import Workspace


def pause_sending(ledger: Ledger, campaign: str, why: str = "") -> Pause | None:
    """Pause a campaign for the person who asks; whoever is sending it finishes the mails under way, and waits.

    Args:
        ledger: The ledger.
        campaign: The campaign's id.
        why: The reason, as the person wrote it; "" without one.

    Returns:
        The pause that there was before, None if there was none. Without a new reason it stays as it was.
    """
    before = ledger.pauses.of(campaign)
    if before is None or why:
        ledger.pauses.pause(campaign, _somebody_here(), why)
    return before


def continue_sending(workspace: Workspace, ledger: Ledger, campaign: str) -> Pause | None:
    """End the pause of a campaign, and return it; None if it was not paused.

    A process that waits goes on by itself, and workers with the batches that they have parked.

    Raises:
        UsageError: There are workers, and this installation does not know their queue (W961).
    """
    paused = ledger.pauses.of(campaign)
    queue = open_queue(workspace) if ledger.has_queue() else None
    with ledger.one_transaction() as connection:
        ledger.pauses.lift(campaign)
        if queue is not None:
            queue.release(connection, [sending.id for sending in ledger.sendings(campaign)])
    return paused


def refuse_paused(ledger: Ledger, campaign: str, zone: dt.tzinfo) -> None:
    """Refuse to begin or to go on while a campaign is paused.

    Args:
        ledger: The ledger.
        campaign: The campaign's id.
        zone: The time zone in which the person is told since when.

    Raises:
        NotConfirmed: W944, it is paused; the message says by whom, since when and why.
    """
    paused = ledger.pauses.of(campaign)
    if paused is not None:
        raise NotConfirmed(
            say("{campaign} is {paused}. Nothing was sent.", campaign=campaign, paused=pause_words(paused, zone)),
            code="W944",
            hint=say("when it may go on: ccmail continue {campaign}; with -n the plan is shown", campaign=campaign),
        )


def pause_words(pause: Pause, zone: dt.tzinfo) -> str:
    """Return a pause in words: "paused since 2 March 2027, 09:00 CET by kim@desk: a wrong date"."""
    words = say("paused since {time} by {who}", time=long_time(pause.at.astimezone(zone)), who=pause.by)
    return join(": ", [words, pause.why]) if pause.why else words


def _somebody_here() -> str:
    """Return the person and the computer: "kim@desk"."""
    try:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError, ImportError):  # a container may know no name for its user
        return socket.gethostname()
