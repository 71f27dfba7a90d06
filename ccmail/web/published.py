"""The web versions that everybody with their address may see: those of variants that somebody has."""

from __future__ import annotations

import dataclasses
import functools
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from ccmail.ledger import Purpose
from ccmail.messages.identity import LinkPurpose, web_version_tokens

if TYPE_CHECKING:
    import datetime as dt

    from ccmail.ledger import Sending, WebVersion
    from ccmail.web.backstage import Backstage

_PAUSE = 10.0  # seconds between two looks at all rows of a sending: strangers must not keep the ledger busy
_KEPT = 256  # versions of sendings
_CHANGES = frozenset({Purpose.UPDATE, Purpose.CANCELLATION})

Variant = tuple[str, tuple[str, ...]]
"""Segment and languages."""


@dataclasses.dataclass(frozen=True, slots=True)
class Publication:
    """A web version with its address.

    Attributes:
        path: Below the public address: /m/CAMPAIGN/de/TOKEN.
    """

    sending: Sending
    web: WebVersion
    path: str

    @property
    def variant(self) -> Variant:
        """The segment and the languages."""
        return self.web.segment, self.web.languages


class Published:
    """Finds web versions.

    Args:
        stage: What all pages share.
        clock: Monotonic seconds.
    """

    def __init__(self, stage: Backstage, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger, self._kind, self._keys = stage.ledger, stage.kind, stage.keys
        self._clock = clock
        self._web_versions = functools.lru_cache(maxsize=_KEPT)(self._ledger.web_versions)
        self._sent: dict[tuple[int, dt.datetime], tuple[float, frozenset[Variant]]] = {}
        self._lock = threading.Lock()

    def find(self, campaign: str, languages: str, token: str) -> Publication | None:
        """Return the web version with an address, None if there is none."""
        given = token.encode()
        for sending in self._sendings(campaign):
            for web in self._web_versions(sending, sending.version):
                made = [
                    web_version_tokens(key, campaign)(sending.number, web.segment, web.languages).encode()
                    for key in self._keys
                ]
                if any([hmac.compare_digest(given, each) for each in made]):  # noqa: C419 - the same time for all keys
                    found = self._publication(sending, web)
                    return found if "+".join(web.languages) == languages and self._is_sent(found) else None
        return None

    def of(self, sending: Sending, variant: Variant) -> Publication | None:
        """Return the web version of a variant in a sending, None if there is none."""
        return next((found for found in self._all(sending) if found.variant == variant), None)

    def newer(self, sending: Sending, variant: Variant) -> Publication | None:
        """Return the web version of the last update or cancellation after a sending, None if there is none."""
        for later in self._sendings(sending.campaign):
            if later.id <= sending.id:
                return None
            if later.purpose in _CHANGES and (found := self.of(later, variant)):
                return found
        return None

    def campaigns(self) -> Iterator[tuple[Publication, Publication | None]]:
        """Yield the campaigns that were sent, the latest first: one web version for each language.

        Each comes with that of a later update or cancellation, if there is one. Of several segments with the same
        language, the first one is shown.
        """
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for sending in self._sendings(None):
            if sending.purpose is not Purpose.CAMPAIGN:
                continue
            for found in self._all(sending):
                name = sending.campaign, found.web.languages
                if name not in seen:
                    seen.add(name)
                    yield found, self.newer(sending, found.variant)

    def _sendings(self, campaign: str | None) -> Iterator[Sending]:
        return (sending for sending in self._ledger.sendings(campaign) if sending.delivery is self._kind)

    def _all(self, sending: Sending) -> Iterator[Publication]:
        made = (self._publication(sending, web) for web in self._web_versions(sending, sending.version))
        return (found for found in made if self._is_sent(found))

    def _publication(self, sending: Sending, web: WebVersion) -> Publication:
        token = web_version_tokens(self._keys[0], sending.campaign)(sending.number, web.segment, web.languages)
        languages = "+".join(web.languages)
        return Publication(sending, web, f"/{LinkPurpose.VIEW.value}/{quote(sending.campaign)}/{languages}/{token}")

    def _is_sent(self, found: Publication) -> bool:
        """Return whether somebody has the mail of this variant: what nobody has got is not public yet."""
        # a number alone may have been that of an earlier sending
        name = found.sending.id, found.sending.started_at
        with self._lock:
            looked_at, sent = self._sent.get(name, (-_PAUSE, frozenset()))
            if found.variant not in sent and self._clock() - looked_at >= _PAUSE:
                sent = self._ledger.variants_sent(found.sending)
                self._sent[name] = self._clock(), sent
        return found.variant in sent
