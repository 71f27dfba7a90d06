"""Revision 9: updates, reminders and cancellations; the event as it was sent; what comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 8. Its sendings were numbered by the SEQUENCE of their calendar entry."""
    op.add_column("sending", sa.Column("purpose", sa.Text(), nullable=False, server_default="campaign"))
    op.add_column("sending", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE sending SET number = sequence")
    op.execute("UPDATE sending SET purpose = 'update' WHERE sequence > 0")
    op.drop_index("one_real_sending", table_name="sending")
    op.execute("CREATE UNIQUE INDEX one_real_sending ON sending (campaign, number) WHERE delivery = 'smtp'")
    op.add_column("recipient", sa.Column("person", sa.Text(), nullable=False, server_default=""))
    op.add_column("content", sa.Column("event", sa.Text()))
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("read_at", sa.Text(), nullable=False),
        sa.Column("sending", sa.Integer(), sa.ForeignKey("sending.id")),
        sa.Column("position", sa.Integer()),
        sa.Column("key", sa.Text(), nullable=False, server_default=""),
        sa.Column("details", sa.Text(), nullable=False),
    )
    op.create_index("feedback_of_a_message", "feedback", ["message"])
    op.create_index("feedback_of_a_recipient", "feedback", ["sending", "position"])
