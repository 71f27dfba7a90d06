"""The links of a campaign, each with its place in a file."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from ccmail.problems import Place
from ccmail.yamlfile import FieldsNode, ListNode, TextNode

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import Workspace
    from ccmail.yamlfile import Node

_LINK = re.compile(r"https?://(?:\{\{.*?\}\}|\{%.*?%\}|[^\s<>\"'`\\^{}])+", re.IGNORECASE)
_AFTER = ".,;:!?*_"
_NOT_ASKED = ("unsubscribe",)


@dataclasses.dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as it stands in a file.

    Attributes:
        url: Without a fragment.
        is_personal: Whether each reader has another one: it is never asked.
    """

    url: str
    place: Place
    is_personal: bool = False


def find_links(workspace: Workspace, campaigns: Iterable[Campaign]) -> tuple[FoundLink, ...]:
    """Return the links that readers are shown, each once: those of the texts, of the footer, of own templates.

    Those that ccmail makes itself (calendars, the link that unsubscribes) stand in no file and are not among them.
    """
    found: dict[str, FoundLink] = {}
    for link in _all(workspace, campaigns):
        unsubscribes = workspace.settings.unsubscribe.url
        if not (unsubscribes and link.url.startswith(unsubscribes)):
            found.setdefault(link.url, link)
    return tuple(found.values())


def _all(workspace: Workspace, campaigns: Iterable[Campaign]) -> Iterator[FoundLink]:
    for campaign in campaigns:
        if campaign.document.root is not None:
            yield from _in_node(campaign.document.root)
    footer = workspace.document.node("footer")
    if footer is not None:
        yield from _in_node(footer)
    for path in sorted((workspace.root / "templates").rglob("*.j2")):
        yield from _in_template(path, workspace.shown(path))


def _in_node(node: Node) -> Iterator[FoundLink]:
    match node:
        case TextNode(text):
            for number, line in enumerate(text.split("\n"), 1):
                for url in _in_text(line):
                    yield _link(url, _at(text.line_of(number), url))
        case ListNode(items):
            for item in items:
                yield from _in_node(item)
        case FieldsNode(fields):
            for field in fields:
                if field.key not in _NOT_ASKED:
                    yield from _in_node(field.value)


def _in_template(path: Path, shown_as: str) -> Iterator[FoundLink]:
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        for url in _in_text(line):
            yield _link(url, _at(Place(shown_as, number, 1, 1, line), url))


def _in_text(text: str) -> Iterator[str]:
    for found in _LINK.finditer(text):
        url = found[0].rstrip(_AFTER)
        while url.endswith((")", "]")) and url.count("(") + url.count("[") < url.count(")") + url.count("]"):
            url = url[:-1].rstrip(_AFTER)
        yield url


def _at(place: Place, url: str) -> Place:
    column = place.text.find(url) + 1
    return dataclasses.replace(place, column=column or place.column, width=len(url) if column else place.width)


def _link(url: str, place: Place) -> FoundLink:
    is_personal = "{{" in url or "{%" in url
    return FoundLink(url if is_personal else urldefrag(url).url, place, is_personal)
