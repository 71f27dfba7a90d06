"""Links in the texts."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.passage import markdown_passages, passages
from ccmail.problems import Mark, Severity
from ccmail.wording import say
from ccmail.yamlfile import SourceText
from ccmail.yamlfile.pasted_links import doubt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.texts.passage import TextPassage
    from ccmail.problems import Place
    from ccmail.rendering import LoadedCampaign

_LINK = re.compile(r"(?:https?|file|ftp)://[^\s<>)\"'\]]*[^\s<>)\"'\].,;:!?]", re.IGNORECASE)
_LONGEST = 2000  # characters of an address
_SHOWN = 40
_TARGET = re.compile(rf"\]\(\s*+<?([^)\s>]{{0,{_LONGEST}}}+)>?(?:\s++\"[^\"]*\")?\s*+\)")
_MEANT = re.compile(r"https?://[^/]|mailto:[^@]+@|tel:\+?\d|\{\{|#\w", re.IGNORECASE)
# RFC 6761: names that never lead anywhere; `.example` is what examples are written with
_NOWHERE = (".localhost", ".local", ".test", ".invalid", ".internal", ".lan", ".intranet")
_EXAMPLES = re.compile(
    r"(?:www\.)?example\.(?:com|net|org)|(?:www\.)?(?:domain|beispiel|yourdomain|ihre-domain)\.(?:com|de)"
)


@rule("T316", Severity.ERROR, Severity.WARNING, why=say("such a link leads readers nowhere, or into their own network"))
def unlikely_link(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A link that works on the author's computer only, or was an example.

    An error for a link that cannot be meant, a warning for an example, or for one that leads through somebody's filter.
    """
    for link, place in (*_in_texts(loaded), *_in_fields(loaded)):
        why = unlikely(link)
        if why:
            yield Flaw(
                say("“{link}” {oddity}", link=link[:80], oddity=why[0]),
                (Mark(place),),
                say("write the address of the page"),
                severity=why[1],
            )
    for link, place in _in_texts(loaded):
        odd = doubt(link)
        if odd:
            oddity, meant = odd
            begin = link if len(link) <= _SHOWN else f"{link[:_SHOWN]}…"
            message, hint = say("“{link}” {oddity}", link=begin, oddity=oddity), say("write {link}", link=meant)
            yield Flaw(message, (Mark(place),), hint, severity=Severity.WARNING)
    for target, place in _without_address(loaded):
        message = say("the link to “{target}” leads nowhere from a mail", target=target[:60])
        yield Flaw(message, (Mark(place),), say("[words](https://…), or mailto:, or tel:"))


def unlikely(link: str) -> tuple[str, Severity] | None:
    """Return why a link cannot be meant, and how bad that is."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return say("is no web address"), Severity.ERROR
    if parts.username is not None:
        return say("holds the name of an account"), Severity.ERROR
    if parts.scheme in {"file", "ftp"}:
        return say("is not on the web"), Severity.ERROR
    if not host or parts.scheme not in {"http", "https"}:
        return None
    if host == "localhost" or host.endswith(_NOWHERE) or _is_private(host) or ("." not in host and ":" not in host):
        return say("can be reached from your own network only"), Severity.ERROR
    return (say("is an example"), Severity.WARNING) if _EXAMPLES.fullmatch(host) else None


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not address.is_global


def _in_texts(loaded: LoadedCampaign) -> Iterator[tuple[str, Place]]:
    for passage in passages(loaded.campaign):
        for found in _LINK.finditer(passage.text):
            yield found[0], passage.place(*found.span())


def _without_address(loaded: LoadedCampaign) -> Iterator[tuple[str, Place]]:
    """Yield the targets of links in texts that are no whole addresses: javascript:, programme.html, #, nothing."""
    for passage, signs in markdown_passages(loaded.campaign):
        for found in _TARGET.finditer(signs):
            target = passage.text[found.start(1) : found.end(1)]
            if not _is_picture(signs, found.start()) and not _MEANT.match(target) and not _LINK.match(target):
                yield target, passage.place(*found.span(1))


def _in_fields(loaded: LoadedCampaign) -> Iterator[tuple[str, Place]]:
    campaign = loaded.campaign
    event, video = campaign.event, campaign.video
    fields = [
        *((event.register, event.link) if event else ()),
        video.url if video else None,
        *(talk.slides for talk in campaign.presentations),
        *(other for other in campaign.related if "://" in other),
        *(text for _, text in loaded.settings.footer.privacy),
    ]
    yield from ((str(link), link.place) for link in fields if isinstance(link, SourceText))


