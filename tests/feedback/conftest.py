"""A campaign that was sent for real, and a mailbox to which its mails come back."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.calendar import event_uid, recipient_uid
from ccmail.feedback.mailbox import FetchedMail, Mailbox
from ccmail.feedback.settle import settle
from ccmail.ledger import (
    NewRecipient,
    Purpose,
    RecipientFilter,
    RecipientRow,
    Sending,
    SendingKind,
    State,
    StateChange,
    StoredMail,
    open_ledger,
)
from ccmail.mail_address import address_key
from ccmail.messages.identity import TokenPurpose, tokens
from ccmail.sending.new import plan_new
from ccmail.sending.run import begin
from ccmail.suppression.pseudonym import find_pseudonymiser
from ccmail.workspace.key import token_key
from tests.sending.conftest import NoCourier
from tests.small_workspace import ADA, BO, CY, DEE, EVE, SmallWorkspace, pretend

if TYPE_CHECKING:
    from ccmail.feedback.settled import SettledMail
    from ccmail.ledger.store import Ledger

NOON = dt.datetime(2020, 9, 20, 12, 0, tzinfo=dt.UTC)


class Mailed:
    """The small campaign after it was sent: Ada and Cy have it, Bo is in doubt, Dee was never mailed."""

    def __init__(self, small: SmallWorkspace, ledger: Ledger) -> None:
        self.small = small
        self.ledger = ledger

    def begin(self) -> None:
        """Send it to everybody but Dee."""
        begin(self.small.workspace, self.ledger, plan_new(self.small.request(self.ledger)), 4, NoCourier())
        for address, state in ((ADA, State.ACCEPTED), (BO, State.IN_DOUBT), (CY, State.ACCEPTED)):
            self.settle(self.sending(), address, state)

    def sending(self, purpose: Purpose = Purpose.CAMPAIGN) -> Sending:
        found = self.ledger.latest("news", SendingKind.SMTP, purpose)
        assert found is not None
        return found

    def row(self, address: str, purpose: Purpose = Purpose.CAMPAIGN) -> RecipientRow:
        """Return the row of a person in a sending."""
        return next(self.ledger.rows(self.sending(purpose), keys=[address_key(address)]))

    def bounces(self, address: str, purpose: Purpose = Purpose.CAMPAIGN) -> str:
        """Return the address to which a person's mail bounces."""
        token = tokens(token_key(self.small.workspace), TokenPurpose.BOUNCE, "")
        return f"bounces+{token(self.row(address, purpose).message_id)}@netz.example"

    def uid(self, address: str) -> str:
        """Return the UID of a person's own calendar entry."""
        token = tokens(token_key(self.small.workspace), TokenPurpose.ENTRY, "news")
        return recipient_uid(self.shared_uid, token(address_key(address)))

    @property
    def shared_uid(self) -> str:
        """The UID of the entry that everybody has."""
        return event_uid("news", "", "netz.example")

    def update(self, *addresses: str, sequence: int = 1) -> Sending:
        """Send an update of the event to some people."""
        entries = [
            NewRecipient(row.key, row.email, row.segment, (), row.contact, f"<update-{n}@netz.example>", mail=1)
            for n, row in enumerate(map(self.row, addresses))
        ]
        sending = self.ledger.start(
            "news",
            SendingKind.SMTP,
            "v2",
            entries,
            confirmed=len(entries),
            dtstamp=NOON,
            sequence=sequence,
            purpose=Purpose.UPDATE,
            number=1,
        )
        self.ledger.keep_mail(sending, StoredMail(1, "v2", b"", {}))
        for address in addresses:
            self.settle(sending, address, State.ACCEPTED)
        return sending

    def settle(self, sending: Sending, address: str, state: State) -> None:
        """Bring somebody who is queued into a state, as a courier does."""
        (claim,) = self.ledger.claim(sending, 1, RecipientFilter(keys=(address_key(address),)))
        self.ledger.record(sending, [StateChange(claim.position, State.IN_FLIGHT)])
        if state is not State.IN_FLIGHT:
            self.ledger.record(sending, [StateChange(claim.position, state, "end")])

    def read(self, *mails: bytes, look_only: bool = False, key: str = "") -> list[SettledMail]:
        """Read a mailbox with these mails."""
        fetched = [FetchedMail(f"{number}.eml", mail, f"1/{number}") for number, mail in enumerate(mails)]
        return list(settle(self.small.workspace, self.ledger, Mailbox("box", fetched, key=key), look_only=look_only))

    def outcomes(self, *mails: bytes, look_only: bool = False) -> list[tuple[str, str]]:
        """Read a mailbox, and return outcome and address of each finding."""
        read = self.read(*mails, look_only=look_only)
        return [(each.outcome.value, each.email) for mail in read for each in mail.findings]

    def suppressed(self) -> dict[str, str]:
        """Return who gets nothing any more by the ledger, and why."""
        hashes = find_pseudonymiser(self.small.workspace)
        names = {hashes.person(key): key for key in map(address_key, (ADA, BO, CY, DEE, EVE))} if hashes else {}
        return {names.get(entry.key, entry.key): entry.reason.value for entry in self.ledger.suppressed()}


@pytest.fixture(scope="session")
def _mailed(written: SmallWorkspace, tmp_path_factory: pytest.TempPathFactory) -> SmallWorkspace:
    small = SmallWorkspace(shutil.copytree(written.folder, tmp_path_factory.mktemp("mailed") / "workspace"))
    with pytest.MonkeyPatch.context() as patch:
        pretend(patch)
        token_key(small.workspace)
        with open_ledger(small.workspace.ledger_file) as ledger:
            Mailed(small, ledger).begin()
    return small


@pytest.fixture
def mailed(_mailed: SmallWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailed]:
    """The campaign that was sent, in a workspace for this test alone."""
    pretend(monkeypatch)
    small = SmallWorkspace(shutil.copytree(_mailed.folder, tmp_path / "mailed"))
    with open_ledger(small.workspace.ledger_file) as ledger:
        yield Mailed(small, ledger)
