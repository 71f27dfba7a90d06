"""HTML in a text: it is printed as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "T331"
WHY = "a tag in a text is shown to the readers, sign by sign"
_HINTS = {
    "a": "write [words](https://…)",
    "b": "write **bold**",
    "strong": "write **bold**",
    "i": "write *slanted*",
    "em": "write *slanted*",
    "s": "write ~~deleted~~",
    "del": "write ~~deleted~~",
    "br": "begin a new line, with a \\ at the end of the one before",
    "p": "leave a line empty between paragraphs",
    "img": "a picture belongs under photo: or gallery:",
    "li": "begin each line of a list with “- ”",
    "ul": "begin each line of a list with “- ”",
    "ol": "begin the lines of a list with “1. ”, “2. ”",
    "hr": "write --- on a line of its own",
    "table": "write | a | b |, and below it |---|---|",
    "code": "write `code`",
}
_OTHERS = (
    "u|ins|sup|sub|small|big|mark|center|font|div|span|section|article|header|footer|button|tr|td|th|thead|tbody|h[1-6]|pre|blockquote"
    "|html|head|body|style|script|iframe|video|audio|form|input|link|meta|title|abbr|cite|q|o:p|!--"
)
_TAG = re.compile(rf"</?({'|'.join(_HINTS)}|{_OTHERS})(?=[\s/>-])[^<>]*>?", re.IGNORECASE)


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for the first tag of each kind in a text."""
    for passage, signs in markdown_passages(loaded.campaign):
        said: set[str] = set()
        for found in _TAG.finditer(signs):
            name = found[1].casefold()
            if name not in said:
                said.add(name)
                mark = Mark(passage.place(*found.span()))
                hint = _HINTS.get(name, "delete it; the templates see to how a text looks")
                yield Problem(CODE, f"“<{name}>” would be shown as it stands", marks=(mark,), hint=hint)
