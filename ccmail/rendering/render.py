"""The verb of this stage: it renders one variant, as one reader gets it, with slots."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from markupsafe import Markup

from ccmail.campaign import CalendarMode
from ccmail.problems import CcmailError, InputError
from ccmail.rendering.compose import calendar_entry, compose
from ccmail.rendering.entry_text import mail_in_short, news
from ccmail.rendering.html import SlotContext, contexts, escaping, inline_styles, stands_in_address
from ccmail.rendering.kept_together import keep_together
from ccmail.rendering.limits import limited, refuse_large
from ccmail.rendering.prose import Prose
from ccmail.rendering.slots import FieldTracker, Filler, Pieces, Slotted, Use, tracker_of
from ccmail.rendering.soft_hyphens import hyphens_kept
from ccmail.rendering.text import tidy
from ccmail.rendering.theme import make_theme
from ccmail.rendering.trouble import explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.calendar import CalendarEntry
    from ccmail.campaign import Variant
    from ccmail.campaign.pictures import PictureFile
    from ccmail.rendering import content
    from ccmail.rendering.loaded_campaign import LoadedCampaign


@dataclasses.dataclass(frozen=True, slots=True)
class EscapedSlot:
    """A slot in the HTML, with the context that decides how its value is escaped."""

    slotted: Slotted
    context: SlotContext

    def filler(self) -> Filler:
        """Return a function that gives a reader's value, escaped for this place."""
        escape, value = escaping(self.context), self.slotted.filler()
        return lambda fields: escape(value(fields))


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered variant.

    Attributes:
        subject: The subject with its slots.
        html: The HTML with its slots, styles inlined.
        text: The text part with its slots.
        entry: The calendar entry, None if the campaign has none.
        languages: The language codes in the order of the mail.
        pictures: The pictures that the HTML shows, each once.
    """

    subject: Pieces
    html: tuple[str | EscapedSlot, ...]
    text: Pieces
    entry: CalendarEntry | None
    languages: tuple[str, ...]
    pictures: tuple[PictureFile, ...]


def render(loaded: LoadedCampaign, variant: Variant, tracker: FieldTracker) -> Rendered:
    """Render a variant; the result holds for all readers with the values that `tracker.used` has afterwards.

    Raises:
        InputError: A text or a template is wrong; with its place.
        TemplateTrouble: The HTML cannot become a mail.
    """
    with tracker_of(tracker):
        with limited(), hyphens_kept(loaded.cache):
            mail = compose(loaded, variant, tracker, Prose(tracker, cache=loaded.cache))
            theme = make_theme(variant.segment.colour or loaded.settings.theme.colour)
            names = {**tracker.slots(), "mail": mail, "theme": theme}
            html = _rendered(loaded, f"{mail.kind}.html.j2", names)
            text = _rendered(loaded, f"{mail.kind}.txt.j2", names)
        html = str(tracker.finish(Markup(keep_together(html))))  # noqa: S704  # the template's own markup
        inlined = inline_styles(html, loaded.cache)
        entry = _entry(loaded, variant, mail.blocks[0], tracker)
    return Rendered(
        subject=tracker.pieces(tracker.finish(mail.subject)),
        html=tuple(_escaped(inlined, tracker)),
        text=tracker.pieces(tracker.finish(tidy(text))),
        entry=entry,
        languages=variant.languages,
        pictures=tuple(_shown(loaded, inlined)),
    )


def _shown(loaded: LoadedCampaign, html: str) -> Iterator[PictureFile]:
    """Yield the pictures that HTML shows, those of one content once: they have one Content-ID."""
    by_content: dict[str, PictureFile] = {}
    for file in loaded.pictures.values():
        by_content.setdefault(file.digest, file)
    yield from (file for file in by_content.values() if f"cid:{file.digest[:20]}" in html)


def _entry(
    loaded: LoadedCampaign, variant: Variant, first: content.Block, tracker: FieldTracker
) -> CalendarEntry | None:
    if not loaded.campaign.has_calendar_entry:
        return None
    return calendar_entry(
        loaded,
        variant,
        tracker.value_of(first.title),
        tracker.value_of(first.subtitle),
        news=news(first, loaded.languages[first.lang], tracker),
        mail=mail_in_short(first) if loaded.campaign.calendar is CalendarMode.RSVP else "",
    )


def _rendered(loaded: LoadedCampaign, name: str, names: dict[str, object]) -> str:
    try:
        return refuse_large(loaded.environment.get_template(name).render(names))
    except (CcmailError, KeyboardInterrupt):
        raise
    except Exception as trouble:  # a template can raise anything
        templates = loaded.environment.list_templates()
        raise InputError([explain(trouble, name, names, templates)]) from trouble


def _escaped(html: str, tracker: FieldTracker) -> Iterator[str | EscapedSlot]:
    for stretch, context in contexts(html):
        before = ""
        for piece in tracker.pieces(stretch):
            if isinstance(piece, str):
                before += piece
                yield piece
                continue
            in_address = context is SlotContext.ATTRIBUTE and stands_in_address(before)
            if in_address and before.endswith('"') and piece.use is Use.TEXT:
                piece = Slotted(piece.printed, Use.WHOLE_URL)  # noqa: PLW2901  # `javascript:…` must not get there
            yield EscapedSlot(piece, SlotContext.ADDRESS if in_address else context)
            before += "x"
