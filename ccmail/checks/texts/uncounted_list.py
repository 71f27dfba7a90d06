"""A list whose numbers do not count on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.texts.passage import markdown_passages
from ccmail.problems import Mark, Problem, Severity
from ccmail.rendering.plain_writing import REST_OF_DATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ccmail.rendering import LoadedCampaign

CODE = "T335"
WHY = "it is printed as it was written, line by line: 1, 2, 2, 4 was hardly meant"
_ITEM = re.compile(r"([ \t]*)(\d{1,3})([.)])[ \t]+(?=\S)")


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a warning for each list, at the first number that does not follow the one before."""
    for passage, signs in markdown_passages(loaded.campaign):
        for items in _lists(signs):
            numbers = [int(item[2]) for item in items]
            wrong = next((n for n in range(1, len(items)) if numbers[n] != numbers[n - 1] + 1), None)
            if wrong is not None:
                counted = ", ".join(map(str, numbers[:6])) + (", …" if len(numbers) > 6 else "")  # noqa: PLR2004
                mark = Mark(passage.place(items[wrong].start(2), items[wrong].end(3)))
                hint = f"is it {numbers[wrong - 1] + 1}?"
                message = f"the numbers of this list do not count on: {counted}"
                yield Problem(CODE, message, Severity.WARNING, (mark,), hint)


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
        elif line.strip() and not line.startswith((" ", "\t")) or (found and is_date):
            if len(items) > 1:
                yield items
            items = [found] if found and not is_date else []
        start += len(line) + 1
