"""Plain writing, of people who do not think of Markdown, becomes Markdown that means the same.

This is done before a text's fields are printed, line by line, and never adds or takes away a line: what is said about
a text names the line that was written. What no line can say alone is left to the parser (`ccmail.rendering.dialect`).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from ccmail.languages.quotation import FIELDS
from ccmail.rendering.line_breaks import meant_breaks, usual_width

ENDS_HERE = "\x0c"
"""Stands at the end of a line after which an empty one is missing; a file cannot hold it."""

_HARD = "  "  # CommonMark: a line that ends in two blanks is broken there
_FENCE = re.compile(r"\s*```")
_JINJA = re.compile(FIELDS, re.DOTALL)
_TAG_LINE = re.compile(r"\s*(?:\{%.*%\}|\{#.*#\})\s*")
_RULE = re.compile(r"\s*([=~–—─━*_#-])(?:\s?\1){2,}\s*")
_HEADING = re.compile(r"\s*(#{1,6})(?:[ \t]+(.*))?$")
_TABLE = re.compile(r"\s*\|")
_COLUMNS = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)+")
_QUOTE = re.compile(r"\s*((?:>[ \t]?)+)")
_INVISIBLE = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
_WITHOUT_INVISIBLE = str.maketrans("", "", _INVISIBLE)
_EMPTY = re.compile(rf"[\s{_INVISIBLE}]+")
_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+|(?<![^\s@])[^\s@]+@[^\s@]+", re.IGNORECASE)
# Outlook pastes a link as “words<address>”
_GLUED = re.compile(r"(?<![^\s<>()\[\]])(?P<words>[^\s<>()\[\]]+)<(?P<target>(?:https?://|mailto:|tel:)[^\s<>]+)>")
_SCHEME = re.compile(r"(?:https?://|mailto:)|/$")
_LONGEST_PATH = 260  # characters, in Windows
_PATH = re.compile(r"(?<!\w)(?:[A-Za-z]:\\|\\\\(?=\w))[^,;\"“”<>|\n]*\Z")
_MARKER = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])(?=[ \t])")
# Word's own bullets, as they are or in its private letters (Symbol, Wingdings)
_BULLETS = "•‣∙●○◦▪▫■□◆◇❖➢➤►▶⮚\uf06c\uf06e\uf071\uf076\uf0a7\uf0b7\uf0d8\uf0dc\uf0fc"
_DASHES = "·–—oü"  # a bullet only where several lines begin with it: alone it is a dash, a dot, a letter
_LETTERS = "§ØÜüvqnl"  # the same letters of Wingdings in the font of the text; a tab follows
_ANY_BULLET = re.compile(rf"([ \t]*)([{_BULLETS}]|[{_DASHES}*+-](?=[ \t\xa0])|[{_LETTERS}](?=\t))[ \t\xa0]*")
_MONTHS = (
    "januar jänner februar feber märz april mai juni juli august september oktober november dezember "
    "january february march may june july october december jan feb mär mrz apr jun jul aug sep sept okt oct nov dez dec"
)
REST_OF_DATE = re.compile(
    rf"(?:{'|'.join(sorted(_MONTHS.split(), key=len, reverse=True))})\b|\d{{1,2}}\."
    r"|(?:bis|und|oder|to|and|or|[-–—/+&])\s*\d",
    re.IGNORECASE,
)
"""The text behind “4.” in a date: November, bis 5. November, 11. 2020."""
_DEEP = 4  # columns: further in, a list cannot follow a line of text


def as_markdown(text: str) -> str:
    """Return a text as Markdown: bullets of Word are lists, lines that were meant are broken, rules are rules."""
    lines = text.replace(ENDS_HERE, " ").split("\n")
    code = code_lines(lines)
    lines = [line if number in code else _legible(line) for number, line in enumerate(lines)]
    table = _table_lines(lines)
    blocks = list(_blocks(lines, code | table | _inside_jinja(text)))
    usual = usual_width([[_bare(lines[n]) for n in block] for block in blocks])
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if number in table and after.strip() and "|" not in after:
            lines[number] = line + ENDS_HERE
        elif number not in code:
            lines[number] = _alone(line, lines[number - 1] if number else "")
    for block in blocks:
        written = [lines[n] for n in block]
        for number, line in zip(block, _mend_block(written, usual), strict=True):
            lines[number] = line
    return "\n".join(lines)


def is_in_path(text: str, position: int) -> bool:
    r"""Return whether a backslash belongs to the path of a file: C:\_old, \\server\_plans."""
    line = max(text.rfind("\n", 0, position) + 1, position - _LONGEST_PATH)
    return _PATH.search(text[line : position + 1]) is not None


def without_fields(text: str) -> str:
    """Return a text with letters in the place of fields and conditions, line by line as long as it was."""
    return _JINJA.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), text)


def cells_of(row: str) -> list[str]:
    r"""Return the cells of a row: what stands between its |, but not \|."""
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip())]
    return cells[not cells[0] : len(cells) - (len(cells) > 1 and not cells[-1])]


def code_lines(lines: Sequence[str]) -> frozenset[int]:
    """Return the lines between ``` and ```, with those two; where the second is missing there is no code."""
    inside: set[int] = set()
    fences = [n for n, line in enumerate(lines) if _FENCE.match(line)]
    for first, last in zip(fences[::2], fences[1::2], strict=False):
        inside.update(range(first, last + 1))
    return frozenset(inside)


def _inside_jinja(text: str) -> frozenset[int]:
    """Return the lines of fields and conditions that are written over several lines."""
    found: set[int] = set()
    for jinja in _JINJA.finditer(text):
        first = text.count("\n", 0, jinja.start())
        found.update(range(first, first + jinja[0].count("\n") + ("\n" in jinja[0])))
    return frozenset(found)


def _blocks(lines: Sequence[str], apart: frozenset[int]) -> Iterator[list[int]]:
    """Yield the numbers of the lines that stand together: paragraphs and lists; not headings, rules and `apart`."""
    block: list[int] = []
    for number, line in enumerate(lines):
        if _TAG_LINE.fullmatch(line):
            continue
        if number not in apart and line.strip() and not _HEADING.match(line) and not _RULE.fullmatch(line):
            block.append(number)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _table_lines(lines: Sequence[str]) -> frozenset[int]:
    found = {n for n, line in enumerate(lines) if _TABLE.match(line)}
    end = 0
    for number in range(1, len(lines)):
        if number >= end and _COLUMNS.fullmatch(lines[number]) and "|" in lines[number - 1]:
            end = number
            while end < len(lines) and "|" in lines[end]:
                end += 1
            found.update(range(number - 1, end))
    return frozenset(found)


def _legible(line: str) -> str:
    """Return a line without what nobody sees: all of an empty one, soft hyphens in addresses, Outlook's < >."""
    if _EMPTY.fullmatch(line):
        return ""
    line = _ADDRESS.sub(lambda found: found[0].translate(_WITHOUT_INVISIBLE), line.lstrip("\u00ad\u200b\u2060\ufeff"))
    return _GLUED.sub(_unglued, line) if "<" in line else line


