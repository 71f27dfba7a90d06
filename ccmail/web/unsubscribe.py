"""Unsubscribing: by one click in a mail program (RFC 8058), or on a page with one button.

A GET never acts, for scanners and previews follow links. The answer to a POST is the same for every token, also for
one that nobody has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from ccmail import clock
from ccmail.ledger import Feedback, SuppressionEntry, SuppressionReason
from ccmail.messages.identity import LinkPurpose
from ccmail.suppression.keep import find_entry, names_in_ledger, suppress
from ccmail.web.together import Together
from ccmail.web.translations import words_asked_for, words_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from ccmail.web.backstage import Backstage
    from ccmail.web.people import LinkOwner, People

UNSUBSCRIBE_PATHS = (f"/{LinkPurpose.UNSUBSCRIBE.value}/{{campaign}}/{{token}}", "/u/{token}")
"""The paths of the links; those without a campaign are of links that are the same in all mails."""

ONE_CLICK = b"List-Unsubscribe=One-Click"
"""The body of the request of a mail program (RFC 8058 3.1)."""

PROOF = "unsubscribed by link"
"""The kind of the feedback that is kept as a proof."""

_UNDO = dt.timedelta(hours=1)
_SOURCE = "link in the mail"
_NOTE = "undone on the page within an hour"


class Unsubscribing:
    """The page and the act."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage
        self._keep = Together(self._keep_all)

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            *(Route(path, self.page, methods=["GET"]) for path in UNSUBSCRIBE_PATHS),
            *(Route(path, self.act, methods=["POST"]) for path in UNSUBSCRIBE_PATHS),
            *(Route(f"{path}/undo", self.undo, methods=["POST"]) for path in UNSUBSCRIBE_PATHS),
        ]

    def page(self, request: Request) -> Response:
        """Return the page with the button."""
        reader = owner_of(self._stage.people, request)
        row = self._stage.people.row(reader) if reader else None
        words = words_for(row[1].languages if row else (), request.headers.get("accept-language", ""))
        return self._stage.pages.page("unsubscribe.html.j2", words, at=request.url.path)

    async def act(self, request: Request) -> Response:
        """Unsubscribe the owner of the link."""
        body = await request.body()
        return await run_in_threadpool(self._acted, request, ONE_CLICK in body)

    def undo(self, request: Request) -> Response:
        """Take the wish back, for an hour."""
        reader = owner_of(self._stage.people, request)
        if reader is not None:
            self._take_back(reader)
        return self._stage.pages.page("undone.html.j2", words_asked_for(request))

    def _acted(self, request: Request, is_one_click: bool) -> Response:  # noqa: FBT001
        reader = owner_of(self._stage.people, request)
        if reader is not None:
            self._unsubscribe(reader, "one click" if is_one_click else "page")
        words = words_asked_for(request)
        return self._stage.pages.page("unsubscribed.html.j2", words, undo=f"{request.url.path}/undo")

    def _unsubscribe(self, reader: LinkOwner, how: str) -> None:
        if find_entry(self._stage.workspace, self._stage.ledger, reader.key) is not None:
            return
        now = clock.now()
        found = self._stage.people.row(reader)
        sending, position = (found[0].id, found[1].position) if found else (None, None)
        details = {"by": how, "campaign": reader.campaign}
        name = hashlib.sha256(f"{PROOF}\n{reader.key}\n{now.isoformat()}".encode()).hexdigest()
        self._keep(Feedback(name, PROOF, now, now, sending, position, reader.key, details))

    def _keep_all(self, proofs: Sequence[Feedback]) -> None:
        """Keep wishes with their proofs; of two wishes of a person that come together, one."""
        one_each = {proof.key: proof for proof in proofs}
        entries = [
            SuppressionEntry(key, SuppressionReason.UNSUBSCRIBED, proof.at, _SOURCE) for key, proof in one_each.items()
        ]
        suppress(self._stage.workspace, self._stage.ledger, entries, proofs=one_each.values())

    def _take_back(self, reader: LinkOwner) -> None:
        workspace, ledger = self._stage.workspace, self._stage.ledger
        entry = find_entry(workspace, ledger, reader.key)
        if entry is None or entry.source != _SOURCE or clock.now() - entry.at > _UNDO:
            return
        names = names_in_ledger(workspace, ledger, reader.key)
        ledger.resubscribe(reader.key, SuppressionReason.UNSUBSCRIBED, _NOTE, names=names)


def owner_of(people: People, request: Request) -> LinkOwner | None:
    """Return the owner of the link that a request came by, None if nobody has it."""
    token, campaign = request.path_params["token"], request.path_params.get("campaign", "")
    return people.find(LinkPurpose.UNSUBSCRIBE, campaign, token) if campaign else people.find_older(token)
