"""Links in the texts."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ccmail.checks.rule import Flaw, rule
from ccmail.checks.texts.passage import passages, place_in
from ccmail.problems import Mark, Severity
from ccmail.yamlfile import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Place
    from ccmail.rendering import LoadedCampaign

_LINK = re.compile(r"(?:https?|file|ftp)://[^\s<>)\"'\]]*[^\s<>)\"'\].,;:!?]", re.IGNORECASE)
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)>?(?:\s+\"[^\"]*\")?\s*\)")
_MEANT = re.compile(r"https?://[^/]|mailto:[^@]+@|tel:\+?\d|\{\{|#\w", re.IGNORECASE)
# RFC 6761: names that never lead anywhere; `.example` is what examples are written with
_NOWHERE = (".localhost", ".local", ".test", ".invalid", ".internal", ".lan", ".intranet")
_EXAMPLES = re.compile(
    r"(?:www\.)?example\.(?:com|net|org)|(?:www\.)?(?:domain|beispiel|yourdomain|ihre-domain)\.(?:com|de)"
)


@rule("T316", Severity.ERROR, Severity.WARNING, why="such a link leads readers nowhere, or into their own network")
def unlikely_link(loaded: LoadedCampaign) -> Iterator[Flaw]:
    """A link that works on the author's computer only, or was an example.

    An error for a link that cannot be meant, a warning for an example.
    """
    for link, place in (*_in_texts(loaded), *_in_fields(loaded)):
        why = unlikely(link)
        if why:
            yield Flaw(f"“{link[:80]}” {why[0]}", (Mark(place),), "write the address of the page", severity=why[1])
    for target, place in _without_address(loaded):
        message = f"the link to “{target[:60]}” leads nowhere from a mail"
        yield Flaw(message, (Mark(place),), "[words](https://…), or mailto:, or tel:")


def unlikely(link: str) -> tuple[str, Severity] | None:
    """Return why a link cannot be meant, and how bad that is."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "is no web address", Severity.ERROR
    if parts.scheme in {"file", "ftp"}:
        return "is not on the web", Severity.ERROR
    if not host or parts.scheme not in {"http", "https"}:
        return None
    if host == "localhost" or host.endswith(_NOWHERE) or _is_private(host) or ("." not in host and ":" not in host):
        return "can be reached from your own network only", Severity.ERROR
    return ("is an example", Severity.WARNING) if _EXAMPLES.fullmatch(host) else None


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return not address.is_global


def _in_texts(loaded: LoadedCampaign) -> Iterator[tuple[str, Place]]:
    for passage in passages(loaded.campaign):
        for found in _LINK.finditer(passage.text):
            yield found[0], place_in(passage.text, *found.span())


def _without_address(loaded: LoadedCampaign) -> Iterator[tuple[str, Place]]:
    """Yield the targets of links in texts that are no whole addresses: javascript:, programme.html, #, nothing."""
    for passage in passages(loaded.campaign):
        for found in _TARGET.finditer(passage.text):
            if not _MEANT.match(found[1]) and not _LINK.match(found[1]):
                yield found[1], place_in(passage.text, *found.span(1))


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
