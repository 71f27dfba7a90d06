"""The pauses of the ledger: campaigns that are not to be sent for now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import sqlalchemy as sa

from ccmail.ledger import schema, statements
from ccmail.ledger.records import Pause

_TABLE = schema.pause
_Connecting = Callable[[], AbstractContextManager[sa.Connection]]


class Pauses:
    """A part of `Ledger`, with the same rules: every method is one transaction, and raises `LedgerFailure`."""

    def __init__(self, reading: _Connecting, writing: _Connecting, now: Callable[[], dt.datetime]) -> None:
        self._reading = reading
        self._writing = writing
        self._now = now

    def pause(self, campaign: str, by: str, why: str = "") -> None:
        """Pause a campaign; an earlier pause of it is replaced.

        Args:
            campaign: Its id.
            by: Who pauses it, in words: a person and a computer, or a process.
            why: The reason that a person gave, or the words of the server that took nothing more; "" without one.
        """
        values = {"campaign": campaign, "at": self._now(), "by": by, "why": why}
        with self._writing() as connection:
            connection.execute(statements.replace(_TABLE, connection.dialect.name), values)

    def lift(self, campaign: str) -> bool:
        """End the pause of a campaign; return whether there was one."""
        with self._writing() as connection:
            return bool(connection.execute(sa.delete(_TABLE).where(_TABLE.c.campaign == campaign)).rowcount)

    def of(self, campaign: str) -> Pause | None:
        """Return the pause of a campaign, None if it is not paused."""
        with self._reading() as connection:
            found = connection.execute(sa.select(_TABLE).where(_TABLE.c.campaign == campaign)).first()
            return Pause(*found) if found else None

    def hold(self, campaign: str) -> bool:
        """Return whether a campaign is paused; if so, nobody ends that before the end of the transaction it is in."""
        query = sa.select(_TABLE.c.campaign).where(_TABLE.c.campaign == campaign).with_for_update(read=True)
        with self._writing() as connection:
            return connection.execute(query).first() is not None

    def all(self) -> Mapping[str, Pause]:
        """Return all pauses, by campaign."""
        with self._reading() as connection:
            found = connection.execute(sa.select(_TABLE).order_by(_TABLE.c.campaign))
            return {row.campaign: Pause(*row) for row in found}
