"""The settings for reading the file of a list, where the file alone does not say enough."""

from __future__ import annotations

import codecs
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

from ccmail.languages.encoding import ENCODINGS
from ccmail.problems import did_you_mean
from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_ALSO_CALLED = {"ansi": "cp1252", "mac": "mac-roman", "macintosh": "mac-roman", "ms-dos": "cp850", "utf-8-sig": "utf-8"}
_TO_TYPE = ("UTF-8", "Windows-1252", "Windows-1250", "Windows-1251", "Windows-1254", "cp850", "mac-roman")


@dataclasses.dataclass(frozen=True, slots=True)
class NamedColumns:
    """The columns that ccmail.yaml names for a list.

    Attributes:
        fields: Field ("email" for the address) and header.
        unsubscribed: Headers of columns in which a yes means no mail.
        subscribed: Headers of columns in which a no means no mail.
        further: Headers of columns that are about something else.
        ours: Headers of columns that decide nothing, where a list has them: ccmail writes them itself.
    """

    fields: tuple[tuple[str, str], ...] = ()
    unsubscribed: tuple[str, ...] = ()
    subscribed: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that are named."""
        return (*(header for _, header in self.fields), *self.unsubscribed, *self.subscribed, *self.further)


NOT_NAMED = NamedColumns()


@dataclasses.dataclass(frozen=True, slots=True)
class ListFormat:
    """The words of ccmail.yaml, or of a campaign, about the file of a list; "" where there are none.

    Attributes:
        sheet: The name of the sheet to read, as it was written; without it: the first that can be seen.
        encoding: A codec of Python; without it: what the letters in the file speak for.
        columns: The columns that are named.
        segment: Only the rows that name this segment in a column “segment”, and of each person the last one.
    """

    sheet: str = ""
    encoding: str = ""
    columns: NamedColumns = NOT_NAMED
    segment: str = ""


AS_IT_COMES: Final = ListFormat()
"""Of a list about which nothing is said."""

SUBSCRIBED_FILE = "recipients/subscribed.csv"
"""The list of those who have subscribed on the public pages; ccmail writes it, and segments name it as a list."""

OF_SUBSCRIBED: Final = ListFormat(columns=NamedColumns(ours=("segment", "consent")))
"""Of the list of those who have subscribed, all segments together."""


@dataclasses.dataclass(frozen=True, slots=True)
class ListFile:
    """The file of a list and the settings for it."""

    path: Path
    list_format: ListFormat = AS_IT_COMES


def lists_at(root: Path, files: Iterable[str], segment: str, usual: ListFormat) -> tuple[ListFile, ...]:
    """Return the lists of a segment.

    Args:
        root: The folder that the files are named from.
        files: In the order in which they count.
        segment: The name of the segment.
        usual: What is said of its files; it does not hold for the one that ccmail writes itself.
    """
    of_segment = dataclasses.replace(OF_SUBSCRIBED, segment=segment)
    return tuple(ListFile(root / file, of_segment if file == SUBSCRIBED_FILE else usual) for file in files)


def read_encoding(text: SourceText, _context: ReadContext) -> SourceText:
    """Return the codec of an encoding by any of its usual names: windows-1250, cp1250, ISO-8859-2, mac-roman.

    Raises:
        ValueProblem: It is none that lists are written in.
    """
    name = text.strip().lower().replace(" ", "-")
    try:
        codec = codecs.lookup(_ALSO_CALLED.get(name, name)).name
    except (LookupError, ValueError):
        codec = ""
    codec = _ALSO_CALLED.get(codec, codec)
    if codec not in ENCODINGS:
        near = did_you_mean(name, _TO_TYPE)
        raise ValueProblem(
            "W786",
            say("“{text}” is no encoding of lists", text=text[:40]),
            text.place,
            label=say("did you mean “{near}”?", near=near) if near else "",
            hint=say("such as {names}; without this line ccmail finds out by itself", names=_TO_TYPE),
        )
    return text.moved(codec)


Encoding = Annotated[SourceText, FromText(read_encoding, SourceText, {"type": "string"})]
"""The codec of a list."""
