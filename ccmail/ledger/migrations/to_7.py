"""Revision 7: the personal parts of a mail lie in a table of their own, no longer in the recipient's row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 6."""
    op.create_table(
        "parts",
        sa.Column("sending", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sending", "position"),
        sa.ForeignKeyConstraint(
            ["sending", "position"], ["recipient.sending", "recipient.position"], name="parts_of", ondelete="CASCADE"
        ),
    )
    op.execute("INSERT INTO parts SELECT sending, position, parts FROM recipient WHERE parts IS NOT NULL")
    op.execute("ALTER TABLE recipient DROP COLUMN parts")
