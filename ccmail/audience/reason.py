"""The reasons for which a row of a list gets no mail."""

from __future__ import annotations

import enum


class Reason(enum.Enum):
    """The reason why a row of a list gets no mail."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    DUPLICATE = "duplicate"
    OTHER_SEGMENT = "other segment"
    MISTAKE = "mistake"
    NO_ADDRESS = "no address"
    NO_LANGUAGE = "no language"
    DECLINED = "declined"  # no reminder of an event that somebody will not come to
    REMINDED = "reminded before"
