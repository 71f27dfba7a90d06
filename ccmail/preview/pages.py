"""The HTML of a page state: the whole page at first, later only the pieces that may have changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import functools
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

import jinja2

from ccmail.campaign.event_facts import EventFact
from ccmail.preview.choice import WIDTHS, Choice, View
from ccmail.preview.clients import draw
from ccmail.preview.views import card, folded_source
from ccmail.problems import Problem
from ccmail.report.stage import StageKind

if TYPE_CHECKING:
    from ccmail.checks.mail.message import ParsedMail, ParsedPart
    from ccmail.comments import Spot
    from ccmail.preview.page_state import IndexCard, IndexEntry, PageState, ShownMail
    from ccmail.preview.translations import Translations
    from ccmail.preview.word_diff import Paragraph
    from ccmail.wording import Catalogue

PIECES = (
    *("top", "mails", "readers", "broken", "news", "besides", "head", "panel"),
    *("checks", "comments", "who", "spots", "testers"),
)
CARD_PIECES = ("stage", "people", "next", "thumb")
_OVER = {StageKind.SENT, StageKind.CANCELLED}
_PRESSING = {StageKind.ERRORS, StageKind.SENDING, StageKind.INTERRUPTED}
_FOLDER = Path(__file__).parent / "templates"
_KILO = 1000


class Draw(Protocol):
    """Draws a problem as text, as `ccmail check` does."""

    def __call__(self, problem: Problem, /, *, catalogue: Catalogue) -> str:
        """Return a problem as text in a language."""


@dataclasses.dataclass(frozen=True, slots=True)
class MailFrame:
    """The content of the frame of one mail."""

    html: str
    lang: str
    title: str


@functools.cache
def environment() -> jinja2.Environment:
    """Return the environment of the page's templates."""
    loader = jinja2.FileSystemLoader(os.fspath(_FOLDER))
    made = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, auto_reload=False
    )
    made.filters["groupby_runs"] = _runs
    made.globals |= {"folded_source": folded_source, "mailbox": _mailbox, "sender": _sender, "size": size}
    return made


