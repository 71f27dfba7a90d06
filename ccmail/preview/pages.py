"""The HTML of a page state: the whole page at first, later only the pieces that may have changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email.utils
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

import jinja2

from ccmail.campaign.event_facts import EventFact
from ccmail.preview.choice import WIDTHS, Choice, View
from ccmail.preview.clients import draw
from ccmail.preview.views import card, folded_source
from ccmail.problems import Problem

if TYPE_CHECKING:
    from ccmail.checks.mail.message import ParsedMail, ParsedPart
    from ccmail.preview.page_state import IndexEntry, PageState, ShownMail
    from ccmail.preview.translations import Translations
    from ccmail.wording import Catalogue

PIECES = ("top", "mails", "readers", "broken", "news", "besides", "head", "panel", "checks", "testers")
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
        """Return the list of campaigns, or of the folders of the outbox."""
        values = {**self.common(translations), "entries": entries, "title": title}
        return environment().get_template("index.html.j2").render(values)

    def values(self, page_state: PageState, choice: Choice, translations: Translations) -> dict[str, Any]:
        """Return the values for the templates of the page."""
        here = f"/{quote(page_state.name)}"
        beside = dataclasses.replace(choice, group=choice.beside, beside="")
        is_calendar = choice.view is View.CALENDAR and page_state.shown
        return {
            **self.common(translations),
            "page_state": page_state,
            "choice": choice,
            "views": tuple(View),
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
    by_id = {part.content_id: part for part in shown.mail.parts if part.content_id}

    def picture(address: str) -> str:
        part = by_id.get(address.removeprefix("cid:"))
        if part:
            return blob_url(part)
        return (
            f"/{quote(page_state.name)}/picture?at={quote(address, safe='')}"
            if address in page_state.pictures
            else address
        )

    html = draw(shown.mail.html, choice.look, picture)
    return MailFrame(html, shown.language, translations.say("frame_title", name=shown.mail_choice.label))


def blob_url(part: ParsedPart) -> str:
    """Return the address of a MIME part, whose content never changes."""
    return f"/-/part/{part.digest}"


def size(count: int) -> str:
    """Return a number of bytes as people write it."""
    return f"{count} B" if count < _KILO else f"{round(count / _KILO)} kB"


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
