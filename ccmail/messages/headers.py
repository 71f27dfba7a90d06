"""Header fields: encoded (RFC 2047), folded (RFC 5322 2.2.3), safe from header injection.

Python's `email` package turns `=?utf-8?q?x=0ABcc=3A_y?=` in a subject or name into a Bcc line (CVE-2024-6923), and it
encodes a long List-Unsubscribe so that no mail program finds the address in it. So headers are written here.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from email.errors import HeaderParseError
from email.header import decode_header

from ccmail.problems import CcmailError
from ccmail.wording import say

LINE_LIMIT = 76
_ENCODED_WORD_LIMIT = 75  # RFC 2047 2
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# an addr-spec without quotes (RFC 5322 3.4.1); no other form is read from a list
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")  # RFC 2047 5 (3)
_Q_SHORT = bytes(_Q_SAFE) + b" "  # bytes that take one character
_Q = tuple(chr(b) if b in _Q_SAFE else "_" if b == ord(" ") else f"={b:02X}" for b in range(256))


class HeaderRefused(CcmailError):
    """A value cannot stand in a header field; no field was written."""


def text_field(name: str, value: str) -> bytes:
    """Return a field of free text (Subject, Comments).

    Raises:
        HeaderRefused: The value contains control characters, as they are or inside an encoded word.
    """
    refuse_control_characters(name, value)
    if _is_plain(value) and "=?" not in value:
        return _folded(name, value.split(" "))
    return _folded(name, _encoded_words(value, len(name) + 2))


def address_field(name: str, display: str, address: str) -> bytes:
    """Return a field of one mailbox: display name or "", address with an ASCII domain.

    Raises:
        HeaderRefused: As in `text_field`, or the address is not valid.
    """
    refuse_control_characters(name, display)
    if not _ADDRESS.fullmatch(address):
        raise HeaderRefused(say("“{address}” cannot stand in {name}", address=address, name=name), code="M701")
    return _folded(name, [*_phrase(display, len(name) + 2), f"<{address}>"] if display else [address])


def token_field(name: str, *tokens: str) -> bytes:
    """Return a field of machine-readable tokens, folded only between them (Message-ID, List-Unsubscribe).

    Raises:
        HeaderRefused: A token is not printable ASCII.
    """
    for token in tokens:
        if not _is_plain(token):
            raise HeaderRefused(say("“{token}” cannot stand in {name}", token=token, name=name), code="M702")
    return _folded(name, tokens)


def labelled_field(name: str, label: str, token: str) -> bytes:
    """Return a field of a label and an identifier (List-Id, RFC 2919 3).

    Raises:
        HeaderRefused: As in `text_field` and `token_field`.
    """
    refuse_control_characters(name, label)
    if not _is_plain(token):
        raise HeaderRefused(say("“{token}” cannot stand in {name}", token=token, name=name), code="M702")
    return _folded(name, [*_phrase(label, len(name) + 2), f"<{token}>"])


def refuse_control_characters(name: str, value: str) -> None:
    """Raise `HeaderRefused` for a value with control characters, as they are or inside encoded words."""
    if value.isprintable() and "=?" not in value:  # the fast path: no control character is printable
        return
    if _CONTROL.search(value) or ("=?" in value and _CONTROL.search(_decoded(value))):
        shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
        raise HeaderRefused(
            say("{name} would hold a line break or another control character: “{value}”", name=name, value=shown),
            code="M703",
            hint=say("remove it where the text comes from"),
        )


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _decoded(value: str) -> str:
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):
        return "\0"
    return "".join(p if isinstance(p, str) else p.decode("latin-1") for p, _ in parts)


def _phrase(display: str, offset: int) -> list[str]:
    if _ATOMS.match(display) and "=?" not in display:
        return display.split(" ")
    if _is_plain(display) and "=?" not in display:
        quoted = display.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'.split(" ")
    return _encoded_words(display, offset)


def _encoded_words(value: str, offset: int) -> list[str]:
    """Return encoded words of at most 75 characters, split between characters; readers drop the blanks between them."""
    octets = value.encode()
    in_q = len(octets) + 2 * len(octets.translate(None, _Q_SHORT))
    encode = _q_word if in_q <= (len(octets) + 2) // 3 * 4 else _b_word
    whole = encode(value)
    limit = _ENCODED_WORD_LIMIT - min(offset, 40)  # the first word shares its line with the field's name
    return [whole] if len(whole) <= limit else list(_torn_words(value, encode, limit))


def _torn_words(value: str, encode: Callable[[str], str], limit: int) -> Iterator[str]:
    part = ""
    for character in value:
        if part and len(encode(part + character)) > limit:
            yield encode(part)
            part, limit = "", _ENCODED_WORD_LIMIT
        part += character
    yield encode(part)


def _q_word(text: str) -> str:
    return f"=?utf-8?q?{''.join([_Q[b] for b in text.encode()])}?="


def _b_word(text: str) -> str:
    return f"=?utf-8?b?{binascii.b2a_base64(text.encode(), newline=False).decode()}?="


def _folded(name: str, words: Sequence[str]) -> bytes:
    line = f"{name}: {' '.join(words)}\r\n"
    if len(line) - 2 <= LINE_LIMIT:
        return line.encode("ascii")
    lines: list[str] = []
    line = f"{name}:"
    for word in words:
        # a line of blanks ends the header for some programs: fold only before a word
        if len(line) + 1 + len(word) > LINE_LIMIT and word and line.strip() and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    lines.append(line)
    return "\r\n".join(lines).encode("ascii") + b"\r\n"