@dataclasses.dataclass(frozen=True, slots=True)
class Pages:
    """Renders page states.

    Args:
        draw: Draws a problem as text, as `ccmail check` does.
        root: The workspace's folder, for links into an editor.
        zone: The time zone of the times on the page; None is that of this computer.
    """

    draw: Draw
    root: Path
    zone: dt.tzinfo | None = None

    def page(self, page_state: PageState, choice: Choice, translations: Translations, token: str) -> str:
        """Return the whole page."""
        values = self.values(page_state, choice, translations)
        return environment().get_template("page.html.j2").render(values, token=token)

    def pieces(self, page_state: PageState, choice: Choice, translations: Translations) -> dict[str, Any]:
        """Return the pieces of the page by their ids, with the contents of the frames, for JSON."""
        values = self.values(page_state, choice, translations)
        made = environment()
        html = {name: made.get_template(f"{name}.html.j2").render(values) for name in PIECES}
        frames = [dataclasses.asdict(frame) for frame in values["frames"]]
        return {"pieces": html, "frames": frames, "stale": bool(page_state.broken), "title": page_state.title}

    def index(self, entries: tuple[IndexEntry, ...], title: str, translations: Translations) -> str:
        """Return the list of campaigns, or of the folders of the outbox: what is still to be done comes first."""
        values = {**self.common(translations), "groups": in_groups(entries), "title": title}
        return environment().get_template("index.html.j2").render(values)

    def card(self, name: str, card: IndexCard, translations: Translations) -> dict[str, str]:
        """Return the pieces of a campaign in the list of all, by their names."""
        made = environment()
        values = {**self.common(translations), "name": name, "card": card, "stage": card.stage, "steps": card.steps}
        return {piece: made.get_template(f"card_{piece}.html.j2").render(values) for piece in CARD_PIECES}

    def grid(self, page_state: PageState, translations: Translations) -> str:
        """Return the variants of a mail as a piece of HTML."""
        values = self.values(page_state, Choice(view=View.VARIANTS), translations)
        return environment().get_template("grid.html.j2").render(values)

    def values(self, page_state: PageState, choice: Choice, translations: Translations) -> dict[str, Any]:
        """Return the values for the templates of the page."""
        here = f"/{quote(page_state.name)}"
        beside = dataclasses.replace(choice, group=choice.beside, beside="")
        is_calendar = choice.view is View.CALENDAR and page_state.shown
        return {
            **self.common(translations),
            "page_state": page_state,
            "choice": choice,
            "views": tuple(view for view in View if page_state.live or not view.is_live),
            "widths": tuple((width, str(width), "") for width in WIDTHS),
            "frames": [
                make_frame(shown, choice, page_state, translations)
                for shown in (page_state.shown, page_state.beside)
                if shown
            ],
            "frame_url": f"{here}/frame?{dataclasses.replace(choice, beside='').query()}",
            "beside_url": f"{here}/frame?{beside.query()}" if page_state.beside else "about:blank",
            "eml_url": f"{here}/mail.eml?{choice.query()}",
            "card": card(page_state.shown, page_state.languages, translations.code)
            if is_calendar and page_state.shown
            else None,
            "part_url": blob_url,
            "side_url": lambda side: f"{here}/earlier?{_query(choice.query(), side=side, v=page_state.version)}",
            "alias": lambda spot: _alias(spot, page_state),
            "language_name": lambda code: (
                page_state.languages[code].words.name if code in page_state.languages else code
            ),
        }

    def common(self, translations: Translations) -> dict[str, Any]:
        """Return the values and functions for all templates, also that of the export."""
        return {
            "say": translations.say,
            "words": translations.words,
            "code": translations.code,
            "said": translations.catalogue.text,
            "draw": lambda problem: self.draw(problem, catalogue=translations.catalogue),
            "editor_link": self.editor_link,
            "fact_text": lambda facts, name: facts.text(EventFact(name), lambda day: f"{day:%d.%m.%Y}"),
            "moment": lambda at: f"{at.astimezone(self.zone):%d.%m.%Y %H:%M %Z}",
            "clock": lambda at: f"{at.astimezone(self.zone):%H:%M:%S %Z}",
            "days": _days,
        }

    def editor_link(self, problem: Problem) -> str:
        """Return a link that opens a problem's place in VS Code, "" if the editor of this computer is another one."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
        place = problem.place
        if place is None or not place.file or "code" not in Path(editor.split(" ")[0]).name:
            return ""
        return f"vscode://file{quote(os.fspath(self.root / place.file))}:{max(place.line, 1)}:{place.column}"


def make_frame(shown: ShownMail, choice: Choice, page_state: PageState, translations: Translations) -> MailFrame:
    """Return the frame of a mail; its pictures come from this server."""
    html = draw(shown.mail.html, choice.look, _picture_of(shown.mail, page_state))
    return MailFrame(html, shown.language, translations.say("frame_title", name=shown.mail_choice.label))


def compared_frame(page_state: PageState, choice: Choice, *, is_now: bool) -> str:
    """Return the HTML of one of the two mails that are compared; "" if it is not there."""
    changes = page_state.changes
    mail = (changes.now if is_now else changes.before) if changes else None
    return draw(mail.html, choice.look, _picture_of(mail, page_state)) if mail else ""


def _picture_of(mail: ParsedMail, page_state: PageState) -> Callable[[str], str]:
    """Return a function that gives the address on this server of a picture of a mail."""
    by_id = {part.content_id: part for part in mail.parts if part.content_id}

    def picture(address: str) -> str:
        part = by_id.get(address.removeprefix("cid:"))
        if part:
            return blob_url(part)
        return (
            f"/{quote(page_state.name)}/picture?at={quote(address, safe='')}"
            if address in page_state.pictures
            else address
        )

    return picture


def blob_url(part: ParsedPart) -> str:
    """Return the address of a MIME part, whose content never changes."""
    return f"/-/part/{part.digest}"


def size(count: int) -> str:
    """Return a number of bytes as people write it."""
    return f"{count} B" if count < _KILO else f"{round(count / _KILO)} kB"


def _runs(paragraphs: tuple[Paragraph, ...]) -> list[tuple[bool, list[Paragraph]]]:
    """Return paragraphs in runs of those that are the same and those that are not."""
    runs = itertools.groupby(paragraphs, lambda paragraph: paragraph.is_same)
    return [(is_same, list(found)) for is_same, found in runs]


def in_groups(entries: tuple[IndexEntry, ...]) -> list[tuple[str, list[IndexEntry]]]:
    """Return the entries of the list of all in groups, each with its name: "to_do", "over"; "" for all of one kind."""
    if not any(entry.status for entry in entries):
        return [("", list(entries))]
    over = [entry for entry in entries if entry.stage and entry.stage.kind in _OVER]
    to_do = [entry for entry in entries if entry not in over]
    over.sort(key=lambda entry: entry.name, reverse=True)
    to_do.sort(key=_first_day)
    return [(name, group) for name, group in (("to_do", to_do), ("over", over)) if group]


def _first_day(entry: IndexEntry) -> tuple[bool, dt.date, str]:
    """Return the key by which campaigns are sorted: what cannot wait comes first, then by the day of the event."""
    is_pressing = entry.stage is not None and entry.stage.kind in _PRESSING
    day = entry.status.days[0] if entry.status and entry.status.days else dt.date.max
    return not is_pressing, day, entry.name


def _days(days: tuple[dt.date, dt.date]) -> str:
    first, last = days
    return f"{first:%d.%m.%Y}" if first == last else f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"


def _query(query: str, **values: str) -> str:
    return "&".join(filter(None, (query, urlencode(values))))


def _alias(spot: Spot, page_state: PageState) -> str:
    """Return the words under which a fact stands in the mail, for those whose own words are written otherwise there."""
    language = page_state.languages.get(page_state.shown.language) if page_state.shown else None
    if language is None or not spot.key.startswith("event."):
        return ""
    words, name = language.words, spot.key.removeprefix("event.").partition(".")[0]
    labels = {"date": words.facts.date, "time": words.facts.time, "place": words.facts.place}
    return {**labels, "language": words.facts.language, "register": words.register, "link": words.join}.get(name, "")


def _sender(mail: ParsedMail) -> str:
    name, address = _parsed(mail.header("From"))
    return name or address or mail.header("From")


def _mailbox(mail: ParsedMail, field: str) -> str:
    """Return a name with its address as mail programs show them, without the quotes of the header."""
    name, address = _parsed(mail.header(field))
    return f"{name} <{address}>" if name and address else mail.header(field)


def _parsed(value: str) -> tuple[str, str]:
    try:
        return email.utils.parseaddr(value)
    except RecursionError:  # thousands of comments inside each other
        return "", ""


def local(moment: dt.datetime, zone: dt.tzinfo | None) -> str:
    """Return a moment in a time zone, None is that of this computer: "21.09.2020 11:00 CEST"."""
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M %Z}"
