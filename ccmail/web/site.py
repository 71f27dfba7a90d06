"""The public site: all routes, behind the guard."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from ccmail.ledger import SendingKind, open_ledger
from ccmail.problems import CcmailError, UsageError
from ccmail.web.backstage import Backstage
from ccmail.web.guard import Guard
from ccmail.web.pages import Pages
from ccmail.web.people import People
from ccmail.web.preferences import ChoosingMails
from ccmail.web.translations import words_for
from ccmail.web.unsubscribe import Unsubscribing
from ccmail.wording import say
from ccmail.workspace.key import link_keys

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from ccmail.workspace import Workspace

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_LOG = logging.getLogger("ccmail.web")


class Site:
    """The public pages of a workspace."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage

    def app(self) -> ASGIApp:
        """Return the application."""
        serve = self._stage.serve
        routes = [
            Route("/health", self.health),
            Route("/static/{file}", self.static),
            *Unsubscribing(self._stage).routes(),
            *ChoosingMails(self._stage).routes(),
        ]
        app = Starlette(
            routes=[Mount(serve.path, routes=routes)] if serve.path else routes,
            exception_handlers={404: self.not_found, 405: _not_allowed, CcmailError: self.unavailable},
        )
        app.router.redirect_slashes = False
        is_https = serve.public_url.startswith("https:")
        return Guard(app, frozenset({serve.host}), serve.proxies, is_https=is_https)

    def health(self, _request: Request) -> Response:
        """Say that the ledger can be read, and nothing else."""
        self._stage.ledger.sendings("")
        return PlainTextResponse("ok\n")

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
        _LOG.error("%s", error)
        words = words_for((), request.headers.get("accept-language", ""))
        answer = self._stage.pages.page("unavailable.html.j2", words, 503)
        answer.headers["Retry-After"] = "30"
        return answer


def _not_allowed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This address does not take that.\n", 405)


@contextlib.contextmanager
def open_site(workspace: Workspace) -> Iterator[Site]:
    """Open the ledger, and yield the site over it.

    Raises:
        UsageError: W902, ccmail.yaml has no `serve:`.
        CcmailError: A key or the ledger cannot be used.
    """
    serve = workspace.settings.serve
    if serve is None:
        raise UsageError(
            say("ccmail.yaml has no “serve:”, so nobody has links to public pages"),
            code="W902",
            hint=say("add “serve: {{public_url: https://newsletter.city.example}}”"),
        )
    # rehearsed mails have links, too; where nothing really leaves, they are all that there is to try
    kind = SendingKind.SMTP if workspace.sends_for_real else SendingKind.OUTBOX
    with open_ledger(workspace.ledger_file) as ledger:
        people = People(ledger, link_keys(workspace), str(workspace.settings.sender.address), kind)
        yield Site(Backstage(workspace, serve, ledger, people, Pages(workspace, serve.path)))
