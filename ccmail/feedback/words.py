"""Words of a mail as text: bytes of any charset, encoded words, one line without control characters."""

from __future__ import annotations

import binascii
import codecs
import functools
import html
import quopri
import re
from collections.abc import Iterator

_NOT_FOR_MAILS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})  # slow, or odd
_LONGEST_CHARSET = 40
_ENCODED_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?]{0,400})\?=(?:\s+(?==\?))?")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_NOT_SHOWN = re.compile(r"<(/?)(?:style|script|title)\b[^<>]*>", re.IGNORECASE)
_NEW_LINE = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?table|/?h[1-6]|/?pre|/?blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")


def decode_transfer(content: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding, as far as that goes."""
    match encoding.strip().lower():
        case "base64":
            return _decode_base64(content)
        case "quoted-printable":
            return quopri.decodestring(content)
    return content


def decode_charset(content: bytes, charset: str) -> str:
    """Return the text of bytes in a charset; what does not fit is read as UTF-8, else as well as can be."""
    known = _known(charset)
    for name in (known, "utf-8"):
        try:
            return _clean(content.decode(name))
        except (UnicodeError, ValueError):
            continue
    return _clean(content.decode("latin-1" if known in ("utf-8", "ascii") else known, "replace"))


def decode_words(value: str) -> str:
    """Return a header field with its encoded words (RFC 2047) decoded."""
    return _ENCODED_WORD.sub(_decode_word, value) if "=?" in value else value


def one_line(text: str, longest: int) -> str:
    """Return a text as one line without control characters, cut to a length."""
    printable = "".join(c if c.isprintable() else " " for c in text[: longest * 2])
    return " ".join(printable.split())[:longest]


def text_of_html(markup: str) -> str:
    """Return the words of a piece of HTML, with a line for each block."""
    broken = _NEW_LINE.sub("\n", "".join(_shown(_without_comments(markup))))
    return _clean(html.unescape(_TAG.sub("", broken)))


def _without_comments(markup: str) -> str:
    first, *rest = markup.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in rest)


def _shown(markup: str) -> Iterator[str]:
    """Yield the pieces between styles, scripts and titles; in one pass, whatever is never closed."""
    hidden, at = False, 0
    for tag in _NOT_SHOWN.finditer(markup):
        if not hidden:
            yield markup[at : tag.start()]
        hidden, at = not tag[1], tag.end()
    if not hidden:
        yield markup[at:]


def _decode_word(found: re.Match[str]) -> str:
    octets = found[3].encode("utf-8", "replace")
    if found[2] in "Bb":
        return decode_charset(_decode_base64(octets), found[1])
    return decode_charset(quopri.decodestring(octets, header=True), found[1])


def _decode_base64(content: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", content)
    try:
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + _last_letters(letters))
    except binascii.Error:
        return b""


def _last_letters(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return rest.ljust(4, b"=") if len(rest) > 1 else b""  # one letter alone has not even one octet


@functools.lru_cache(maxsize=256)
def _known(charset: str) -> str:
    """Return the codec of a charset that can be trusted with text of strangers, "utf-8" if there is none."""
    try:
        info = codecs.lookup(charset[:_LONGEST_CHARSET].strip())
    except (LookupError, ValueError):
        return "utf-8"
    is_text = getattr(info, "_is_text_encoding", True)  # Python has no public name for this
    return info.name if is_text and info.name.replace("-", "_") not in _NOT_FOR_MAILS else "utf-8"


def _clean(text: str) -> str:
    """Return the text with line feeds as its line ends, and without lone surrogates."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if lines.isascii() else lines.encode("utf-8", "replace").decode("utf-8")
