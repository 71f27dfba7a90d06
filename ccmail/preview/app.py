"""The web application of the preview page: routes and answers."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from ccmail.checks.mail.message import ParsedMail, ParsedPart
from ccmail.preview.access import FRAME_POLICY, Access, AccessControl
from ccmail.preview.choice import Choice, View, read_choice
from ccmail.preview.export import export
from ccmail.preview.page_state import Action, IndexCard, IndexEntry, MailChoice, PageState
from ccmail.preview.pages import Pages, compared_frame, make_frame
from ccmail.preview.translations import Translations, preferred
from ccmail.problems import CcmailError, InputError

_STATIC = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PICTURES = re.compile(r"image/(?:jpeg|png|gif|webp)")
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_PARTS_KEPT = 512
_LONGEST_WISH = 65_536  # bytes; a test that is sent to all people of ccmail.yaml has some thousand


STREAMS = 64
"""How many pages are told of changes at once."""


class Source(Protocol):
    """A source of page states: a campaign that is being written, or a folder of the outbox."""

    def page_state(self, choice: Choice) -> PageState:
        """Return the state of the page for a choice."""

    def card(self) -> IndexCard | None:
        """Return its card in the list of all, None for mails of the outbox."""

    def find(self, words: str) -> tuple[tuple[str, MailChoice], ...]:
        """Return mails whose reader matches all words, each with the name of its group."""


class Collection(Protocol):
    """All sources of a workspace."""

    @property
    def title(self) -> str:
        """The workspace's name."""

    def entries(self) -> tuple[IndexEntry, ...]:
        """Return the sources for the list of all, in its order."""

    def source(self, name: str) -> Source | None:
        """Return a source by its name, None if there is none."""

    def glance(self, name: str) -> Source | None:
        """Return a source to look at once, which need not be kept up to date; None if there is none."""

    def events(self, name: str, /) -> AsyncIterator[str]:
        """Yield the changes of a source as server-sent events."""

    def act(self, name: str, action: Action, asked: Mapping[str, Any], translations: Translations, /) -> str:
        """Carry out an action of the page, and return its result in words.

        Raises:
            CcmailError: The action is not possible.
        """


