"""Web addresses as they come out of mails, chats and calendars: in < >, with a dot behind them, wrapped by a filter."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

from ccmail.wording import say

_AROUND = re.compile(r"<(.*)>|\((.*)\)|„(.*)“|\"(.*)\"", re.DOTALL)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""The signs that come along when an address is pasted, and that nobody sees."""

# RFC 3986 2 does not allow them, and browsers encode them; { } only where no field of a reader is meant
_ENCODED = re.compile(r"[\"|^`]|(?<!\{)\{(?!\{)|(?<!\})\}(?!\})")
_END = re.compile(r"(?:%3[CE]|%20|%0[AD]|%E2%80%8B)+[.,;]?$", re.IGNORECASE)
_SENTENCE = re.compile(r"[.,;]+$")
# whose link it is, and where the one inside stands
_WRAPPED = (
    (re.compile(r"[\w-]+\.safelinks\.protection\.outlook\.com"), "url", say("Outlook's filter (safelinks)")),
    (re.compile(r"statics\.teams\.cdn\.(?:office|live)\.(?:net|com)"), "url", say("Teams's filter (safelinks)")),
    (re.compile(r"www\.google\.[a-z.]+"), "q", say("a page of Google's results")),
    (re.compile(r"l\.facebook\.com|lm\.facebook\.com"), "u", "Facebook"),
)
_DEFENCE = re.compile(r"https://urldefense\.(?:com|us)/v3/__(https?:.+?)__;", re.IGNORECASE)


def without_wrapping(pasted: str) -> str:
    """Return a pasted address without what stands around it, its odd signs encoded."""
    link = INVISIBLE.sub("", pasted).strip()
    around = _AROUND.fullmatch(link)
    if around:
        link = next(filter(None, around.groups()), "").strip()
    return _ENCODED.sub(lambda sign: quote(sign[0]), link)


def without_sentence(link: str) -> str:
    """Return an address without the full stop, comma or bracket of the sentence that it was copied from."""
    link = _SENTENCE.sub("", link)
    while link.endswith(")") and link.count(")") > link.count("("):
        link = _SENTENCE.sub("", link[:-1])
    return link


def doubt(link: str) -> tuple[str, str] | None:
    """Return the oddity of an address that can be opened, in words, and the address that was probably meant."""
    end = _END.search(link)
    if end:
        return say("ends in “{rest}”, which was pasted with it", rest=end[0]), link[: end.start()]
    defended = _DEFENCE.match(link)
    if defended:
        return say("leads through a filter (urldefense), and names its reader there"), defended[1]
    try:
        parts = urlsplit(link)
        host, inside = (parts.hostname or "").casefold(), parse_qs(parts.query)
    except ValueError:
        return None
    for pattern, name, whose in _WRAPPED:
        if pattern.fullmatch(host) and inside.get(name, [""])[0].startswith("http"):
            return say("leads through {whose}, which holds the address of who copied it", whose=whose), inside[name][0]
    return None
