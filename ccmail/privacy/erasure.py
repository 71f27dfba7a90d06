"""The erasure of the data that ccmail has written about one person; a pseudonym replaces it."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import shutil
from typing import TYPE_CHECKING

from ccmail.audience import address_key
from ccmail.audience.subscribed import TURN, remove_rows
from ccmail.comments import erase_lines
from ccmail.delivery.outbox import file_name
from ccmail.delivery.settings import outbox_of_tests
from ccmail.ledger import open_ledger, sole_sender, take_turns
from ccmail.ledger.failures import damaged
from ccmail.ledger.subscriptions import REQUESTS
from ccmail.messages import StoredMailDamaged, blobs_in
from ccmail.own_files import refuse_links
from ccmail.privacy.lookup import (
    PersonalData,
    approved_with,
    comments_with,
    copies_with,
    find_personal_data,
    outboxes,
    tests_with,
    theirs_in,
)
from ccmail.privacy.traces import Traces
from ccmail.suppression.keep import open_hashes
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.workspace import Workspace


def erase_recipient(workspace: Workspace, address: str) -> PersonalData:
    """Erase the data that ccmail itself has written about a person; return the rest, which is in people's own files.

    Their address is taken out of comments and of the list of those who have subscribed, line by line. What is returned
    was looked for in the bytes of all files, after the erasure. `mentions` has the campaigns of which a frozen text, or
    the row of somebody else, has the address still.

    In the ledger a pseudonym takes the person's place: the books still balance, and no mail goes to them again. A test
    in which they are, as a reader or a tester, is removed whole; copies of the ledger and approved mails that have them
    are deleted.

    Raises:
        AlreadySending: A campaign that has this person is being sent.
        LedgerFailure: The ledger cannot be written; W800, it holds old values until another program lets go of it.
        CcmailError: W746, something in `.ccmail` is a link.
    """
    wanted, traces = address_key(address), Traces(address)
    refuse_links(workspace.state / "cache")
    with open_ledger(workspace.ledger_place) as ledger, contextlib.ExitStack() as alone:
        theirs = [sending for sending in ledger.sendings() if any(ledger.rows(sending, keys=[wanted]))]
        hashes = open_hashes(workspace, ledger)
        has_asked = bool(ledger.subscriptions.of_person(hashes.names(wanted)))
        campaigns = dict.fromkeys([*(sending.campaign for sending in theirs), *([REQUESTS] if has_asked else [])])
        for campaign in campaigns:
            # a mail of a subscription is under way for seconds only
            waits = campaign == REQUESTS
            alone.enter_context(sole_sender(workspace.state, campaign, workspace.zone, waits=waits))
        alone.enter_context(ledger.alone_with(*campaigns))
        for sending in theirs:
            ledger.repair(sending)  # rows that a dead process left in flight are in doubt, not open
        mails = [(box, theirs_in(box, ledger, traces)) for box in outboxes(workspace)]
        ledger.subscriptions.erase(hashes.names(wanted))
        with take_turns(workspace.state, TURN):
            remove_rows(workspace.subscribed_file, workspace.shown(workspace.subscribed_file), [wanted])
        ledger.erase(
            wanted,
            hashes(wanted),
            person=hashes.person(wanted),
            is_theirs=lambda text: address_key(text) == wanted or traces.are_in(text.encode()),
            blobs_in=functools.partial(_blobs_in, ledger.name),
        )
        for box, files in mails:
            box.remove(files, address)
        for sending in dict.fromkeys(sending for sending, _ in tests_with(ledger, traces)):
            box = outbox_of_tests(workspace, sending.campaign)
            box.remove([box.folder / file_name(row.position, row.email) for row in ledger.rows(sending)], address)
            ledger.forget(sending)
        for written in (*copies_with(workspace, traces), *approved_with(workspace, traces)):
            written.unlink()
        for comments in comments_with(workspace, traces):
            erase_lines(comments, traces.are_in)
        workspace.cache.empty()
        shutil.rmtree(workspace.state / "cache", ignore_errors=True)  # an earlier ccmail kept texts here
        ledger.scrub()
        mentions = dict.fromkeys(campaign or ledger.name for _, campaign in ledger.search(traces.are_in))
    return dataclasses.replace(find_personal_data(workspace, address), mentions=tuple(mentions))


def _blobs_in(ledger_name: str, data: bytes) -> tuple[str, ...]:
    try:
        return blobs_in(data)
    except StoredMailDamaged as damage:
        raise damaged(ledger_name, say("a mail in it cannot be read")) from damage
