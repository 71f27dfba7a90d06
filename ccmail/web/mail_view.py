"""The mail in the browser: the reader's own, exactly as it was sent, and the web version that can be shared.

A reader's own page is theirs alone: no browser keeps it, no search engine lists it. The address of a web version has a
token, too: who has it may see the mail, and nobody else finds it, unless the workspace has an archive.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from ccmail import clock
from ccmail.ledger import Claim, Purpose
from ccmail.messages.identity import LinkPurpose
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.web.mail_page import PageOfMail, take_apart
from ccmail.web.translations import words_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from ccmail.ledger import RecipientRow, Sending
    from ccmail.web.backstage import Backstage
    from ccmail.web.mail_page import Part
    from ccmail.web.published import Publication, Published

_SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-downloads allow-top-navigation-to-custom-protocols"
"""Links open, also mailto: ones, and files are saved. There are no scripts, no forms, and the page has no origin."""

_FOR_MINUTES = "public, max-age=300"
_NOT_INDEXED = "noindex, nofollow"
_FOR_A_DAY = "max-age=86400, immutable"  # the digest in the address is that of the content
_KEPT_MAILS = 16

T = TypeVar("T")


class MailView:
    """The pages and their parts.

    Args:
        backstage: What all pages share.
        published: Finds web versions.
    """

    def __init__(self, backstage: Backstage, published: Published) -> None:
        self._stage = backstage
        self._published = published
        self._web_mail = functools.lru_cache(maxsize=_KEPT_MAILS)(self._read_web_mail)

    def routes(self) -> list[Route]:
        """Return the routes."""
        begin = f"/{LinkPurpose.VIEW.value}/{{campaign}}"
        return [
            Route(f"{begin}/{{token}}", self.own),
            Route(f"{begin}/{{token}}/part/{{digest}}", self.own_part),
            Route(f"{begin}/{{languages}}/{{token}}", self.shared),
            Route(f"{begin}/{{languages}}/{{token}}/part/{{digest}}", self.shared_part),
        ]

    def own(self, request: Request) -> Response:
        """Return the reader's own mail: the last one of this campaign that they have."""
        sending, row = self._row(request)
        mail = self._own_mail(sending, row)
        variant = row.segment, row.languages
        campaign, token = (quote(request.path_params[name]) for name in ("campaign", "token"))
        return self._page(
            request,
            mail,
            row.languages,
            at=f"{self._stage.serve.path}/{LinkPurpose.VIEW.value}/{campaign}/{token}",
            newer=self._published.newer(sending, variant),
            share=self._published.of(sending, variant),
        )

    def own_part(self, request: Request) -> Response:
        """Return a picture or file of the reader's own mail."""
        return _part(self._own_mail(*self._row(request)), request, f"private, {_FOR_A_DAY}")

    def shared(self, request: Request) -> Response:
        """Return a web version."""
        found = self._publication(request)
        answer = self._page(
            request,
            self._web_mail(found),
            found.web.languages,
            at=f"{self._stage.serve.path}{found.path}",
            newer=self._published.newer(found.sending, found.variant),
            about=found,
        )
        answer.headers["X-Robots-Tag"] = "index, follow" if self._stage.serve.archive else _NOT_INDEXED
        answer.headers["Cache-Control"] = _FOR_MINUTES
        answer.headers["Vary"] = "Accept-Language"
        return _unless_known(answer, request)

    def shared_part(self, request: Request) -> Response:
        """Return a picture or file of a web version."""
        return _part(self._web_mail(self._publication(request)), request, f"public, {_FOR_A_DAY}")

    def _row(self, request: Request) -> tuple[Sending, RecipientRow]:
        campaign, token = request.path_params["campaign"], request.path_params["token"]
        reader = self._stage.people.find(LinkPurpose.VIEW, campaign, token)
        return _found(self._stage.people.row(_found(reader)))

    def _publication(self, request: Request) -> Publication:
        return _found(self._published.find(**{n: request.path_params[n] for n in ("campaign", "languages", "token")}))

    def _own_mail(self, sending: Sending, row: RecipientRow) -> PageOfMail:
        return _found(take_apart(self._bytes(sending, self._stage.ledger.claim_at(sending, row.position))))

    def _read_web_mail(self, found: Publication) -> PageOfMail:
        web = found.web
        claim = Claim(0, "", "", web.segment, web.mail, web.personal_parts)
        return _found(take_apart(self._bytes(found.sending, claim)))

    def _bytes(self, sending: Sending, claim: Claim) -> bytes:
        assemble = frozen_mails(self._stage.ledger, sending, zone=self._stage.workspace.zone)
        return b"".join(assemble(claim, claim.date or clock.now()))

    def _page(
        self,
        request: Request,
        mail: PageOfMail,
        languages: tuple[str, ...],
        *,
        at: str,
        newer: Publication | None,
        share: Publication | None = None,
        about: Publication | None = None,
    ) -> Response:
        """Return the page of a mail.

        Args:
            request: Of a browser, which may prefer a language.
            mail: The mail.
            languages: Of the mail.
            at: The path of the page.
            newer: A later mail about the same event.
            share: The web version of the reader's own mail.
            about: The web version that is shown itself.
        """
        public_url = str(self._stage.serve.public_url)
        words = words_for(languages, request.headers.get("accept-language", ""))
        head, opening, content = mail.sections(f"{at}/part")
        answer = self._stage.pages.page(
            "mail.html.j2",
            words,
            head=head,
            opening=opening,
            content=content,
            files=mail.files,
            parts_at=f"{at}/part",
            newer=newer and f"{public_url}{newer.path}",
            is_off=newer is not None and newer.sending.purpose is Purpose.CANCELLATION,
            share=share and f"{public_url}{share.path}",
            card=about and self._card(mail, about),
        )
        answer.headers["Content-Security-Policy"] = _policy(mail)
        # a browser opens no page with a sandbox that asks for a group of its own (HTML 7.1.3)
        answer.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return answer

    def _card(self, mail: PageOfMail, about: Publication) -> Mapping[str, str]:
        """Return the facts that chats and networks show beside a link, by their names in the Open Graph protocol."""
        url = f"{self._stage.serve.public_url}{about.path}"
        card = {
            "og:type": "article",
            "og:site_name": str(self._stage.workspace.settings.name),
            "og:title": about.web.title,
            "og:description": mail.description,
            "og:url": url,
            "og:image": mail.picture(f"{url}/part"),
        }
        return {name: value for name, value in card.items() if value}


