"""Bytes that servers change or refuse on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M642"
WHY = "RFC 5322 2.1: CRLF, 7 bit and lines of at most 998 octets arrive everywhere as they were signed"
_LONGEST = 998
_CONTROL = bytes(b for b in (*range(32), 127) if b not in b"\t\r\n")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for bare line ends, control characters, 8-bit bytes and overlong lines."""
    raw = mail.raw
    breaks = raw.count(b"\r\n")
    broken = {
        "a line that does not end with CRLF": raw.count(b"\n") != breaks or raw.count(b"\r") != breaks,
        "a control character": len(raw.translate(None, _CONTROL)) != len(raw),
        "a byte with the eighth bit set": not raw.isascii(),
    }
    for what, is_so in broken.items():
        if is_so:
            yield Problem(CODE, f"the mail has {what}")
    longest = max(map(len, raw.split(b"\r\n")))
    if longest > _LONGEST:
        yield Problem(CODE, f"a line of the mail has {longest:,} octets", hint=f"at most {_LONGEST}")