def _unglued(found: re.Match[str]) -> str:
    words, target = found["words"], found["target"]
    is_same = _SCHEME.sub("", words).casefold() == _SCHEME.sub("", target).casefold()
    if target.startswith("tel:") or is_same:
        return words
    return f"{words} <{target.removeprefix('mailto:') if '?' not in target else target}>"


def _depth(line: str) -> int:
    quote = _QUOTE.match(line)
    return quote[0].count(">") if quote else 0


def _bare(line: str) -> str:
    quote = _QUOTE.match(line)
    return (line[quote.end() :] if quote else line).strip()


def _alone(line: str, before: str) -> str:
    heading = _HEADING.match(line)
    if _RULE.fullmatch(line):
        return "---"
    if heading and (not heading[2] or (before.strip() and heading[1] == "#" and heading[2][0].isdigit())):
        return line.replace("#", "\\#", 1)  # “# 3 of 5” below a line of text
    return line


def _mend_block(lines: Sequence[str], usual: tuple[int, bool]) -> Iterator[str]:
    meant = meant_breaks([_bare(line) for line in lines], usual)
    marked = _nested(_with_markers(lines, meant))
    item: re.Match[str] | None = None
    for number, line in enumerate(marked):
        item = _item(line) or item
        after = marked[number + 1] if number + 1 < len(marked) else ""
        is_meant = number in meant
        ends_item = item and not _item(after) and not after.startswith((" ", "\t"))
        ends_quote = _depth(line) > _depth(after)
        if is_meant and after and (ends_item or ends_quote):
            item = None
            yield line + ENDS_HERE
        elif is_meant and not _is_broken(line.rstrip()):
            yield line.rstrip() + _HARD
        else:
            yield line


