"""A campaign while its files are edited: the last good mail stays until the files are right again."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock, pipeline
from ccmail.audience import Selected
from ccmail.campaign import Variant, find_campaign
from ccmail.checks.mail.message import parse_mail
from ccmail.comments import place_comments, read_comments, spots_of
from ccmail.ledger import NOT_TESTED, Purpose, ledger_if_any
from ccmail.planning.approved_mails import mail_to_nobody
from ccmail.preview.changes import Changes, choose, earlier_mail, earlier_versions
from ccmail.preview.choice import Choice, View
from ccmail.preview.findings import Abandoned, Findings, find_problems, version_status
from ccmail.preview.page_name import read_page_name
from ccmail.preview.page_parts import errors_of, linked_pictures, mail_choice_of, mail_group, nothing, testers_of
from ccmail.preview.page_state import GridMail, IndexCard, MailChoice, MailGroup, PageState, ShownMail
from ccmail.preview.readers import Group, Reader, Readers, find, gather, group_name
from ccmail.preview.stamps import ledger_stamp, lists_stamp, settings_stamp, templates_stamp
from ccmail.problems import CcmailError, Problem
from ccmail.report import campaign_status
from ccmail.report.next_steps import NextStep, VersionNow, Why, steps_of
from ccmail.report.stage import stage_of
from ccmail.sending.shown import shown_people
from ccmail.workspace import ApprovalRule, open_workspace
from ccmail.yamlfile import read_document

if TYPE_CHECKING:
    from ccmail.audience import Contact
    from ccmail.campaign import Campaign
    from ccmail.comments import PlacedComment
    from ccmail.pipeline import Preview
    from ccmail.workspace import Workspace

_MAILS_KEPT = 64


@dataclasses.dataclass(frozen=True, slots=True)
class _State:
    """The campaign as it was read from one valid state of the files.

    Attributes:
        settings: A stamp; while it is equal, the workspace is reused.
        templates: A stamp; while it is equal, the environment of the templates is reused.
        lists: A stamp; while it is equal, the readers are reused.
    """

    workspace: Workspace
    preview: Preview
    readers: Readers
    settings: object
    templates: object
    lists: object

    @property
    def campaign(self) -> Campaign:
        return self.preview.loaded.campaign

    def variant(self, segment: str, languages: tuple[str, ...]) -> Variant:
        return Variant(next(s for s in self.campaign.segments if s.name == segment), languages)

    def people(self) -> Iterator[Selected]:
        """Stream the readers."""
        return (item for item in shown_people(self.workspace, self.preview.shown) if isinstance(item, Selected))


class LiveCampaign:
    """One campaign, or another mail about its event. Its methods may be called from any thread.

    Args:
        root: The workspace's folder.
        name: The name of its page.

    Attributes:
        broken: The problems that keep the files from becoming mails now.
        at: The time of the last save, None before the first.
    """

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self.broken: tuple[Problem, ...] = ()
        self.at: dt.datetime | None = None
        self._root = root
        self._page = read_page_name(name, root)
        self._lock = threading.RLock()
        self._state: _State | None = None
        self._ledger: object = None  # a stamp of its files at the last refresh
        self._findings = Findings()
        self._abandoned = 0
        self._choice = Choice()
        self._mails: OrderedDict[tuple[str, str], ShownMail] = OrderedDict()

    @property
    def version(self) -> str:
        """The version of the shown mails, "" if there are none."""
        return self._state.preview.version if self._state else ""

    @property
    def variants(self) -> int:
        """The number of variants."""
        return len(self._state.readers.groups) if self._state else 0

    # ── files ──

    def refresh(self, at: dt.datetime | None = None) -> None:
        """Read the files again and make the mail that the page shows; after an error the last good mail stays.

        Args:
            at: The time of the save.
        """
        self.abandon_check()
        with self._lock:
            self.at = at
            self._ledger = ledger_stamp(self._root)
            try:
                state = self._load()
                self._assemble(state, self._choice)
            except CcmailError as error:
                self.broken = errors_of(error)
            else:
                self._state, self.broken = state, ()

    def abandon_check(self) -> None:
        """End a running check at the next reader: the files have changed since it began."""
        self._abandoned += 1

    def check(self) -> None:
        """Find the problems of `ccmail check`, and the status of this version; slower than `refresh`."""
        number = self._abandoned

        def heed(_done: int, _of: int) -> None:
            if self._abandoned != number:
                raise Abandoned

        with contextlib.suppress(Abandoned):
            self.note(self.find_problems(self.version, heed))

    def note(self, findings: Findings) -> None:
        """Show these findings from now on."""
        self._findings = findings

    def find_problems(self, version: str, report: pipeline.Report) -> Findings:
        """Return the findings about a version; `report` may end the search by an exception."""
        return find_problems(self._root, self._page, version, report)

    def card(self) -> IndexCard:
        """Return the card of this campaign in the list of all.

        Raises:
            CcmailError: ccmail.yaml cannot be read, or the campaign's file is gone.
        """
        with self._lock:
            if self._state is None and not self.broken:
                self.refresh(self.at)
            workspace = self._state.workspace if self._state else open_workspace(self._root)
            name = self._page.campaign
            with ledger_if_any(workspace.ledger_place) as ledger:
                campaign = campaign_status(workspace, find_campaign(workspace, name), ledger)
                version = version_status(workspace, ledger, name, self.version)
            if self.broken:
                campaign = dataclasses.replace(campaign, errors=len(self.broken))
            wants = workspace.settings.approval is ApprovalRule.REQUIRED
            steps = steps_of(campaign, VersionNow(self.version, version, wants))
            people = self._state.readers.people if self._state else 0
            comments = sum(comment.is_open for comment in read_comments(workspace, name)[0])
            return IndexCard(people, people > 0, stage_of(campaign, version), steps, comments)

    def _load(self) -> _State:
        before = self._state
        settings, templates = settings_stamp(self._root), templates_stamp(self._root)
        is_same = before is not None and before.settings == settings
        workspace = before.workspace if before and is_same else open_workspace(self._root)
        environment = before.preview.loaded.environment if before and before.templates == templates else None
        preview = pipeline.preview(workspace, self._page.campaign, environment, self._page.purpose)
        lists = lists_stamp(workspace, preview)
        state = _State(workspace, preview, Readers(()), settings, templates, lists)
        readers = before.readers if before and before.lists == lists else self._gather(state)
        return dataclasses.replace(state, readers=readers)

    def _is_behind(self) -> bool:
        """Return whether somebody was sent something since the last refresh: no file that is watched says it."""
        return self._page.purpose is not Purpose.CAMPAIGN and self._ledger != ledger_stamp(self._root)

    def _gather(self, state: _State) -> Readers:
        event = state.campaign.event
        moment = event.start if event and event.start else clock.now()

        def zone(item: Selected) -> str:
            return _zone(state, item.contact, item.segment, item.languages)

        return gather(state.people(), state.campaign, zone, state.workspace.zone.key, moment)

    # ── mails ──

    def page_state(self, choice: Choice) -> PageState:
        """Return the state of the page for a choice; from then on `refresh` makes the mail of this choice."""
        with self._lock:
            self._choice = choice
            if (self._state is None and not self.broken) or self._is_behind():
                self.refresh(self.at)
            state, broken = self._state, self.broken
            if state is None:
                return self._without_mail(broken)
            shown = beside = None
            try:
                shown = self._assemble(state, choice)
                beside = (
                    self._assemble(state, dataclasses.replace(choice, group=choice.beside)) if choice.beside else None
                )
            except CcmailError as error:
                broken = broken or errors_of(error)
                shown = shown or self._mails.get(self._name(state, choice))
            page_state = self._page_state(state, shown, beside, broken)
            if choice.view is View.VARIANTS:
                return dataclasses.replace(page_state, grid=self._grid(state))
            if choice.view is View.CHANGES and shown:
                return dataclasses.replace(page_state, changes=self._changes(state, choice, shown))
            return page_state

    def _without_mail(self, broken: tuple[Problem, ...]) -> PageState:
        """Return the state of a campaign that was never valid: what is wrong, and what people have said about it."""
        comments: tuple[PlacedComment, ...] = ()
        with contextlib.suppress(CcmailError):
            workspace = open_workspace(self._root)
            document = read_document(find_campaign(workspace, self._page.campaign), "")
            found, _ = read_comments(workspace, self._page.campaign)
            comments = place_comments(found, spots_of(document, tuple(workspace.languages)))
        return dataclasses.replace(
            nothing(self._page, broken, self.at),
            checks=self._findings.problems,
            steps=self._steps(VersionNow("", NOT_TESTED, wants_approval=False), broken),
            comments=comments,
        )

    def _grid(self, state: _State) -> tuple[GridMail, ...]:
        """Return all variants, each as its first reader gets it."""
        return tuple(self._grid_mail(state, group) for group in state.readers.groups)

    def _grid_mail(self, state: _State, group: Group) -> GridMail:
        try:
            shown = self._assemble(state, Choice(group=group.name))
        except CcmailError as error:
            return GridMail(_row(state, group), "", "", error.message)
        subject = shown.mail.header("Subject") if shown else ""
        return GridMail(_row(state, group), shown.mail_choice.label if shown else "", subject)

    def _changes(self, state: _State, choice: Choice, shown: ShownMail) -> Changes:
        """Return the changes of the chosen variant since an earlier version."""
        workspace, variant = state.workspace, state.variant(shown.row.label, shown.row.languages)
        with ledger_if_any(workspace.ledger_place) as ledger:
            versions = earlier_versions(workspace, ledger, self._page) if ledger else ()
            chosen = choose(versions, choice.since, self.version)
            if ledger is None or chosen is None:
                return Changes()
            before = earlier_mail(workspace, ledger, self._page, chosen, variant, choice.reader)
        if before is None:
            return Changes(versions, chosen)
        with contextlib.suppress(CcmailError):
            if not before.reader:
                now = parse_mail(mail_to_nobody(state.preview.assembler, variant))
                return Changes(versions, chosen, before.mail, now)
            same = self._assemble(state, dataclasses.replace(choice, reader=before.reader))
            return Changes(versions, chosen, before.mail, same.mail if same else None, before.label)
        return Changes(versions, chosen, before.mail, None, before.label)

    def find(self, words: str) -> tuple[tuple[str, MailChoice], ...]:
        """Return the mails whose reader matches all words, each with the name of its variant."""
        state = self._state
        found = find(state.people(), words) if state else ()
        return tuple((group_name(r.selected.segment, r.selected.languages), mail_choice_of(r)) for r in found)

    def _assemble(self, state: _State, choice: Choice) -> ShownMail | None:
        group = state.readers.group(choice.group)
        if group is None:
            return None
        reader = _reader(state, group, choice.reader)
        variant = state.variant(group.segment, group.languages)
        raw = state.preview.assembler.assemble(reader.selected.contact, variant).as_bytes()
        known = self._mails.get((group.name, reader.key))
        mail = known.mail if known and known.mail.raw == raw else parse_mail(raw)
        zone = _zone(state, reader.selected.contact, group.segment, group.languages)
        shown = ShownMail(_row(state, group), mail_choice_of(reader), mail, zone)
        self._keep((group.name, reader.key), shown)
        return shown

    def _name(self, state: _State, choice: Choice) -> tuple[str, str]:
        group = state.readers.group(choice.group)
        return (group.name, _reader(state, group, choice.reader).key) if group else ("", "")

    def _keep(self, name: tuple[str, str], shown: ShownMail) -> None:
        self._mails[name] = shown
        self._mails.move_to_end(name)
        if len(self._mails) > _MAILS_KEPT:
            self._mails.popitem(last=False)

    def _page_state(
        self, state: _State, shown: ShownMail | None, beside: ShownMail | None, broken: tuple[Problem, ...]
    ) -> PageState:
        settings, findings = state.preview.loaded.settings, self._findings
        texts = (shown and state.campaign.texts.get(shown.language)) or next(iter(state.campaign.texts.values()))
        testers = testers_of(settings)
        people = ((person.name, str(person.email)) for person in settings.people.values() if person.email)
        status = findings.status if findings.version == self.version else NOT_TESTED
        wants_approval = settings.approval is ApprovalRule.REQUIRED
        spots = spots_of(state.campaign.document, tuple(state.campaign.texts))
        return PageState(
            page=self._page,
            title=texts.title,
            kind=state.campaign.kind.value,
            version=self.version,
            live=True,
            rows=tuple(_row(state, group) for group in state.readers.groups),
            shown=shown,
            beside=beside,
            home=state.workspace.zone.key,
            languages=state.preview.loaded.languages,
            people=state.readers.people,
            broken=broken,
            checks=findings.problems,
            left_out=findings.left_out,
            pictures=linked_pictures(state.preview.loaded),
            status=status,
            wants_approval=wants_approval,
            steps=self._steps(VersionNow(self.version, status, wants_approval), broken),
            comments=place_comments(read_comments(state.workspace, self._page.campaign)[0], spots),
            spots=spots,
            testers=testers,
            others=tuple(person for person in people if person not in testers),
            at=self.at,
            news=state.preview.shown.news,
            served=state.preview.shown.served,
        )

    def _steps(self, now: VersionNow, broken: tuple[Problem, ...]) -> tuple[NextStep, ...]:
        """Return the next commands: none before the first check, or for a mail that goes to nobody."""
        if broken and self._page.purpose is not Purpose.CAMPAIGN and not broken[0].place:
            return ()
        if broken:
            return (NextStep(f"ccmail check {self._page.campaign}", Why.REPAIR),)
        campaign = self._findings.campaign
        return steps_of(campaign, now, self._page.purpose) if campaign else ()


def _reader(state: _State, group: Group, name: str) -> Reader:
    """Return a reader of a variant by key, else the first reader; reads the lists only if necessary."""
    known = next((reader for reader in group.readers if reader.key == name), None)
    if known or not name or group.people == len(group.readers):
        return known or group.readers[0]
    of_group = (
        Reader(item) for item in state.people() if (item.segment, item.languages) == (group.segment, group.languages)
    )
    return next((reader for reader in of_group if reader.key == name), group.readers[0])


def _zone(state: _State, contact: Contact, segment: str, languages: tuple[str, ...]) -> str:
    return state.preview.assembler.fields(contact, state.variant(segment, languages))["timezone"]


def _row(state: _State, group: Group) -> MailGroup:
    segment = state.variant(group.segment, group.languages).segment
    person = state.preview.loaded.settings.person(segment.contact)
    return mail_group(group, person.name if person else "")
