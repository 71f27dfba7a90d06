"""The language that a browser prefers (RFC 9110 12.5.4)."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 20  # languages that are looked at: a stranger writes the header


def preferred_by(accept: str, languages: Sequence[str]) -> str:
    """Return that of some languages which an Accept-Language header prefers, else the first one."""
    wanted: dict[str, float] = {}
    for item in accept.split(",")[:_MOST]:
        name, _, quality = item.partition(";q=")
        code = name.strip().lower()[:2]
        try:
            wanted.setdefault(code, float(quality or 1))
        except ValueError:
            continue
    return max(languages, key=lambda code: wanted.get(code, 0))
