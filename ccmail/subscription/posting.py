"""The mails that confirm subscriptions leave in the background, so that nobody waits for a mail server on a page.

Several processes may serve the pages of a workspace: one at a time sends. What a dead one has left queued leaves with
the next pass; what it has left in flight is in doubt, and not sent again: the person asks once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.delivery import Ending, deliver
from ccmail.delivery.settings import open_courier_at_once
from ccmail.delivery.signers import open_signers
from ccmail.ledger import State, open_ledger, sole_sender
from ccmail.ledger.subscriptions import REQUESTS
from ccmail.problems import AlreadySending, CcmailError
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.subscription.confirming import drop_expired

if TYPE_CHECKING:
    from ccmail.delivery import Courier
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages.dkim import Signer
    from ccmail.workspace import Workspace

_LOOK = 2.0  # seconds between two looks into the ledger: people wait for the mail, and a look is one statement
_REST = 60.0  # seconds after a failure of the server, of the ledger or of a key
_HEED = 0.2  # seconds until a delivery heeds the end
_LONGEST = dt.timedelta(seconds=30)  # for one mail: others wait behind it
_FIRST_AGAIN = dt.timedelta(minutes=5)  # a greylisting server takes no mail before
_TIDY = dt.timedelta(hours=1)
_LOG = logging.getLogger("ccmail.subscription")


@contextlib.contextmanager
def posting(workspace: Workspace) -> Iterator[None]:
    """Send the mails of wishes in a thread of its own inside the `with` block; the one under way is finished."""
    ended = threading.Event()
    thread = threading.Thread(target=_work, args=(workspace, ended), name="mails of subscriptions")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _work(workspace: Workspace, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            # its own: claims and outcomes go over one connection, which belongs to one thread
            with open_ledger(workspace.ledger_place) as ledger:
                _keep_posting(workspace, ledger, ended)
        except CcmailError as error:
            _LOG.error(str(error))
        except Exception:  # noqa: BLE001 - the pages go on without this thread, and nobody would see that it has ended
            _LOG.exception("mails of subscriptions")
        ended.wait(_REST)


def _keep_posting(workspace: Workspace, ledger: Ledger, ended: threading.Event) -> None:
    """Look for mails that wait, and for wishes that are over, until the server takes no mails, or the end."""
    tidied: dt.datetime | None = None
    while not ended.wait(_LOOK):
        with contextlib.suppress(AlreadySending):  # the other process does it
            if tidied is None or clock.now() - tidied >= _TIDY:
                drop_expired(workspace, ledger)
                tidied = clock.now()
            if not post(workspace, ledger, ended):
                return


def post(workspace: Workspace, ledger: Ledger, ended: threading.Event) -> bool:
    """Send the mails that wait; return whether the server takes mails, as far as is known.

    Args:
        workspace: Its courier.
        ledger: Used by no other thread.
        ended: When set, no new mail is begun.

    Raises:
        AlreadySending: Another process does it now.
        ServerRefused: The server takes nothing from us.
        CcmailError: A key or the ledger cannot be used.
    """
    if not any(_is_due(ledger, sending) for sending in ledger.subscriptions.sendings(are_open=True)):
        return True
    with sole_sender(workspace.state, REQUESTS, workspace.zone), ledger.alone_with(REQUESTS):
        courier = open_courier_at_once(workspace, REQUESTS)
        signers = open_signers(workspace) if workspace.sends_for_real else ()
        # asked once more: another process may have sent them before this one had the lock
        for sending in ledger.subscriptions.sendings(are_open=True):
            ledger.repair(sending)
            if not _is_due(ledger, sending):
                continue
            if ended.is_set() or not _send(workspace, ledger, sending, courier, signers, ended):
                return False
    return True


def _is_due(ledger: Ledger, sending: Sending) -> bool:
    """Return whether a mail is to be tried: one that was deferred, when it has waited as long as before, once more."""
    row = next(ledger.rows(sending))
    if row.state is not State.DEFERRED:
        return True
    return clock.now() - row.updated_at >= max(_FIRST_AGAIN, row.updated_at - sending.started_at)


def _send(
    workspace: Workspace,
    ledger: Ledger,
    sending: Sending,
    courier: Courier,
    signers: tuple[Signer, ...],
    ended: threading.Event,
) -> bool:
    """Send one mail; return whether the server took it, refused it or wants it later: whether it works."""
    assemble = frozen_mails(ledger, sending, signers, workspace.zone)

    async def carry() -> Ending:
        stop = asyncio.Event()
        heeding = asyncio.create_task(_heed(ended, stop))
        until = clock.now() + _LONGEST
        result = await deliver(ledger, sending, assemble, courier, stop=stop, until=until)
        heeding.cancel()
        return result.ending

    return asyncio.run(carry()) is Ending.DONE


async def _heed(ended: threading.Event, stop: asyncio.Event) -> None:
    """Pass an event of the threads on to the loop."""
    while not ended.is_set():  # noqa: ASYNC110 - an event of threads cannot be awaited
        await asyncio.sleep(_HEED)
    stop.set()
