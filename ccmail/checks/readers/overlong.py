"""A value that no line of a mail can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place

CODE = "R552"
WHY = "a word of 80 letters widens the mail beyond every phone; a salutation of 120 is a paragraph"
_LONGEST_WORD = 70
_LONGEST_GREETING = 120


def check(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for salutations that are too long, and for overlong words that are no address."""
    if max(map(len, fields.values()), default=0) <= _LONGEST_WORD:  # nearly always
        return
    for name, value in fields.items():
        if len(value) <= _LONGEST_WORD:
            continue
        is_long = len(value) > _LONGEST_GREETING if name.startswith("greeting") else False
        if is_long or any(len(word) > _LONGEST_WORD and "://" not in word for word in value.split()):
            message = f"{name} has {len(value)} characters: “{value[:40]}…”"
            yield Problem(CODE, message, Severity.WARNING, (Mark(place),), "shorten it in the list")
