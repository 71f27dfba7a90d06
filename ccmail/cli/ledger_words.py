"""The words of the ledger about a mail: kept in English and in UTC, said in the language of who reads them."""

from __future__ import annotations

import datetime as dt
import re

from ccmail.cli.language import said, tr
from ccmail.cli.times import to_the_second
from ccmail.wording import say

_IN_UTC = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")  # as `ledger.store` writes times
_INTERRUPTED = re.compile(r"ccmail ended between handing the mail over \((.+?)\) and the server’s answer")
_OWN = (
    say("the connection broke in the middle of the mail"),
    say("the connection broke"),
    say("the connection was cut"),
    say("no answer in time"),
    say("an answer that makes no sense"),
    say("a person said: they have it"),
    say("a person said: send it again"),
)
"""What `delivery` and `sending` write where a server said nothing."""


def ledger_words(text: str, zone: dt.tzinfo) -> str:
    """Return the ledger's words about a mail, with times in a time zone; words of servers stay as they are."""
    there = _IN_UTC.sub(lambda found: to_the_second(dt.datetime.fromisoformat(f"{found[1]}+00:00"), zone), text)
    if interrupted := _INTERRUPTED.fullmatch(there):
        return tr("ccmail ended between handing the mail over ({time}) and the server’s answer", time=interrupted[1])
    return next((said(words) for words in _OWN if there == words), there)
