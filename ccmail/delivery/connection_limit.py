"""The connection limit: how many connections a server takes at the same time."""

from __future__ import annotations

_FIRST = 10  # accepted mails before one connection more is tried
_MOST = 640


class ConnectionLimit:
    """Fewer connections at once when the server has too many, slowly more again.

    After each attempt in vain to have one more, twice as many mails must be accepted before the next attempt.

    Args:
        most: The number of connections in the settings.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._needed = _FIRST
        self._accepted = 0
        self._is_trial = False  # the last change was one connection more
        self.now = most
        self.reductions = 0

    def reduce_to(self, connections: int) -> None:
        """Note that the server takes only so many; at least one stays."""
        if connections >= self.now:
            return
        if self._is_trial:
            self._needed = min(2 * self._needed, _MOST)
        self.now = max(1, connections)
        self.reductions += 1
        self._accepted, self._is_trial = 0, False

    def note_accepted(self) -> bool:
        """Note an accepted mail; return whether one connection more may be tried now."""
        if self.now >= self._most:
            return False
        self._accepted += 1
        if self._accepted < self._needed:
            return False
        self.now += 1
        self._accepted, self._is_trial = 0, True
        return True
