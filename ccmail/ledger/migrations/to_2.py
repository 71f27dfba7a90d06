"""Revision 2: a sending keeps the content of its mails, and can be a draft, which nobody has confirmed yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 1."""
    with op.batch_alter_table("sending") as sending:
        sending.alter_column("confirmed", existing_type=sa.Integer(), nullable=True)
        sending.add_column(sa.Column("lists", sa.Text(), nullable=False, server_default=""))
        sending.add_column(sa.Column("host", sa.Text(), nullable=False, server_default=""))
    # `fields` were the fields of a list's row, now called `contact`; from now on they are the values filled into a mail
    op.execute("ALTER TABLE recipient RENAME COLUMN fields TO contact")
    op.add_column("recipient", sa.Column("mail", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("recipient", sa.Column("fields", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "content",
        _of_a_sending(),
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "compiled",
        _of_a_sending(),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "stretch",
        _of_a_sending(),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "pace",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("free_at", sa.Text(), nullable=False),
        sa.Column("interval", sa.Float(), nullable=False),
    )


def _of_a_sending() -> sa.Column[int]:
    return sa.Column("sending", sa.Integer(), sa.ForeignKey("sending.id"), primary_key=True)
