"""Revision 8: a mail has the date of its first handover, no longer that of its sending."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 7.

    Mails that were frozen before have the date of their sending among their bytes, and keep it.
    """
    op.add_column("recipient", sa.Column("date", sa.Text()))
    op.execute("ALTER TABLE sending DROP COLUMN date")
