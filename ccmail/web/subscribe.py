"""Subscribing: a form, a mail, and the page behind the link in it.

The answer to a form is the same whatever is known of the address, so that nobody learns who is on a list. A GET never
acts, for scanners and previews follow links.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ccmail import clock
from ccmail.audience.cell_text import clean_line, forbidden, harmless
from ccmail.audience.subscribed import unfit_fields
from ccmail.languages.dates import date_without_weekday
from ccmail.languages.names import language_name
from ccmail.mail_address import NotAnAddress, parse_address
from ccmail.subscription.asking import Form, ask
from ccmail.subscription.confirming import confirm, find_wish
from ccmail.subscription.link_token import PATH, VALID
from ccmail.subscription.mail import ConfirmationWords
from ccmail.web.form_fields import first_values
from ccmail.web.form_stamp import is_credible, make_stamp
from ccmail.web.pages import text_in
from ccmail.web.translations import words_asked_for, words_for
from ccmail.workspace import SubscribeField
from ccmail.workspace.key import link_keys

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ccmail.ledger import SubscriptionRequest
    from ccmail.web.backstage import Backstage
    from ccmail.web.translations import PageWords
    from ccmail.workspace import Segment, Subscribe

_LONGEST = 100  # characters of a field beside the address
_AN_HOUR = "3600"
_TRAP = "website"  # programs fill it in, people do not see it
_AUTOCOMPLETE = {
    SubscribeField.FIRST_NAME: "given-name",
    SubscribeField.LAST_NAME: "family-name",
    SubscribeField.ORGANISATION: "organization",
    SubscribeField.CITY: "address-level2",
    SubscribeField.COUNTRY: "country-name",
}
"""HTML, 4.10.18.7: what browsers fill in by themselves (WCAG 2.1, 1.3.5)."""


@dataclasses.dataclass(frozen=True, slots=True)
class _OpenSegment:
    """A segment that people can subscribe to."""

    name: str
    segment: Segment
    subscribe: Subscribe

    def title(self, code: str) -> str:
        """Return its title in a language."""
        texts = self.subscribe.title or self.segment.label
        return text_in(texts, code) if texts else self.name


class Subscribing:
    """The form, the mail and the confirmation."""

    def __init__(self, backstage: Backstage) -> None:
        self._stage = backstage
        self._keys = link_keys(backstage.workspace)
        self._open = {
            name: _OpenSegment(name, segment, segment.subscribe)
            for name, segment in backstage.workspace.settings.segments.items()
            if segment.subscribe is not None
        }

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/subscribe", self.forms, methods=["GET"]),
            Route("/subscribe/{segment}", self.form, methods=["GET"]),
            Route("/subscribe/{segment}", self.ask, methods=["POST"]),
            Route(f"/{PATH}/{{token}}", self.link, methods=["GET"]),
            Route(f"/{PATH}/{{token}}", self.confirm, methods=["POST"]),
        ]

    # ── the form ──

    def forms(self, request: Request) -> Response:
        """Return the page with the segments that are open."""
        words = words_asked_for(request)
        forms = [(self._path_of(one), one.title(words.code)) for one in self._open.values()]
        return self._stage.pages.page("subscriptions.html.j2", words, forms=forms)

    def form(self, request: Request) -> Response:
        """Return the form of a segment."""
        one, words = self._segment(request), words_asked_for(request)
        stamp = make_stamp(self._keys, one.name, clock.now())
        return self._form(one, words, {"stamp": stamp, "language": words.code}, {})

    async def ask(self, request: Request) -> Response:
        """Take a form that was filled in."""
        body = await request.body()
        return await run_in_threadpool(self._asked, request, first_values(body))

    def _asked(self, request: Request, values: Mapping[str, str]) -> Response:
        one, words = self._segment(request), words_asked_for(request)
        if values.get(_TRAP) or not is_credible(self._keys, one.name, values.get("stamp", ""), clock.now()):
            return self._look_into_mailbox(words)
        form, faults = self._read(one, words, values)
        if form is None:
            return self._form(one, words, values, faults, 422)
        workspace, ledger = self._stage.workspace, self._stage.ledger
        in_mail = words_for((form.language,), "") if form.language in one.segment.language else words
        said = _MailWords(self._stage, one.title(in_mail.code), in_mail)
        if ask(workspace, ledger, form, request.state.visitor, said.at):
            return self._look_into_mailbox(words)
        heading, text = words.say("subscribe_busy"), words.say("subscribe_busy_text")
        answer = self._stage.pages.page("subscribe_said.html.j2", words, 429, heading=heading, texts=[text], on=None)
        answer.headers["Retry-After"] = _AN_HOUR
        return answer

    def _read(
        self, one: _OpenSegment, words: PageWords, values: Mapping[str, str]
    ) -> tuple[Form | None, dict[str, str]]:
        """Return the form, or what is wrong with it, by field."""
        faults: dict[str, str] = {}
        address = parse_address(values.get("email", "").strip())
        # a list is opened in a spreadsheet: an address that begins like a formula would have to be changed there
        if isinstance(address, NotAnAddress) or harmless(address) != address:
            faults["email"] = words.say("subscribe_wrong_email")
        given = {field.value: values.get(field.value, "").strip() for field in one.subscribe.further_fields}
        unfit = unfit_fields(given | {"email": "somebody@city.example"})
        for name, text in given.items():
            if len(text) > _LONGEST or len(text.splitlines()) > 1 or forbidden(text) or name in unfit:
                faults[name] = words.say("subscribe_wrong_field", most=_LONGEST)
        if values.get("consent") != one.subscribe.version:
            faults["consent"] = words.say("subscribe_wrong_consent")
        if faults or isinstance(address, NotAnAddress):
            return None, faults
        codes = one.segment.language
        language = values.get("language", "")
        form = Form(
            address=address,
            segment=one.name,
            language=language if language in codes else codes[0],
            fields={name: clean_line(text) for name, text in given.items() if text},
            consent=one.subscribe.version,
            words=text_in(one.subscribe.consent, words.code),
        )
        return form, {}

    def _form(
        self,
        one: _OpenSegment,
        words: PageWords,
        values: Mapping[str, str],
        faults: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        fields = [(field.value, _AUTOCOMPLETE[field]) for field in one.subscribe.further_fields]
        languages = self._stage.workspace.languages
        codes = one.segment.language if len(one.segment.language) > 1 else ()
        return self._stage.pages.page(
            "subscribe.html.j2",
            words,
            status,
            at=self._path_of(one),
            title=one.title(words.code),
            fields=fields,
            languages=[(code, language_name(code, languages[code])) for code in codes],
            values={"email": "", "language": "", "consent": ""} | {name: "" for name, _ in fields} | dict(values),
            faults=faults,
            most=_LONGEST,
            consent=text_in(one.subscribe.consent, words.code),
            version=one.subscribe.version,
            stamp=values.get("stamp", ""),
        )

    def _look_into_mailbox(self, words: PageWords) -> Response:
        name = self._stage.workspace.settings.sender.name
        texts = [
            words.say("subscribe_asked_text", name=name, days=VALID.days),
            words.say("subscribe_asked_more"),
        ]
        heading = words.say("subscribe_asked")
        return self._stage.pages.page("subscribe_said.html.j2", words, heading=heading, texts=texts, on=None)

    def _segment(self, request: Request) -> _OpenSegment:
        found = self._open.get(request.path_params["segment"])
        if found is None:
            raise HTTPException(404)
        return found

    def _path_of(self, one: _OpenSegment) -> str:
        return f"{self._stage.serve.path}/subscribe/{quote(one.name, safe='')}"

    # ── the link ──

    def link(self, request: Request) -> Response:
        """Return the page with the button."""
        wish = find_wish(self._stage.ledger, request.path_params["token"])
        if wish is None:
            return self._over(words_asked_for(request))
        words = _words_of(request, wish)
        return self._stage.pages.page(
            "confirm.html.j2", words, at=request.url.path, title=self._title(wish.segment, words.code)
        )

    def confirm(self, request: Request) -> Response:
        """Subscribe the owner of the link."""
        wish = confirm(self._stage.workspace, self._stage.ledger, request.path_params["token"])
        if wish is None:
            return self._over(words_asked_for(request))
        words = _words_of(request, wish)
        heading, name = words.say("confirmed"), self._title(wish.segment, words.code)
        texts = [words.say("confirmed_text", name=name)]
        return self._stage.pages.page("subscribe_said.html.j2", words, heading=heading, texts=texts, on=None)

    def _title(self, segment: str, code: str) -> str:
        """Return the title of a segment, also of one that was closed after the wish."""
        return self._open[segment].title(code) if segment in self._open else str(self._stage.workspace.settings.name)

    def _over(self, words: PageWords) -> Response:
        on = f"{self._stage.serve.path}/subscribe?l={words.code}", words.say("confirm_again")
        heading, texts = words.say("confirm_over"), [words.say("confirm_over_text", days=VALID.days)]
        return self._stage.pages.page("subscribe_said.html.j2", words, 410, heading=heading, texts=texts, on=on)


@dataclasses.dataclass(frozen=True, slots=True)
class _MailWords:
    """Makes the words of the mail."""

    stage: Backstage
    title: str
    words: PageWords

    def at(self, asked_at: dt.datetime) -> ConfirmationWords:
        """Return them for a wish at a time."""
        workspace, text = self.stage.workspace, self.words.say
        there = asked_at.astimezone(workspace.zone)
        language = workspace.languages.get(self.words.code)
        day = date_without_weekday(there, language) if language else f"{there:%Y-%m-%d}"
        host, days = self.stage.serve.host, VALID.days
        asked = text("confirm_mail_asked", day=day, time=f"{there:%H:%M %Z}", host=host, title=self.title)
        return ConfirmationWords(
            language=self.words.code,
            direction=self.words.direction,
            subject=text("confirm_mail_subject", name=workspace.settings.sender.name),
            before=(asked, text("confirm_mail_question")),
            button=text("confirm_mail_button"),
            after=(text("confirm_mail_until", days=days), text("confirm_mail_not_you")),
            sender=text_in(workspace.settings.footer.imprint, self.words.code),
        )


def _words_of(request: Request, wish: SubscriptionRequest) -> PageWords:
    return words_for((request.query_params.get("l", ""), wish.language), request.headers.get("accept-language", ""))
