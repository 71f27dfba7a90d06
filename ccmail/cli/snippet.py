"""A problem as text: the message, the source line, a caret under the place, the help."""

from __future__ import annotations

import dataclasses
import itertools
import unicodedata
from typing import TYPE_CHECKING

from ccmail.cli.severity_words import HELP, severity_word
from ccmail.wording import ENGLISH, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.problems import Mark, Place, Problem
    from ccmail.wording import Catalogue

WIDTH = 100
"""The columns of a source line that are shown where there is no terminal, before the “…”."""

_NARROWEST = 20
"""The columns of a source line that are shown on the narrowest terminal."""

_HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # escape sequences, writing direction, line breaks
_LOOKS_LIKE = {"\t": "→", "\u00ad": "-", "\u200b": "·", "\ufeff": "·"}


def snippet(problem: Problem, columns_wide: int = 0, *, catalogue: Catalogue = ENGLISH) -> str:
    """Return a problem as text of several lines, without a line break at the end.

    Text from a file cannot control the terminal: a tab becomes an arrow, a control character becomes “�”.

    Args:
        problem: The problem.
        columns_wide: The width of the terminal; 0 if there is none, then texts have any length.
        catalogue: The texts of the language in which it is said.
    """
    problem = problem.said_in(catalogue)
    severity = catalogue.text(severity_word(problem.severity))
    code = f"[{problem.code}]" if problem.code else ""
    lines = _hanging(f"{severity}{code} ", harmless(problem.message), columns_wide, 2)
    placed = [mark for mark in problem.marks if mark.place.file]  # a whole campaign is no place in a file
    gutter = max((len(str(mark.place.line)) for mark in placed), default=1) + 1
    margin = " " * gutter
    for number, (place, marks) in enumerate(_by_file(placed)):
        corner, where = "├─" if number else "╭─", catalogue.text(_where(place))
        lines += _hanging(f"{margin}{corner} ", harmless(where), columns_wide, bar=f"{margin}│  ")
        lines += _drawing(marks, margin, columns_wide)
    lines += _help(catalogue.text(HELP), problem.hint, margin if placed else "", columns_wide)
    return "\n".join(line.rstrip() for line in lines)


def harmless(text: str) -> str:
    """Return a text with visible characters only; each character stays one character."""
    return "".join(_LOOKS_LIKE.get(c, "�" if unicodedata.category(c) in _HARMFUL else c) for c in text)


def _by_file(marks: Sequence[Mark]) -> Iterator[tuple[Place, list[Mark]]]:
    """Yield each file's main place with its marks, from top to bottom."""
    for _, group in itertools.groupby(marks, key=lambda mark: mark.place.file):
        of_file = list(group)
        yield of_file[0].place, sorted(of_file, key=lambda mark: mark.place.line)


def _where(place: Place) -> str:
    """Return a place in words; in a list, people find the column by its header."""
    if place.line and place.field:
        return say("{file}:{line}, column {header}", file=place.file, line=place.line, header=place.field)
    return str(place)


def _drawing(marks: Sequence[Mark], margin: str, columns_wide: int) -> Iterator[str]:
    drawn = [mark for mark in marks if mark.place.line and mark.place.text]
    for mark in marks:
        if mark not in drawn and mark.label:
            yield from _hanging(f"{margin}│ ", harmless(mark.label), columns_wide, bar=f"{margin}│ ")
    if drawn:
        yield f"{margin}│"
    room = max(_NARROWEST, columns_wide - len(margin) - 2) if columns_wide else WIDTH + 1
    before: Place | None = None
    for mark in drawn:
        visible = _window(mark.place, room)
        if before is None or before.line != mark.place.line or _window(before, room).text != visible.text:
            if before is not None and before.line + 1 < mark.place.line:
                yield f"{margin}⋮"
            yield f"{mark.place.line:>{len(margin) - 1}} │ {visible.text}"
        yield from _carets(mark, visible, margin, columns_wide)
        before = mark.place


@dataclasses.dataclass(frozen=True, slots=True)
class _Window:
    """The visible part of a source line, with the place inside it."""

    text: str
    start: int
    end: int


def _window(place: Place, room: int) -> _Window:
    """Return the part of a source line that has so many columns; it moves to the place if that is far to the right."""
    line = harmless(place.text)
    start = min(max(place.column - 1, 0), len(line))
    end = max(min(start + max(place.width, 1), len(line)), start + 1)
    if _columns(line) <= room:
        return _Window(line, start, end)
    left, reach = 0, min(end, start + room // 2)
    if _columns(line[:reach]) > room - 1:  # the place would be cut off
        left = start
        while left and _columns(line[left - 1 : reach]) < room - 1 and _columns(line[left - 1 : start]) <= room // 3:
            left -= 1
    right = len(line)
    while _columns(line[left:right]) + (left > 0) + (right < len(line)) > room:
        right -= 1
    while 0 < right < len(line) and unicodedata.combining(line[right]):  # not between a letter and its accent
        right -= 1
    text = ("…" if left else "") + line[left:right] + ("…" if right < len(line) else "")
    moved = left - (left > 0)
    return _Window(text, start - moved, max(min(end - moved, len(text)), start - moved + 1))


def _carets(mark: Mark, visible: _Window, margin: str, columns_wide: int) -> Iterator[str]:
    before = f"{margin}│ {' ' * _columns(visible.text[: visible.start])}"
    carets = "^" * max(1, _columns(visible.text[visible.start : visible.end]))
    label = harmless(mark.label)
    if not label or not columns_wide or _columns(f"{before}{carets} {label}") <= columns_wide:
        yield f"{before}{carets} {label}"
        return
    yield f"{before}{carets}"
    lead = f"{margin}│ "
    room = max(_NARROWEST, columns_wide - len(lead))
    left = max(0, min(len(before) - len(lead), room - _columns(label)))
    yield from _hanging(lead + " " * left, label, columns_wide, bar=lead + " " * left)


def _help(word: str, hint: str, margin: str, columns_wide: int) -> Iterator[str]:
    if not hint:
        return
    first, *more = (harmless(line) for line in hint.split("\n"))
    corner = f"{margin}╰─ " if margin else "  "
    yield from _hanging(f"{corner}{word} ", first, columns_wide, len(corner) + 2)
    for line in more:
        yield from _hanging(" " * len(corner), line, columns_wide, len(corner) + 2)


def _hanging(lead: str, text: str, columns_wide: int, indent: int = 0, *, bar: str = "") -> list[str]:
    """Return a text in lines that fit; the further ones begin with `bar`, or with so many blanks. No word is broken."""
    if not columns_wide or _columns(lead + text) <= columns_wide:
        return [lead + text]
    below = bar or " " * indent
    lines, is_empty = [lead], True
    for word in text.split():
        longer = f"{lines[-1]}{'' if is_empty else ' '}{word}"
        if not is_empty and _columns(longer) > columns_wide:
            lines.append(below + word)
        else:
            lines[-1] = longer
        is_empty = False
    return lines


def _columns(text: str) -> int:
    """Return the width of a text on a terminal: East Asian characters take two columns, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
