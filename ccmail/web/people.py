"""The people whom links belong to: a token leads to the address key that it was made from."""

from __future__ import annotations

import dataclasses
import hmac
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ccmail.ledger.pseudonym import is_erased
from ccmail.messages.identity import LinkPurpose, link_tokens, person_selectors, selector_of, unsubscribe_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ccmail.ledger import RecipientRow, Sending, SendingKind
    from ccmail.ledger.store import Ledger

_PAUSE = 2.0  # seconds between two looks for people who came later: strangers must not keep the ledger busy
_SELECTOR = 11  # characters: as many of an older link's token find its person


@dataclasses.dataclass(frozen=True, slots=True)
class LinkOwner:
    """The owner of a link.

    Attributes:
        key: The key of their address.
        campaign: The campaign whose mail has the link; "" for a link that is the same in all mails.
    """

    key: str
    campaign: str = ""


class People:
    """Everybody who has, or may have, a mail of this workspace; by the tokens in their links.

    No address stands in a link. So the tokens of all people are made once, and kept; who is unknown is looked for
    again, at most every two seconds.

    Args:
        ledger: Has them.
        keys: Whose links count, the newest first.
        list_address: The sender's, which the links to an `unsubscribe.url` are made of.
        kind: Of the sendings whose mails have links that count.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        ledger: Ledger,
        keys: Sequence[bytes],
        list_address: str,
        kind: SendingKind,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._keys = tuple(keys)
        self._kind = kind
        self._clock = clock
        self._selectors = [person_selectors(key) for key in self._keys]
        self._older = [unsubscribe_tokens(key, list_address) for key in self._keys]
        self._by_selector: dict[bytes | str, str] = {}
        self._keys_of_people: set[str] = set()  # who has ten mails is learned once
        self._seen: dict[int, tuple[Sending, int]] = {}  # by id: the sending, and the position of its last person
        self._looked_at = -_PAUSE
        self._lock = threading.Lock()

    def find(self, purpose: LinkPurpose, campaign: str, token: str) -> LinkOwner | None:
        """Return the owner of a link, None if there is none: the token must be that of purpose, campaign and person."""
        selector = selector_of(token)
        key = self._known(selector) if selector else None
        if key is None:
            return None
        made = [link_tokens(secret, purpose, campaign)(key) for secret in self._keys]
        return LinkOwner(key, campaign) if _is_one_of(token, made) else None

    def find_older(self, token: str) -> LinkOwner | None:
        """Return the owner of a link that is the same in all mails, None if there is none."""
        key = self._known(token[:_SELECTOR]) if token.isascii() else None
        if key is None:
            return None
        return LinkOwner(key) if _is_one_of(token, [older(key) for older in self._older]) else None

    def row(self, reader: LinkOwner) -> tuple[Sending, RecipientRow] | None:
        """Return the row of a reader in the last sending of the campaign (or of all), None if they have no mail."""
        return self._ledger.last_row(reader.key, self._kind, reader.campaign or None)

    def __len__(self) -> int:
        """Return how many tokens are known, to see what they take."""
        return len(self._by_selector)

    def _known(self, selector: bytes | str) -> str | None:
        found = self._by_selector.get(selector)
        if found is None:
            with self._lock:
                if self._clock() - self._looked_at >= _PAUSE:
                    self.look()
            found = self._by_selector.get(selector)
        return found

    def look(self) -> None:
        """Learn who has come since the last look; the lists of a sending are read again when it has changed."""
        now = self._clock()
        for sending in self._ledger.sendings():
            if sending.delivery is not self._kind:
                continue
            state = dataclasses.replace(sending, host=""), self._ledger.last_position(sending)
            if self._seen.get(sending.id) == state:
                continue
            for key in self._ledger.keys(sending):
                self._learn(key)
            self._seen[sending.id] = state
        self._looked_at = now  # not before: nobody is called unknown because the ledger could not be asked

    def _learn(self, key: str) -> None:
        if key in self._keys_of_people or is_erased(key):
            return
        self._keys_of_people.add(key)
        for selector, older in zip(self._selectors, self._older, strict=True):
            self._by_selector[selector(key)] = key
            self._by_selector[older(key)[:_SELECTOR]] = key


def _is_one_of(token: str, made: Sequence[str]) -> bool:
    """Compare in the same time, whichever letters differ."""
    given = token.encode()
    found = [hmac.compare_digest(given, each.encode()) for each in made]
    return any(found)
