"""The archive: all campaigns that were sent, for everybody and for search engines, where `serve.archive` says so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ccmail.languages.dates import short_date
from ccmail.ledger import Purpose
from ccmail.messages.identity import LinkPurpose
from ccmail.web.translations import words_for

if TYPE_CHECKING:
    import datetime as dt

    from starlette.requests import Request
    from starlette.responses import Response

    from ccmail.languages import Language
    from ccmail.web.backstage import Backstage
    from ccmail.web.published import Publication, Published


@dataclasses.dataclass(frozen=True, slots=True)
class ArchiveLine:
    """A line of the archive.

    Attributes:
        day: On which its sending began.
        written: The day in words.
        change: "update" or "cancellation" if a later mail has changed it, else "".
    """

    title: str
    path: str
    day: dt.date
    written: str
    change: str = ""


class Archive:
    """The page, and what search engines are told.

    Args:
        backstage: What all pages share.
        published: Finds web versions.
    """

    def __init__(self, backstage: Backstage, published: Published) -> None:
        self._stage = backstage
        self._published = published

    def routes(self) -> list[Route]:
        """Return the routes: none without an archive."""
        if not self._stage.serve.archive:
            return []
        return [Route("/archive", self.page), Route("/robots.txt", self.robots)]

    def page(self, request: Request) -> Response:
        """Return the list of campaigns, the latest first, for each language; that of the reader is the first one."""
        words = words_for((), request.headers.get("accept-language", ""))
        languages = self._stage.workspace.languages
        by_language: dict[str, list[ArchiveLine]] = {}
        for found, change in self._published.campaigns():
            for code in found.web.languages:
                if code in languages:
                    by_language.setdefault(code, []).append(self._entry(found, change, languages[code]))
        order = sorted(by_language, key=lambda code: (code != words.code, code))
        sections = [(languages[code], by_language[code]) for code in order]
        answer = self._stage.pages.page("archive.html.j2", words, sections=sections)
        answer.headers["Cache-Control"] = "public, max-age=300"
        answer.headers["Vary"] = "Accept-Language"
        answer.headers["X-Robots-Tag"] = "index, follow"
        return answer

    def robots(self, _request: Request) -> Response:
        """Return the rules for search engines: they need not look at buttons, nor at the answers of single people."""
        base = self._stage.serve.path
        closed = (purpose for purpose in LinkPurpose if purpose is not LinkPurpose.VIEW)
        lines = ["User-agent: *", *(f"Disallow: {base}/{purpose.value}/" for purpose in closed)]
        return PlainTextResponse("\n".join(lines) + "\n")

    def _entry(self, found: Publication, change: Publication | None, language: Language) -> ArchiveLine:
        day = found.sending.started_at.astimezone(self._stage.workspace.zone).date()
        # what holds now is one click nearer
        path = (change or found).path
        purpose = change.sending.purpose if change else Purpose.CAMPAIGN
        return ArchiveLine(found.web.title, path, day, short_date(day, language), purpose.suffix.removeprefix("."))
