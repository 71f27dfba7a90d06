"""A cell of the address column becomes addresses."""

from __future__ import annotations

import dataclasses
import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from ccmail.mail_address import NotAnAddress, parse_address, to_ascii
from ccmail.wording import join, say

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_QUOTES = "\"'`´“”„‟‚‘’‹›«»"
_EDGES = _QUOTES + " ,;:.()[]{}<>|"
_FULL_WIDTH = str.maketrans({"＠": "@", "．": "."})
_ANGLE = re.compile(r"<([^<>]*)>")
_MAILTO = re.compile(r"mailto:([^?<>,;]*)(?:\?[^<>,;]*)?", re.IGNORECASE)
_BRACKETED_AT = re.compile(r"\s*[(\[{<]\s*(?:at|ät|@|æt)\s*[)\]}>]\s*", re.IGNORECASE)
_BRACKETED_DOT = re.compile(r"\s*[(\[{<]\s*(?:dot|punkt|\.)\s*[)\]}>]\s*", re.IGNORECASE)
_SPOKEN_AT = re.compile(r"(\S+)\s+(?:at|ät)\s+(\S+(?:\s+(?:dot|punkt)\s+\S+)*)", re.IGNORECASE)
_SPOKEN_DOT = re.compile(r"\s+(?:dot|punkt)\s+", re.IGNORECASE)
_AROUND_AT = re.compile(r"\s*@\s*")
_BETWEEN = re.compile(r"\s*(?:[,;|]|:::)\s*|\s+(?:/|und|and|oder|or)\s+|\s+", re.IGNORECASE)

_LONGEST = 5000  # characters; a few hundred addresses

_PROVIDERS = (
    "gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "outlook.de", "yahoo.com", "yahoo.de",
    "icloud.com", "t-online.de", "freenet.de", "posteo.de", "protonmail.com", "mailbox.org",
)  # fmt: skip
_ALSO_PROVIDERS = frozenset({"mail.com", "gmail.co", "ymail.com", "email.com", "yahoo.co", "online.de"})


@dataclasses.dataclass(frozen=True, slots=True)
class CellMistake:
    """A part of a cell that is not an address, the reason, and the address that was probably meant (or "")."""

    text: str
    reason: str
    suggestion: str


