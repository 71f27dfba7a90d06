"""The examples that `ccmail init` writes where only the organisers know the truth."""

from __future__ import annotations

import re

DOMAIN = "city-network.example"
STREET = "Musterstraße 1 · 53113 Bonn"
PERSON = "Kim Muster"
PRIVACY = f"https://{DOMAIN}/privacy"

_EXAMPLE = re.compile(rf"{PERSON}|{re.escape(DOMAIN)}|Musterstra(?:ß|ss)e \d+|\bMuster(?:stadt|hausen)\b")
# a workspace that shows what ccmail can do has another organisation there: that is its own
_OF_ANOTHER = re.compile(r"\bc/o ")


def find_placeholder(text: str) -> str:
    """Return the example inside a text of ccmail.yaml, "" if there is none."""
    found = _EXAMPLE.search(text)
    return found[0] if found and not _OF_ANOTHER.search(text) else ""
