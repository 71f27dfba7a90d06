"""The calendar entry of an event by https, the page that leads to it, and the calendar of a segment to subscribe to.

They are the same for everybody and name nobody. They show what was sent last: after an update, the new time at once.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from ccmail import clock
from ccmail.calendar import CalendarFeed, calendar_links, write_published
from ccmail.sending.public_event import PublicEvent, PublicEvents
from ccmail.web.event_view import entry_of, event_view, language_of, published
from ccmail.web.pages import text_in
from ccmail.web.translations import LANGUAGES, words_for, words_of_browser

if TYPE_CHECKING:
    from starlette.requests import Request

    from ccmail.web.backstage import Backstage
    from ccmail.web.translations import PageWords

_MAX_AGE = 300  # seconds that a copy of a file counts: an update is to be seen soon
_REFRESH = dt.timedelta(hours=6)
_CANCELLED_STAYS = dt.timedelta(weeks=6)  # calendars that ask once a week have seen it then
_FILE = ".ics"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,100}")  # in a header without quoting
_FILE_FIRST = ("file", "google", "outlook", "office365")
_ORDERS = (  # by a word in User-Agent, the calendar that a device has stands first
    ("Android", ("google", "file", "outlook", "office365")),
    ("Windows", ("outlook", "office365", "file", "google")),
)


class CalendarEntries:
    """The page of an event, its file, and the calendars of segments."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage
        self._events = PublicEvents(backstage.ledger, backstage.kind)
        self._languages = backstage.workspace.languages
        self._with_link = backstage.serve.archive  # where nothing is public, the way in is for readers only

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/e/{campaign}", self.page),
            Route("/e/{campaign}/{file}", self.entry),
            Route("/c/{segment}/{file}", self.calendar),
        ]

    def page(self, request: Request) -> Response:
        """Return the page of an event, from which it gets into a calendar."""
        event = self._event(request)
        words = _words_of(request, event)
        language = language_of(self._languages, words.code)
        view = event_view(event, language, with_link=self._with_link)
        answer = self._stage.pages.page(
            "event.html.j2",
            words,
            event=view,
            ways=tuple(self._ways(request, event, words.code)),
            feeds=tuple(self._feeds(event, words.code)),
            others=tuple(code for code in event.titles if code in LANGUAGES and code != words.code),
            names={code: language_of(self._languages, code).words.name for code in LANGUAGES},
        )
        answer.headers["Vary"] = "Accept-Language, User-Agent"
        return answer

    def entry(self, request: Request) -> Response:
        """Return the file of an event in a language."""
        event, code = self._event(request), self._code(request)
        if code not in event.titles:
            raise HTTPException(404)
        entry = published(event, self._languages[code], with_link=self._with_link)
        return _file(request, write_published([entry]), event.state.record.revision.dtstamp, event.campaign)

    def calendar(self, request: Request) -> Response:
        """Return the calendar of a segment in a language."""
        segment, code = request.path_params["segment"], self._code(request)
        events = self._events.of_segment(segment)
        if not events and segment not in self._stage.workspace.settings.segments:
            raise HTTPException(404)
        limit = clock.now() - _CANCELLED_STAYS
        shown = [event for event in events if not _is_gone(event, limit)]
        language = self._languages[code]
        content = write_published(
            [published(event, language, with_link=self._with_link) for event in shown],
            CalendarFeed(self._stage.workspace.settings.name, _REFRESH),
        )
        return _file(request, content, _changed_at(events, limit), segment)

    def _event(self, request: Request) -> PublicEvent:
        event = self._events.of_campaign(request.path_params["campaign"])
        if event is None:
            raise HTTPException(404)
        return event

    def _code(self, request: Request) -> str:
        """Return the language that a file is asked for in."""
        name = request.path_params["file"]
        code = name.removesuffix(_FILE)
        if code == name or code not in self._languages:
            raise HTTPException(404)
        return str(code)

    def _ways(self, request: Request, event: PublicEvent, code: str) -> Iterator[tuple[str, str]]:
        """Yield the ways into calendars with their addresses, that of the visitor's device first; off: the file."""
        file = f"{self._stage.serve.path}/e/{quote(event.campaign)}/{_language_in(event, code)}{_FILE}"
        if event.state.is_cancelled:
            yield "file", file
            return
        links = calendar_links(entry_of(event, language_of(self._languages, code), with_link=self._with_link))
        addresses = {"file": file, "google": links.google, "outlook": links.outlook, "office365": links.office365}
        agent = request.headers.get("user-agent", "")
        order = next((order for word, order in _ORDERS if word in agent), _FILE_FIRST)
        yield from ((way, addresses[way]) for way in order)

    def _feeds(self, event: PublicEvent, code: str) -> Iterator[tuple[str, str]]:
        """Yield label and address of the calendars in which the event stands; without a label the one is like all."""
        begin = f"webcal://{self._stage.serve.public_url.partition('://')[2]}/c"
        for name, segment in self._stage.workspace.settings.segments.items():
            if name in event.segments:
                label = text_in(segment.label, code) if segment.label else ""
                yield label, f"{begin}/{quote(str(name))}/{code}{_FILE}"


def _words_of(request: Request, event: PublicEvent) -> PageWords:
    """Return the words of the language that was asked for, else of one that the event is told in, by the browser."""
    asked, accept = request.query_params.get("l", ""), request.headers.get("accept-language", "")
    told = tuple(code for code in event.titles if code in LANGUAGES)
    return words_for((asked,), "") if asked in LANGUAGES else words_of_browser(accept, told or LANGUAGES)


def _language_in(event: PublicEvent, code: str) -> str:
    return code if code in event.titles else next(iter(event.titles), code)


def _is_gone(event: PublicEvent, limit: dt.datetime) -> bool:
    """Return whether an event was called off so long ago that calendars know it."""
    return event.state.is_cancelled and event.state.record.revision.dtstamp < limit


def _changed_at(events: Sequence[PublicEvent], limit: dt.datetime) -> dt.datetime | None:
    """Return when a calendar was changed last: by a mail, or because one that was called off left it."""
    stamps = [(event.state.record.revision.dtstamp, _is_gone(event, limit)) for event in events]
    return max((stamp + _CANCELLED_STAYS if is_gone else stamp for stamp, is_gone in stamps), default=None)


def _file(request: Request, content: bytes, changed_at: dt.datetime | None, name: str) -> Response:
    """Return a calendar file, or say that the visitor has it already (RFC 9110 13)."""
    stem = name if _PLAIN.fullmatch(name) else "calendar"
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={_MAX_AGE}",
        "Content-Disposition": f'inline; filename="{stem}{_FILE}"',
    }
    if changed_at is not None:
        headers["Last-Modified"] = email.utils.format_datetime(changed_at.astimezone(dt.UTC), usegmt=True)
    if _has_it(request, headers["ETag"], changed_at):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar", headers=headers)


def _has_it(request: Request, tag: str, changed_at: dt.datetime | None) -> bool:
    """Return whether a visitor has this very file; its tag counts more than its time (RFC 9110 13.2.2)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return any(each.strip().removeprefix("W/") in {tag, "*"} for each in tags.split(","))
    try:
        since = email.utils.parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed_at is not None and since.tzinfo is not None and changed_at <= since
