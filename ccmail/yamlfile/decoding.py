"""The bytes of a file become text: encodings, invisible characters, umlauts that were encoded twice."""

from __future__ import annotations

import codecs
import re

from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say

LARGEST = 1_000_000
"""Bytes. A campaign has a few thousand; a larger file is no campaign."""

_WIDE_BOMS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WORD_BREAKS = {"\x0b": "VT", "\x0c": "FF", "\x85": "NEL", "\u2028": "U+2028", "\u2029": "U+2029"}
_SUSPECT = re.compile("[ÂÃÄÅâ][^\x00-\x7f]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")


def decode(raw: bytes, shown_as: str) -> tuple[str, tuple[Problem, ...]]:
    r"""Return the text with `\n` as the only line break, and the problems of its characters.

    Text in another encoding is read anyway, so that the rest of the file can be checked. Forbidden characters
    become blanks, so that columns stay the same.
    """
    text, problems = _decode(raw, shown_as)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _FORBIDDEN.search(text):
        problems += _forbidden(text, shown_as)
        text = _FORBIDDEN.sub(" ", text)
    if _SUSPECT.search(text):
        problems += _twice_encoded(text, shown_as)
    return text, problems


def _decode(raw: bytes, shown_as: str) -> tuple[str, tuple[Problem, ...]]:
    for bom, encoding in _WIDE_BOMS.items():
        if raw.startswith(bom):
            return raw[2:].decode(encoding, "replace"), (_wide(shown_as),)
    if raw[1:64:2].count(0) > len(raw[1:64:2]) // 2:
        return raw.decode("utf-16-le", "replace"), (_wide(shown_as),)
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8"), ()
    except UnicodeDecodeError as error:
        text = raw.decode("cp1252", "replace").replace("\ufffd", "?")
        return text, (_one_byte(raw, error.start, shown_as),)


def _wide(shown_as: str) -> Problem:
    return Problem(
        "Y122",
        say("this file is stored as UTF-16, not as UTF-8"),
        marks=(Mark(Place(shown_as)),),
        hint=say("save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"),
    )


def _one_byte(raw: bytes, offset: int, shown_as: str) -> Problem:
    offset += len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
    before = raw[:offset].decode("cp1252", "replace").replace("\r\n", "\n").replace("\r", "\n")
    rest = re.split(rb"[\r\n]", raw[offset:], maxsplit=1)[0].decode("cp1252", "replace")
    start = before.rpartition("\n")[2]
    place = Place(shown_as, before.count("\n") + 1, len(start) + 1, 1, start + rest)
    byte = raw[offset : offset + 1]
    return Problem(
        "Y121",
        say("byte {number:,} (0x{hex}) is not UTF-8", number=offset, hex=byte.hex().upper()),
        marks=(Mark(place, say("“{letter}” if this is Windows-1252", letter=byte.decode("cp1252", "replace"))),),
        hint=say("save the file as UTF-8; it looks like Windows-1252 (“ANSI”)"),
    )


def _forbidden(text: str, shown_as: str) -> tuple[Problem, ...]:
    """Return one problem per forbidden character, at its first place."""
    found: dict[str, Problem] = {}
    for number, line in enumerate(text.split("\n"), 1):
        for hit in _FORBIDDEN.finditer(line):
            if hit[0] not in found:
                place = Place(shown_as, number, hit.start() + 1, 1, line)
                found[hit[0]] = _forbidden_character(hit[0], place)
    return tuple(found.values())


def _forbidden_character(character: str, place: Place) -> Problem:
    if character in _WORD_BREAKS:
        return Problem(
            "Y123",
            say("a line break from Word ({name}) is read as a blank", name=_WORD_BREAKS[character]),
            Severity.NOTE,
            (Mark(place, say("here")),),
            say("delete it, or press Enter there"),
        )
    if character == "\ufeff":
        return Problem(
            "Y123",
            say("an invisible mark (U+FEFF) is read as a blank"),
            Severity.NOTE,
            (Mark(place),),
            say("delete it"),
        )
    return Problem(
        "Y124",
        say("a control character (U+{code}) does not belong into a text", code=f"{ord(character):04X}"),
        marks=(Mark(place, say("here")),),
        hint=say("delete it"),
    )


def _twice_encoded(text: str, shown_as: str) -> tuple[Problem, ...]:
    """Return one warning per line, with the word as it should be."""
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        for hit in _NOT_ASCII.finditer(line) if _SUSPECT.search(line) else ():
            mended = _mend(hit[0])
            if mended:
                start, end = _word_around(line, hit)
                word = line[start : hit.start()] + mended + line[hit.end() : end]
                place = Place(shown_as, number, start + 1, end - start, line)
                problems.append(
                    Problem(
                        "Y125",
                        say("“{word}” looks like a letter that was encoded twice", word=line[start:end]),
                        Severity.WARNING,
                        (Mark(place, say("did you mean “{near}”?", near=word)),),
                        say("copy the text again from its source"),
                    )
                )
                break
    return tuple(problems)


def _mend(run: str) -> str | None:
    """Return the original of a UTF-8 text that was read as Windows-1252; None if this is not such a text."""
    try:
        mended = run.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return mended if len(mended) < len(run) and mended.isprintable() else None


def _word_around(line: str, hit: re.Match[str]) -> tuple[int, int]:
    start, end = hit.span()
    while start and line[start - 1].isalnum():
        start -= 1
    while end < len(line) and line[end].isalnum():
        end += 1
    return start, end
