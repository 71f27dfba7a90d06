"""The bounces that count against an address, and when there are enough of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ccmail.feedback.evidence import BounceClass, RecipientReport

if TYPE_CHECKING:
    from ccmail.ledger import Feedback

_ONE_IS_ENOUGH = frozenset({"unknown user", "no such domain", "domain takes no mail"})
_APART = dt.timedelta(days=1)


class Strike(NamedTuple):
    """A bounce for good: the id of the sending that it answers, and when it was written."""

    sending: int
    at: dt.datetime


class Strikes:
    """The bounces for good of everybody, as they were read until now: those whose recipient is sure."""

    def __init__(self, bounces: Iterable[Feedback]) -> None:
        """Count the bounces of the ledger."""
        self._by_key: dict[str, list[Strike]] = {}
        for each in bounces:
            if each.sending and each.details.get("class") == BounceClass.HARD.value and each.details.get("sure"):
                self.add(each.key, Strike(each.sending, each.at))

    def add(self, key: str, strike: Strike) -> None:
        """Count a bounce against an address."""
        self._by_key.setdefault(key, []).append(strike)

    def are_enough(self, key: str, report: RecipientReport, last: Strike, since: dt.datetime | None) -> bool:
        """Return whether nobody at an address is to get mails any more.

        One bounce is enough if the server says that there is no such mailbox or domain. Of others it takes two: in two
        sendings, or more than a day apart.

        Args:
            key: The address key.
            report: What the last bounce says.
            last: That bounce, which is not counted yet.
            since: Only bounces after this time count.
        """
        if report.reason in _ONE_IS_ENOUGH:
            return True
        earlier = (each for each in self._by_key.get(key, ()) if since is None or each.at > since)
        return any(each.sending != last.sending or abs(each.at - last.at) > _APART for each in earlier)