_ADDRESS = r"<?(?:https?://|www\.|mailto:)"
_BEGINS = re.compile(r"\]\(")
_RIGHT = re.compile(
    r"\]\(\s*(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_LABEL = r"\[[^\[\]\n]+\]"
_WRONG = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), message)
    for pattern, message in (
        (rf"{_LABEL}\s+\(\s*{_ADDRESS}[^\n)]*\)?", say("between the words of a link and its address stands a blank")),
        (
            rf"\([^()\[\]\n]+\)\[\s*{_ADDRESS}[^\n\]]*\]?",
            say("round and square brackets of a link are the wrong way round"),
        ),
        (rf"{_LABEL}\[[^\[\]\n]*\](?!\()", say("a link has its address in square brackets, or elsewhere")),
        (rf"^[ ]{{0,3}}{_LABEL}:\s*{_ADDRESS}\S*", say("an address for another place stands in the text")),
        (
            rf"\[[^\[\]()\n]+\({_ADDRESS}[^\s()]+\)(?![^\[\n]*\])",
            say("the words of a link have no closing bracket"),
        ),
        (
            r"(?<!\()<(?:https?://|www\.|mailto:)[^<>\n]*[ \t][^<>\n]*>",
            say("the address between < and > has a blank in it"),
        ),
        (rf"(?<!!)\[\s*\]\({_ADDRESS}[^\s()]*", say("a link has no words")),
    )
)
_FORM = say("a link is written [words](https://city.example/page)")
_CONTINUES = (  # %3a…, ?a=b, /page, id=1, long words with digits in them
    r"(?!https?:|www\.)(?:\S*%[0-9a-f]{2}\S*|[/?&=]\w\S*|\w*[?&=]\w+=\S*|(?=\S*\d)(?=\S*[a-z])[\w%./?&=-]{20,})"
)
_DOUBTFUL = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), message, hint)
    for pattern, message, hint in (
        (rf"(?<!\S)(?:https?://|www\.)[^\s<>()]+\n[ \t]*{_CONTINUES}(?=\s|$)",
         say("an address seems to go on in the next line"), say("write it into one line, however long it is")),
        (r"(?<![^\s|„“»›‚])https?://[^\s<>|\\^{}`\"“”()]+(?:[\\^{}`]|\|(?![^\n]*\|))\w[^\s<>]*",
         say("the link ends in the middle of its address"),
         say("write %7C for |, %5E for ^, %7B and %7D for {{ and }}")),
        ((r"(?<![\w/.])(?:https?(?::/(?!/)|//|:(?=\w[\w.-]*\.[a-z]{2}))\S*|https?://[ \t]+\S+"
          r"|(?!(?:https?|ftp|file|webcal):)[a-z]{3,6}://\S+)"),
         say("readers cannot click this address"), say("it begins with https://")),
        (r"\[\^\w+\]", say("a footnote is shown as it stands"), say("write (1), ¹ or \\*")),
    )
)  # fmt: skip


@rule(
    "T330", Severity.ERROR, Severity.WARNING, why=say("readers would see “[Agenda](https://…” and could not click it")
)
def broken_link(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A link that is not written as links are: a blank in its address, brackets the wrong way round or not closed.

    An error for what cannot be meant, a warning for what may be: an address over two lines, “htps://”.
    """
    for passage, signs in markdown_passages(loaded.campaign):
        for found in _BEGINS.finditer(signs):
            is_field = signs.startswith(("{{", "{%"), signs.find("{", found.end()))  # never closed: T306 says so
            if not is_field and not _is_picture(signs, found.start()) and not _RIGHT.match(signs, found.start()):
                yield _unreadable(passage, signs, found.start())
        for pattern, message in _WRONG:
            for found in pattern.finditer(signs):
                mark = Mark(passage.place(*found.span()))
                yield Flaw(message, (mark,), _FORM)
        for pattern, message, hint in _DOUBTFUL:
            for found in pattern.finditer(signs):
                yield Flaw(message, (Mark(passage.place(*found.span())),), hint, severity=Severity.WARNING)


def _is_picture(signs: str, behind: int) -> bool:
    """Return whether the brackets that end here begin with `![`: T332 says so."""
    begin = signs.rfind("[", 0, behind)
    return begin > 0 and signs[begin - 1] == "!"


def _unreadable(passage: TextPassage, signs: str, start: int) -> Flaw:
    line_end = signs.find("\n", start) if "\n" in signs[start:] else len(signs)
    begin = max(signs.rfind("[", 0, start), signs.rfind("\n", 0, start) + 1)
    close = signs.find(")", start, line_end)
    if close < 0:
        message, hint = say("the address of a link has no closing bracket"), _FORM
    else:
        message = say("the address of a link has a blank in it")
        address = passage.text[start + 2 : close].strip().replace(" ", "%20")
        hint = say("write %20 for the blank: {address}", address=address)
    mark = Mark(passage.place(begin, close + 1 if close > 0 else line_end))
    return Flaw(message, (mark,), hint)
