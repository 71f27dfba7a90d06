"""The reasons for which a row of a list gets no mail."""

from __future__ import annotations

import enum

from ccmail.ledger.records import LEFT_SEGMENT, PAUSED
from ccmail.wording import say


class Reason(enum.Enum):
    """The reason why a row of a list gets no mail."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    DUPLICATE = "duplicate"
    OTHER_SEGMENT = "other segment"
    MISTAKE = "mistake"
    NO_ADDRESS = "no address"
    NO_LANGUAGE = "no language"
    PAUSED = PAUSED
    LEFT_SEGMENT = LEFT_SEGMENT
    DECLINED = "declined"  # no reminder of an event that somebody will not come to
    REMINDED = "reminded before"


_WORDS = {
    str(words): words
    for words in (
        say("unsubscribed"),
        say("bounced"),
        say("complained"),
        say("duplicate"),
        say("other segment"),
        say("mistake"),
        say("no address"),
        say("no language"),
        say("paused"),
        say("left the segment"),
        say("declined"),
        say("reminded before"),
        say("not confirmed"),
        say("erased"),
        say("not on the lists any more"),
    )
}


def reason_words(reason: str) -> str:
    """Return a reason, also one of the ledger, as words that can be said in another language."""
    return _WORDS.get(reason, reason)
