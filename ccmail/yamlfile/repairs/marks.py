"""Repairs of missing or wrong signs: colons, blanks, dashes, brackets, ruled lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.wording import say
from ccmail.yamlfile.repairs.repair import Repair, in_quotes, indent_of, is_blank, problem
from ccmail.yamlfile.source_lines import Edit, SourceLines
from ccmail.yamlfile.synonyms import is_field_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.yamlfile.parsing import YamlFault

_NO_BLANK = re.compile(r"(?P<head>\s*(?:- )*(?P<key>[^\W\d]\w+)):(?!//)(?P<rest>[^\s:].*)$")
_NO_COLON = re.compile(r"(?P<head>\s*(?:- )*(?P<key>[a-z_]{2,})) +(?P<rest>\S.*)$")
_WRONG_DASH = re.compile(r"(?P<head>\s*)(?P<dash>[–—•·‐‑−])\s+(?P<rest>\S.*)$")
_NO_BLANK_AFTER_DASH = re.compile(r"(?P<head>\s*)-(?P<rest>[^\s-].*)$")
_RULE = re.compile(r"(---|\.\.\.)(\s|$)")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\s#.*$""")
_PAIRS = {"{": "}", "[": "]"}
_FAR = 12
_LONGEST = 3000


def missing_blank(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a missing blank after a colon: `time:13:00`."""
    for number in (fault.line, fault.line - 1):
        hit = _NO_BLANK.match(sheet.line(number))
        if hit:
            edit = Edit(number, f"{hit['head']}: {hit['rest']}")
            yield Repair(
                problem(
                    "Y109",
                    say("a blank is missing after “{field}:”", field=hit["key"]),
                    sheet.place(number, hit.start("key"), len(hit["key"]) + 1),
                    say("without the blank this is no field"),
                    say("put a blank after the colon\n{line}", line=edit.text.strip()),
                ),
                (edit,),
            )


def missing_colon(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a missing colon: `title Digitalisierung`."""
    for number in (fault.line, fault.line - 1):
        hit = _NO_COLON.match(sheet.line(number))
        if hit and is_field_word(hit["key"]):
            edit = Edit(number, f"{hit['head']}: {hit['rest']}")
            yield Repair(
                problem(
                    "Y111",
                    say("a colon is missing after “{field}”", field=hit["key"]),
                    sheet.place(number, hit.start("key"), len(hit["key"])),
                    "",
                    say("put a colon and a blank after the name of a field\n{line}", line=edit.text.strip()),
                ),
                (edit,),
                is_certain=False,
            )


def wrong_dash(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend `– speaker: …`, with Word's dash instead of a hyphen, and `-speaker: …`, without the blank."""
    for number in (fault.line, fault.line - 1, fault.line + 1):
        hit = _WRONG_DASH.match(sheet.line(number))
        if hit:
            yield Repair(
                problem(
                    "Y112",
                    say("a list item begins with “-”, not with “{dash}”", dash=hit["dash"]),
                    sheet.place(number, hit.start("dash"), 1),
                    "",
                    say("use the hyphen of the keyboard"),
                ),
                (Edit(number, f"{hit['head']}- {hit['rest']}"),),
            )
        hit = _NO_BLANK_AFTER_DASH.match(sheet.line(number))
        if hit:
            yield Repair(
                problem(
                    "Y113",
                    say("a blank is missing after the hyphen"),
                    sheet.place(number, hit.end("head"), 1),
                    "",
                    say("put a blank after it\n{line}", line=f"- {hit['rest'].strip()}"),
                ),
                (Edit(number, f"{hit['head']}- {hit['rest']}"),),
            )


def brackets(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend brackets in one line: `{de: …, en: …` without an end, `[a, b]]`, `{de: A: B}` with a colon in a text."""
    for number in range(fault.line, max(-1, fault.line - _FAR), -1):
        line = sheet.line(number)
        if is_blank(line) or len(line) > _LONGEST or not any(c in line for c in "{}[]"):
            continue
        yield from _inline_texts(sheet, number)
        yield from _bracket_counts(sheet, number)
        return


def _bracket_counts(sheet: SourceLines, number: int) -> Iterator[Repair]:
    line = sheet.line(number)
    bare = _QUOTED.sub(lambda hit: "x" * len(hit[0]), line)
    code_end = len(_QUOTED.sub(lambda hit: "" if hit[0].lstrip().startswith("#") else "x" * len(hit[0]), line).rstrip())
    open_ones: list[str] = []
    for column, character in enumerate(bare):
        if character in _PAIRS:
            open_ones.append(_PAIRS[character])
        elif character in _PAIRS.values():
            if open_ones and open_ones[-1] == character:
                open_ones.pop()
                continue
            if line.strip(" ]}"):
                yield _bracket_repair(sheet, number, column, "", character)
            return
    if open_ones:
        yield _bracket_repair(sheet, number, code_end, "".join(reversed(open_ones)), "")


def _bracket_repair(sheet: SourceLines, number: int, column: int, missing: str, surplus: str) -> Repair:
    line = sheet.line(number)
    edit = Edit(number, line[:column] + missing + line[column + len(surplus) :])
    if surplus:
        message, label = say("there is a “{sign}” that nothing opened", sign=surplus), ""
        place = sheet.place(number, column, 1)
    else:
        message, label = say("“{sign}” is missing", sign=missing), say("opened here")
        opening = max(line.rfind(o, 0, column) for o in _PAIRS if _PAIRS[o] == missing[-1])
        place = sheet.place(number, opening, 1)
    hint = say("write\n{line}", line=edit.text.strip())
    return Repair(problem("Y110", message, place, label, hint), (edit,), is_certain=False)


_PLAIN = r"""[^"'{}\[\],\#]*?"""  # text of an inline field that has no quotes
_INLINE_HEAD = r"(?P<head>[{,]\s*[\w-]+:[ ]+)"
_INLINE_END = r"(?=\s*[,}])"
_INLINE = (
    (
        "Y101",
        say("a colon inside a text ends the text"),
        say("YAML reads “: ” as “new field”"),
        re.compile(rf"{_INLINE_HEAD}(?P<text>{_PLAIN}(?P<odd>:[ ]){_PLAIN}){_INLINE_END}"),
    ),
    (
        "Y104",
        say("the text goes on after the closing quote"),
        say("not part of the text any more"),
        re.compile(rf'{_INLINE_HEAD}(?P<text>"[^"]*"(?P<odd>\s*[^\s,}}][^,{{}}]*?)){_INLINE_END}'),
    ),
    (
        "Y106",
        say("everything after “ #” is a comment, not text"),
        say("the }} is lost with it"),
        re.compile(rf"{_INLINE_HEAD}(?P<text>{_PLAIN}\s(?P<odd>\#){_PLAIN}){_INLINE_END}"),
    ),
)


def _inline_texts(sheet: SourceLines, number: int) -> Iterator[Repair]:
    line = sheet.line(number)
    for code, message, label, pattern in _INLINE:
        hit = pattern.search(line)
        if hit is None:
            continue
        edit = Edit(number, line[: hit.start("text")] + in_quotes(hit["text"]) + line[hit.end("text") :])
        yield Repair(
            problem(
                code,
                message,
                sheet.place(number, hit.start("odd"), len(hit["odd"].strip())),
                label,
                say("put the whole text in quotes\n{line}", line=edit.text.strip()),
            ),
            (edit,),
        )


def second_document(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Mend a line `---` or `...`, at which a document ends in YAML."""
    for number in (fault.line, fault.line - 1, fault.line - 2):
        hit = _RULE.match(sheet.line(number))
        if hit is None:
            continue
        said = problem(
            "Y114",
            say("“{line}” ends the file for YAML", line=hit[1]),
            sheet.place(number, 0, len(hit[1])),
            say("only one document is read from a file"),
            say("delete this line; a ruled line of a text is indented like the text"),
        )
        around = (
            _indent_near(sheet, range(number - 1, -1, -1)),
            _indent_near(sheet, range(number + 1, len(sheet.lines))),
        )
        if min(around) > 0:
            yield Repair(said, (Edit(number, " " * max(around) + sheet.line(number)),), is_certain=False)
        yield Repair(said, (Edit(number, "#" + sheet.line(number)[1:]),), is_certain=False)


def _indent_near(sheet: SourceLines, numbers: range) -> int:
    """Return the indentation of the first line that is neither empty nor a comment."""
    return next((indent_of(sheet.line(n)) for n in numbers if not is_blank(sheet.line(n))), 0)
