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


class _Source(Protocol):
    def page_state(self, choice: Choice) -> PageState: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """One variant in the file; `html` and `dark` are whole documents with their pictures inside."""

    shown: ShownMail
    html: str
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

    html, dark = (draw(shown.mail.html, Look(colours=c), picture) for c in (ColourScheme.LIGHT, ColourScheme.DARK))
    return Exported(shown, html, dark, card(shown, page_state.languages, translations.code))
