"""A link that is not written as links are: a blank in its address, brackets the wrong way round or not closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.texts.passage import TextPassage
    from ccmail.rendering import LoadedCampaign

CODE = "T330"
WHY = "readers would see “[Agenda](https://…” and could not click it"
_ADDRESS = r"<?(?:https?://|www\.|mailto:)"
_TARGET = re.compile(r"\]\(")
_RIGHT = re.compile(
    r"\]\(\s*(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_LABEL = r"\[[^\[\]\n]+\]"
_WRONG = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), message)
    for pattern, message in (
        (rf"{_LABEL}\s+\(\s*{_ADDRESS}[^\n)]*\)?", "between the words of a link and its address stands a blank"),
        (rf"\([^()\[\]\n]+\)\[\s*{_ADDRESS}[^\n\]]*\]?", "round and square brackets of a link are the wrong way round"),
        (rf"{_LABEL}\[[^\[\]\n]*\](?!\()", "a link has its address in square brackets, or elsewhere"),
        (rf"^[ ]{{0,3}}{_LABEL}:\s*{_ADDRESS}\S*", "an address for another place stands in the text"),
        (rf"\[[^\[\]()\n]+\({_ADDRESS}[^\s()]+\)(?![^\[\n]*\])", "the words of a link have no closing bracket"),
    )
)
_HINT = "[words](https://city.example/page)"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for everything that was to be a link, and is none."""
    for passage, signs in markdown_passages(loaded.campaign):
        for found in _TARGET.finditer(signs):
            if not _RIGHT.match(signs, found.start()):
                yield _unreadable(passage, signs, found.start())
        for pattern, message in _WRONG:
            for found in pattern.finditer(signs):
                mark = Mark(passage.place(*found.span()))
                yield Problem(CODE, message, marks=(mark,), hint=f"a link is written {_HINT}")


def _unreadable(passage: TextPassage, signs: str, start: int) -> Problem:
    line_end = signs.find("\n", start) if "\n" in signs[start:] else len(signs)
    begin = max(signs.rfind("[", 0, start), signs.rfind("\n", 0, start) + 1)
    close = signs.find(")", start, line_end)
    if close < 0:
        message, hint = "the address of a link has no closing bracket", f"a link is written {_HINT}"
    else:
        message = "the address of a link has a blank in it"
        hint = f"write %20 for the blank: {passage.text[start + 2 : close].strip().replace(' ', '%20')}"
    mark = Mark(passage.place(begin, close + 1 if close > 0 else line_end))
    return Problem(CODE, message, marks=(mark,), hint=hint)
