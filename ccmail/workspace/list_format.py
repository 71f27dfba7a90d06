"""How the file of a list is to be read, where the file alone does not say it."""

from __future__ import annotations

import codecs
import dataclasses
from typing import Annotated, Final

from ccmail.problems import did_you_mean
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

# What Excel, Calc and mail programs write between Portugal and Georgia, by the names that they show for it.
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp850": "MS-DOS 850 (Western)",
    "cp437": "MS-DOS 437",
    "cp852": "MS-DOS 852 (Central European)",
    "cp857": "MS-DOS 857 (Turkish)",
    "cp866": "MS-DOS 866 (Cyrillic)",
    "cp737": "MS-DOS 737 (Greek)",
    "mac-roman": "Mac Roman",
    "mac-latin2": "Mac Central European",
    "mac-cyrillic": "Mac Cyrillic",
    "mac-greek": "Mac Greek",
    "mac-turkish": "Mac Turkish",
    "iso8859-1": "ISO-8859-1 (Western)",
    "iso8859-2": "ISO-8859-2 (Central European)",
    "iso8859-5": "ISO-8859-5 (Cyrillic)",
    "iso8859-7": "ISO-8859-7 (Greek)",
    "iso8859-9": "ISO-8859-9 (Turkish)",
    "iso8859-13": "ISO-8859-13 (Baltic)",
    "iso8859-15": "ISO-8859-15 (Western)",
    "iso8859-16": "ISO-8859-16 (Romanian)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "koi8-u": "KOI8-U (Ukrainian)",
}
_ALSO_CALLED = {"ansi": "cp1252", "mac": "mac-roman", "macintosh": "mac-roman", "ms-dos": "cp850", "utf-8-sig": "utf-8"}
_TO_TYPE = ("UTF-8", "Windows-1252", "Windows-1250", "Windows-1251", "Windows-1254", "cp850", "mac-roman")


@dataclasses.dataclass(frozen=True, slots=True)
class ListFormat:
    """What ccmail.yaml, or a campaign, says about the file of a list; "" where it says nothing.

    Attributes:
        sheet: The name of the sheet to read, as it was written; without it: the first that can be seen.
        encoding: A codec of Python; without it: what the letters in the file speak for.
    """

    sheet: str = ""
    encoding: str = ""


AS_IT_COMES: Final = ListFormat()
"""Of a list about which nothing is said."""


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
            f"“{text[:40]}” is no encoding of lists",
            text.place,
            label=f"did you mean “{near}”?" if near else "",
            hint=f"such as {', '.join(_TO_TYPE)}; without this line ccmail finds out by itself",
        )
    return text.moved(codec)


Encoding = Annotated[SourceText, FromText(read_encoding, SourceText, {"type": "string"})]
"""The codec of a list."""
