"""Repairs of lines that begin in the wrong column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.wording import say, say_n
from ccmail.yamlfile.repairs.repair import Repair, indent_of, is_blank, problem, take_apart
from ccmail.yamlfile.source_lines import Edit, SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.yamlfile.parsing import YamlFault

_FAR = 200
"""Lines to look back for the beginning of a text."""

_INDENT = re.compile(r"[\s\u200b]*")
_LIKE_A_FIELD = re.compile(r"\s*(?:- )*[\w-]+\s*:(?:\s|$)")
_TEXT_BEGINS = re.compile(r"(?:^|\s)[|>][-+0-9]*\s*(?:#.*)?$")
_MESSAGE = say("this line is not indented like its neighbours")


def tab_indentation(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a tab, or a special blank from Word, at the beginning of a line."""
    near = [n for n in (fault.line, fault.line - 1, fault.line + 1) if _odd_indent(sheet.line(n))]
    if not near:
        return
    everywhere = [n for n, line in enumerate(sheet.lines) if _odd_indent(line)]
    steps = dict.fromkeys((_step(sheet), 2, 4, 8))
    if len(everywhere) > 1:
        yield from (_expand(sheet, everywhere, step) for step in steps)
    yield from (_expand(sheet, near[:1], step) for step in (*steps, *_indents_above(sheet, near[0])))


def _odd_indent(line: str) -> str:
    indent = _INDENT.match(line)
    found = indent[0] if indent else ""
    return found if found.strip(" ") and found != line else ""


def _step(sheet: SourceLines) -> int:
    """Return the number of blanks by which the file indents."""
    return min((i for line in sheet.lines if not is_blank(line) and (i := indent_of(line)) > 0), default=2)


def _indents_above(sheet: SourceLines, number: int) -> list[int]:
    """Return the indentations of the lines above, the nearest first."""
    lines = (sheet.line(n) for n in range(number - 1, max(-1, number - _FAR), -1))
    return list(dict.fromkeys(indent_of(line) for line in lines if not is_blank(line) and not _odd_indent(line)))


def _expand(sheet: SourceLines, numbers: list[int], step: int) -> Repair:
    first = _odd_indent(sheet.line(numbers[0]))
    column = next(n for n, character in enumerate(first) if character != " ")
    if first[column] == "\t":
        message = say("this line is indented with a tab")
        hint = say("replace the tab by spaces, or run `ccmail check --fix`")
    else:
        message = say("this line is indented with a non-breaking blank")
        hint = say("replace the non-breaking blank by spaces, or run `ccmail check --fix`")
    return Repair(
        problem(
            "Y102",
            _and_further(message, len(numbers) - 1),
            sheet.place(numbers[0], column, 1),
            say("YAML only allows spaces"),
            hint,
        ),
        tuple(_expanded(sheet.line(number), number, step) for number in numbers),
    )


def _and_further(message: str, lines: int) -> str:
    if not lines:
        return message
    return say_n("{message}; so is {n:,} further line", "{message}; so are {n:,} further lines", lines, message=message)


def _expanded(line: str, number: int, step: int) -> Edit:
    indent = _odd_indent(line)
    blanks = "".join(" " * step if c == "\t" else "" if c == "\u200b" else " " for c in indent)
    return Edit(number, blanks + line[len(indent) :])


def text_line(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a line of a text (`text: |`) that begins too far left."""
    block = _text_above(sheet, fault.line)
    if block is None:
        return
    indent, first = block
    stray = [first]
    for number in range(first + 1, min(len(sheet.lines), first + _FAR)):
        line = sheet.line(number)
        if not is_blank(line) and (indent_of(line) >= indent or _LIKE_A_FIELD.match(line)):
            break
        if line.strip():
            stray.append(number)
    edits = tuple(Edit(n, " " * indent + sheet.line(n).lstrip()) for n in stray)
    place = sheet.place(first, indent_of(sheet.line(first)))
    yield Repair(problem("Y105", _MESSAGE, place, hint=_line_up(len(stray) - 1)), edits)


def _line_up(further: int) -> str:
    hint = say("lines of one text start in the same column; move this line right until it lines up with the line above")
    if not further:
        return hint
    return say_n("{hint} (and the one after it)", "{hint} (and the {n:,} after it)", further, hint=hint)


def unindented_text(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a text whose lines begin where its field begins: `text: |`, and below it words at the same margin."""
    for start in range(fault.line, max(-1, fault.line - _FAR), -1):
        if not (_TEXT_BEGINS.search(sheet.line(start)) and _LIKE_A_FIELD.match(sheet.line(start))):
            continue
        indent = indent_of(sheet.line(start))
        words = []
        for number in range(start + 1, min(len(sheet.lines), start + _FAR)):
            line = sheet.line(number)
            if line.strip() and (indent_of(line) < indent or _LIKE_A_FIELD.match(line)):
                break
            if line.strip():
                words.append(number)
        if words and indent_of(sheet.line(words[0])) == indent:
            said = problem(
                "Y105",
                say("the words of this text are not indented"),
                sheet.place(words[0], indent),
                hint=say("move its lines right by two blanks: they belong under their field"),
            )
            yield Repair(said, tuple(Edit(n, "  " + sheet.line(n)) for n in words))
        return


def _text_above(sheet: SourceLines, number: int) -> tuple[int, int] | None:
    """Return the indentation of the text that ends above a line, and the first line that begins left of it."""
    for start in range(number - 1, max(-1, number - _FAR), -1):
        if not _TEXT_BEGINS.search(sheet.line(start)):
            continue
        below = [n for n in range(start + 1, number + 1) if sheet.line(n).strip()]
        if len(below) < 2:  # noqa: PLR2004 - one line of the text, and one that left it
            return None
        indent = indent_of(sheet.line(below[0]))
        strays = [n for n in below[1:] if indent_of(sheet.line(n)) < indent]
        strays = [n for n in strays if not _LIKE_A_FIELD.match(sheet.line(n)) and not is_blank(sheet.line(n))]
        return (indent, strays[0]) if strays and indent > indent_of(sheet.line(start)) else None
    return None


def field_line(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a field that begins further left or right than the fields around it."""
    for number in (fault.line, fault.line - 1):
        line = sheet.line(number)
        if is_blank(line) or not (take_apart(sheet, number).key or line.lstrip().startswith("- ")):
            continue
        own = indent_of(line)
        for indent in sorted(_indents_above(sheet, number), key=lambda i: abs(i - own)):
            if indent != own:
                yield _moved(sheet, number, indent)
        above = next((n for n in range(number - 1, -1, -1) if not is_blank(sheet.line(n))), None)
        if above is not None and indent_of(sheet.line(above)) != own:
            yield _moved(sheet, above, own)


def _moved(sheet: SourceLines, number: int, indent: int) -> Repair:
    line = sheet.line(number)
    own = indent_of(line)
    hint = (
        say(
            "fields that belong together start in the same column; move this line right by {blanks}",
            blanks=indent - own,
        )
        if indent > own
        else say(
            "fields that belong together start in the same column; move this line left by {blanks}", blanks=own - indent
        )
    )
    return Repair(
        problem("Y105", _MESSAGE, sheet.place(number, own), hint=hint),
        (Edit(number, " " * indent + line.lstrip(" ")),),
    )