class Site:
    """The routes of the page."""

    def __init__(self, collection: Collection, pages: Pages, access: Access, first: str = "") -> None:
        self._collection = collection
        self._pages = pages
        self._access = access
        self._first = first
        self._parts: OrderedDict[str, ParsedPart] = OrderedDict()
        self._streams = 0

    def app(self) -> ASGIApp:
        """Return the application, behind its access control."""
        routes = [
            Route("/", self.index),
            Route("/favicon.ico", lambda _request: RedirectResponse("/-/static/icon.svg")),
            Route("/-/static/{file}", self.static),
            Route("/-/part/{digest}", self.part),
            Route("/{name}", self.page),
            Route("/{name}/pieces", self.pieces),
            Route("/{name}/frame", self.frame),
            Route("/{name}/earlier", self.earlier),
            Route("/{name}/card", self.card),
            Route("/{name}/thumb", self.thumb),
            Route("/{name}/grid", self.grid),
            Route("/{name}/picture", self.picture),
            Route("/{name}/find", self.find),
            Route("/{name}/mail.eml", self.mail),
            Route("/{name}/export.html", self.export),
            Route("/{name}/events", self.events),
            *(Route(f"/{{name}}/{action}", self.act, methods=["POST"]) for action in Action),
        ]
        app = Starlette(routes=routes, exception_handlers={CcmailError: _changed, OSError: _changed})
        app.router.redirect_slashes = False
        return AccessControl(app, self._access)

    # ── the page ──

    def index(self, request: Request) -> Response:
        """Return the list of sources, or redirect to the only one."""
        entries = self._collection.entries()
        first = self._first or (entries[0].name if len(entries) == 1 else "")
        if first and "all" not in request.query_params:
            return RedirectResponse(f"/{quote(first)}")
        return _Html(self._pages.index(entries, self._collection.title, _translations(request)))

    def page(self, request: Request) -> Response:
        """Return the whole page."""
        page_state, choice = self._page_state(request)
        return _Html(self._pages.page(page_state, choice, _translations(request), self._access.page_token))

    def pieces(self, request: Request) -> Response:
        """Return the pieces of the page that depend on the choice."""
        page_state, choice = self._page_state(request)
        return _Json(self._pages.pieces(page_state, choice, _translations(request)))

    def frame(self, request: Request) -> Response:
        """Return the HTML of a mail, for its frame."""
        page_state, choice = self._page_state(request)
        return self._framed(page_state, choice, request)

    def earlier(self, request: Request) -> Response:
        """Return the HTML of one of the two mails that are compared, for its frame."""
        page_state, choice = self._page_state(request)
        is_now = request.query_params.get("side") == "now"
        html = compared_frame(page_state, choice, is_now=is_now)
        return _Html(html, headers={"Content-Security-Policy": FRAME_POLICY})

    # ── at a glance ──

    def card(self, request: Request) -> Response:
        """Return the pieces that the list of all shows of a campaign when its mails are made."""
        card = self._glance(request).card()
        if card is None:
            raise HTTPException(404)
        return _Json(self._pages.card(request.path_params["name"], card, _translations(request)))

    def thumb(self, request: Request) -> Response:
        """Return the HTML of a variant's first mail, the first variant's for an unknown one, for a small view."""
        choice = Choice(group=request.query_params.get("variant", ""))
        return self._framed(self._glance(request).page_state(choice), choice, request)

    def grid(self, request: Request) -> Response:
        """Return the variants of a mail as a piece of HTML."""
        choice = Choice(view=View.VARIANTS)
        return _Html(self._pages.grid(self._glance(request).page_state(choice), _translations(request)))

    def _framed(self, page_state: PageState, choice: Choice, request: Request) -> Response:
        if page_state.shown:
            self._keep(page_state.shown.mail)
        html = make_frame(page_state.shown, choice, page_state, _translations(request)).html if page_state.shown else ""
        return _Html(html, headers={"Content-Security-Policy": FRAME_POLICY})

    # ── files, search, events, actions ──

    def static(self, request: Request) -> Response:
        """Return a style sheet, script or icon of the page."""
        file = _STATIC / request.path_params["file"]
        if file not in _STATIC.iterdir():
            raise HTTPException(404)
        return Response(file.read_bytes(), media_type=_KINDS[file.suffix])

    def part(self, request: Request) -> Response:
        """Return the content of a MIME part that was shown: a picture, or a file to download."""
        part = self._parts.get(request.path_params["digest"])
        if part is None:
            raise HTTPException(404)
        headers = {"Content-Security-Policy": FRAME_POLICY, **_FOR_EVER}
        if _PICTURES.fullmatch(part.kind):
            return Response(part.content, media_type=part.kind, headers=headers)
        return Response(part.content, headers={**headers, "Content-Disposition": _attached(part.name or "part")})

    def picture(self, request: Request) -> Response:
        """Return a picture of the workspace to which a mail links."""
        page_state, _ = self._page_state(request)
        content = page_state.pictures.get(request.query_params.get("at", ""))
        if content is None:
            raise HTTPException(404)
        kind = next((k for start, k in _SIGNATURES if content.startswith(start)), "application/octet-stream")
        return Response(content, media_type=kind, headers={"Content-Security-Policy": FRAME_POLICY})

    def mail(self, request: Request) -> Response:
        """Return the bytes of a message."""
        page_state, _ = self._page_state(request)
        raw = page_state.shown.mail.raw if page_state.shown else b""
        return Response(raw, headers={"Content-Type": "message/rfc822", "Content-Disposition": _attached("mail.eml")})

    def export(self, request: Request) -> Response:
        """Return the export of a source as one file."""
        source = self._source(request)
        html = export(source, self._pages, _translations(request))
        name = f"{request.path_params['name']}.html"
        return _Html(html, headers={"Content-Disposition": _attached(name)})

    def find(self, request: Request) -> Response:
        """Return the readers that match the words of a search."""
        found = self._source(request).find(request.query_params.get("words", "")[:_LONGEST_WORDS])
        return _Json(
            [{"variant": row, "as": mail_choice.key, "label": mail_choice.label} for row, mail_choice in found]
        )

    async def events(self, request: Request) -> Response:
        """Return a stream of events, until the page is closed."""
        self._source(request)
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return StreamingResponse(self._told(request.path_params["name"]), media_type="text/event-stream")

    async def act(self, request: Request) -> Response:
        """Carry out an action of the page, and return its result in words."""
        self._source(request)
        action = Action(request.url.path.rpartition("/")[2])
        try:
            wish = json.loads(await _body(request))
            said = await run_in_threadpool(
                self._collection.act, request.path_params["name"], action, wish, _translations(request)
            )
        except CcmailError as error:
            return _Json({"said": _said(error, _translations(request)), "done": False}, 400)
        except (ValueError, TypeError, AttributeError, RecursionError, ClientDisconnect):
            return _Json({"said": "?", "done": False}, 400)
        return _Json({"said": said, "done": True})

    async def _told(self, name: str) -> AsyncIterator[str]:
        if self._streams >= STREAMS:
            return  # the page asks again
        self._streams += 1
        try:
            async for event in self._collection.events(name):
                yield event
        finally:
            self._streams -= 1

    def _page_state(self, request: Request) -> tuple[PageState, Choice]:
        choice = read_choice(request.query_params)
        page_state = self._source(request).page_state(choice)
        for shown in filter(None, (page_state.shown, page_state.beside)):
            self._keep(shown.mail)
        if changes := page_state.changes:
            for mail in filter(None, (changes.before, changes.now)):
                self._keep(mail)
        return page_state, choice

    def _source(self, request: Request) -> Source:
        source = self._collection.source(request.path_params["name"])
        if source is None:
            raise HTTPException(404)
        return source

    def _glance(self, request: Request) -> Source:
        source = self._collection.glance(request.path_params["name"])
        if source is None:
            raise HTTPException(404)
        return source

    def _keep(self, mail: ParsedMail) -> None:
        for part in mail.parts:
            if part.content:
                self._parts[part.digest] = part
                self._parts.move_to_end(part.digest)
        while len(self._parts) > _PARTS_KEPT:
            self._parts.popitem(last=False)


