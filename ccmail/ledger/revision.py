"""The revision of the ledger's tables, compared with this ccmail's; only older tables load Alembic."""

from __future__ import annotations

import sqlalchemy as sa

from ccmail.ledger import schema
from ccmail.ledger.engine import Database
from ccmail.ledger.failures import damaged, newer_ledger
from ccmail.wording import say

_NUMBER = schema.schema_revision.c.number


def bring_up_to_date(database: Database, engine: sa.Engine) -> None:
    """Make the tables of a new ledger, or change those of an older one: completely, or not at all.

    Raises:
        LedgerFailure: They are newer than this ccmail.
    """
    with engine.connect() as connection:
        found = _stored(connection)
    if found is not None and found < 1:
        raise damaged(database.name, say("there was never a revision {number} of its tables", number=found))
    if found is None or found < schema.REVISION:
        with database.changing_tables(engine) as connection:
            found = _stored(connection)  # another process may have been quicker
            if found is None:
                schema.metadata.create_all(connection, checkfirst=False)
                connection.execute(sa.insert(schema.schema_revision).values(number=schema.REVISION))
            elif found < schema.REVISION:
                database.keep_copy(engine, schema.REVISION)
                _migrate(connection, found)
    if found is not None and found > schema.REVISION:
        raise newer_ledger(database.name, found, schema.REVISION)


def _stored(connection: sa.Connection) -> int | None:
    if not sa.inspect(connection).has_table(schema.schema_revision.name):
        return None
    return connection.scalar(sa.select(_NUMBER))


def _migrate(connection: sa.Connection, found: int) -> None:
    from ccmail.ledger.migrations import migrate  # noqa: PLC0415 - loads Alembic, which takes a while

    migrate(connection, found, schema.REVISION)
    connection.execute(sa.update(schema.schema_revision).values(number=schema.REVISION))
