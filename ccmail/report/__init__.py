"""Last stage: the ledger becomes numbers and names to pass on.

The public verbs are `summarise` (one campaign's books), `count_up` (its numbers), `recipients` (all recipients,
one by one) and `workspace_status` (the status of every campaign); `next_steps` says what comes next. They only read,
also while a campaign is being sent.
"""

from ccmail.report.balance import balance
from ccmail.report.books import Books, SendingBooks, summarise
from ccmail.report.numbers import GroupNumbers, Numbers, count_up
from ccmail.report.recipients import recipients
from ccmail.report.status import CampaignStatus, WorkspaceStatus, campaign_status, distance, workspace_status

__all__ = [
    "Books",
    "CampaignStatus",
    "GroupNumbers",
    "Numbers",
    "SendingBooks",
    "WorkspaceStatus",
    "balance",
    "campaign_status",
    "count_up",
    "distance",
    "recipients",
    "summarise",
    "workspace_status",
]
