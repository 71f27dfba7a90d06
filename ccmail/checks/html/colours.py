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
                message = say(
                    "{pair} on {pair2} in line {line} of the HTML{words}: {ratio} to 1",
                    pair=pair[0],
                    pair2=pair[1],
                    line=element.line,
                    words=way.words,
                    ratio=f"{ratio:.1f}",
                )
                yield Flaw(message, severity=severity)