def _is_broken(line: str) -> bool:
    """Return whether a line is broken by a backslash, or ends with a tag of Jinja."""
    return line.endswith("%}") or (line.endswith("\\") and not is_in_path(line, len(line) - 1))


@dataclasses.dataclass(frozen=True, slots=True)
class _Bullet:
    """A line that begins with a bullet: what the bullet is, and what stands in front of and behind it."""

    sign: str
    indent: str
    words: str


def _item(line: str) -> re.Match[str] | None:
    found = _MARKER.match(line)
    return None if found and REST_OF_DATE.match(line[found.end() :].lstrip()) else found


def _with_markers(lines: Sequence[str], meant: frozenset[int]) -> list[str]:
    """Write `- ` for the bullets of Word; what begins with another one than the first is a list inside it."""
    bullets = {n: b for n, line in enumerate(lines) if (b := _bullet(line)) and (n == 0 or n - 1 in meant)}
    signs = [bullet.sign for bullet in bullets.values()]
    foreign = [s for s in signs if s in _BULLETS or (s in _DASHES and (signs.count(s) > 1 or signs[0] in _BULLETS))]
    if not foreign:
        return list(lines)
    ranks = list(dict.fromkeys(s for s in signs if s in foreign or s in "-*+"))
    is_flat = len({b.indent for b in bullets.values()}) == 1
    written = list(lines)
    for number, bullet in bullets.items():
        if bullet.sign in ranks:
            indent = bullet.indent + "  " * (ranks.index(bullet.sign) if is_flat else 0)
            written[number] = f"{indent}- {bullet.words}"
    return written


def _bullet(line: str) -> _Bullet | None:
    found = _ANY_BULLET.match(line)
    if not found or not line[found.end() :].strip():
        return None
    is_letter = found[2] in _LETTERS and line[found.end(2)] == "\t"
    return _Bullet(chr(0xF000 + ord(found[2])) if is_letter else found[2], found[1], line[found.end() :])


def _nested(lines: Sequence[str]) -> list[str]:
    """Move markers to where CommonMark reads them: out to the margin below a text, in below a number."""
    written: list[str] = []
    out, number_width, seen = 0, 0, False
    for line in lines:
        expanded = line.expandtabs(4) if line[:1] == "\t" or line.lstrip(" ")[:1] == "\t" else line
        marker = _MARKER.match(expanded)
        indent = len(expanded) - len(expanded.lstrip())
        if marker and not seen:
            seen, out = True, indent if indent >= _DEEP and written else 0
        moved = expanded[min(out, indent) :] if seen else line
        left = len(moved) - len(moved.lstrip())
        if marker and left == 0:
            number_width = len(marker[2]) + 1 if marker[2][0].isdigit() else 0
        elif marker and 0 < left < number_width:
            moved = " " * number_width + moved.lstrip()
        written.append(moved)
    return written
