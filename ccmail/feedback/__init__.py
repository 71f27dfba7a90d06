"""Stage: mails that come back become evidence, and evidence becomes rows of the ledger.

The public verbs are `classify` (the bytes of a mail become `Evidence`) and `settle` (evidence is matched with what was
sent). A mailbox is hostile input: nothing in it is believed without a token of our own.
"""
