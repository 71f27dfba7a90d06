"""The page on which readers choose what they get: segments, a language, a pause. Its link is that to unsubscribe.

As there, a GET changes nothing, and the answer to a POST is the same for every token that nobody has.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from ccmail import clock
from ccmail.audience.segment_index import SegmentIndex
from ccmail.ledger import Feedback, Preference
from ccmail.suppression.preferences import find_preference, keep_preference
from ccmail.web.form_fields import form_fields
from ccmail.web.pages import text_in
from ccmail.web.translations import words_asked_for, words_for
from ccmail.web.unsubscribe import UNSUBSCRIBE_PATHS, owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from ccmail.web.backstage import Backstage
    from ccmail.web.people import LinkOwner
    from ccmail.web.translations import PageWords
    from ccmail.workspace.settings import Segment

PROOF = "preferences by link"
"""The kind of the feedback that is kept as a proof."""

_LONGEST_PAUSE = 366  # days


@dataclasses.dataclass(frozen=True, slots=True)
class _Choice:
    """A line of the form: a value, its words, and whether it is chosen."""

    value: str
    words: str
    is_chosen: bool


class ChoosingMails:
    """The page, and its form."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage
        self._index = SegmentIndex(backstage.workspace)

    def routes(self) -> list[Route]:
        """Return the routes."""
        paths = [f"{path}/preferences" for path in UNSUBSCRIBE_PATHS]
        return [
            *(Route(path, self.page, methods=["GET"]) for path in paths),
            *(Route(path, self.save, methods=["POST"]) for path in paths),
        ]

    def page(self, request: Request) -> Response:
        """Return the page, with what was chosen before."""
        reader = owner_of(self._stage.people, request)
        row = self._stage.people.row(reader) if reader else None
        accept = request.headers.get("accept-language", "")
        wanted = request.query_params.get("l", "")
        words = words_for((wanted,) if wanted else row[1].languages if row else (), accept)
        return self._form(request, words, reader, self._before(reader))

    async def save(self, request: Request) -> Response:
        """Save what was chosen."""
        body = await request.body()
        return await run_in_threadpool(self._saved, request, body)

    def _saved(self, request: Request, body: bytes) -> Response:
        words = words_asked_for(request)
        reader = owner_of(self._stage.people, request)
        before = self._before(reader)
        chosen = self._chosen(reader, before, form_fields(body))
        if chosen is None:
            return self._form(request, words, reader, before, is_wrong=True)
        if reader is not None and chosen != dataclasses.replace(before, at=chosen.at):
            keep_preference(self._stage.workspace, self._stage.ledger, chosen)
            self._keep_proof(reader, chosen)
        return self._stage.pages.page("preferences_saved.html.j2", words, back=f"{request.url.path}?l={words.code}")

    def _before(self, reader: LinkOwner | None) -> Preference:
        """Return the choices until now; of nobody, or of a pause that is over, the usual."""
        stage = self._stage
        key = reader.key if reader else ""
        found = find_preference(stage.workspace, stage.ledger, key) if reader else None
        if found is None:
            return Preference(key, (), "", None, clock.now())
        is_over = found.paused_until is not None and found.paused_until <= clock.now()
        return dataclasses.replace(found, key=key, paused_until=None if is_over else found.paused_until)

    def _chosen(
        self, reader: LinkOwner | None, before: Preference, fields: Mapping[str, Sequence[str]]
    ) -> Preference | None:
        """Return the choices in a form; None if its date is none, or is more than a year away."""
        try:
            until = self._pause(fields.get("until", ("",))[0])
        except ValueError:
            return None
        wanted = set(fields.get("segment", ()))
        offered = self._index.segments(reader.key) if reader else ()
        elsewhere = tuple(name for name in before.left_segments if name not in offered)
        left = (*elsewhere, *(name for name in offered if name not in wanted))
        language = fields.get("language", ("",))[0]
        if language not in self._stage.workspace.languages:
            language = ""
        return Preference(before.key, left, language, until, clock.now())

    def _pause(self, text: str) -> dt.datetime | None:
        """Return the beginning of a day; None for no pause, or for a day that has begun.

        Raises:
            ValueError: It is no day, or is too far away.
        """
        if not text.strip():
            return None
        day, zone = dt.date.fromisoformat(text.strip()), self._stage.workspace.zone
        days = (day - clock.now().astimezone(zone).date()).days
        if days > _LONGEST_PAUSE:
            raise ValueError(text)
        return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) if days > 0 else None

    def _form(
        self,
        request: Request,
        words: PageWords,
        reader: LinkOwner | None,
        before: Preference,
        *,
        is_wrong: bool = False,
    ) -> Response:
        workspace = self._stage.workspace
        labels = workspace.settings.segments
        segments = [
            _Choice(name, _label(labels[name], name, words.code), name not in before.left_segments)
            for name in (self._index.segments(reader.key) if reader else ())
        ]
        codes = dict.fromkeys(code for segment in labels.values() for code in segment.language)
        languages = [_Choice(code, workspace.languages[code].words.name, code == before.language) for code in codes]
        today = clock.now().astimezone(workspace.zone).date()
        until = before.paused_until.astimezone(workspace.zone).date() if before.paused_until else ""
        return self._stage.pages.page(
            "preferences.html.j2",
            words,
            422 if is_wrong else 200,
            at=request.url.path,
            leave=request.url.path.removesuffix("/preferences"),
            segments=segments,
            languages=languages if len(languages) > 1 else [],
            language=before.language,
            until=until,
            first=today + dt.timedelta(days=1),
            last=today + dt.timedelta(days=_LONGEST_PAUSE),
            is_wrong=is_wrong,
        )

    def _keep_proof(self, reader: LinkOwner, chosen: Preference) -> None:
        found = self._stage.people.row(reader)
        sending, position = (found[0].id, found[1].position) if found else (None, None)
        details = {
            "by": "page",
            "campaign": reader.campaign,
            "left_segments": list(chosen.left_segments),
            "language": chosen.language,
            "paused_until": chosen.paused_until.isoformat() if chosen.paused_until else "",
        }
        name = hashlib.sha256(f"{PROOF}\n{reader.key}\n{chosen.at.isoformat()}\n{details}".encode()).hexdigest()
        proof = Feedback(name, PROOF, chosen.at, chosen.at, sending, position, reader.key, details)
        self._stage.ledger.add_feedback([proof])


def _label(segment: Segment, name: str, code: str) -> str:
    return text_in(segment.label, code) if segment.label else name
