"""The encoding of a text file, found without holding the file in memory."""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ccmail.wording import say

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.languages.plausibility import LikelyReading
    from ccmail.wording import Wording


def _of(letters: Wording, name: str) -> Wording:
    """Return the name of an encoding with that of the letters that it has."""
    return say("{name} ({letters})", name=name, letters=letters)


_WESTERN, _CENTRAL, _BALTIC = say("Western"), say("Central European"), say("Baltic")
_CYRILLIC, _GREEK, _TURKISH = say("Cyrillic"), say("Greek"), say("Turkish")
# What Excel, Calc and mail programs write between Portugal and Georgia, by the names that they show for it.
ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": _of(_WESTERN, "Windows-1252"),
    "cp1250": _of(_CENTRAL, "Windows-1250"),
    "cp1251": _of(_CYRILLIC, "Windows-1251"),
    "cp1253": _of(_GREEK, "Windows-1253"),
    "cp1254": _of(_TURKISH, "Windows-1254"),
    "cp1257": _of(_BALTIC, "Windows-1257"),
    "cp850": _of(_WESTERN, "MS-DOS 850"),
    "cp437": "MS-DOS 437",
    "cp852": _of(_CENTRAL, "MS-DOS 852"),
    "cp857": _of(_TURKISH, "MS-DOS 857"),
    "cp866": _of(_CYRILLIC, "MS-DOS 866"),
    "cp737": _of(_GREEK, "MS-DOS 737"),
    "mac-roman": "Mac Roman",
    "mac-latin2": "Mac Central European",
    "mac-cyrillic": "Mac Cyrillic",
    "mac-greek": "Mac Greek",
    "mac-turkish": "Mac Turkish",
    "iso8859-1": _of(_WESTERN, "ISO-8859-1"),
    "iso8859-2": _of(_CENTRAL, "ISO-8859-2"),
    "iso8859-5": _of(_CYRILLIC, "ISO-8859-5"),
    "iso8859-7": _of(_GREEK, "ISO-8859-7"),
    "iso8859-9": _of(_TURKISH, "ISO-8859-9"),
    "iso8859-13": _of(_BALTIC, "ISO-8859-13"),
    "iso8859-15": _of(_WESTERN, "ISO-8859-15"),
    "iso8859-16": _of(say("Romanian"), "ISO-8859-16"),
    "koi8-r": _of(_CYRILLIC, "KOI8-R"),
    "koi8-u": _of(say("Ukrainian"), "KOI8-U"),
}

_BLOCK = 1 << 20
_START = 4096
# That of UTF-32 begins with that of UTF-16.
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_LONGEST_WORD = 60
_OF_EACH_BYTE = 25  # words; what further ones with the same letters say is no news
_FEW_WIDE = 5  # one zero byte in so many is enough: addresses are ASCII
_MIXED = 0.2
_NOT_ASCII = 0x80
# Signs that stand alone, as Windows writes them. A list with such only has no letter that could be meant otherwise.
_SIGNS = frozenset("€§–—…°²³µ·•«»„“”‚‘’©®™±½¼¾×\u00a0".encode("cp1252"))


@dataclasses.dataclass(frozen=True, slots=True)
class TextEncoding:
    """The way in which a file is read.

    Attributes:
        codec: Of Python.
        example: A word as it is read, "" where there is nothing to see.
        line: Its line.
        is_said: Whether somebody said so, not the letters.
        doubt: Why it could also be read otherwise, and how; "" if there is no doubt.
        other: The codec of the other reading, "" if nobody knows one.
    """

    codec: str
    example: str = ""
    line: int = 0
    is_said: bool = False
    doubt: str = ""
    other: str = ""

    @property
    def is_utf_8(self) -> bool:
        """Whether there is nothing to say about it."""
        return self.codec in {"utf-8", "utf-8-sig"}


def encoding_name(codec: str) -> str:
    """Return the usual name of an encoding."""
    name = codec.removesuffix("-le").removesuffix("-be").removesuffix("-sig")
    return ENCODINGS.get(name, name.upper())


