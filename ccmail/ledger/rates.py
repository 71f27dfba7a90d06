"""The pace that all processes keep together on one ledger on a server: the generic cell rate algorithm (GCRA)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

FASTER = 0.95
"""The factor of the interval for each accepted mail: after a slowing to half, full speed is back after 14 mails."""

SLOWER = 2.0
"""The factor of the interval when the server gets too many mails."""

ONE_FAULT = 1.0
"""Seconds in which several complaints of a server are one."""

NO_TIME = 0.001
"""Seconds between two mails that are as good as none."""

_MOST_ACCEPTED = 500  # at once; by then any interval has become the least, and a smaller power would be no number
_AHEAD = 7200.0  # seconds: if the server's clock was set back, nobody waits for longer
_NOW = "extract(epoch FROM clock_timestamp())::float8"  # goes on inside a statement, and while it waits for a row

_BOUNDED = 'least(greatest(r."interval", %(least)s::float8), %(most)s::float8)'
_FASTER = f"{_BOUNDED} * power(%(faster)s::float8, %(accepted)s)"
_INTERVAL = f"CASE WHEN {_FASTER} > greatest(%(least)s::float8, {NO_TIME}) THEN {_FASTER} ELSE %(least)s::float8 END"

# the row is locked when the values after DO UPDATE are computed, so no two processes get the same slot. What a crash of
# the server takes back is a few slots: no commit waits for its disk
_RESERVE = f"""
INSERT INTO rate AS r (key, tat, "interval", slowed_at, rests_until)
VALUES (%(key)s, {_NOW} + %(slots)s * %(least)s::float8, %(least)s, 0, 0)
ON CONFLICT (key) DO UPDATE SET
    "interval" = {_INTERVAL},
    tat = greatest({_NOW}, least(greatest(r.tat, r.rests_until), {_NOW} + {_AHEAD})) + %(slots)s * ({_INTERVAL})
RETURNING tat - %(slots)s * "interval", "interval", rests_until, {_NOW}, set_config('synchronous_commit', 'off', true)
"""  # noqa: S608 - constants only
_SLOW_DOWN = f"""
INSERT INTO rate AS r (key, tat, "interval", slowed_at, rests_until)
VALUES (%(key)s, {_NOW} + %(first)s::float8, %(first)s, {_NOW}, 0)
ON CONFLICT (key) DO UPDATE SET
    "interval" = greatest(
        least(r."interval" * {SLOWER}, %(most)s::float8),
        CASE WHEN r.tat > {_NOW} AND r."interval" > 0 THEN %(least)s::float8 * {SLOWER} ELSE excluded."interval" END
    ),
    tat = greatest(r.tat, excluded.tat), slowed_at = excluded.slowed_at
WHERE r.slowed_at <= {_NOW} - {ONE_FAULT}
"""  # noqa: S608 - constants only
_REST = f"""
INSERT INTO rate AS r (key, tat, "interval", slowed_at, rests_until)
VALUES (%(key)s, {_NOW}, 0, 0, {_NOW} + %(seconds)s::float8)
ON CONFLICT (key) DO UPDATE SET rests_until = greatest(r.rests_until, excluded.rests_until)
"""  # noqa: S608 - constants only
_LOOK = f'SELECT key, tat, "interval", rests_until, {_NOW} FROM rate WHERE key = ANY(%(keys)s)'  # noqa: S608


class Pacing(NamedTuple):
    """The pace of a key, as the row says at one moment; times are seconds since 1970 by the server's clock.

    Attributes:
        first: The time of the first slot that was reserved, or is free.
        interval: Seconds between two slots; 0.0 if there is no limit at the moment.
        rests_until: No mail leaves before.
        now: That moment.
    """

    first: float
    interval: float
    rests_until: float
    now: float

    @property
    def rest(self) -> float:
        """Seconds for which no mail leaves; zero or less: none."""
        return min(self.rests_until - self.now, _AHEAD)


class Bounds(NamedTuple):
    """The bounds of a key's interval, in seconds: by the settings, and in the worst case."""

    least: float
    most: float


class SlowDown(NamedTuple):
    """A complaint of a server.

    Attributes:
        key: The key of the server, or of a domain behind it.
        bounds: Of its interval.
        usual: Seconds between two mails of the process that hears it; counts if the row's slots are not used up.
    """

    key: str
    bounds: Bounds
    usual: float


class Rates:
    """The paces of servers, and of domains behind them; a part of `Ledger`, for one on a server only.

    Args:
        transaction: Begins a transaction; its context is a cursor of the driver.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Any]]) -> None:
        self._transaction = transaction

    def reserve(self, key: str, slots: int, bounds: Bounds, accepted: int = 0) -> Pacing:
        """Reserve the next slots of a key for this process, evenly spaced; with none, note the accepted mails only.

        Nothing has to be given back: a process that dies wastes its slots.

        Args:
            key: The key.
            slots: Their number.
            bounds: Of the interval.
            accepted: How many mails were accepted since the last time: each makes the pace a little faster.
        """
        values = {
            "key": key,
            "slots": slots,
            **bounds._asdict(),
            "faster": FASTER,
            "accepted": min(accepted, _MOST_ACCEPTED),
        }
        with self._transaction() as cursor:
            cursor.execute(_RESERVE, values)
            return Pacing(*cursor.fetchone()[:-1])

    def slow_down(self, complaints: Iterable[SlowDown]) -> None:
        """Halve the speed of some keys: each at most once a second, whichever processes hear the complaint."""
        with self._transaction() as cursor:
            for complaint in sorted(complaints):  # two processes at once cannot deadlock
                least, most = complaint.bounds
                first = min(max(least, complaint.usual, NO_TIME) * SLOWER, most)
                cursor.execute(_SLOW_DOWN, {"key": complaint.key, "least": least, "most": most, "first": first})

    def rest(self, key: str, seconds: float) -> None:
        """Let no mail leave for so many seconds, from any process; a longer rest goes on."""
        with self._transaction() as cursor:
            cursor.execute(_REST, {"key": key, "seconds": seconds})

    def look(self, keys: Sequence[str]) -> dict[str, Pacing]:
        """Return the paces of some keys without reserving anything; a key that nobody has used is left out."""
        with self._transaction() as cursor:
            cursor.execute(_LOOK, {"keys": list(keys)})
            return {key: Pacing(*values) for key, *values in cursor.fetchall()}
