"""Stage: recipient lists become the audience: the mail of each recipient, or the reason for none.

The public verb is `select_audience`; `read_contacts` reads the lists.
"""

from __future__ import annotations

from ccmail.audience.contact import Contact, Salutation
from ccmail.audience.contact_json import from_record, to_record
from ccmail.audience.list_problems import OF_A_WHOLE_LIST, UNKNOWN_SUPPRESSION
from ccmail.audience.marks import MarkedContact, Suppression
from ccmail.audience.reading import read_contacts
from ccmail.audience.reason import Reason
from ccmail.audience.salutation import salutation
from ccmail.audience.select import LeftOut, SegmentList, Selected, select_audience
from ccmail.mail_address import address_key, to_ascii
from ccmail.workspace.list_format import ListFormat

__all__ = [
    "OF_A_WHOLE_LIST",
    "UNKNOWN_SUPPRESSION",
    "Contact",
    "LeftOut",
    "ListFormat",
    "MarkedContact",
    "Reason",
    "Salutation",
    "SegmentList",
    "Selected",
    "Suppression",
    "address_key",
    "from_record",
    "read_contacts",
    "salutation",
    "select_audience",
    "to_ascii",
    "to_record",
]
