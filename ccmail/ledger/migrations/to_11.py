"""Revision 11: what several workers need: owners of rows, pauses, a common pace; mails with their digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 10."""
    op.add_column("sending", sa.Column("signers", sa.Text(), nullable=False, server_default=""))
    op.add_column("recipient", sa.Column("owner", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("compiled", sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("attempts_in_time", "attempt", ["at"])
    op.create_table(
        "worker",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("beat", sa.Float(), nullable=False),
        sa.Column("patience", sa.Float(), nullable=False),
    )
    op.create_table(
        "rate",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("tat", sa.Float(), nullable=False),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("slowed_at", sa.Float(), nullable=False),
        sa.Column("rests_until", sa.Float(), nullable=False),
    )
    op.create_table(
        "day_room",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("owner", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
    )
    op.create_table("job_tables", sa.Column("migration", sa.Text(), primary_key=True))
    op.create_table(
        "pause",
        sa.Column("campaign", sa.Text(), primary_key=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
    )
