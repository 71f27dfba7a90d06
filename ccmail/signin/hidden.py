"""Texts that must not be shown, whatever a server repeats of them."""

from __future__ import annotations

import re

_INSTEAD = "…"
_SHORTEST = 8  # characters: “openid” in a server's words is no secret
_RUN = re.compile(r"[A-Za-z0-9+/=_.~-]{16,}")


class Hidden:
    """Texts that must not be shown, and their beginnings and middles, too: servers cut what they repeat."""

    def __init__(self, *secrets: str) -> None:
        self._secrets: list[str] = []
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide further texts from now on."""
        self._secrets += [secret for secret in secrets if len(secret) >= _SHORTEST and secret not in self._secrets]

    def hide(self, words: str) -> str:
        """Return words without the texts."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            words = words.replace(secret, _INSTEAD)
        return _RUN.sub(self._without_piece, words) if self._secrets else words

    def _without_piece(self, found: re.Match[str]) -> str:
        return _INSTEAD if any(found[0] in secret for secret in self._secrets) else found[0]

    def __repr__(self) -> str:
        return f"<{len(self._secrets)} texts>"
