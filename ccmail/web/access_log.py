"""The access log of the public pages: a line of JSON for each request, without anything that leads to a person.

A path has the token of a reader in it, so its route stands in the log: /u/{campaign}/{token}. No IP address is there.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.routing import Match, Mount, Route

from ccmail import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NOT_ANSWERED = 499  # as nginx writes for visitors who hang up


class AccessLog:
    """ASGI middleware.

    Args:
        app: What answers.
        routes: Its routes.
        log: Where the lines go.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], log: TextIO) -> None:
        self._app = app
        self._routes = tuple(routes)
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write its line when it is answered."""
        begun = time.perf_counter()
        status = _NOT_ANSWERED

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        route = _template(self._routes, scope)
        try:
            await self._app(scope, receive, sending)
        finally:
            line = {
                "time": clock.now().isoformat(),
                "method": scope["method"] if scope["method"] in _METHODS else "other",
                "route": route,
                "status": status,
                "ms": round((time.perf_counter() - begun) * 1000, 1),
            }
            print(json.dumps(line), file=self._log, flush=True)


def _template(routes: Iterable[BaseRoute], scope: Mapping[str, Any]) -> str:
    """Return the path of the route that a request goes to, with the names of its parts; "" if there is none."""
    for route in routes:
        match, inside = route.matches(dict(scope))
        if match is Match.NONE:
            continue
        if isinstance(route, Mount):
            return f"{route.path}{_template(route.routes, {**scope, **inside})}"
        if isinstance(route, Route):
            return route.path
    return ""
