"""The answer to an invitation without a mail program: a page with three buttons.

A GET shows the answer that counts, a POST keeps one, as if it had come by mail. The page names nobody: links are passed
on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ccmail import clock
from ccmail.calendar.text import clean_text
from ccmail.campaign import CalendarMode
from ccmail.feedback.page_answer import LONGEST_COMMENT, Invited, find_invited, keep_answer
from ccmail.messages.identity import LinkPurpose
from ccmail.report.answers import AnswerWord
from ccmail.sending.public_event import PublicEvent, PublicEvents
from ccmail.web.event_view import event_view, language_of
from ccmail.web.form_fields import first_values
from ccmail.web.translations import words_for

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ccmail.web.backstage import Backstage

_CHOICES = (AnswerWord.YES, AnswerWord.MAYBE, AnswerWord.NO)
_LONGEST_TYPED = 20 * LONGEST_COMMENT  # characters that are looked at at all


class Answering:
    """The page and the act."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage
        self._events = PublicEvents(backstage.ledger, backstage.kind)

    def routes(self) -> list[Route]:
        """Return the routes."""
        path = f"/{LinkPurpose.ANSWER.value}/{{campaign}}/{{token}}"
        return [Route(path, self.page, methods=["GET"]), Route(path, self.act, methods=["POST"])]

    def page(self, request: Request) -> Response:
        """Return the page with the buttons."""
        invited, event = self._invited(request)
        return self._page(request, invited, event)

    async def act(self, request: Request) -> Response:
        """Keep the answer of the owner of the link."""
        body = await request.body()
        return await run_in_threadpool(self._acted, request, first_values(body))

    def _acted(self, request: Request, form: dict[str, str]) -> Response:
        invited, event = self._invited(request)
        record = event.state.record
        if event.state.is_cancelled or event.over_at <= clock.now():
            return self._page(request, invited, event, status=409)
        if form.get("sequence", "") != str(record.revision.sequence):
            return self._page(request, invited, event, status=409, note="event_changed")
        word = next((each for each in _CHOICES if each.value == form.get("answer")), None)
        comment = clean_text(form.get("comment", "")[:_LONGEST_TYPED])
        if word is None:
            return self._page(request, invited, event, status=400, comment=comment)
        if len(comment) > LONGEST_COMMENT:
            return self._page(request, invited, event, status=422, note="comment_too_long", comment=comment)
        if not invited.may_answer:
            return self._page(request, invited, event, status=429)
        invited = keep_answer(self._stage.ledger, invited, word, comment, record.revision.sequence, record.uid)
        return self._page(request, invited, event, note="answer_kept")

    def _invited(self, request: Request) -> tuple[Invited, PublicEvent]:
        """Return the owner of the link and the event that they are invited to.

        Raises:
            HTTPException: 404, there is no such link, or no answer is asked for.
        """
        campaign, token = request.path_params["campaign"], request.path_params["token"]
        reader = self._stage.people.find(LinkPurpose.ANSWER, campaign, token)
        found = self._stage.people.row(reader) if reader else None
        event = self._events.of_campaign(campaign) if found else None
        if found is None or event is None or event.state.mode is not CalendarMode.RSVP:
            raise HTTPException(404)
        return find_invited(self._stage.ledger, *found), event

    def _page(
        self,
        request: Request,
        invited: Invited,
        event: PublicEvent,
        *,
        status: int = 200,
        note: str = "",
        comment: str = "",
    ) -> Response:
        words = words_for(invited.row.languages, request.headers.get("accept-language", ""))
        view = event_view(event, language_of(self._stage.workspace.languages, words.code), with_link=True)
        sequence = event.state.record.revision.sequence
        present = invited.present(sequence)
        return self._stage.pages.page(
            "answer.html.j2",
            words,
            status,
            event=view,
            at=request.url.path,
            sequence=sequence,
            choices=tuple(each.value for each in _CHOICES),
            answer="" if present.answer is AnswerWord.SILENT else present.answer.value,
            is_stale=present.is_stale,
            note=note,
            comment=comment,
            longest=LONGEST_COMMENT,
            calendar=f"{self._stage.serve.path}/e/{quote(event.campaign)}?l={words.code}",
        )
