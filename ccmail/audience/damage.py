"""Letters that were damaged before the list came here: what was meant, where that can be told."""

from __future__ import annotations

import functools
import html
import html.entities
import re
import unicodedata

LOST = "?"
"""Stands for a text that nobody can mend."""

# UTF-8 that a program took for another encoding, and saved as letters of that.
_TAKEN_FOR = ("cp1252", "mac-roman", "cp1250", "cp850", "cp437", "cp1254", "cp1257", "cp1251", "cp1253")
_ALPHABETS_OF_THEIR_OWN = {"cp1251": 4, "cp1253": 4}  # letters that a run must have there: two may be a word's
_RUN = re.compile(r"[^\x00-\x7f]+")
# Another encoding that a program took for Windows-1252: signs, or capitals, where only a small letter can be.
_SIGNS_FOR_LETTERS = {
    "cp850": re.compile(r"[„”‚…†‡ˆ‰‹“•—¡¢£¤](?<=[^\W\d_].)(?=[^\W\d_])"),
    "mac-roman": re.compile(r"[ŠŽŸ§](?<=[^\W\d_].)(?<!Mc.)(?:(?=[a-z])|(?<=§))"),
}
_PAIR = re.compile(r"[^\x00-\x7f]{2}")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")
_SIGNS_OF_HTML = frozenset({"amp", "apos", "quot", "lt", "gt", "nbsp", "ndash", "mdash", "rsquo", "lsquo"})
_LOST = re.compile(r"[^\W\d_]\?{1,3}[^\W\d_]|(?<!\S)\?{1,2}[^\W\d_]{2}")
_NOT_A_NAME = re.compile(r"[/=&@%]|\? ")


def may_be_damaged(text: str) -> bool:
    """Return whether a text needs a look at its letters: quick, for all cells of a row at once."""
    if "?" in text or "&" in text or "\ufffd" in text:
        return True
    if text.isascii():
        return False
    if any(pattern.search(text) for pattern in _SIGNS_FOR_LETTERS.values()):
        return True
    return _PAIR.search(text) is not None and _halves().search(text) is not None


@functools.cache
def _halves() -> re.Pattern[str]:
    """Return a pattern of the two halves that a letter in UTF-8 has in other encodings."""
    leads, rest = ({chr(byte) for byte in range(0x80, 0xA0)} for _ in range(2))
    for codec in _TAKEN_FOR:
        leads |= set(bytes(range(0xC2, 0xF0)).decode(codec, "ignore"))
        rest |= set(bytes(range(0x80, 0xC0)).decode(codec, "ignore"))
    return re.compile(f"[{re.escape(''.join(sorted(leads)))}][{re.escape(''.join(sorted(rest)))}]")


def damage(text: str) -> str:
    """Return a text with damaged letters as it probably was; `LOST` if nobody can tell, "" for a whole text."""
    mended = mend(text)
    if mended == text and not text.isascii():
        mended = _guess(text)
    if "\ufffd" in mended or ("?" in mended and not _NOT_A_NAME.search(mended) and _LOST.search(mended)):
        return LOST
    if mended == text:
        return ""
    shown = unicodedata.normalize("NFC", mended).replace("\xa0", " ")
    return shown if shown.isprintable() else ""


def mend(text: str) -> str:
    """Return a text with those damaged letters mended that can be in one way only."""
    mended = _unescaped(text) if "&" in text else text
    return _decoded(mended) if _PAIR.search(mended) else mended


def entities(line: str) -> list[tuple[int, int]]:
    """Return where the characters stand that are written as in HTML: &auml; and the like."""
    return [hit.span() for hit in _ENTITY.finditer(line) if _is_entity(hit[0])]


def _is_entity(text: str) -> bool:
    """Return whether this is a letter, or one of the signs that programs write so."""
    name = text[1:-1]
    if name in _SIGNS_OF_HTML:
        return True
    character = html.unescape(text)
    return len(character) == 1 and character.isalpha() and (name[0] == "#" or f"{name};" in html.entities.html5)


def _unescaped(text: str) -> str:
    return _ENTITY.sub(lambda hit: html.unescape(hit[0]).replace("\xa0", " ") if _is_entity(hit[0]) else hit[0], text)


def _decoded(text: str) -> str:
    """Mend every run of letters that are not ASCII, by the encoding that explains most of them; the others stay."""
    best, most = text, 0
    for codec in _TAKEN_FOR:
        mended = _RUN.sub(functools.partial(_as_utf_8, codec=codec), text)
        gained = len(text) - len(mended)
        if gained > most:
            best, most = mended, gained
    return best


def _guess(text: str) -> str:
    for codec, pattern in _SIGNS_FOR_LETTERS.items():
        mended = pattern.sub(functools.partial(_written_in, codec=codec), text)
        if mended != text:
            return mended
    return text


def _as_utf_8(hit: re.Match[str], codec: str) -> str:
    run = hit[0]
    if len(run) < _ALPHABETS_OF_THEIR_OWN.get(codec, 2):
        return run
    try:
        mended = b"".join(_byte(c, codec) for c in run).decode("utf-8")
    except UnicodeError:
        return run
    return mended if all(map(_may_be_meant, mended)) else run


def _written_in(hit: re.Match[str], codec: str) -> str:
    return hit[0].encode("cp1252").decode(codec)


def _byte(character: str, codec: str) -> bytes:
    """Return the byte that was taken for a character; some are none in their encoding and became control characters."""
    if "\x80" <= character <= "\x9f":
        return character.encode("latin-1")
    return character.encode(codec)


def _may_be_meant(character: str) -> bool:
    return character.isalpha() or character in "\ufffd\xa0–—’‘“”„‚«»…€·°§ªº´"
