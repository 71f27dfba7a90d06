"""Revision 4: handing a mail over changes no index; a claim finds its rows by the index of the queue."""

from __future__ import annotations

from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    """Change the indexes of revision 3."""
    op.execute("DROP INDEX attempts_of_a_recipient")
    op.execute("DROP INDEX recipients_by_state")
    op.execute("DROP INDEX one_row_a_person")
    op.execute("UPDATE recipient SET reason = '' WHERE state != 'left_out' AND reason != ''")
    op.execute("UPDATE recipient SET reason = 'left out' WHERE state = 'left_out' AND reason = ''")
    with op.batch_alter_table("recipient") as recipient:
        recipient.create_check_constraint("a_reason_to_be_left_out", "(state = 'left_out') = (reason != '')")
    op.execute("CREATE UNIQUE INDEX one_row_a_person ON recipient (sending, key) WHERE reason = ''")
    op.execute("CREATE INDEX queue ON recipient (sending, position) WHERE state = 'queued'")
