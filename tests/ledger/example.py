"""A sending to five people, as the ledger's tests have it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ccmail.ledger import NewRecipient, Purpose, Sending, SendingKind, State

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2020, 9, 21, 11, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))


class Clock:
    """Stands still at `NOW` until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def person(number: int, segment: str = "german", left_out: str = "") -> NewRecipient:
    return NewRecipient(
        key=f"person{number}@x.example",
        email=f"Person{number}@x.example",
        segment=segment,
        languages=("de", "en"),
        contact={"last_name": f"Müller {number}", "extra": {"rank": "1"}},
        message_id=f"<{number}@cities.example>",
        left_out=left_out,
    )


def started(
    ledger: Ledger,
    *entries: NewRecipient,
    delivery: SendingKind = SendingKind.SMTP,
    purpose: Purpose = Purpose.CAMPAIGN,
    number: int = 0,
) -> Sending:
    people = entries or tuple(person(n) for n in range(1, 6))
    return ledger.start(
        "2020-10-digitalisierung",
        delivery,
        "7f3a-91c2",
        people,
        confirmed=len(people),
        dtstamp=LATER,
        purpose=purpose,
        number=number,
    )


def states(ledger: Ledger, sending: Sending) -> list[State]:
    return [row.state for row in ledger.rows(sending)]
