"""The preferences of the ledger: what people have chosen about their mails, under keyed hashes of the people."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.records import Preference, Sending

_TABLE = schema.preference
_Connecting = Callable[[], AbstractContextManager[sa.Connection]]


class Preferences:
    """A part of `Ledger`, with the same rules: every method is one transaction, and raises `LedgerFailure`."""

    def __init__(self, reading: _Connecting, writing: _Connecting, now: Callable[[], dt.datetime]) -> None:
        self._reading = reading
        self._writing = writing
        self._now = now

    def keep(self, preference: Preference) -> None:
        """Keep a person's preference in place of an earlier one."""
        with self._writing() as connection:
            statement = statements.replace(_TABLE, connection.dialect.name)
            connection.execute(statement, dataclasses.asdict(preference))

    def all(self) -> tuple[Preference, ...]:
        """Return all preferences."""
        with self._reading() as connection:
            return tuple(Preference(*row) for row in connection.execute(sa.select(_TABLE).order_by(_TABLE.c.key)))

    def of(self, names: Sequence[str]) -> Preference | None:
        """Return the preference of a person, who may stand there by one of several hashes; None without one."""
        with self._reading() as connection:
            found = connection.execute(sa.select(_TABLE).where(_TABLE.c.key.in_(names))).first()
            return Preference(*found) if found else None

    def unwanted(self, sending: Sending, positions: Sequence[int] | None = None) -> dict[int, str]:
        """Return the reasons of those rows whose person does not want this mail now, by position.

        Args:
            sending: The sending. News of an event that people have go to all of them.
            positions: The rows; None: all that are still to be served.
        """
        if not sending.purpose.heeds_preferences:
            return {}
        with self._reading() as connection:
            found = connection.execute(statements.preferred_at(sending.id, positions)).all()
        now = self._now()
        reasons = {position: Preference(*wish).reason(segment, now) for position, segment, *wish in found}
        return {position: reason for position, reason in reasons.items() if reason}
