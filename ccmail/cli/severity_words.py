"""The words before a problem, and before what mends it; the verdicts of a check that asks other computers."""

from __future__ import annotations

from ccmail.cli.language import said, tr_n
from ccmail.problems import Severity
from ccmail.wording import Wording, say

HELP = say("help:")

_WORDS = {Severity.ERROR: say("error"), Severity.WARNING: say("warning"), Severity.NOTE: say("note")}
_VERDICTS = {"ok": say("ok"), "warning": say("warning"), "error": say("error"), "not checked": say("not checked")}


def severity_word(severity: Severity) -> Wording:
    """Return the word of a severity: "error"."""
    return _WORDS[severity]


def counted(severity: Severity, count: int) -> str:
    """Return "1 error", "3 warnings", in the language of the person at the terminal."""
    match severity:
        case Severity.ERROR:
            return tr_n("{n:,} error", "{n:,} errors", count)
        case Severity.WARNING:
            return tr_n("{n:,} warning", "{n:,} warnings", count)
        case _:
            return tr_n("{n:,} note", "{n:,} notes", count)


def verdict_word(verdict: str) -> str:
    """Return the word of a verdict, one of `ccmail.checks.online.Verdict`, in that language: "not checked"."""
    return said(_VERDICTS[verdict])
