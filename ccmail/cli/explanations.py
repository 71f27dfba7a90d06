"""The explanations of problem codes, read from the page docs/reference/problems.md, in the words of a catalogue."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from ccmail.wording import ENGLISH, Catalogue

_PAGE = "problems.md"
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


def explanations(catalogue: Catalogue = ENGLISH) -> dict[str, Explanation]:
    """Return all explanations in a language, by code."""
    about, found = "", {}
    for line in _page().read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            about = catalogue.phrase(line.partition(": ")[2])
        elif row := _ROW.match(line.replace("\\|", "\x00")):
            cells = ((cell or "").strip().replace("\x00", "\\|") for cell in (row[2], row[3]))
            found[row[1]] = Explanation(row[1], about, *(_plain(catalogue.phrase(cell)) for cell in cells))
    return found


def _page() -> Path:
    """Return the page: inside the package if ccmail is installed, in docs/ of a checkout."""
    inside = _PACKAGE / "explanations" / _PAGE
    return inside if inside.exists() else _PACKAGE.parent / "docs" / "reference" / _PAGE


def _plain(cell: str) -> str:
    return _LINK.sub(r"\1", cell).replace("\\|", "|")
