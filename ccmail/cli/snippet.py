"""A problem as text: the message, the source line, a caret under the place, the help."""

from __future__ import annotations

import dataclasses
import itertools
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.problems import Mark, Place, Problem

WIDTH = 100
"""The characters of a source line that are shown, before the “…”."""

_BEFORE = 30
"""The characters that are kept in front of a place far to the right."""

_HARMFUL = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # escape sequences, writing direction, line breaks
_LOOKS_LIKE = {"\t": "→", "\u00ad": "-", "\u200b": "·", "\ufeff": "·"}


def snippet(problem: Problem) -> str:
    """Return a problem as text of several lines, without a line break at the end.

    Text from a file cannot control the terminal: a tab becomes an arrow, a control character becomes “�”.
    """
    code = f"[{problem.code}]" if problem.code else ""
    lines = [f"{problem.severity.value}{code} {harmless(problem.message)}"]
    gutter = max((len(str(mark.place.line)) for mark in problem.marks), default=1) + 1
    margin = " " * gutter
    for number, (file, marks) in enumerate(_by_file(problem.marks)):
        corner = "├─" if number else "╭─"
        lines.append(f"{margin}{corner} {harmless(file)}")
        lines += _drawing(marks, margin)
    lines += _help(problem.hint, margin if problem.marks else "")
    return "\n".join(line.rstrip() for line in lines)


def harmless(text: str) -> str:
    """Return a text with visible characters only; each character stays one character."""
    return "".join(_LOOKS_LIKE.get(c, "�" if unicodedata.category(c) in _HARMFUL else c) for c in text)


def _by_file(marks: Sequence[Mark]) -> Iterator[tuple[str, list[Mark]]]:
    """Yield each file's main place with its marks, from top to bottom."""
    for _, group in itertools.groupby(marks, key=lambda mark: mark.place.file):
        of_file = list(group)
        yield str(of_file[0].place), sorted(of_file, key=lambda mark: mark.place.line)


def _drawing(marks: Sequence[Mark], margin: str) -> Iterator[str]:
    drawn = [mark for mark in marks if mark.place.line and mark.place.text]
    for mark in marks:
        if mark not in drawn and mark.label:
            yield f"{margin}│ {harmless(mark.label)}"
    if drawn:
        yield f"{margin}│"
    before: Place | None = None
    for mark in drawn:
        if before is None or before.line != mark.place.line:
            if before is not None and before.line + 1 < mark.place.line:
                yield f"{margin}⋮"
            yield f"{mark.place.line:>{len(margin) - 1}} │ {_shown(mark.place).text}"
        yield f"{margin}│ {_carets(mark)}"
        before = mark.place


@dataclasses.dataclass(frozen=True, slots=True)
class _Shown:
    """The visible part of a source line, with the place inside it."""

    text: str
    start: int
    end: int


def _shown(place: Place) -> _Shown:
    line = harmless(place.text)
    start = min(max(place.column - 1, 0), len(line))
    end = start + max(place.width, 1)
    if start > WIDTH - 10:  # the place would be cut off
        skipped = start - _BEFORE
        line, start, end = "…" + line[skipped:], start - skipped + 1, end - skipped + 1
    if len(line) > WIDTH + 1:
        line = line[:WIDTH] + "…"
    return _Shown(line, start, max(min(end, len(line)), start + 1))


def _carets(mark: Mark) -> str:
    shown = _shown(mark.place)
    carets = "^" * max(1, _columns(shown.text[shown.start : shown.end]))
    return f"{' ' * _columns(shown.text[: shown.start])}{carets} {harmless(mark.label)}"


def _help(hint: str, margin: str) -> Iterator[str]:
    if not hint:
        return
    first, *more = (harmless(line) for line in hint.split("\n"))
    corner = f"{margin}╰─ " if margin else "  "
    yield f"{corner}help: {first}"
    yield from (f"{' ' * len(corner)}{line}" for line in more)


def _columns(text: str) -> int:
    """Return the width of a text on a terminal: East Asian characters take two columns, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
