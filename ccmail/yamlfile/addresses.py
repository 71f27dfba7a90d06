"""Mail addresses and web links."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote, urlsplit

from ccmail.mail_address import NotAnAddress, parse_address
from ccmail.wording import say
from ccmail.yamlfile.pasted_links import INVISIBLE, doubt, without_sentence, without_wrapping
from ccmail.yamlfile.reading import FromText, ReadContext, ValueProblem, remark
from ccmail.yamlfile.text import SourceText

_AT = re.compile(r"\s*[(\[{]\s*(?:at|ät|@)\s*[)\]}]\s*|\s+(?:at|ät)\s+|\s*@\s*", re.IGNORECASE)
_NAMED = re.compile(r".*<([^<>]*)>$")
_NOT_IN_LINKS = re.compile('[\x00-\x20\x7f-\xa0<>"{}|\\\\^`\u2028\u2029\ud800-\udfff]')
_SCHEMES = ("https", "http", "mailto")


def read_mail_address(text: SourceText, _context: ReadContext) -> SourceText:
    """Return an address with its domain in lower case; `user(at)Stadt-Fürth.example` works too.

    Raises:
        ValueProblem: It is not a mail address.
    """
    written = _AT.sub("@", INVISIBLE.sub("", text).strip().removeprefix("mailto:"))
    address = parse_address(written)
    if isinstance(address, NotAnAddress):
        raise _no_address(text, written, address.reason)
    return text.moved(address)


def _no_address(text: SourceText, written: str, reason: str) -> ValueProblem:
    named = _NAMED.match(written)
    tried = named[1] if named else re.sub(r",(?=\w+$)", ".", written.rstrip(".;,"))
    label = say("did you mean “{near}”?", near=tried) if tried != written and "@" in tried else ""
    return ValueProblem(
        "C223",
        say("“{text}” is not a mail address: {reason}", text=_shortened(text), reason=reason),
        text.place,
        label=label,
        hint=say("for example name@city.example"),
    )


def read_web_link(text: SourceText, context: ReadContext) -> SourceText:
    """Return a link as it was written, without what was pasted around it.

    Raises:
        ValueProblem: It is not an absolute https, http or mailto address.
    """
    pasted = without_wrapping(text)
    link = without_sentence(pasted)
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    is_good = parts.scheme in _SCHEMES and bool(host or (parts.scheme == "mailto" and "@" in parts.path))
    wrong = _NOT_IN_LINKS.search(link)
    if not is_good or wrong or parts.username is not None:
        raise _no_link(text, link, wrong[0] if wrong and is_good else "")
    if link != pasted:
        message = say("“{rest}” at the end of the link is not taken for a part of it", rest=pasted[len(link) :])
        remark(context, "C246", message, text.place, hint=say("write {link}", link=link))
    odd = doubt(link)
    if odd:
        remark(context, "C246", say("this link {odd}", odd=odd[0]), text.place, hint=say("write {link}", link=odd[1]))
    return text.moved(link)


def _no_link(text: SourceText, link: str, sign: str) -> ValueProblem:
    near = f"https://{link}" if re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?$", link) else ""
    hint = say("write it whole, with https:// in front")
    if sign in {"{", "}"}:
        hint = say("this link is the same for all: fields of the reader stand in texts only")
    elif sign:
        named = say("a blank") if sign.isspace() else say("“{text}”", text=sign)
        hint = say("it has {sign} in it; if that belongs there, write {code}", sign=named, code=quote(sign))
    label = say("did you mean “{near}”?", near=near) if near else ""
    return ValueProblem(
        "C224",
        say("“{text}” is not a web address", text=_shortened(link)),
        text.place,
        label=label,
        hint=hint,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004


MailAddress = Annotated[SourceText, FromText(read_mail_address, SourceText, {"type": "string"})]
"""A mail address, normalised."""

WebLink = Annotated[
    SourceText, FromText(read_web_link, SourceText, {"type": "string", "pattern": "^(https?://|mailto:)"})
]
"""An absolute link that may stand in a mail."""
