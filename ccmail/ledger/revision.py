"""The revision of the ledger's tables, compared with this ccmail's; only older tables load Alembic.

A file is brought up to date when it is opened: it belongs to one computer. A ledger on a server is changed only if
somebody asks for it: other computers may be working with its tables, with an older ccmail.
"""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from ccmail.ledger import schema
from ccmail.ledger.engine import Database
from ccmail.ledger.failures import damaged, newer_ledger, older_ledger
from ccmail.wording import say

_NUMBER = schema.schema_revision.c.number


@dataclasses.dataclass(frozen=True, slots=True)
class LedgerUpgrade:
    """The revision of a ledger's tables, before and after they were brought up to date.

    Attributes:
        ledger: The file, or the server's address without a password.
        found: The revision before; None if there were no tables.
        revision: The revision now.
        copy: The file with the ledger as it was before; "" if there is none.
    """

    ledger: str
    found: int | None
    revision: int
    copy: str

    @property
    def has_changed(self) -> bool:
        """Whether tables were changed or made."""
        return self.found != self.revision


def bring_up_to_date(database: Database, engine: sa.Engine, *, is_asked_for: bool = False) -> LedgerUpgrade:
    """Make the tables of a new ledger, or change those of an older one: completely, or not at all.

    Args:
        database: Where the ledger lies.
        engine: Connects there.
        is_asked_for: Whether somebody wants the tables on a server to be changed.

    Raises:
        LedgerFailure: They are newer than this ccmail; they are older and on a server, and nobody has asked for a
            change (W950), or other processes work with them (W951).
    """
    with engine.connect() as connection:
        found = usable_revision(database, connection)
    copy = ""
    if found is None or found < schema.REVISION:
        with database.changing_tables(engine) as connection:
            found = usable_revision(database, connection)  # another process may have been quicker
            if found is None:
                schema.metadata.create_all(connection, checkfirst=False)
                connection.execute(sa.insert(schema.schema_revision).values(number=schema.REVISION))
            elif found < schema.REVISION:
                if not is_asked_for:
                    refuse_older(database, found)
                database.refuse_company(connection)
                copy = database.keep_copy(engine, schema.REVISION)
                _migrate(connection, found)
    return LedgerUpgrade(database.name, found, schema.REVISION, copy)


def usable_revision(database: Database, connection: sa.Connection) -> int | None:
    """Return the revision of the tables, None if there are no tables.

    Raises:
        LedgerFailure: They are newer than this ccmail, or there never was such a revision.
    """
    if not sa.inspect(connection).has_table(schema.schema_revision.name):
        return None
    found = connection.scalar(sa.select(_NUMBER))
    if found is not None and found < 1:
        raise damaged(database.name, say("there was never a revision {number} of its tables", number=found))
    if found is not None and found > schema.REVISION:
        raise newer_ledger(database.name, found, schema.REVISION)
    return found


def refuse_older(database: Database, found: int) -> None:
    """Refuse tables of an older revision that nobody has asked to change.

    Raises:
        LedgerFailure: W950, they are on a server.
    """
    if database.is_shared and found < schema.REVISION:
        raise older_ledger(database.name, found, schema.REVISION)


def _migrate(connection: sa.Connection, found: int) -> None:
    from ccmail.ledger.migrations import migrate  # noqa: PLC0415 - loads Alembic, which takes a while

    migrate(connection, found, schema.REVISION)
    connection.execute(sa.update(schema.schema_revision).values(number=schema.REVISION))
