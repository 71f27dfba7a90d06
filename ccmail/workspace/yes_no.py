"""A yes or a no."""

from __future__ import annotations

from typing import Annotated

from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_WORDS = {**dict.fromkeys(("true", "yes", "ja", "on"), True), **dict.fromkeys(("false", "no", "nein", "off"), False)}


def yes_or_no(text: str) -> bool | None:
    """Return the truth of a yes or a no, None for another word."""
    return _WORDS.get(text.strip().casefold())


def _read(text: SourceText, _context: ReadContext) -> bool:
    said = yes_or_no(text)
    if said is None:
        raise ValueProblem(
            "W841", say("“{text}” is neither yes nor no", text=text), text.place, hint=say("write yes or no")
        )
    return said


YesOrNo = Annotated[bool, FromText(_read, bool, {"type": ["boolean", "string"], "enum": [True, False, "yes", "no"]})]
"""A yes or a no, in English or German."""