def _policy(mail: PageOfMail) -> str:
    pictures = " ".join(["'self'", "data:", *mail.elsewhere])
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors 'none'; sandbox {_SANDBOX}"
    )


def _part(mail: PageOfMail, request: Request, caching: str) -> Response:
    part = _found(mail.part(request.path_params["digest"]))
    headers = {
        "Cache-Control": caching,
        "Content-Disposition": "inline" if part.is_shown else f"attachment; filename*=UTF-8''{quote(_name(part))}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Opener-Policy": "unsafe-none",
        "ETag": f'"{part.digest}"',
    }
    return _unless_known(Response(part.content, media_type=part.kind, headers=headers), request)


def _name(part: Part) -> str:
    return part.name or "attachment"


def _unless_known(answer: Response, request: Request) -> Response:
    """Return the answer, or a short one if the browser has it already (RFC 9110 13.1.2)."""
    tag = answer.headers.setdefault("ETag", f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:20]}"')
    known = (name.strip().removeprefix("W/") for name in request.headers.get("if-none-match", "").split(","))
    if tag not in known:
        return answer
    headers = {name: value for name, value in answer.headers.items() if not name.startswith("content-length")}
    return Response(status_code=304, headers=headers)


def _found(value: T | None) -> T:
    """Return a value that must be there.

    Raises:
        HTTPException: 404, it is not.
    """
    if value is None:
        raise HTTPException(404)
    return value
