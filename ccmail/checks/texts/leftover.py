"""What somebody meant to replace: TODO, Lorem ipsum, [Name], %FIRSTNAME%."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import passages
from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T315"
WHY = "a note to oneself reaches everybody"
_FIELDS = (
    "(?:first_?name|last_?name|name|title|city|organisation|greeting|email|vorname|nachname|anrede|titel|stadt|ort|firma"
    "|funktion)"
)
_LEFTOVERS = tuple(
    (re.compile(pattern), severity, hint)
    for pattern, severity, hint in (
        (r"\b(?:TODO|FIXME|TBD|tbd|t\.b\.d\.|XXX+|xxx+)\b", Severity.ERROR, "write what belongs here"),
        (r"(?i)\blorem\s+ipsum\b|\bdolor\s+sit\s+amet\b", Severity.ERROR, "write what belongs here"),
        (r"\*\|\w+\|\*|%%?\w+%%?(?=\W|$)(?<=[A-Z_]%)|«\w+»|\$\{\w+\}|\[\[\w+\]\]|<<\w+>>", Severity.ERROR,
         "a field of the reader is written {{ first_name }}"),
        (rf"(?i)(?<!\{{)\{{\s*{_FIELDS}\s*\}}\}}?|\{{\{{\s*{_FIELDS}\s*\}}(?!\}})|<\s*{_FIELDS}\s*>|%\s?{_FIELDS}%"
         rf"|\$\{{?{_FIELDS}\b\}}?|\[(?:first|last)_name\]",
         Severity.ERROR, "a field of the reader is written {{ first_name }}"),
        ((r"(?i)\[(?:(?:vor|nach)?name|anrede|stadt|datum|uhrzeit|ort|text|link|date|time|place|(?:first|last) name|title?|titel"
         r"|(?:hier|insert)[^\]\n]{0,40})\](?!\()"), Severity.ERROR, "write what belongs here"),
        (r"(?i)\b(?:text|link|datum|name)\s+(?:folgt|hier einfügen|follows|to follow|goes here)\b", Severity.WARNING,
         "write what belongs here"),
        (r"\?\?\?+|_{4,}", Severity.WARNING, "write what belongs here"),
    )
)  # fmt: skip


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for everything in the texts that was to be replaced."""
    for passage in passages(loaded.campaign):
        for pattern, severity, hint in _LEFTOVERS:
            for found in pattern.finditer(passage.text):
                said = " ".join(found[0].split())
                mark = Mark(passage.place(*found.span()))
                yield Problem(CODE, f"“{said}” was left in the text", severity, (mark,), hint)
