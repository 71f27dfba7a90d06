"""Text that is too small, too tight, or in Times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.checks.finished import FinishedMail
    from ccmail.checks.page import Element

CODE = "H118"
WHY = "under 12 pixels phones zoom by themselves; without font-family Outlook takes Times New Roman"
_SMALLEST, _SMALL, _TIGHT = 12, 14, 1.15
_READ = 16
_PASSAGE = 120  # characters: what is so long is read, not looked up
_PIXELS = re.compile(r"([\d.]+)px")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for letters under 12 px, tight lines and no font, a warning under 14 px, or 16 in long texts."""
    shown = [element for element in mail.page.elements if element.own_words and not element.is_hidden]
    yield from _odd_letters(shown)
    imprint = [words for _, words in mail.loaded.settings.footer.imprint]
    read = [e for e in shown if len(e.own_words) >= _PASSAGE and not any(words in e.text for words in imprint)]
    longest = max(read, key=lambda element: len(element.own_words), default=None)
    if longest and _SMALL <= _pixels(longest, "font-size") < _READ:
        message = f"the longest text of the HTML, in line {longest.line}, has letters of less than {_READ} px"
        yield Problem(CODE, message, Severity.WARNING)


def _odd_letters(shown: Sequence[Element]) -> Iterator[Problem]:
    said: set[str] = set()
    for element in shown:
        size, height = _pixels(element, "font-size"), _pixels(element, "line-height")
        for is_wrong, what, severity in (
            (0 < size < _SMALLEST, f"is {size:g} px small", Severity.ERROR),
            (_SMALLEST <= size < _SMALL, f"is {size:g} px small", Severity.WARNING),
            (0 < height < size * _TIGHT, f"has lines of {height:g} px for letters of {size:g} px", Severity.ERROR),
            (not any("font-family" in e.style for e in element.way_up()), "names no font", Severity.ERROR),
        ):
            if is_wrong and what not in said:
                said.add(what)
                yield Problem(CODE, f"the text in line {element.line} of the HTML {what}", severity)


def _pixels(element: Element, name: str) -> float:
    """Return a length that an element has or inherits, 0 if it is not in pixels."""
    value = next((e.style[name] for e in element.way_up() if name in e.style), "")
    found = _PIXELS.fullmatch(value)
    return float(found[1]) if found else 0
