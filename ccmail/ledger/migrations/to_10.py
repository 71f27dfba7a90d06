"""Revision 10: preferences, what people have chosen about their mails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 9."""
    op.create_table(
        "preference",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("left_segments", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.Text()),
        sa.Column("at", sa.Text(), nullable=False),
    )
