"""The line breaks of a paragraph: those that its author meant, and those that an editor made.

An editor breaks a line where the next word does not fit any more. So a break is meant where the first word of the
next line would have fitted clearly: with a tenth of the paragraph's width to spare. The width of a paragraph is that
of its longest line, or that which the rest of the text is wrapped at, and never less than 60 columns. A paragraph
of lines under 45 columns (an address, a verse) is wrapped by nobody, and a line that is wider than any editor makes it
was broken by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NARROWEST = 60
_WIDEST = 130
_VERSE = 45
_SURE = 3  # lines: so many that end where the next word does not fit are wrapped
_LONG_WORD = 40  # an address; the line that holds it says nothing of the width
_CLEARLY = 0.9
_DETAIL = re.compile(r"\S@\S|www\.|\s\|\s|\b\d{4,5} [A-ZÄÖÜ]|\b[A-Z]{1,2}-\d{3,5}\b|\d[\d /()–-]{5,}\d")
_STARTS = tuple(
    (kind, re.compile(start))
    for kind, start in {
        "number": r"\(?\d{1,4}[.)/]|\(\d{1,4}\)",
        "time": r"\d{1,2}[:.]\d\d\b",
        "letter": r"\(?(?:[a-zA-Z]|[ivxIVX]{1,4})[.)]\s",
        "label": r"[A-ZÄÖÜ][\w.-]*(?: [\w.-]+){0,2}:\s",
        "sign": r"(?:[^\w\s\"'„“”‚‘’«»(\[{<&\\`$€%.,:;!?]|o)[\s\t]",
    }.items()
)


def usual_width(paragraphs: Iterable[Sequence[str]]) -> tuple[int, bool]:
    """Return how wide lines of a text may be, and whether it is wrapped there: 0 if nothing says so."""
    paragraphs = list(paragraphs)
    wrapped = [_longest(lines) for lines in paragraphs if _is_wrapped(lines)]
    if wrapped:
        return max(wrapped), True
    return max((_longest(lines) for lines in paragraphs), default=0), False


def meant_breaks(lines: Sequence[str], usual: tuple[int, bool] = (0, False)) -> frozenset[int]:
    """Return after which lines of a paragraph, counted from 0, its author meant to begin another.

    Args:
        lines: The paragraph, without what it is indented by.
        usual: What `usual_width` says of the whole text.
    """
    every = range(len(lines) - 1)
    if _longest(lines) < _VERSE and all(len(line.split()) == 1 for line in lines if _has_long_word(line)):
        return frozenset(every)
    meant = set() if _is_wrapped(lines) else _short_lines(lines, *usual)
    for kind in range(len(_STARTS)):
        _add_parallel(lines, kind, meant)
    return frozenset(meant)


def _short_lines(lines: Sequence[str], usual: int, is_wrapped: bool) -> set[int]:  # noqa: FBT001
    every = range(len(lines) - 1)
    room = max(_NARROWEST, _CLEARLY * max(_longest(lines), usual))
    fits = {n for n in every if _needed(lines, n) <= room or len(lines[n]) > _WIDEST}
    meant = {n for n in fits if not _goes_on(lines, n, in_doubt=not is_wrapped)}
    has_sentence = any(line.rstrip().endswith((".", "!", "?")) for line in lines)
    has_short_ones = 2 * len(meant) >= len(every) or _are_details(lines)
    if not is_wrapped and not has_sentence and has_short_ones:  # an address with a long line in it
        return {n for n in every if not _goes_on(lines, n, in_doubt=False)}
    return meant


def _are_details(lines: Sequence[str]) -> bool:
    """Return whether lines say who writes, and where: half of them have a mail address, a post code, a phone, a |."""
    return 2 * sum(bool(_DETAIL.search(line)) for line in lines) >= len(lines)


def _goes_on(lines: Sequence[str], number: int, *, in_doubt: bool) -> bool:
    """Return whether a sentence runs over the end of a long line."""
    line = lines[number].rstrip()
    if len(line) < _NARROWEST or line.endswith((".", "!", "?", ":", ";")):
        return False
    is_open = in_doubt and len(line) <= _WIDEST and not line.endswith((",", ")", "“", "”", '"'))
    return is_open or lines[number + 1].lstrip()[:1].islower()


def _add_parallel(lines: Sequence[str], kind: int, meant: set[int]) -> None:
    """Add the breaks before lines that begin alike: dates, times, (1), a), labels, the bullets of Word."""
    begin = [n for n, line in enumerate(lines) if _kind_of(line) == kind]
    if len(begin) < 2:  # noqa: PLR2004 - one alone is chance
        return
    first = begin[0]
    is_anchored = first == 0 or first - 1 in meant or lines[first - 1].rstrip().endswith(":") or first + 1 in begin
    if is_anchored:
        meant.update(n - 1 for n in begin if n)


def _kind_of(line: str) -> int | None:
    return next((n for n, (_, start) in enumerate(_STARTS) if start.match(line.lstrip())), None)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Return whether every line ends where the next word would not have fitted."""
    if len(lines) < _SURE or _longest(lines) < _VERSE:
        return False
    return all(_needed(lines, n) > _CLEARLY * _longest(lines) for n in range(len(lines) - 1))


def _needed(lines: Sequence[str], number: int) -> int:
    """Return how wide a line would be with the first word of the next one."""
    return len(lines[number].rstrip()) + 1 + len(lines[number + 1].split(maxsplit=1)[0])


def _longest(lines: Sequence[str]) -> int:
    return max((len(line.rstrip()) for line in lines if not _has_long_word(line)), default=0)


def _has_long_word(line: str) -> bool:
    return any(len(word) > _LONG_WORD for word in line.split())