_LONGEST_WORDS = 200
_SIGNATURES = ((b"\xff\xd8", "image/jpeg"), (b"\x89PNG", "image/png"), (b"GIF8", "image/gif"))


class _Html(HTMLResponse):
    """A page; what is no character, such as half of a pair of surrogates in a damaged header, is shown as “?”."""

    def render(self, content: str) -> bytes:
        """Return the bytes of the page."""
        return content.encode("utf-8", "replace")


class _Json(JSONResponse):
    """JSON in ASCII, which has a way to write everything that a text can have in it."""

    def render(self, content: Any) -> bytes:
        """Return the bytes of the answer."""
        return json.dumps(content).encode()


async def _body(request: Request) -> bytes:
    """Return the body of a request, whatever its Content-Length says."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_WISH:
            raise HTTPException(413)
    return bytes(body)


def _said(error: CcmailError, translations: Translations) -> str:
    """Return why an action was refused."""
    problems = error.problems if isinstance(error, InputError) else ()
    words = [problem.message for problem in problems] or filter(None, (error.message, error.hint))
    return "\n".join(map(translations.catalogue.text, words))


def _changed(request: Request, error: Exception) -> Response:
    """Return the answer when a file that the page needs is wrong or gone at this moment."""
    translations = _translations(request)
    said = (
        translations.catalogue.text(error.message) if isinstance(error, CcmailError) else translations.say("changing")
    )
    return PlainTextResponse(f"{said}\n".encode("utf-8", "replace"), 409)


def _translations(request: Request) -> Translations:
    return preferred(request.headers.get("accept-language", ""))


def _attached(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, errors='replace')}"
