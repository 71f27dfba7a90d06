"""The server limit: a “not now” that is the same for one reader after the other is meant for all of them."""

from __future__ import annotations

from ccmail.delivery.concern import Concern
from ccmail.delivery.outcome import Fault, Outcome
from ccmail.ledger import State

_KNOWN, _UNKNOWN = 3, 5
"""So many equal answers in a row are the server's: with words that speak of a limit, with others."""

_IN_VAIN = 3


class ServerLimit:
    """Finds the answers by which a server sends all mails away for a while, as at the end of an hour's quota.

    Without it each reader would be tried, deferred and tried again, and the server would see all mails several times.
    """

    def __init__(self) -> None:
        self._gist = ""
        self._times = 0  # in a row
        self._accepted = 0  # since the limit was over
        self._has_held = False
        self._in_vain: dict[str, int] = {}  # words: how often the server took hardly a mail between two limits

    def judged(self, outcome: Outcome) -> Outcome:
        """Note an outcome; return it, as the server's fault from the answer on that shows it."""
        if outcome.state is State.ACCEPTED:
            self._gist, self._times = "", 0
            self._accepted += 1
            return outcome
        if outcome.state is not State.DEFERRED or outcome.fault is not Fault.RECIPIENT:
            return outcome
        concern = outcome.concern
        if concern is Concern.READER:
            return outcome
        gist = outcome.gist
        self._times = self._times + 1 if gist == self._gist else 1
        self._gist = gist
        if self._times < (_KNOWN if concern is Concern.QUOTA else _UNKNOWN) or self._is_of_readers(gist, concern):
            return outcome
        return outcome._replace(state=State.QUEUED, fault=Fault.SERVER)

    def _is_of_readers(self, gist: str, concern: Concern) -> bool:
        """Return whether these words turned out to be meant for single readers, as a greylist's may be."""
        if concern is Concern.QUOTA:
            return False
        if self._times == _UNKNOWN:  # it begins
            if self._has_held and self._accepted < _UNKNOWN:
                self._in_vain[gist] = self._in_vain.get(gist, 0) + 1
            self._has_held, self._accepted = True, 0
        return self._in_vain.get(gist, 0) >= _IN_VAIN
