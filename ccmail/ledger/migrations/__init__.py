"""The steps from the tables of one revision to those of the next: `to_2` changes those of revision 1, and so on.

Alembic writes the SQL, and makes tables anew where SQLite cannot change them. Which revision a ledger has is a number
in the ledger itself, for it is asked at every start, without Alembic; so these modules are counted, not chained.
"""

from __future__ import annotations

import importlib

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations


def migrate(connection: sa.Connection, found: int, wanted: int) -> None:
    """Change the tables of revision `found` to those of `wanted`, in the caller's transaction."""
    operations = Operations(MigrationContext.configure(connection))
    for number in range(found + 1, wanted + 1):
        importlib.import_module(f"{__name__}.to_{number}").upgrade(operations)
