"""The examples that `ccmail init` writes where only the organisers know the truth."""

from __future__ import annotations

import re

DOMAIN = "city-network.example"
STREET = "Musterstraße 1 · 53113 Bonn"
PERSON = "Kim Muster"

# a workspace that shows what ccmail can do has another organisation there ("c/o …"): that is its own
_EXAMPLE = re.compile(rf"(?:^|· )(?!c/o )[^·]* · ({STREET})|({PERSON})|({re.escape(DOMAIN)})")


def find_placeholder(text: str) -> str:
    """Return the example inside a text of ccmail.yaml, "" if there is none."""
    found = _EXAMPLE.search(text)
    return next(filter(None, found.groups()), "") if found else ""
