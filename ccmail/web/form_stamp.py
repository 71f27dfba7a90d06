"""A stamp in a form: when it was shown. A program fills forms in at once, or sends one that it saw long ago."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence

_QUICKEST = dt.timedelta(seconds=2)  # a browser that fills in what it knows still leaves a box to tick
_LONGEST = dt.timedelta(days=1)  # a page that was left open overnight still counts


def make_stamp(keys: Sequence[bytes], form: str, at: dt.datetime) -> str:
    """Return the stamp of a form that is shown at a time.

    Args:
        keys: The newest first; it signs.
        form: The name of the form: a stamp of one counts for no other.
        at: Aware.
    """
    second = str(int(at.timestamp()))
    return f"{second}.{_mac(keys[0], form, second)}"


def is_credible(keys: Sequence[bytes], form: str, stamp: str, now: dt.datetime) -> bool:
    """Return whether a form was shown by us, and neither just now nor long ago."""
    second, _, given = stamp.partition(".")
    if not (second.isascii() and second.isdecimal() and len(second) <= len("99999999999")):
        return False
    if not any(hmac.compare_digest(given.encode(), _mac(key, form, second).encode()) for key in keys):
        return False
    return _QUICKEST <= now - dt.datetime.fromtimestamp(int(second), dt.UTC) <= _LONGEST


def _mac(key: bytes, form: str, second: str) -> str:
    return hmac.new(key, f"form\n{form}\n{second}".encode(), hashlib.sha256).hexdigest()[:32]
