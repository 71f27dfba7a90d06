"""The export of a campaign to one HTML file for colleagues: no script, nothing from outside the file."""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

from ccmail import clock
from ccmail.preview.choice import Choice
from ccmail.preview.clients import ColourScheme, Look, draw
from ccmail.preview.pages import environment, local
from ccmail.preview.views import Card, card

if TYPE_CHECKING:
    from ccmail.preview.page_state import PageState, ShownMail
    from ccmail.preview.pages import Pages
    from ccmail.preview.translations import Translations


_NOT_IN_A_PIECE = (
    "script", "noscript", "template", "iframe", "frame", "object", "embed", "form", "meta", "base", "link", "title",
    "plaintext", "xmp", "textarea", "select", "noembed", "noframes", "svg", "math",
)  # fmt: skip
"""Elements that a mail of ours never has, and that would act, or would not end, in another document."""


class _Source(Protocol):
    def page_state(self, choice: Choice) -> PageState: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """One variant in the file, with its pictures inside.

    Attributes:
        whole: The mail as a piece of HTML, for a shadow tree: it is as high as it is, also on paper.
        dark: The mail in a dark scheme as a document, for a frame.
    """

    shown: ShownMail
    whole: str
    dark: str
    card: Card | None


def export(source: _Source, pages: Pages, translations: Translations) -> str:
    """Return the file: the mail of each variant's hardest case, with text, calendar entry, checks and version."""
    page_state = source.page_state(Choice())
    scenes = [source.page_state(Choice(group=row.name)) for row in page_state.rows]
    values: dict[str, Any] = {
        **pages.common(translations),
        "page_state": page_state,
        "variants": [_exported(one.shown, one, translations) for one in scenes if one.shown],
        "made": local(clock.now(), pages.zone),
        "language_name": lambda code: page_state.languages[code].words.name if code in page_state.languages else code,
    }
    return environment().get_template("export.html.j2").render(values)


def _exported(shown: ShownMail, page_state: PageState, translations: Translations) -> Exported:
    by_id = {part.content_id: part for part in shown.mail.parts if part.content_id}

    def picture(address: str) -> str:
        part = by_id.get(address.removeprefix("cid:"))
        content = part.content if part else page_state.pictures.get(address)
        kind = part.kind if part else "image/jpeg"
        return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else "data:,"

    light, dark = (draw(shown.mail.html, Look(colours=c), picture) for c in (ColourScheme.LIGHT, ColourScheme.DARK))
    return Exported(shown, _piece(light), dark, card(shown, page_state.languages, translations.code))


def _piece(html: str) -> str:
    """Return the styles and the body of a document as a piece of HTML that ends where it should, whatever is in it.

    A frame without script cannot have the height of its content; a shadow tree has it, and keeps its styles inside.
    """
    from lxml import etree  # noqa: PLC0415 - for this file only; the page begins without it
    from lxml.html import HTMLParser, document_fromstring  # noqa: PLC0415

    content = (html or "<p></p>").encode("utf-8", "replace")
    document = document_fromstring(content, parser=HTMLParser(encoding="utf-8"))
    etree.strip_elements(document, etree.Comment, *_NOT_IN_A_PIECE, with_tail=False)
    for link in document.iter("a"):
        link.attrib.update({"target": "_blank", "rel": "noopener noreferrer"})
    styles = "".join(_written(style) for style in document.iter("style"))
    etree.strip_elements(document, "style", with_tail=False)
    body = document.find("body")
    if body is None:
        return ""
    body.tag = "div"
    return styles + _written(body)


def _written(element: Any) -> str:
    from lxml.html import tostring  # noqa: PLC0415

    return str(tostring(element, encoding="unicode", with_tail=False))
