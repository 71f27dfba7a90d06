"""The room in a server's day: how many mails each process may still send, so that all together keep the day limit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ccmail.ledger import schema, statements
from ccmail.ledger.sessions import lock_key

LEASE = 3600.0
"""Seconds after which room that a process has taken is free again: it has died without a word.

That is longer than any server takes for its reply; whoever goes on takes room anew in time.
"""

_D = schema.day_room.c
_DAY = 0x63636D64  # “ccmd”: the first half of the advisory locks of servers' days


class Room(NamedTuple):
    """The room that a process got.

    Attributes:
        granted: Mails.
        taken: How many mails the server has taken since the day began, of all processes.
    """

    granted: int
    taken: int


class DayRooms:
    """The shares of servers' days that processes have taken; a part of `Ledger`, for one on a server only.

    Args:
        writing: Opens a transaction.
        seconds: The database's clock in SQL.
    """

    def __init__(
        self, writing: Callable[[], AbstractContextManager[sa.Connection]], seconds: sa.ColumnElement[float]
    ) -> None:
        self._writing = writing
        self._seconds = seconds

    def reserve(
        self, host: str, holder: int, *, held: int, change: int, wanted: int, per_day: int, since: dt.datetime
    ) -> Room:
        """Take room for some more mails: at most so many that all processes together keep the limit.

        One process at a time does that for a server. Everything that this one has sent has to be in the ledger.

        Args:
            host: The server.
            holder: The worker, or another number below zero for each process that sends alone.
            held: How many mails the run has room for or under way.
            change: How many more that are than it had the last time; other runs of the same worker share its row.
            wanted: How many more it wants; 0 only gives back.
            per_day: The limit.
            since: When the day began.
        """
        with self._writing() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_DAY, lock_key(host))))
            connection.execute(sa.delete(schema.day_room).where(_D.host == host, _D.until < self._seconds))
            self._book(connection, host, holder, held, change)
            room = self._room(connection, host, wanted, per_day, since) if wanted else Room(0, 0)
            if room.granted:
                self._book(connection, host, holder, held + room.granted, room.granted)
            connection.execute(sa.delete(schema.day_room).where(_D.host == host, _D.reserved == 0))
            return room

    def _room(self, connection: sa.Connection, host: str, wanted: int, per_day: int, since: dt.datetime) -> Room:
        # statements of their own, after that which waited for the lock: they see what the process before has committed
        taken: int = connection.execute(statements.count_taken_since(host, since)).scalar_one()
        everybody = sa.select(sa.func.coalesce(sa.func.sum(_D.reserved), 0)).where(_D.host == host)
        reserved: int = connection.execute(everybody).scalar_one()
        return Room(max(0, min(wanted, per_day - taken - reserved)), taken)

    def _book(self, connection: sa.Connection, host: str, holder: int, held: int, change: int) -> None:
        until = self._seconds + LEASE
        insert = postgresql.insert(schema.day_room).values(host=host, owner=holder, reserved=held, until=until)
        values = {"reserved": sa.func.greatest(0, _D.reserved + change), "until": until}
        connection.execute(insert.on_conflict_do_update(index_elements=[_D.host, _D.owner], set_=values))
