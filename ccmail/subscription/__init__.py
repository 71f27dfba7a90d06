"""Stage: somebody's wish on a page becomes a row of a list, once a mail has shown that the mailbox is theirs.

A wish is asked for (`asking`), its mail leaves in the background (`posting`), the link in it confirms it
(`confirming`). The ledger is the queue between them, so that a process that dies loses none.
"""
