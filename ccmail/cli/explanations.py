"""The explanations of problem codes, read from the pages docs/reference/problems.md and problems.de.md."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

PAGES = {"en": "problems.md", "de": "problems.de.md"}
"""The page of each language in which codes are explained."""

_PACKAGE = Path(__file__).resolve().parents[1]
_ROW = re.compile(r"\| `([A-Z]\d{3})` \| (.*?) \|(?: (.*?) \|| \|)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a code.

    Attributes:
        about: The meaning of its letter.
        what: The problem.
        to_do: The repair, "" if the problem says it all.
    """

    code: str
    about: str
    what: str
    to_do: str


def explanations(language: str = "en") -> dict[str, Explanation]:
    """Return all explanations in a language, by code."""
    about, found = "", {}
    for line in _page(language).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            about = line.partition(": ")[2]
        elif row := _ROW.match(line.replace("\\|", "\x00")):
            what, to_do = (_plain(cell or "") for cell in (row[2], row[3]))
            found[row[1]] = Explanation(row[1], about, what, to_do)
    return found


def _page(language: str) -> Path:
    """Return the page of a language: inside the package if ccmail is installed, in docs/ of a checkout."""
    name = PAGES[language]
    inside = _PACKAGE / "explanations" / name
    return inside if inside.exists() else _PACKAGE.parent / "docs" / "reference" / name


def _plain(cell: str) -> str:
    return _LINK.sub(r"\1", cell).replace("\x00", "|").strip()
