"""The words for what a campaign is, in the language of the person at the terminal."""

from __future__ import annotations

from ccmail.cli.language import said
from ccmail.wording import say

_KINDS = {"announcement": say("announcement"), "review": say("review")}


def kind_word(kind: str) -> str:
    """Return the type of a campaign, as in its file, in words; "" for a file that cannot be read."""
    return said(_KINDS[kind]) if kind else ""
