"""A language that mails are written in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccmail.languages.words import Words


@dataclasses.dataclass(frozen=True, slots=True)
class Language:
    """A language and its words.

    Attributes:
        code: The name of the words file, e.g. "de"; campaigns and lists use it, too.
        words: The words of the templates in it.
    """

    code: str
    words: Words
