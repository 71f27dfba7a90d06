"""The campaigns of a workspace while they are written, and test mails sent from the page."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccmail import pipeline
from ccmail.audience import Selected, address_key
from ccmail.audience.address_cell import only_address
from ccmail.campaign import find_campaign
from ccmail.comments import Remark, add_comment, settle_comment, spots_of
from ccmail.ledger import ledger_if_any, open_ledger
from ccmail.planning.audience import read_audience
from ccmail.preview.page_name import PageName, read_page_name
from ccmail.preview.page_state import Action, IndexEntry
from ccmail.problems import CcmailError, Problem, UsageError
from ccmail.report import workspace_status
from ccmail.sending.test_run import TestOptions
from ccmail.wording import join, say
from ccmail.workspace import open_workspace
from ccmail.yamlfile import read_document

if TYPE_CHECKING:
    from ccmail.preview.reload import Live, Reloading
    from ccmail.preview.translations import Translations
    from ccmail.sending.test_run import TestResult
    from ccmail.workspace import Workspace

_LONGEST_NAME = 200


@dataclasses.dataclass(frozen=True, slots=True)
class TestRequest:
    """A request for test mails.

    Attributes:
        to: The chosen addresses.
        other: A typed address, "" for none.
        confirmed: Whether the typed address was confirmed.
        everything: All variants, so that the version counts as tested; else only the variant on the page.
        variant: The name of the variant on the page.
        reader: The address of the reader on the page, "" for the first of the variant.
    """

    to: tuple[str, ...]
    other: str
    confirmed: bool
    everything: bool
    variant: str
    reader: str


def read_request(data: Mapping[str, Any]) -> TestRequest:
    """Return the request in the JSON of the page.

    Raises:
        TypeError: The JSON is not from the page.
    """
    to, other = data.get("to", []), data.get("other", "")
    if not isinstance(to, list) or not all(isinstance(text, str) for text in [*to, other]):
        raise TypeError("addresses are texts")
    return TestRequest(
        to=tuple(to),
        other=other.strip(),
        confirmed=data.get("confirmed") is True,
        everything=data.get("what") == "all",
        variant=str(data.get("variant", "")),
        reader=str(data.get("as", "")),
    )


def is_text(name: str) -> bool:
    """Return whether a file's name consists of characters, so that an address can have it in it."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


