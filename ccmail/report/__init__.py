"""Last stage: the ledger becomes numbers and names to pass on.

The public verb is `summarise`.
"""

from ccmail.report.books import Books, SendingBooks, summarise

__all__ = ["Books", "SendingBooks", "summarise"]
