"""Revision 10: what the public pages need: web versions, subscriptions, preferences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 9."""
    op.create_table(
        "web_version",
        sa.Column("sending", sa.Integer(), sa.ForeignKey("sending.id"), primary_key=True),
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("segment", sa.Text(), primary_key=True),
        sa.Column("languages", sa.Text(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("mail", sa.Integer(), nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
    )
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
    op.create_table(
        "preference",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("left_segments", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.Text()),
        sa.Column("at", sa.Text(), nullable=False),
    )
