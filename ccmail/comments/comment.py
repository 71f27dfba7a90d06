"""A comment on a place of a campaign, as a value."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata

from ccmail.problems import UsageError
from ccmail.wording import say

LONGEST_TEXT = 4000
LONGEST_NAME = 100
LONGEST_WORDS = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Remark:
    """A person's words on a place: clean texts within bounds, made by `make_remark`.

    Attributes:
        by: The name of the person, one line.
        text: Several lines.
        key: The key of the place in the campaign's file, "de.text/2" for a paragraph; "" for the whole mail.
        words: The words that stood there, one line; "" without a place.
    """

    by: str
    text: str
    key: str = ""
    words: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Comment:
    """A remark as it stands in the file, open or done.

    Attributes:
        id: Eight hexadecimal digits, made by chance: those of two computers do not meet.
        at: When it was written; aware.
        done_by: Who called it done last, "" while it is open.
        done_at: When; None while it is open.
    """

    id: str
    remark: Remark
    at: dt.datetime
    done_by: str = ""
    done_at: dt.datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has called it done, or somebody has opened it again."""
        return self.done_at is None


def make_remark(by: str, text: str, key: str = "", words: str = "") -> Remark:
    """Return a remark with clean texts.

    Raises:
        UsageError: W860, the name or the text is missing, or the text is too long.
    """
    name, lines = clean_name(by), [clean_line(line) for line in text.splitlines()]
    said = "\n".join(lines).strip("\n")
    if not said.strip():
        raise UsageError(say("the comment is empty"), code="W860", hint=say("write what should change"))
    if len(said) > LONGEST_TEXT:
        message = say(
            "the comment has {count:,} characters, more than {most:,}",
            count=len(said),
            most=LONGEST_TEXT,
        )
        raise UsageError(message, code="W860", hint=say("make it shorter, or write several"))
    return Remark(name, said, clean_line(key)[:LONGEST_NAME], clean_line(" ".join(words.split()))[:LONGEST_WORDS])


def clean_name(by: str) -> str:
    """Return a person's name as one clean line.

    Raises:
        UsageError: W860, it is empty.
    """
    name = clean_line(" ".join(by.split()))[:LONGEST_NAME].strip()
    if not name:
        raise UsageError(say("the comment has no name"), code="W860", hint=say("write your name"))
    return name


def clean_line(text: str) -> str:
    """Return a line without what controls a terminal, turns the direction of the text, or is no character."""
    return "".join(c for c in text.rstrip() if c == "\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
