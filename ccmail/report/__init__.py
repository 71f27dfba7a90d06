"""Last stage: the ledger becomes numbers and names to pass on.

The public verbs are `summarise` (one campaign's books) and `stand` (where every campaign stands).
"""

from ccmail.report.books import Books, SendingBooks, summarise
from ccmail.report.standing import Standing, distance, stand

__all__ = ["Books", "SendingBooks", "Standing", "distance", "stand", "summarise"]
