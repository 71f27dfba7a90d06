"""Revision 10: subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 9."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text()),
        sa.Column("sending", sa.Integer(), sa.ForeignKey("sending.id")),
    )
    op.create_index("subscription_of_a_token", "subscription", ["token"], unique=True)
    op.create_index("subscriptions_of_a_person", "subscription", ["person"])
    op.create_index("subscriptions_in_time", "subscription", ["asked_at"])
