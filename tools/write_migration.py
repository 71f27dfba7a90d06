"""Propose `ccmail/ledger/migrations/to_N.py` after a change of `schema.py`; N is the new REVISION.

It compares a ledger of the revision before, from a dump in tests/ledger, with the tables of today. Read its output
with care: a renamed column looks like a removed one and a new one.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from ccmail.ledger import schema

ROOT = Path(__file__).resolve().parents[1]


def propose(dump: Path) -> str:
    """Return the statements that change the tables of a dump into those of `schema.py`."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        file: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        file.executescript(dump.read_text(encoding="utf-8"))
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        [found] = produce_migrations(context, schema.metadata).upgrade_ops_list
        return render_python_code(found, render_as_batch=True, render_item=_as_stored, migration_context=context)


def _as_stored(_kind: str, item: object, _context: object) -> str | Literal[False]:
    return "sa.Text()" if isinstance(item, sa.types.UserDefinedType) else False


if __name__ == "__main__":
    print(propose(ROOT / "tests" / "ledger" / f"revision-{schema.REVISION - 1}.sqlite.sql"))