@dataclasses.dataclass(frozen=True, slots=True)
class Doubt:
    """A doubt about a valid address: perhaps another one was meant."""

    message: str
    label: str
    is_typo: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """The addresses in a cell.

    Attributes:
        addresses: Each once, in the order of the cell, as `parse_address` writes them.
        repairs: The repairs that were made, e.g. "address taken out of “Name <…>”".
    """

    addresses: tuple[str, ...]
    repairs: tuple[str, ...] = ()
    mistakes: tuple[CellMistake, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def plain_address(text: str) -> str | None:
    """Return the address of a cell with a single one and no problem, else None: the quick way for most cells."""
    address = parse_address(text)
    if isinstance(address, str) and address.isascii() and address.rpartition("@")[2] not in _typos():
        return address
    return None


def only_address(text: str) -> str | None:
    """Return the address in a text that has a single one and nothing unreadable beside it, else None."""
    cell = read_cell(text)
    return cell.addresses[0] if len(cell.addresses) == 1 and not cell.mistakes else None


def read_cell(text: str) -> Cell:
    """Return the addresses of a cell. An empty cell has no address and no mistake."""
    address = parse_address(text)
    if isinstance(address, str):
        return Cell((address,), _sent_as(address), doubts=_doubts(address))
    if len(text) > _LONGEST:
        return Cell((), mistakes=(CellMistake(text[:60], say("far too long for a cell of addresses"), ""),))
    tidy, repairs = _tidy(text)
    parsed = [(part, parse_address(part)) for part in _parts(tidy, repairs)]
    addresses = tuple(dict.fromkeys(a for _, a in parsed if isinstance(a, str)))
    mistakes = tuple(
        CellMistake(part, a.reason, _suggestion(part)) for part, a in parsed if isinstance(a, NotAnAddress)
    )
    doubts = tuple(doubt for address in addresses for doubt in _doubts(address))
    sent_as = tuple(said for address in addresses for said in _sent_as(address))
    return Cell(addresses, (*dict.fromkeys(repairs), *sent_as), mistakes, doubts)


def _sent_as(address: str) -> tuple[str, ...]:
    return () if address.isascii() else (say("sent to {address}", address=to_ascii(address)),)


def _tidy(text: str) -> tuple[str, list[str]]:
    """Return the text without invisible characters and with “(at)” as “@”, and the repairs."""
    repairs: list[str] = []
    tidy = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
    if hidden := _INVISIBLE.search(tidy):
        repairs.append(say("an invisible character ({code}) taken out", code=f"U+{ord(hidden[0]):04X}"))
        tidy = _INVISIBLE.sub("", tidy)
    if tidy != tidy.strip():
        tidy = tidy.strip()
        repairs.extend((say("trimmed"),) if tidy else ())
    for pattern, instead, said in ((_BRACKETED_AT, "@", "(at) → @"), (_BRACKETED_DOT, ".", "(dot) → .")):
        if pattern.search(tidy):
            tidy = pattern.sub(instead, tidy)
            repairs.append(said)
    if "@" not in tidy and (spoken := _SPOKEN_AT.fullmatch(tidy)):
        tidy = f"{spoken[1]}@{_SPOKEN_DOT.sub('.', spoken[2])}"
        repairs.append("“ at ” → @")
    return tidy, repairs


def _parts(tidy: str, repairs: list[str]) -> list[str]:
    """Return the parts that should be addresses; adds to the repairs."""
    if not tidy:
        return []
    if angled := [inner for inner in _ANGLE.findall(tidy) if "@" in inner]:
        repairs.append(say("address taken out of “Name <…>”"))
        return [_trim(_MAILTO.sub(r"\1", inner), repairs) for inner in angled]
    if _MAILTO.search(tidy):
        repairs.append(say("mailto: taken off"))
        tidy = _MAILTO.sub(r"\1", tidy)
    if tidy != (closed := _AROUND_AT.sub("@", tidy)):
        repairs.append(say("blanks around the @ taken out"))
        tidy = closed
    pieces = [piece for piece in _BETWEEN.split(tidy) if piece]
    if all("@" in piece for piece in pieces):
        return [_trim(piece, repairs) for piece in pieces]
    return [_trim(tidy, repairs)]


def _trim(piece: str, repairs: list[str]) -> str:
    """Return a part without punctuation at its ends, unless it has nothing else; adds to the repairs."""
    bare = piece.strip(_EDGES)
    if bare and bare != piece.strip():
        repairs.append(say("quotes or punctuation around it taken off"))
    if "’" in bare:
        repairs.append("’ → '")
    return bare.replace("’", "'") or piece


def _suggestion(wrong: str) -> str:
    """Return the address that was probably meant: the first mended form that is valid, "" if none is."""
    mended = (_mend(wrong), *(_mend(piece) for piece in reversed(_BETWEEN.split(wrong)) if "@" in piece))
    return next((m for m in mended if m != wrong and isinstance(parse_address(m), str)), "")


def _mend(wrong: str) -> str:
    dotted = re.sub(r"[,;]", ".", wrong.strip(_EDGES))
    single = re.sub(r"\.{2,}", ".", re.sub(r"@{2,}", "@", dotted))
    return re.sub(r"\.?@\.?", "@", single)


@functools.lru_cache(maxsize=4096)
def _doubts_of_domain(domain: str) -> tuple[Doubt, ...]:
    doubts = []
    if meant := _typos().get(domain):
        message = say("“{domain}” looks mistyped", domain=domain)
        doubts.append(Doubt(message, say("did you mean {meant}?", meant=meant), is_typo=True))
    if mixed := "" if domain.isascii() else _mixed_scripts(domain):
        doubts.append(Doubt(say("“{domain}” mixes alphabets", domain=domain), mixed, is_typo=False))
    return tuple(doubts)


def _doubts(address: str) -> tuple[Doubt, ...]:
    return _doubts_of_domain(address.rpartition("@")[2])


@functools.lru_cache(maxsize=1)
def _typos() -> dict[str, str]:
    known = _ALSO_PROVIDERS.union(_PROVIDERS)
    return {wrong: right for right in _PROVIDERS for wrong in _slips(right) if wrong not in known}


def _slips(domain: str) -> Iterator[str]:
    """Yield mistyped forms of a domain: two keys swapped, one missed, or one hit twice."""
    for i in range(len(domain)):
        yield domain[:i] + domain[i + 1 :]
        yield domain[:i] + domain[i] + domain[i:]
        yield domain[:i] + domain[i + 1 : i + 2] + domain[i] + domain[i + 2 :]
    if domain.endswith(".com"):
        yield from (domain[:-4] + wrong for wrong in (".con", ".cim", ".xom", ".vom"))


def _mixed_scripts(domain: str) -> str:
    """Return the letters of another alphabet among Latin ones: "“а” is U+0430 CYRILLIC SMALL LETTER A"."""
    for label in domain.split("."):
        scripts = {c: unicodedata.name(c, "?").split()[0] for c in label if c.isalpha()}
        if "LATIN" in scripts.values() and len(set(scripts.values())) > 1:
            foreign = [c for c, script in scripts.items() if script != "LATIN"]
            return join(", ", map(_letter, foreign))
    return ""


def _letter(letter: str) -> str:
    return say("“{letter}” is {name}", letter=letter, name=f"U+{ord(letter):04X} {unicodedata.name(letter, '')}")
