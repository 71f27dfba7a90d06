"""The colours of the HTML part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.mail.colours import ways_to_look_at
from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.rendering.theme import READABLE, contrast
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.colours import Colours
    from ccmail.checks.mail.html import Element
    from ccmail.checks.mail.message import ParsedMail

_LARGE_ONLY = 3.0


@rule(
    "H117",
    Severity.ERROR,
    Severity.WARNING,
    why=say("WCAG 2.2, 1.4.3: 4.5 to 1; grey on grey is unreadable in the sun, and for many people always"),
)
def low_contrast(mail: ParsedMail) -> Iterator[Flaw]:
    """Text that does not stand out from its ground.

    An error for each pair of colours under 3 to 1, a warning for one under 4.5, in light and in dark.
    """
    shown = [e for e in mail.page.elements if (e.own_words or e.get("alt")) and not e.is_hidden]
    seen = set()
    for way in ways_to_look_at(mail.page):
        for element in shown:
            pair = way.of(element)
            if pair is None or pair in seen:
                continue
            seen.add(pair)
            ratio = contrast(*pair)
            if ratio < READABLE:
                severity = Severity.ERROR if ratio < _LARGE_ONLY else Severity.WARNING
                yield Flaw(_said(pair, element, way, f"{ratio:.1f}"), severity=severity)


def _said(pair: tuple[str, str], element: Element, way: Colours, ratio: str) -> str:
    colours = say("{ink} on {ground} in line {line} of the HTML", ink=pair[0], ground=pair[1], line=element.line)
    if way.words:
        return say("{colours} {way}: {ratio} to 1", colours=colours, way=way.words, ratio=ratio)
    return say("{colours}: {ratio} to 1", colours=colours, ratio=ratio)
