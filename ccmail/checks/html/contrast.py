"""Text that does not stand out from its ground."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity
from ccmail.rendering.theme import READABLE, contrast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail
    from ccmail.checks.page import Element

CODE = "H117"
WHY = "WCAG 2.2, 1.4.3: 4.5 to 1; grey on grey is unreadable in the sun, and for many people always"
_HEX = re.compile(r"#[0-9a-f]{6}")
_LARGE_ONLY = 3.0


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for every pair of inline colours under 4.5 to 1 (a warning from 3 on)."""
    seen = set()
    for element in mail.page.elements:
        if not element.own_words or element.is_hidden:
            continue
        pair = _colour(element, "color", "#000000"), _colour(element, "background", "#ffffff")
        if pair in seen or not all(_HEX.fullmatch(colour) for colour in pair):
            continue
        seen.add(pair)
        ratio = contrast(*pair)
        if ratio < READABLE:
            severity = Severity.ERROR if ratio < _LARGE_ONLY else Severity.WARNING
            yield Problem(
                CODE, f"{pair[0]} on {pair[1]} in line {element.line} of the HTML: {ratio:.1f} to 1", severity
            )


def _colour(element: Element, name: str, default: str) -> str:
    for around in element.way_up():
        value = around.style.get(name) or (around.style.get("background-color", "") if name == "background" else "")
        if value or (name == "background" and around.get("bgcolor")):
            return value or around.get("bgcolor").casefold()
    return default
