"""The problems of the encoding of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.audience import list_problems
from ccmail.audience.list_problems import mistake
from ccmail.languages.encoding import encoding_name
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.languages.encoding import TextEncoding


def about_encoding(found: TextEncoding, shown_as: str) -> Iterator[Problem]:
    """Yield an error if a list could be read in two ways, a note if it is not in UTF-8."""
    if found.doubt:
        hint = say("save the list as “CSV UTF-8” in Excel")
        if found.other:
            names = " or ".join(f"“encoding: {codec}”" for codec in (found.codec, found.other))
            hint += f", or write {names} at its segment in ccmail.yaml"
        yield mistake(list_problems.UNSURE_ENCODING, found.doubt, Place(shown_as, found.line), hint=hint)
    elif not found.is_utf_8:
        said = ", as ccmail.yaml says" if found.is_said else ""
        example = f": “{found.example}”" if found.example else ""
        message = say(
            "read as {encoding_name}{said}{example}",
            encoding_name=encoding_name(found.codec),
            said=said,
            example=example,
        )
        yield mistake(list_problems.OTHER_ENCODING, message, Place(shown_as))