def find_encoding(path: Path, said: str = "") -> TextEncoding:
    """Return how a text file is to be read.

    By its byte order mark; else as `said`; else UTF-16 or UTF-8 if it is that; else the encoding in which its letters
    make words of a language: see `plausibility`.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_START)
    if marked := next((name for bom, name in _BOMS.items() if start.startswith(bom)), None):
        return TextEncoding(marked)
    wide = _unmarked_wide(start)
    if said:
        codec = wide if wide and said == "utf-16" else said
        return TextEncoding(codec, *_example(path, codec), is_said=True)
    if wide:
        return TextEncoding(wide)
    return TextEncoding("utf-8") if _is_utf_8(path) else _by_its_letters(path)


def _unmarked_wide(start: bytes) -> str | None:
    """Recognise UTF-16 by the zero bytes of its Latin letters: after them, or before them."""
    half = len(start) // 2
    after, before = start[1::2].count(0), start[::2].count(0)
    if half and after > half // _FEW_WIDE and before <= after // 10:
        return "utf-16-le"
    return "utf-16-be" if half and before > half // _FEW_WIDE and after <= before // 10 else None


def _is_utf_8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _by_its_letters(path: Path) -> TextEncoding:
    from ccmail.languages.plausibility import is_plausible, judge  # noqa: PLC0415 - most lists are UTF-8

    words = _words(path)
    if all(len(word) == 1 and word[0] in _SIGNS for word in words):
        sign, line = next(iter(words.items()))
        return TextEncoding("cp1252", sign.decode("cp1252").strip(), line)
    whole = {word: text for word in words if (text := _as_utf_8(word))}
    other = [word for word in words if word not in whole]
    verdict = judge(other or list(words))
    codec = verdict.best.codec
    if whole and other and len(whole) >= _MIXED * len(words) and not is_plausible(list(whole), codec):
        first, second = next(iter(whole)), other[0]
        doubt = say(
            "some words are in UTF-8 (“{first}”), others in {encoding} (“{second}”)",
            first=whole[first],
            encoding=encoding_name(codec),
            second=second.decode(codec, "replace"),
        )
        return TextEncoding(codec, line=max(words[first], words[second]), doubt=doubt)
    if not verdict.is_sure:
        return _doubtful(verdict, words, list(other or words))
    judged = other or list(words)
    at = next((at for at, word in enumerate(verdict.best.words) if any(map(str.isalpha, word))), 0)
    return TextEncoding(codec, verdict.best.words[at], words[judged[at]])


def _doubtful(verdict: LikelyReading, words: dict[bytes, int], judged: list[bytes]) -> TextEncoding:
    """Show the first word that would be read in two ways."""
    best, other = verdict.best, verdict.other
    if other is None or not verdict.is_plausible:
        return TextEncoding(best.codec, line=words[judged[0]], doubt=_strange(best.words[0], b" ".join(judged)))
    at = next(at for at, (one, two) in enumerate(zip(best.words, other.words, strict=True)) if one != two)
    doubt = say(
        "nobody can tell whether “{word}” is meant ({encoding}) or “{other}” ({other_encoding})",
        word=best.words[at],
        encoding=encoding_name(best.codec),
        other=other.words[at],
        other_encoding=encoding_name(other.codec),
    )
    return TextEncoding(best.codec, best.words[at], words[judged[at]], doubt=doubt, other=other.codec)


def _strange(word: str, sample: bytes) -> str:
    """Say that the letters make no words; a library that knows further languages may have an idea."""
    import charset_normalizer  # noqa: PLC0415 - for lists that nobody could read

    from ccmail.languages.plausibility import CODECS  # noqa: PLC0415

    idea = charset_normalizer.from_bytes(sample[:_START]).best()
    strange = say("the letters make words in no encoding that is known here, “{word}” would be read", word=word)
    if not idea or idea.encoding in CODECS:
        return strange
    return say("{strange}; perhaps it is {encoding}", strange=strange, encoding=encoding_name(idea.encoding))


def _as_utf_8(word: bytes) -> str:
    try:
        return word.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _example(path: Path, codec: str) -> tuple[str, int]:
    if codec.startswith("utf-"):
        return "", 0
    word, line = next(iter(_words(path).items()), (b"", 0))
    return word.decode(codec, "replace"), line


def _words(path: Path) -> dict[bytes, int]:
    """Return words that are not ASCII with their lines: the first ones with each byte."""
    found: dict[bytes, int] = {}
    seen = [0] * 256
    line, rest = 1, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            data = rest + block
            end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1 or len(data)
            last = 0
            for hit in _WORD.finditer(data, 0, end):
                word = hit[0][:_LONGEST_WORD]
                if word in found or all(seen[byte] >= _OF_EACH_BYTE for byte in word if byte >= _NOT_ASCII):
                    continue
                line += data.count(b"\n", last, hit.start())
                last = hit.start()
                found[word] = line
                for byte in set(word):
                    seen[byte] += 1
            line += data.count(b"\n", last, end)
            rest = data[end:] if len(data) - end < _BLOCK else b""
    if rest:
        for hit in _WORD.finditer(rest):
            found.setdefault(hit[0][:_LONGEST_WORD], line)
    return found
