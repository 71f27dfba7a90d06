"""Last stage: the ledger becomes numbers and names to pass on.

The public verbs are `summarise` (one campaign's books), `count_up` (its numbers), `recipients` (everybody, one by
one) and `stand` (where every campaign stands). They only read, also while a campaign is being sent.
"""

from ccmail.report.balance import balance
from ccmail.report.books import Books, SendingBooks, summarise
from ccmail.report.numbers import GroupNumbers, Numbers, count_up
from ccmail.report.recipients import recipients
from ccmail.report.standing import Standing, distance, stand

__all__ = [
    "Books",
    "GroupNumbers",
    "Numbers",
    "SendingBooks",
    "Standing",
    "balance",
    "count_up",
    "distance",
    "recipients",
    "stand",
    "summarise",
]
