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
            hint = say(
                "save the list as “CSV UTF-8” in Excel, or write “encoding: {codec}” or “encoding: {other}” at its"
                " segment in ccmail.yaml",
                codec=found.codec,
                other=found.other,
            )
        yield mistake(list_problems.UNSURE_ENCODING, found.doubt, Place(shown_as, found.line), hint=hint)
    elif not found.is_utf_8:
        message = say("read as {encoding}", encoding=encoding_name(found.codec))
        if found.is_said:
            message = say("read as {encoding}, as ccmail.yaml says", encoding=encoding_name(found.codec))
        if found.example:
            message = say("{read_as}: “{example}”", read_as=message, example=found.example)
        yield mistake(list_problems.OTHER_ENCODING, message, Place(shown_as))
