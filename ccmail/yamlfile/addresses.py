"""Mail addresses and web links."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from ccmail.mail_address import NotAnAddress, parse_address
from ccmail.yamlfile.reading import FromText, ReadContext, ValueProblem
from ccmail.yamlfile.text import SourceText

_AT = re.compile(r"\s*[(\[{]\s*(?:at|ät|@)\s*[)\]}]\s*|\s+(?:at|ät)\s+|\s*@\s*", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\xad]")
_NAMED = re.compile(r".*<([^<>]*)>$")
_NOT_IN_LINKS = re.compile('[\x00-\x20\x7f-\xa0<>"{}|\\\\^`\u2028\u2029\ud800-\udfff]')
_SCHEMES = ("https", "http", "mailto")


def read_mail_address(text: SourceText, _context: ReadContext) -> SourceText:
    """Return an address with its domain in lower case; `user(at)Stadt-Fürth.example` works too.

    Raises:
        ValueProblem: It is not a mail address.
    """
    written = _AT.sub("@", _INVISIBLE.sub("", text).strip().removeprefix("mailto:"))
    address = parse_address(written)
    if isinstance(address, NotAnAddress):
        raise _no_address(text, written, address.reason)
    return text.moved(address)


def _no_address(text: SourceText, written: str, reason: str) -> ValueProblem:
    named = _NAMED.match(written)
    tried = named[1] if named else re.sub(r",(?=\w+$)", ".", written.rstrip(".;,"))
    label = f"did you mean “{tried}”?" if tried != written and "@" in tried else ""
    return ValueProblem(
        "C223",
        f"“{_shortened(text)}” is not a mail address: {reason}",
        text.place,
        label=label,
        hint="for example name@city.example",
    )


def read_web_link(text: SourceText, _context: ReadContext) -> SourceText:
    """Return a link as it was written.

    Raises:
        ValueProblem: It is not an absolute https, http or mailto address.
    """
    link = text.strip()
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    is_good = parts.scheme in _SCHEMES and bool(host or (parts.scheme == "mailto" and "@" in parts.path))
    if not is_good or _NOT_IN_LINKS.search(link) or parts.username is not None:
        near = f"https://{link}" if re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?$", link) else ""
        raise ValueProblem(
            "C224",
            f"“{_shortened(link)}” is not a web address",
            text.place,
            label=f"did you mean “{near}”?" if near else "",
            hint="write it whole, with https:// in front",
        )
    return text.moved(link)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004


MailAddress = Annotated[SourceText, FromText(read_mail_address, SourceText, {"type": "string"})]
"""A mail address, normalised."""

WebLink = Annotated[
    SourceText, FromText(read_web_link, SourceText, {"type": "string", "pattern": "^(https?://|mailto:)"})
]
"""An absolute link that may stand in a mail."""
