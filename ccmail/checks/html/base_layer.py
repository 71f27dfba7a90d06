"""Inline styles that GMX, WEB.DE or Outlook do not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H119"
WHY = "GMX and WEB.DE drop every style element: what stands in the elements has to be right alone"
_UNKNOWN = frozenset({"position", "float", "transform", "animation", "filter", "grid-template-columns", "gap", "flex"})
_DISPLAY = re.compile(r"(?:inline-)?(?:flex|grid)\b")
_VALUES = re.compile(r"\bvar\(|\b[\d.]+v(?:w|h|min|max)\b|url\(\s*['\"]?data:|\bcalc\(")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for flex, grid, position, float, var(), viewport units, svg and data: in elements."""
    said: set[str] = set()
    for element in mail.page.elements:
        for name, value in element.style.items():
            is_wrong = name in _UNKNOWN or _VALUES.search(value) or (name == "display" and _DISPLAY.match(value))
            if is_wrong and name not in said:
                said.add(name)
                yield Problem(
                    CODE, f"“{name}: {value[:40]}” in line {element.line} of the HTML is not understood everywhere"
                )
    for element in mail.page.named("svg", "picture", "canvas", "math"):
        yield Problem(CODE, f"<{element.tag}> in line {element.line} of the HTML is not shown everywhere")
