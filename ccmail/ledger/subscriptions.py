"""The subscriptions of the ledger: wishes, the mails by which they are confirmed, and the proofs that stay."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.records import NewRecipient, Sending, SendingKind, StoredMail, SubscriptionRequest
from ccmail.ledger.states import OPEN

REQUESTS = "@subscribe"
"""What stands for a campaign in the sendings of these mails: no campaign can be called so."""

_POSITION = 1  # of the only person in such a sending
_S = schema.subscription.c
_R = schema.recipient.c
_VALUES = tuple(_S[field.name] for field in dataclasses.fields(SubscriptionRequest))
_ITS_ROW = sa.and_(_R.sending == _S.sending, _R.position == _POSITION)
_Connecting = Callable[[], AbstractContextManager[sa.Connection]]


class Subscriptions:
    """A part of `Ledger`, with the same rules: every method is one transaction, and raises `LedgerFailure`."""

    def __init__(self, reading: _Connecting, writing: _Connecting, now: Callable[[], dt.datetime]) -> None:
        self._reading = reading
        self._writing = writing
        self._now = now

    def ask(self, wish: SubscriptionRequest, entry: NewRecipient, mail: StoredMail) -> None:
        """Keep a wish together with the mail that confirms it, ready to leave: both, or nothing.

        Args:
            wish: The wish; it gets the sending of the mail.
            entry: The person. The key is not that of the address: who is unsubscribed gets this mail.
            mail: The mail.
        """
        now = self._now()
        values = {
            "campaign": REQUESTS,
            "delivery": SendingKind.SUBSCRIBE,
            "version": mail.version,
            "started_at": now,
            "confirmed": 1,
            "sequence": 0,
            "dtstamp": now,
        }
        with self._writing() as connection:
            insert = sa.insert(schema.sending).values(values).returning(schema.sending.c.id)
            sending: int = connection.execute(insert).scalar_one()
            for statement in statements.keep_mail(sending, mail):
                connection.execute(statement)
            row = statements.entry_values(sending, _POSITION, entry, schema.moment_text(now))
            statements.bulk(connection, statements.INSERT_RECIPIENT, [row])
            parts = statements.parts_values(sending, _POSITION, entry.personal_parts)
            statements.bulk(connection, statements.INSERT_PARTS, [parts])
            wished = dataclasses.asdict(dataclasses.replace(wish, sending=sending))
            connection.execute(sa.insert(schema.subscription).values(wished))

    def by_token(self, token: str) -> SubscriptionRequest | None:
        """Return a wish by the hash of the token in its link, None if there is none."""
        with self._reading() as connection:
            found = connection.execute(sa.select(*_VALUES).where(_S.token == token)).first()
            return SubscriptionRequest(*found) if found else None

    def of_person(self, names: Sequence[str]) -> tuple[SubscriptionRequest, ...]:
        """Return the wishes of a person, known by their hashes, the latest first."""
        query = sa.select(*_VALUES).where(_S.person.in_(names)).order_by(_S.id.desc())
        with self._reading() as connection:
            return tuple(SubscriptionRequest(*row) for row in connection.execute(query))

    def count(self, since: dt.datetime, *, person: str | None = None, network: str | None = None) -> int:
        """Return how many wishes came after a time: of all, of a person, from a network."""
        query = sa.select(sa.func.count()).select_from(schema.subscription).where(_S.asked_at > since)
        query = query if person is None else query.where(_S.person == person)
        query = query if network is None else query.where(_S.network == network)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def sendings(self, *, are_open: bool = False, numbers: Sequence[int] | None = None) -> tuple[Sending, ...]:
        """Return the sendings of the mails that confirm, the earliest first.

        Args:
            are_open: Only those whose mail has not left, or whose outcome is not written yet.
            numbers: Only those with these ids.
        """
        table = schema.sending
        query = sa.select(table).where(table.c.delivery == SendingKind.SUBSCRIBE).order_by(table.c.id)
        if are_open:
            waiting = sa.select(_S.sending).where(_ITS_ROW, _S.confirmed_at.is_(None), _R.state.in_(tuple(OPEN)))
            query = query.where(table.c.id.in_(waiting))
        if numbers is not None:
            query = query.where(table.c.id.in_(numbers))
        with self._reading() as connection:
            return tuple(Sending(*row) for row in connection.execute(query))

    def confirm(self, token: str) -> bool:
        """Note that a wish is confirmed, and take the address away; return whether it was not confirmed before.

        The proof stays: who (as a hash), when, what was agreed to. Of the mail only its outcome stays.
        """
        open_one = sa.and_(_S.token == token, _S.confirmed_at.is_(None))
        nothing: dict[str, Any] = {"address": "", "fields": {}, "confirmed_at": self._now()}
        with self._writing() as connection:
            found = connection.execute(sa.select(_S.sending).where(open_one)).first()
            if found is None:
                return False
            connection.execute(sa.update(schema.subscription).where(open_one).values(nothing))
            if found.sending is not None:
                _strip(connection, found.sending)
        return True

    def drop(self, asked_before: dt.datetime) -> int:
        """Remove wishes that nobody has confirmed, with their mails, and the mails of others; return how many wishes.

        Args:
            asked_before: Only those that were asked for before this time.
        """
        old = _S.asked_at < asked_before
        with self._writing() as connection:
            over = sa.and_(old, _S.confirmed_at.is_not(None), _S.sending.is_not(None))
            ended = list(connection.scalars(sa.select(_S.sending).where(over)))
            connection.execute(sa.update(schema.subscription).where(over).values(sending=None))
            never = sa.and_(old, _S.confirmed_at.is_(None))
            dropped = list(connection.scalars(sa.select(_S.sending).where(never)))
            connection.execute(sa.delete(schema.subscription).where(never))
            for sending in (*ended, *dropped):
                if sending is not None:
                    statements.remove(connection, sending)
        return len(dropped)

    def erase(self, names: Sequence[str]) -> int:
        """Remove the wishes and proofs of a person, known by their hashes, with the mails; return how many."""
        theirs = _S.person.in_(names)
        with self._writing() as connection:
            sendings = list(connection.scalars(sa.select(_S.sending).where(theirs)))
            connection.execute(sa.delete(schema.subscription).where(theirs))
            for sending in sendings:
                if sending is not None:
                    statements.remove(connection, sending)
        return len(sendings)


def _strip(connection: sa.Connection, sending: int) -> None:
    """Take the address out of a sending, and its mail."""
    for table in (schema.parts, schema.compiled):
        connection.execute(sa.delete(table).where(table.c.sending == sending))
    connection.execute(
        sa.update(schema.recipient).where(_R.sending == sending).values(email="", text="", message_id="", mail=0)
    )
    connection.execute(sa.update(schema.attempt).where(schema.attempt.c.sending == sending).values(text=""))
