"""A sending: its list is frozen, then its mails are assembled and delivered."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import LeftOut, Selected, from_record, key, to_record
from ccmail.campaign import Variant
from ccmail.delivery import Outbox, deliver, stop_at_signals
from ccmail.ledger import Entry, Part, write_receipt
from ccmail.messages import message_id
from ccmail.prepare import make_assembler, read_audience
from ccmail.problems import NotConfirmed
from ccmail.prospect import count_open

if TYPE_CHECKING:
    from ccmail.delivery import Courier, Progress, Result
    from ccmail.ledger import Counts, Row, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.prospect import Prospect
    from ccmail.rendering import Edition
    from ccmail.workspace import Workspace

_EVERYBODY = Part()


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """How a run ended, and the books afterwards.

    Attributes:
        left: How many of those whom the run was for are still to be served.
        signal: The number of the signal that stopped it, or None.
    """

    sending: Sending
    counts: Counts
    left: int
    result: Result
    signal: int | None = None


def begin(workspace: Workspace, ledger: Ledger, prospect: Prospect, confirmed: int, courier: Courier) -> Sending:
    """Freeze the list of a sending before its first mail; an earlier rehearsal is cleared away.

    Raises:
        NotConfirmed: The lists are not those any more that the number was read from.
    """
    edition = prospect.plan.edition
    if isinstance(courier, Outbox):
        while (rehearsed := ledger.latest(edition.campaign.id, prospect.delivery)) is not None:
            ledger.forget(rehearsed)
        courier.clear()
    now = clock.now()
    sending = ledger.start(
        edition.campaign.id,
        prospect.delivery,
        prospect.plan.version,
        _entries(workspace, edition, ledger),
        confirmed=confirmed,
        date=now,
        dtstamp=now,
    )
    if prospect.real:
        write_receipt(workspace.state, sending)
    frozen = count_open(ledger, sending, prospect.part)
    if frozen != prospect.people and (prospect.limit is None or frozen < prospect.people):
        ledger.forget(sending)
        (workspace.state / f"{sending.campaign}.sent").unlink(missing_ok=True)
        raise NotConfirmed(
            f"the lists changed meanwhile: now {frozen:,} people would get it. Nothing was sent.", code="W761"
        )
    return sending


def run(
    workspace: Workspace,
    ledger: Ledger,
    edition: Edition,
    sending: Sending,
    courier: Courier,
    report: Callable[[Progress], None],
    *,
    part: Part = _EVERYBODY,
    limit: int | None = None,
) -> Sent:
    """Deliver what is queued, until it is done, somebody stops it, or the server gives no more.

    Raises:
        ServerRefused, LedgerFailure: As `deliver` does; what was sent is in the ledger.
    """
    assemble = _assemble(workspace, edition, sending)

    async def carry() -> tuple[Result, int | None]:
        with stop_at_signals() as stop:
            result = await deliver(ledger, sending, assemble, courier, report=report, stop=stop, part=part, limit=limit)
        return result, stop.signal

    result, signal = asyncio.run(carry())
    return Sent(sending, ledger.counts(sending), count_open(ledger, sending, part), result, signal)


def _entries(workspace: Workspace, edition: Edition, ledger: Ledger) -> Iterator[Entry]:
    for item in read_audience(workspace, edition.campaign, ledger):
        if isinstance(item, Selected):
            contact, address = item.contact, key(item.contact.email)
            record, name = to_record(contact), message_id(edition, address)
            yield Entry(address, contact.email, item.segment, item.languages, record, name)
        elif isinstance(item, LeftOut):
            yield Entry(key(item.email), item.email, item.segment, left_out=item.reason.value)


def _assemble(workspace: Workspace, edition: Edition, sending: Sending) -> Callable[[Row], Iterable[bytes]]:
    assembler = make_assembler(workspace, edition, sending)
    segments = {segment.name: segment for segment in edition.campaign.segments}

    def assemble(row: Row) -> list[bytes]:
        variant = Variant(segments[row.segment], row.languages)
        to = row.email if edition.trial else None
        return assembler.assemble(from_record(row.fields), variant, to=to).chunks

    return assemble
