"""vCards (2.1, 3.0 and 4.0) become the rows of a list: one contact per card.

The form of the lines is that of RFC 6350 3.3, and of vCard 2.1 for quoted-printable. Why no library reads them:
docs/decisions/0017-lists-that-say-no.md.
"""

from __future__ import annotations

import quopri
import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ccmail.audience import list_problems
from ccmail.audience.list_problems import mistake
from ccmail.audience.row import ListRow
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADERS = (
    "E-Mail", "E-Mail 2", "E-Mail 3", "E-Mail 4", "Name Prefix", "First name", "Last name", "Organisation",
    "Job title", "City", "Country", "Language", "Tags", "Note", "Kind",
)  # fmt: skip
_EMAILS = 4
_LONGEST_LINE = 100_000  # bytes, of a folded line; pictures are longer, and are not needed
_LONGEST_CARD = 5_000  # lines
_NAME = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:[^\":;]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([^=;]+)(?:=((?:[^\";]|\"[^\"]*\")*))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WANTED = frozenset({"EMAIL", "N", "FN", "ORG", "TITLE", "ADR", "LANG", "CATEGORIES", "NOTE", "KIND", "BEGIN", "END"})
_NO_PREFERENCE, _OLD_PREFERENCE = 100, 1


class _CardLine(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


def read_vcards(path: Path, shown_as: str) -> Iterator[ListRow | Problem]:
    """Yield a header and a row per card, whose line is that of BEGIN:VCARD; memory does not grow with the file.

    A card without an end is an error, and costs its own contact only.

    Raises:
        OSError: The file cannot be read.
    """
    yield ListRow(0, list(HEADERS), "")
    with path.open("rb") as file:
        start, card = 0, list[_CardLine]()
        for number, text in _unfolded(file):
            line = _read_line(text)
            if line is None or line.name not in _WANTED:
                continue
            if line.name == "BEGIN":
                if start:
                    yield _no_end(start, shown_as)
                start, card = number, []
            elif line.name == "END" and start:
                yield _row(start, card)
                start = 0
            elif start and len(card) < _LONGEST_CARD:
                card.append(line)
        if start:
            yield _no_end(start, shown_as)


def _no_end(start: int, shown_as: str) -> Problem:
    place = Place(shown_as, start, 1, len("BEGIN:VCARD"), "BEGIN:VCARD")
    hint = say("export the contacts once more: a part of this one is missing")
    return mistake(list_problems.NOT_A_CARD, say("this contact has no END:VCARD"), place, hint=hint)


def _unfolded(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each line with its number; folded ones, and those of quoted-printable, are joined."""
    start, whole = 0, b""
    for number, raw in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1):
        line = raw.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf" if number == 1 else b"")
        is_quoted = b"QUOTED-PRINTABLE" in whole.partition(b":")[0].upper()
        if is_quoted and whole.endswith(b"="):
            whole = whole[:-1] + line
        elif line[:1] in {b" ", b"\t"} and whole:
            whole += line[1:] if len(whole) < _LONGEST_LINE else b""
        else:
            if whole:
                yield start, whole
            start, whole = number, line
    if whole:
        yield start, whole


def _read_line(line: bytes) -> _CardLine | None:
    found = _NAME.fullmatch(_decode(line, "utf-8"))
    if found is None:
        return None
    parameters = dict[str, str]()
    for key, value in _PARAMETER.findall(found[2]):
        bare = value.strip('"')
        if not value:  # vCard 2.1: EMAIL;PREF;INTERNET
            key, bare = ("TYPE", key) if key.upper() != "QUOTED-PRINTABLE" else ("ENCODING", key)  # noqa: PLW2901
        name = key.upper()
        parameters[name] = f"{parameters[name]},{bare}" if name in parameters else bare
    value = found[3]
    if parameters.get("ENCODING", "").upper() in {"QUOTED-PRINTABLE", "Q"}:
        value = _decode(quopri.decodestring(line.partition(b":")[2]), parameters.get("CHARSET", "utf-8"))
    elif "CHARSET" in parameters:
        value = _decode(line, parameters["CHARSET"]).partition(":")[2]
    return _CardLine(found[1].upper(), parameters, value)


def _decode(data: bytes, charset: str) -> str:
    for codec in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(codec)
        except (UnicodeError, LookupError):
            continue
    return data.decode("latin-1")


def _row(start: int, card: list[_CardLine]) -> ListRow:
    first = {line.name: line for line in reversed(card)}
    prefix, given, family = _names(first)
    address = _parts(_best(card, "ADR"))
    organisation = _parts(first["ORG"].value)[0] if "ORG" in first else ""
    emails = _emails(card)
    cells = [
        *emails[:_EMAILS],
        *[""] * (_EMAILS - len(emails)),
        prefix,
        given,
        family,
        organisation,
        _text(first, "TITLE"),
        address[3] if len(address) > 3 else "",  # noqa: PLR2004 - RFC 6350 6.3.1: the locality
        address[6] if len(address) > 6 else "",  # noqa: PLR2004 - the country name
        _plain(_best(card, "LANG")),
        _text(first, "CATEGORIES"),
        _text(first, "NOTE"),
        _text(first, "KIND"),
    ]
    if _text(first, "KIND").casefold() == "org" and not organisation:
        cells[7], cells[6] = cells[6] or _text(first, "FN"), ""
    return ListRow(start, cells, "; ".join(filter(None, cells)))


def _names(first: dict[str, _CardLine]) -> tuple[str, str, str]:
    """Return prefix, given name and family name; without N, FN is the name."""
    parts = _parts(first["N"].value) if "N" in first else []
    family, given, _, prefix = [*parts, "", "", "", ""][:4]
    if family or given:
        return prefix, given, family
    if _text(first, "KIND").casefold() == "org":
        return "", "", ""
    full = _text(first, "FN")
    organisation = _parts(first["ORG"].value)[0] if "ORG" in first else ""
    return "", "", "" if full == organisation else full


def _emails(card: list[_CardLine]) -> list[str]:
    """Return the addresses of a card, the preferred one first, each once."""
    found = sorted((line for line in card if line.name == "EMAIL"), key=_preference)
    return list(dict.fromkeys(filter(None, (_plain(line.value).removeprefix("mailto:") for line in found))))


def _preference(line: _CardLine) -> int:
    pref = line.parameters.get("PREF", "")
    if pref.isdecimal():
        return int(pref)  # 4.0: 1 to 100, the lowest first
    is_first = "PREF" in line.parameters or "pref" in line.parameters.get("TYPE", "").casefold().split(",")
    return _OLD_PREFERENCE if is_first else _NO_PREFERENCE + 1


def _best(card: list[_CardLine], name: str) -> str:
    found = sorted((line for line in card if line.name == name), key=_preference)
    return found[0].value if found else ""


def _parts(value: str) -> list[str]:
    return [_plain(part) for part in re.split(r"(?<!\\);", value)]


def _text(first: dict[str, _CardLine], name: str) -> str:
    return _plain(first[name].value) if name in first else ""


def _plain(value: str) -> str:
    text = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(text.split())
