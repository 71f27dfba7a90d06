"""The public site: all routes, behind the guard."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from ccmail.ledger import SendingKind, open_ledger
from ccmail.problems import CcmailError, UsageError
from ccmail.sending.shared_keys import refuse_other_keys
from ccmail.subscription.posting import posting
from ccmail.web.access_log import AccessLog
from ccmail.web.answer import Answering
from ccmail.web.archive import Archive
from ccmail.web.backstage import Backstage
from ccmail.web.calendar_entry import CalendarEntries
from ccmail.web.guard import Guard
from ccmail.web.mail_view import MailView
from ccmail.web.pages import PageTemplates
from ccmail.web.people import People
from ccmail.web.preferences import ChoosingMails
from ccmail.web.published import Published
from ccmail.web.subscribe import Subscribing
from ccmail.web.translations import words_for
from ccmail.web.unsubscribe import Unsubscribing
from ccmail.wording import say
from ccmail.workspace.key import link_keys

if TYPE_CHECKING:
    from typing import TextIO

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from ccmail.workspace import ServeSettings, Workspace

HEALTHY = "ok\n"
"""The answer of /health while all is well."""

_SLOW = 2.0  # seconds; a proxy that watches waits for about as long
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_LOG = logging.getLogger("ccmail.web")


class WebSite:
    """The public pages of a workspace."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage
        self._one = anyio.CapacityLimiter(1)

    def app(self, log: TextIO | None = None) -> ASGIApp:
        """Return the application.

        Args:
            log: Gets a line for each request; None: nobody does.
        """
        serve = self._stage.serve
        published = Published(self._stage)
        routes = [
            Route("/health", self.health),
            Route("/static/{file}", self.static),
            *Unsubscribing(self._stage).routes(),
            *Subscribing(self._stage).routes(),
            *MailView(self._stage, published).routes(),
            *Archive(self._stage, published).routes(),
            *CalendarEntries(self._stage).routes(),
            *Answering(self._stage).routes(),
            *ChoosingMails(self._stage).routes(),
        ]
        app = Starlette(
            # who watches over the server asks it directly, and knows no path of the public address
            routes=[Route("/health", self.health), Mount(serve.path, routes=routes)] if serve.path else routes,
            exception_handlers={404: self.not_found, 405: _not_allowed, CcmailError: self.unavailable},
        )
        app.router.redirect_slashes = False
        is_https = serve.public_url.startswith("https:")
        guarded = Guard(app, frozenset({serve.host}), serve.proxies, is_https=is_https)
        return guarded if log is None else AccessLog(guarded, app.routes, log)

    async def health(self, _request: Request) -> Response:
        """Say whether the ledger can be read within two seconds, and nothing else."""
        with anyio.move_on_after(_SLOW), contextlib.suppress(CcmailError):
            # one at a time: a server that hangs must not take all threads
            await to_thread.run_sync(self._stage.ledger.refuse_unreachable, limiter=self._one, abandon_on_cancel=True)
            return PlainTextResponse(HEALTHY)
        return PlainTextResponse("The ledger cannot be read.\n", 503)

    def static(self, request: Request) -> Response:
        """Return the style sheet."""
        name, content = self._stage.pages.style
        if request.path_params["file"] != name:
            return self.not_found(request)
        return Response(content, media_type="text/css", headers=_FOR_EVER)

    def not_found(self, request: Request, _error: Exception | None = None) -> Response:
        """Return the page for an address that leads nowhere."""
        words = words_for((), request.headers.get("accept-language", ""))
        return self._stage.pages.page("not_found.html.j2", words, 404)

    def unavailable(self, request: Request, error: Exception) -> Response:
        """Return the page for a moment in which the ledger or a key cannot be used; the reason is for us alone."""
        _LOG.error(str(error))
        words = words_for((), request.headers.get("accept-language", ""))
        answer = self._stage.pages.page("unavailable.html.j2", words, 503)
        answer.headers["Retry-After"] = "30"
        return answer


def _not_allowed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This address does not take that.\n", 405)


def needed_serve(workspace: Workspace) -> ServeSettings:
    """Return the settings of the public pages.

    Raises:
        UsageError: W902, there are none.
    """
    serve = workspace.settings.serve
    if serve is None:
        raise UsageError(
            say("ccmail.yaml has no “serve:”, so nobody has links to public pages"),
            code="W902",
            hint=say("add “serve: {{public_url: https://newsletter.city.example}}”"),
        )
    return serve


@contextlib.contextmanager
def open_site(workspace: Workspace) -> Iterator[WebSite]:
    """Open the ledger, and yield the site over it; what runs beside the pages runs as long.

    Raises:
        UsageError: W902, ccmail.yaml has no `serve:`.
        CcmailError: A key or the ledger cannot be used.
    """
    serve = needed_serve(workspace)
    # rehearsed mails have links, too; where nothing really leaves, they are all that there is to try
    kind = SendingKind.SMTP if workspace.sends_for_real else SendingKind.OUTBOX
    keys = link_keys(workspace)
    with open_ledger(workspace.ledger_place) as ledger:
        refuse_other_keys(workspace, ledger, look_only=True)
        people = People(ledger, keys, str(workspace.settings.sender.address), kind)
        people.look()  # with 100,000 people it takes a second, for which the first reader would wait
        with _posting(workspace):
            yield WebSite(Backstage(workspace, serve, kind, keys, ledger, people, PageTemplates(workspace, serve.path)))


def _posting(workspace: Workspace) -> AbstractContextManager[None]:
    """Send the mails that confirm subscriptions, where anybody can subscribe."""
    is_open = any(segment.subscribe for segment in workspace.settings.segments.values())
    return posting(workspace) if is_open else contextlib.nullcontext()