class Campaigns:
    """All campaigns of a workspace.

    Attributes:
        title: The workspace's name.
    """

    def __init__(self, root: Path, title: str, reloading: Reloading) -> None:
        self.title = title
        self._root = root
        self._reloading = reloading

    def entries(self) -> tuple[IndexEntry, ...]:
        """Return the campaigns in the order of their ids, as far as they are known without their mails."""
        try:
            known = {status.id: status for status in workspace_status(open_workspace(self._root)).campaigns}
        except CcmailError:  # ccmail.yaml is wrong: the pages of the campaigns say how
            known = {}
        entries = (IndexEntry.of(path.stem, path) for path in sorted(self._files()))
        return tuple(dataclasses.replace(entry, status=known.get(entry.name)) for entry in entries)

    def glance(self, name: str) -> Live | None:
        """Return a campaign, or another mail about its event, to look at once; None if there is none."""
        campaign = read_page_name(name, self._root).campaign
        is_there = any(path.stem == campaign for path in self._files())
        return self._reloading.glance(name) if is_there else None

    def source(self, name: str) -> Live | None:
        """Return a campaign, or another mail about its event, None if there is none; no other file can be reached.

        One that has been shown stays: the page says that its file is gone.
        """
        campaign = read_page_name(name, self._root).campaign
        is_known = any(path.stem == campaign for path in self._files()) or self._reloading.has(name)
        return self._reloading.live_campaign(name) if is_known else None

    def _files(self) -> Iterator[Path]:
        files = (path for end in ("*.yaml", "*.yml") for path in (self._root / "campaigns").glob(end))
        yield from (path for path in files if path.is_file() and path.name[0] != "." and is_text(path.stem))

    def events(self, name: str, /) -> AsyncIterator[str]:
        """Yield the changes of a campaign as server-sent events."""
        return self._reloading.events(name)

    def act(self, name: str, action: Action, asked: Mapping[str, Any], translations: Translations, /) -> str:
        """Send test mails to testers, never to readers, note an approval or a comment; return the result in words.

        Raises:
            CcmailError: A mail was not sent, or there is another version now.
        """
        if action is Action.APPROVE:
            return self._approve(name, asked, translations)
        if action in {Action.COMMENT, Action.SETTLE}:
            return self._remark(name, action, asked, translations)
        sent = self._send(name, read_request(asked))
        if sent.trouble:
            hint = say("read the server's words, then test again")
            raise CcmailError(join("; ", sent.trouble), code="W798", hint=hint)
        self._reloading.recheck(name)
        return translations.say("test_sent" if sent.real else "outbox_of_tests", n=sent.accepted, to=", ".join(sent.to))

    def _approve(self, name: str, asked: Mapping[str, Any], translations: Translations) -> str:
        workspace, page = open_workspace(self._root), read_page_name(name, self._root)
        version, by = str(asked.get("version", "")), " ".join(str(asked.get("by", "")).split())[:_LONGEST_NAME]
        with open_ledger(workspace.ledger_place) as ledger:
            approval = pipeline.approve(workspace, ledger, page.campaign, version, by, page.purpose)
        self._reloading.recheck(name)
        return translations.say("approved_now", version=approval.version, by=approval.by)

    def _remark(self, name: str, action: Action, asked: Mapping[str, Any], translations: Translations) -> str:
        """Write a comment, or that one is done or open again, into the file beside the campaign."""
        workspace, page = open_workspace(self._root), read_page_name(name, self._root)
        by = str(asked.get("by", ""))
        if action is Action.SETTLE:
            done = asked.get("done") is not False
            settle_comment(workspace, page.campaign, str(asked.get("id", "")), by, done=done)
            return translations.say("comment_done_now" if done else "comment_open_now")
        key = str(asked.get("place", ""))
        document = read_document(find_campaign(workspace, page.campaign), "")
        words = next((spot.words for spot in spots_of(document, ()) if spot.key == key), "")
        add_comment(workspace, page.campaign, Remark(by, str(asked.get("text", "")), key, words))
        return translations.say("comment_noted")

    def _send(self, name: str, asked: TestRequest) -> TestResult:
        workspace, page = open_workspace(self._root), read_page_name(name, self._root)
        to = _addresses(workspace, page, asked)
        segment, _, languages = asked.variant.partition(".")
        with open_ledger(workspace.ledger_place) as ledger:
            everything = TestOptions(to, purpose=page.purpose)
            one = TestOptions(to, segment, tuple(languages.split("+")), asked.reader or None, page.purpose)
            return pipeline.send_test(workspace, ledger, page.campaign, everything if asked.everything else one)


def _addresses(workspace: Workspace, page: PageName, asked: TestRequest) -> tuple[str, ...]:
    """Return the addresses of a test: people of ccmail.yaml, and a typed address that is no reader's.

    Raises:
        UsageError: An address is not allowed, or there is none.
    """
    settings = workspace.settings
    named = {str(person.email) for person in settings.people.values() if person.email}
    named |= {str(only_address(tester)) for tester in settings.test.to if settings.person(tester) is None}
    for address in asked.to:
        if address not in named:
            raise UsageError(
                say("“{address}” is none of the people in ccmail.yaml", address=address),
                code="W776",
                hint=say("type it as another address"),
            )
    typed = _typed(workspace, page, asked) if asked.other else ()
    if not (*asked.to, *typed):
        raise UsageError(
            say("nobody to send the test to"), code="W775", hint=say("choose a person, or type an address")
        )
    return tuple(dict.fromkeys((*asked.to, *typed)))


def _typed(workspace: Workspace, page: PageName, asked: TestRequest) -> tuple[str]:
    address = only_address(asked.other)
    if address is None:
        raise UsageError(
            say("“{text}” is not an address", text=asked.other),
            code="W776",
            hint=say("for example name@city.example"),
        )
    if not asked.confirmed:
        message = say("the address {address} is not confirmed", address=address)
        raise UsageError(message, code="W789", hint=say("confirm that the test is to go there"))
    if address_key(address) in _readers(workspace, page):
        message = say("{address} is on the lists: a test never goes to readers", address=address)
        raise UsageError(message, code="W789", hint=say("choose another address"))
    return (address,)


def _readers(workspace: Workspace, page: PageName) -> set[str]:
    """Return the address keys of everybody on the lists, and of those who have the event and have left them."""
    shown = pipeline.preview(workspace, page.campaign, purpose=page.purpose).shown
    held = set(shown.occasion.life.held) if shown.occasion else set()
    with ledger_if_any(workspace.ledger_place) as ledger:
        everybody = (i for i in read_audience(workspace, shown.loaded.campaign, ledger) if not isinstance(i, Problem))
        emails = (item.contact.email if isinstance(item, Selected) else item.email for item in everybody)
        return {address_key(email) for email in emails if email} | held
