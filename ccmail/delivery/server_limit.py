"""The server limit: a “not now” that is the same for one reader after the other is meant for all of them."""

from __future__ import annotations

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Fault, Outcome
from ccmail.delivery.wire import domain_of
from ccmail.ledger import State

_OF_A_LIMIT, _OTHERS = 3, 5
"""So many equal answers in a row are the server's: with words that speak of a limit, with others."""

_IN_VAIN = 3


class ServerLimit:
    """Finds the answers by which a server sends all mails away for a while, as at the end of an hour's quota.

    Without it each reader would be tried, deferred and tried again, and the server would see all mails several times.
    Words that speak of no limit must be the same for several domains. If the server takes hardly a mail between
    two holds, such words are meant for single readers after all, as those of a greylist are.
    """

    def __init__(self) -> None:
        self._gist = ""
        self._times = 0  # in a row
        self._domains: set[str] = set()
        self._is_held = False
        self._accepted = _OTHERS  # since the last hold
        self._in_vain = 0

    def judged(self, email: str, outcome: Outcome) -> Outcome:
        """Note the outcome of a mail to an address; return it, as the server's fault if it is the server's limit."""
        if outcome.state is State.ACCEPTED:
            self._gist, self._is_held = "", False
            self._accepted += 1
            return outcome
        if outcome.state is not State.DEFERRED or outcome.fault is not Fault.RECIPIENT:
            return outcome
        concern = outcome.concern
        if concern is Concern.READER:
            return outcome
        self._note(outcome.gist, domain_of(email))
        is_limit = concern is Concern.QUOTA
        if self._times < (_OF_A_LIMIT if is_limit else _OTHERS):
            return outcome
        if not is_limit and (len(self._domains) == 1 or self._holds_in_vain()):
            return outcome
        return outcome._replace(state=State.QUEUED, fault=Fault.SERVER)

    def _note(self, gist: str, domain: str) -> None:
        if gist != self._gist:
            self._gist, self._times, self._is_held = gist, 0, False
            self._domains.clear()
        self._times += 1
        self._domains.add(domain)

    def _holds_in_vain(self) -> bool:
        if not self._is_held:
            self._is_held = True
            self._in_vain += self._accepted < _OTHERS
            self._accepted = 0
        return self._in_vain >= _IN_VAIN
