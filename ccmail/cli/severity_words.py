"""The words that stand before a problem, and before what mends it."""

from __future__ import annotations

from ccmail.problems import Severity
from ccmail.wording import Wording, say

HELP = say("help:")

_WORDS = {Severity.ERROR: say("error"), Severity.WARNING: say("warning"), Severity.NOTE: say("note")}


def severity_word(severity: Severity) -> Wording:
    """Return the word of a severity: "error"."""
    return _WORDS[severity]
