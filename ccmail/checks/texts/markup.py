"""The parts of the texts that would be shown as signs, or are no lists: HTML, pictures, marks that are not closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Severity
from ccmail.rendering.markdown import marks_left
from ccmail.rendering.plain_writing import REST_OF_DATE
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.rendering import LoadedCampaign

_HINTS = {
    "a": say("write [words](https://…)"),
    "b": say("write **bold**"),
    "strong": say("write **bold**"),
    "i": say("write *slanted*"),
    "em": say("write *slanted*"),
    "s": say("write ~~deleted~~"),
    "del": say("write ~~deleted~~"),
    "br": say("begin a new line, with a \\ at the end of the one before"),
    "p": say("leave a line empty between paragraphs"),
    "img": say("a picture belongs under photo: or gallery:"),
    "li": say("begin each line of a list with “- ”"),
    "ul": say("begin each line of a list with “- ”"),
    "ol": say("begin the lines of a list with “1. ”, “2. ”"),
    "hr": say("write --- on a line of its own"),
    "table": say("write | a | b |, and below it |---|---|"),
    "code": say("write `code`"),
}
_OTHERS = (
    "u|ins|sup|sub|small|big|mark|center|font|div|span|section|article|header|footer|button|tr|td|th|thead|tbody|h[1-6]|pre|blockquote"
    "|html|head|body|style|script|iframe|video|audio|form|input|link|meta|title|abbr|cite|q|o:p|st1:\\w+|!--"
)
_TAG = re.compile(rf"</?({'|'.join(_HINTS)}|{_OTHERS})(?=[\s/>-])[^<>]*>?", re.IGNORECASE)
_BBCODE = re.compile(r"\[/(b|i|u|s|url|img|list|quote|code|color|size)\]", re.IGNORECASE)


@rule("T331", Severity.ERROR, why=say("readers would see the tag itself"))
def raw_html(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """HTML in a text: it is printed as it stands."""
    for passage, signs in markdown_passages(loaded.campaign):
        said: set[str] = set()
        for found in (*_TAG.finditer(signs), *_BBCODE.finditer(signs)):
            name = found[1].casefold()
            tag = f"<{name}>" if found[0].startswith("<") else f"[{name}]"
            if tag not in said:
                said.add(tag)
                mark = Mark(passage.place(*found.span()))
                hint = _HINTS.get(name, say("delete it; the templates see to how a text looks"))
                yield Flaw(say("“{tag}” would be shown as it stands", tag=tag), (mark,), hint)


_PICTURE = re.compile(r"!\[[^\[\]]*\]\s?\([^()\n]*\)|!\[\[[^\[\]\n]+\]\]")


@rule(
    "T332",
    Severity.ERROR,
    why=say("pictures have places of their own in a mail; in a text only their names would be shown"),
)
def picture_in_text(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A picture in the middle of a text."""
    for passage, signs in markdown_passages(loaded.campaign):
        for found in _PICTURE.finditer(signs):
            mark = Mark(passage.place(*found.span()))
            hint = say("name the file under photo: (at the top) or gallery:, with its alt")
            yield Flaw(say("a text cannot hold a picture"), (mark,), hint)


_ITEM = re.compile(r"([ \t]*)(\d{1,3})([.)])[ \t]+(?=\S)")


@rule("T335", Severity.WARNING, why=say("it is printed as it was written, line by line: 1, 2, 2, 4 was hardly meant"))
def uncounted_list(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A list whose numbers do not count on."""
    for passage, signs in markdown_passages(loaded.campaign):
        for items in _lists(signs):
            numbers = [int(item[2]) for item in items]
            wrong = next((n for n in range(1, len(items)) if numbers[n] != numbers[n - 1] + 1), None)
            if wrong is not None:
                counted = ", ".join(map(str, numbers[:6])) + (", …" if len(numbers) > 6 else "")  # noqa: PLR2004
                mark = Mark(passage.place(items[wrong].start(2), items[wrong].end(3)))
                hint = say("is it {number}?", number=numbers[wrong - 1] + 1)
                message = say("the numbers of this list do not count on: {numbers}", numbers=counted)
                yield Flaw(message, (mark,), hint)


def _lists(signs: str) -> Iterator[Sequence[re.Match[str]]]:
    """Yield the items of each list: numbers at the beginning of lines, equally far in, with no other text between."""
    items: list[re.Match[str]] = []
    start = 0
    for line in [*signs.split("\n"), "end"]:
        found = _ITEM.match(signs, start) if start < len(signs) else None
        is_date = found and REST_OF_DATE.match(signs, found.end())
        same = found and not is_date and items and (found[1], found[3]) == (items[0][1], items[0][3])
        if found and not is_date and (same or not items):
            items.append(found)
        elif (line.strip() and not line.startswith((" ", "\t"))) or (found and is_date):
            if len(items) > 1:
                yield items
            items = [found] if found and not is_date else []
        start += len(line) + 1


_PARTNERS = {
    "**": say(
        "bold words are written **like this**: no blank inside the stars, a blank or a sign around them; "
        "two stars that are meant: \\*\\*"
    ),
    "~~": say("deleted words are written ~~like this~~; two signs that are meant: \\~\\~"),
    "```": say("end the part that is to stay as it is with ``` on a line of its own"),
}


@rule("T336", Severity.ERROR, why=say("readers would see the stars, and nothing would be bold"))
def open_mark(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A ** or ~~ without its partner, a ``` that is never closed."""
    for passage, _ in markdown_passages(loaded.campaign):
        for position, mark in marks_left(passage.text, loaded.cache):
            place = Mark(passage.place(position, position + len(mark)))
            yield Flaw(say("“{mark}” is not closed, or not opened", mark=mark), (place,), _PARTNERS[mark])
