"""The links of the HTML part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail

_SCHEME = re.compile(r"https?://[^/]|mailto:[^@]+@|tel:\+?\d|webcal://", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?]\S*)?$")  # “Outlook.com” is a name
_VAGUE = frozenset({"hier", "hier klicken", "mehr", "klick", "link", "here", "click here", "more", "read more", "this"})


@rule(
    "H115",
    Severity.ERROR,
    Severity.WARNING,
    why=say("a link that shows one host and leads to another is what phishing looks like"),
)
def links(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A link that leads nowhere, or elsewhere than it says.

    An error for empty, relative and dishonest links, a warning for http, vague words and words used twice.
    """
    ids = {e.get("id") or e.get("name") for e in mail.page.elements}
    for link in mail.page.named("a"):
        if "href" not in link.attrib:
            continue
        target = link.get("href")
        marks = origin.marks_of(target, link.text)
        where = say("in this text") if marks else say("in line {line} of the HTML", line=link.line)
        if target.startswith("#") and target[1:] in ids - {""}:
            continue
        if not _SCHEME.match(target):
            yield Flaw(say("the link {where} leads nowhere: “{target}”", where=where, target=target[:40]), marks)
        elif target.startswith("http:"):
            yield Flaw(
                say("the link {where} is not encrypted: {target}", where=where, target=target[:60]),
                marks,
                say("https://"),
                severity=Severity.WARNING,
            )
        shown = _HOST.match(link.text)
        if shown and target.startswith("http") and _bare(shown[1]) != _bare(urlsplit(target).hostname or ""):
            host = urlsplit(target).hostname
            message = say("the link {where} shows {shown} and leads to {host}", where=where, shown=shown[1], host=host)
            yield Flaw(message, marks)
        if link.text.casefold().strip(" .»›→") in _VAGUE:
            yield Flaw(
                say("“{text}” does not say where the link leads", text=link.text), marks, severity=Severity.WARNING
            )
    yield from _same_words(mail, origin)


def _same_words(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Yield a warning for links that sound alike in one language and lead to different places."""
    targets: dict[tuple[str, str], str] = {}
    for link in mail.page.named("a"):
        words = link.get("aria-label") or link.text
        if not words or not link.get("href"):
            continue
        language = next((e.get("lang") for e in link.way_up() if e.get("lang")), "")
        if targets.setdefault((language, words), link.get("href")) != link.get("href"):
            marks = origin.marks_of(link.get("href"), words)
            where = say("here") if marks else say("in line {line} of the HTML", line=link.line)
            message = say("“{words}” {where} leads elsewhere than the same words before", words=words, where=where)
            hint = say("screen readers list links without what is around them")
            yield Flaw(message, marks, hint, severity=Severity.WARNING)


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")
