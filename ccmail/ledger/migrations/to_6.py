"""Revision 6: the personal parts of a mail are kept as they will be sent, no longer as fields to be filled in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the tables of revision 5.

    Mails that were kept before cannot be read any more: going on with such a sending fails with W742.
    """
    # a partial index is lost when SQLite makes a table anew
    op.execute("DROP INDEX one_row_a_person")
    op.execute("DROP INDEX queue")
    with op.batch_alter_table("recipient") as recipient:
        recipient.drop_column("fields")
        recipient.add_column(sa.Column("parts", sa.LargeBinary()))
    op.execute("CREATE UNIQUE INDEX one_row_a_person ON recipient (sending, key) WHERE reason = ''")
    op.execute("CREATE INDEX queue ON recipient (sending, position) WHERE state = 'queued'")
    op.execute("DELETE FROM compiled")
    op.execute("DELETE FROM stretch")
