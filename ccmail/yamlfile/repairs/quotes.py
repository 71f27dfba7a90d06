"""Repairs of texts that need quotes, and of quotes that do not close."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.wording import say
from ccmail.yamlfile.parsing import FaultKind, YamlFault
from ccmail.yamlfile.repairs.repair import Line, Repair, in_quotes, indent_of, is_blank, problem, take_apart
from ccmail.yamlfile.source_lines import Edit, SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAR = 40
"""Lines to look back for the beginning of a text."""

_ONE_WORD = re.compile(r"\w+$")
_SPECIAL = re.compile(r"""[@`%*&!|>\]},?]|\{\{|\[[^\]]*\]\s*[^\s#]|- """)
_CLOSED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"'), "'": re.compile(r"'(?:[^']|'')*'")}
_YAML_WORD = re.compile(r"[*&!][^\s,\[\]{}]*")


def colon_in_text(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a colon in a text without quotes: `title: COVID-19: Der Fall Tartu`."""
    if "mapping values are not allowed" not in fault.words:
        return
    line = take_apart(sheet, fault.line)
    if len(line.head) > fault.column:  # the colon is the line's own: the text began further up
        start = _start_of_text(sheet, fault.line)
        if start is None or _ONE_WORD.match(line.key):
            return
        line = start
    if not line.value or line.value[0] in "\"'{[|>":
        return
    last = max(fault.line, _last_line_of_text(sheet, line))
    edits = _quote(sheet, line, last)
    yield Repair(
        problem(
            "Y101",
            say("a colon inside a text ends the text"),
            sheet.place(fault.line, fault.column, 1),
            say("YAML reads “: ” as “new field”"),
            say("put the whole text in quotes\n{line}", line="\n".join(edit.text.strip() for edit in edits)),
        ),
        edits,
    )


def _start_of_text(sheet: SourceLines, number: int) -> Line | None:
    indent = indent_of(sheet.line(number))
    for above in range(number - 1, max(-1, number - _FAR), -1):
        if is_blank(sheet.line(above)):
            continue
        if indent_of(sheet.line(above)) < indent:
            line = take_apart(sheet, above)
            return line if line.key and line.value else None
    return None


def _last_line_of_text(sheet: SourceLines, line: Line) -> int:
    """Return the last line of a text that continues in lines with a deeper indentation."""
    last = line.number
    for number in range(line.number + 1, min(len(sheet.lines), line.number + _FAR)):
        below = sheet.line(number)
        if is_blank(below) or indent_of(below) <= line.indent or take_apart(sheet, number).key:
            break
        last = number
    return last


def _quote(sheet: SourceLines, line: Line, last: int) -> tuple[Edit, ...]:
    if last == line.number:
        return (line.with_value(in_quotes(line.value)),)
    between = [sheet.line(n).rstrip() for n in range(line.number + 1, last + 1)]
    quoted = in_quotes("\n".join((line.value + line.tail.rstrip(), *between))).split("\n")
    return (
        Edit(line.number, line.head + quoted[0]),
        *(Edit(line.number + n, text) for n, text in enumerate(quoted[1:], 1)),
    )


def unclosed_quote(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend `title: "Digitalisierung`, where the second quote is missing: the next text's quote closes it."""
    for number in range(fault.line, max(-1, fault.line - _FAR), -1):
        line = take_apart(sheet, number)
        value = line.value + line.tail
        if value[:1] not in _CLOSED or _CLOSED[value[0]].match(value):
            continue
        quote, comment = value[0], re.search(r"\s{2,}#.*$|\s+$", value)
        text, tail = (value[: comment.start()], comment[0]) if comment else (value, "")
        edit = Edit(number, line.head + text + quote + tail)
        yield Repair(
            problem(
                "Y103",
                say("the closing quote is missing"),
                sheet.place(number, len(line.head), 1),
                say("this quote is never closed"),
                say("end the text with {quote}\n{line}", quote=quote, line=edit.text.strip()),
            ),
            (edit,),
        )
        return


def text_after_quote(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a text that continues after its quote: `subtitle: "Online-Veranstaltung" als Reaktion`."""
    for number in (fault.line, fault.line - 1):
        line = take_apart(sheet, number)
        closed = _CLOSED[line.value[0]].match(line.value) if line.value[:1] in _CLOSED else None
        if closed is None or not line.value[closed.end() :].strip():
            continue
        edit = line.with_value(_requoted(line.value, closed.end()))
        start = len(line.head) + closed.end()
        hint = (
            say("put single quotes around all of it\n{line}", line=edit.text.strip())
            if edit.text[len(line.head)] == "'"
            else say("put double quotes around all of it\n{line}", line=edit.text.strip())
        )
        yield Repair(
            problem(
                "Y104",
                say("the text goes on after the closing quote"),
                sheet.place(number, start, len(line.head) + len(line.value) - start),
                say("not part of the text any more"),
                hint,
            ),
            (edit,),
        )
        return


def _requoted(value: str, closed: int) -> str:
    """Return the text in new quotes: `"Die "smarte" Stadt"` loses its outer ones, `"Eins" und "Zwei"` none."""
    quote = value[0]
    opens_again = not value[closed].isspace() or value[closed - 2].isspace()
    if opens_again and value.endswith(quote) and len(value) > closed + 1:
        return in_quotes(value[1:-1]) if quote == '"' else f'"{value[1:-1].replace(chr(34), chr(92) + chr(34))}"'
    return in_quotes(value) if quote == '"' or '"' in value else f'"{value}"'


def special_beginning(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a text that begins with a special sign: `title: *Wichtig*`, `title: {{ first_name }}`, `title: @stadt`."""
    for number in (fault.line, fault.line - 1):
        line = take_apart(sheet, number)
        special = _SPECIAL.match(line.value)
        if special is None or _begins_a_block(sheet, line):
            continue
        edit = line.with_value(in_quotes(line.value))
        yield Repair(
            problem(
                "Y107",
                say("a text that begins with “{sign}” needs quotes", sign=_first_sign(special[0])),
                sheet.place(number, len(line.head), len(line.value)),
                _meaning(special[0][0]),
                say("put the text in quotes\n{line}", line=edit.text.strip()),
            ),
            (edit,),
        )


def _first_sign(special: str) -> str:
    return special if special == "{{" else special[0]


def _begins_a_block(sheet: SourceLines, line: Line) -> bool:
    """Return whether lines below belong to a value: `de: &label` and its fields, `text: | Hallo` and its lines."""
    below = next((sheet.line(n) for n in range(line.number + 1, len(sheet.lines)) if sheet.line(n).strip()), "")
    is_word = _YAML_WORD.fullmatch(line.value) is not None or line.value[:2] in ("| ", "> ")
    return is_word and indent_of(below) > line.indent


def text_after_bar(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend `text: | Hallo`: the text begins in the line after the bar."""
    for number in (fault.line, fault.line - 1):
        line = take_apart(sheet, number)
        if line.value[:2] in ("| ", "> ") and _begins_a_block(sheet, line):
            yield Repair(
                problem(
                    "Y117",
                    say("the text begins in the line after “{sign}”", sign=line.value[0]),
                    sheet.place(number, len(line.head) + 2, len(line.value) - 2),
                    say("not part of the text here"),
                    say("move this to a line of its own, indented like the lines below"),
                ),
                (line.with_value(in_quotes(line.value[2:])[1:-1]),),
                is_certain=False,
            )


_MEANINGS = {
    "*": say("YAML reads it as a reference"),
    "&": say("YAML reads it as a label"),
    "!": say("YAML reads it as a tag"),
}


def _meaning(character: str) -> str:
    return _MEANINGS.get(character, say("this character has a meaning of its own in YAML"))


def yaml_machinery(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend tags, anchors and aliases in other places: before a block, inside a list."""
    if fault.kind not in (FaultKind.TAG, FaultKind.ANCHOR, FaultKind.ALIAS):
        return
    line = sheet.line(fault.line)
    word = _YAML_WORD.match(line, fault.column)
    if word is None:
        return
    said = problem(
        "Y115",
        say("“{word}” is not allowed here", word=word[0]),
        sheet.place(fault.line, fault.column, len(word[0])),
        _meaning(word[0][0]),
        say("write the text out; if it is meant as text, put it in quotes"),
    )
    blanks = " " * len(word[0])
    begins = _begins_a_block(sheet, take_apart(sheet, fault.line))
    for instead in (blanks,) if begins else (in_quotes(word[0]), blanks):
        edit = Edit(fault.line, line[: word.start()] + instead + line[word.end() :])
        yield Repair(said, (edit,), is_certain=False)


def backslash(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    r"""Mend a single backslash in double quotes: `file: "C:\Users"`."""
    if "escape" not in fault.words and "decimal number" not in fault.words:
        return
    line = sheet.line(fault.line)
    column = line.rfind("\\", 0, fault.column + 1)
    if column < 0:
        return
    edit = Edit(fault.line, line[:column] + "\\" + line[column:])
    yield Repair(
        problem(
            "Y108",
            say("a backslash inside double quotes has a meaning of its own"),
            sheet.place(fault.line, column, 2),
            say("write it twice"),
            say("write two of them, or use single quotes\n{line}", line=edit.text.strip()),
        ),
        (edit,),
    )
