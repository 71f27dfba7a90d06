"""Resubscription: finds the suppression of an address, and ends it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.audience import address_key
from ccmail.ledger import SuppressionReason, ledger_if_any, open_ledger, take_turns
from ccmail.ledger.pseudonym import is_erased
from ccmail.problems import UsageError
from ccmail.suppression.keep import names_in_ledger, open_hashes
from ccmail.suppression.unsubscribe import TURN, parsed, rows_of, take_out
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.ledger import Resubscription
    from ccmail.ledger.store import Ledger
    from ccmail.suppression.list_file import SuppressionRow
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class SuppressionStatus:
    """The suppression of one address.

    Attributes:
        file: The list of the unsubscribed.
        rows: The rows of the address in it.
        in_ledger: The reason in the ledger, None if it has no suppression.
    """

    address: str
    file: str
    rows: tuple[SuppressionRow, ...]
    in_ledger: SuppressionReason | None

    @property
    def lines(self) -> tuple[int, ...]:
        """The line numbers of the rows in the file."""
        return tuple(row.row.line for row in self.rows)

    @property
    def reason(self) -> SuppressionReason:
        """The reason of the suppression; that of the file comes first, as for a sending."""
        in_file = next((SuppressionReason(row.suppression.reason.value) for row in self.rows), None)
        return in_file or self.in_ledger or SuppressionReason.UNSUBSCRIBED


def find_suppression(workspace: Workspace, address: str) -> SuppressionStatus:
    """Return the suppression of an address.

    Raises:
        UsageError: There is none (W796), the person was erased (W797), or it is no address (W790).
    """
    with ledger_if_any(workspace.ledger_place) as ledger:
        return _find(workspace, ledger, address)


def resubscribe(workspace: Workspace, address: str, note: str) -> tuple[SuppressionStatus, Resubscription]:
    """End the suppression of an address; return it, and the resubscription that the ledger keeps.

    The resubscription is noted before the list is changed: nobody gets mails again without a recorded wish.

    Raises:
        UsageError: As `find_suppression`, or the note is empty.
    """
    if not note.strip():
        raise UsageError(
            say("the note is empty: how do you know that this person wants mails again?"),
            code="W748",
            hint=say("for example --note “mail of 20 Sep to Fatina”"),
        )
    with take_turns(workspace.state, TURN), open_ledger(workspace.ledger_place) as ledger:
        status = _find(workspace, ledger, address)
        key = address_key(status.address)
        names = open_hashes(workspace, ledger).names(key)
        asked = ledger.resubscribe(key, status.reason, " ".join(note.split()), names=names)
        if status.rows:
            take_out(workspace.unsubscribed_file, status.file, status.rows)
    return status, asked


def lift(workspace: Workspace, ledger: Ledger, address: str, note: str) -> None:
    """End every suppression of an address whose owner has asked for mails again, and proven it; there may be none.

    Who was erased counts, too: they have given their address anew. Raises as `resubscribe` does for a list that cannot
    be changed.
    """
    key = address_key(address)
    path = workspace.unsubscribed_file
    with take_turns(workspace.state, TURN):
        names = open_hashes(workspace, ledger).names(key)
        rows = rows_of(path, workspace.shown(path), key)
        entry = next(iter(ledger.suppressions_of(names)), None)
        reasons = [SuppressionReason(row.suppression.reason.value) for row in rows]
        if entry is not None:
            reasons.append(entry.reason)
        if not reasons:
            return
        ledger.resubscribe(key, reasons[0], note, names=names)
        if rows:
            take_out(path, workspace.shown(path), rows)


def _find(workspace: Workspace, ledger: Ledger | None, address: str) -> SuppressionStatus:
    email = parsed(address)
    wanted = address_key(email)
    names = names_in_ledger(workspace, ledger, wanted) if ledger else ()
    suppressed = ledger.suppressed() if ledger else ()
    found = {entry.key: entry.reason for entry in suppressed if entry.key in names}
    if any(map(is_erased, found)):
        raise UsageError(
            say(
                "{address} was erased: nobody knows any more which mails this person has, so no mail is sent",
                address=email,
            ),
            code="W797",
            hint=say("write another address of this person into a list, or write the mail by hand"),
        )
    path = workspace.unsubscribed_file
    status = SuppressionStatus(
        email,
        workspace.shown(path),
        rows_of(path, workspace.shown(path), wanted),
        next(iter(found.values()), None),
    )
    if not status.rows and status.in_ledger is None:
        message = say("nothing keeps {address} from getting mails", address=email)
        raise UsageError(message, code="W796", hint=say("is this address on a list? `ccmail recipients find` shows it"))
    return status
