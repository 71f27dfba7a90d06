"""The input of planning a sending: the campaign as it is now, its ledger, and the options of a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import socket
import zlib
from collections.abc import Callable, Container, Iterable, Iterator
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import LeftOut, Selected, address_key
from ccmail.audience.reason import reason_words
from ccmail.checks import too_late_at
from ccmail.checks.planned import mail_checker
from ccmail.checks.readers import check_reader
from ccmail.ledger import NewRecipient, Purpose, RecipientFilter, SendingKind, State, compare_receipts
from ccmail.planning.assembler import FIRST, Mailing, make_assembler
from ccmail.planning.audience import count_rows, list_fingerprint, read_audience
from ccmail.planning.planner import AudiencePlanner, PlannedMail
from ccmail.planning.web_versions import make_web_versions
from ccmail.problems import UsageError, did_you_mean
from ccmail.rendering import fingerprint, manifest
from ccmail.sending.earlier import refuse_repeats
from ccmail.sending.event_life import EventLife, event_of, read_life, revise
from ccmail.sending.frozen_mails import mail_writer
from ccmail.sending.holders import read_holders
from ccmail.sending.occasion import PlannedOccasion, plan_occasion
from ccmail.sending.send_plan import SendPlan
from ccmail.sending.sent_event import SentEvent, sent_event
from ccmail.sending.shared_receipt import read_shared
from ccmail.suppression.keep import open_hashes
from ccmail.wording import join, say

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages import NumberedMail
    from ccmail.planning.plan import AudiencePlan
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.sending.send_plan import SendOptions
    from ccmail.workspace import Workspace

_LIKE_IT = 5000  # addresses that are compared with a misspelt one


@dataclasses.dataclass(frozen=True)
class SendRequest:
    """A person's wish to send a campaign, or to go on with its sending.

    Attributes:
        recipients: The recipients that the options select.
        content: The manifest: everything that is in the mails.
        version: Its fingerprint.
        lists: The fingerprint of the readers' lists.
        report: Gets the number of people read so far, and the number on the lists.
        occasion: The update, reminder or cancellation; None for the campaign's own mail.
    """

    workspace: Workspace
    ledger: Ledger
    loaded: LoadedCampaign
    options: SendOptions
    recipients: RecipientFilter
    content: bytes
    version: str
    lists: str
    report: Callable[[int, int], None]
    occasion: PlannedOccasion | None = None

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self.loaded.campaign

    @functools.cached_property
    def real(self) -> bool:
        """Whether mails are to leave this computer."""
        return self.workspace.sends_for_real and not self.options.rehearse

    @property
    def kind(self) -> SendingKind:
        """The kind of its sending in the ledger."""
        return SendingKind.SMTP if self.real else SendingKind.OUTBOX

    @property
    def until(self) -> dt.datetime | None:
        """The time from which no mail is begun any more, None without one."""
        return None if self.options.allow_past else too_late_at(self.loaded)

    @functools.cached_property
    def life(self) -> EventLife:
        """The life of the campaign's event."""
        if self.occasion:
            return self.occasion.life
        return read_life(self.workspace, self.ledger, event_of(self.loaded), self.kind)

    @functools.cached_property
    def mailing(self) -> Mailing:
        """The place of its mails in that life; what a version has of the event is frozen with it."""
        if self.occasion:
            return self.occasion.mailing
        if self.campaign.event is None:
            return FIRST
        sending = self.ledger.latest(self.campaign.id, self.kind) if self.real else None
        kept = self.ledger.events(sending).get(self.version) if sending else None
        frozen = SentEvent.from_json(kept).record.revision if kept else None
        return Mailing(frozen or revise(self.life, self.loaded, Purpose.CAMPAIGN, clock.now()))

    def audience(self) -> Iterator[Selected | LeftOut | Problem]:
        """Stream the people: those on the lists as they are now, or those who have the event."""
        if self.occasion:
            of = len(self.occasion.life.held)
            people = read_holders(self.workspace, self.ledger, self.loaded, self.occasion.life, self.occasion.wanted)
        else:
            of = count_rows(self.campaign)
            people = read_audience(self.workspace, self.campaign, self.ledger)
        for done, item in enumerate(people, 1):
            self.report(done, of)
            yield item

    def draft(self) -> Sending:
        """Begin a new sending: a draft with its manifest."""
        revision = self.mailing.revision
        draft = self.ledger.draft(
            self.campaign.id,
            self.kind,
            self.version,
            dtstamp=revision.dtstamp if revision else clock.now(),
            sequence=revision.sequence if revision else 0,
            lists=self.lists,
            host=socket.gethostname(),
            purpose=self.options.purpose,
            number=self.occasion.number if self.occasion else 0,
        )
        self.keep_content(draft)
        return draft

    def keep_content(self, sending: Sending) -> None:
        """Keep what a version of a sending has beside its readers' mails.

        That is its manifest, for the comparison with a later version, the state of its event, and its web versions.
        """
        revision = self.mailing.revision
        event = sent_event(self.loaded, revision) if revision else None
        self.ledger.freeze(sending, self.version, zlib.compress(self.content), event.as_json() if event else None)
        if self.workspace.settings.serve and not self.ledger.web_versions(sending, self.version):
            self._keep_web_versions(sending)

    def _keep_web_versions(self, sending: Sending) -> None:
        write = mail_writer(self.ledger, sending, self.version)
        before = self.ledger.last_mail(sending)
        made = make_web_versions(self.workspace, self.loaded, self.version, self.mailing, compiled_before=before)
        for compiled, web in made:
            write(compiled)
            self.ledger.keep_web_version(sending, web)

    def planner(self, sending: Sending | None) -> AudiencePlanner:
        """Return a planner of this version's mails; without `look_only`, it writes compiled ones into the ledger."""
        compiled_before = self.ledger.last_mail(sending) if sending else 0
        assembler = make_assembler(
            self.workspace, self.loaded, self.version, self.mailing, compiled_before=compiled_before
        )
        is_written = sending is not None and not self.options.look_only
        write = mail_writer(self.ledger, sending, self.version) if sending and is_written else _write_nothing
        person = open_hashes(self.workspace, self.ledger).person if is_written else str
        checker = mail_checker(self.loaded)
        lists = "" if self.occasion else self.lists
        return AudiencePlanner(self.loaded, self.version, assembler, write, checker, check_reader, lists, person)

    def freeze(
        self,
        sending: Sending | None,
        planner: AudiencePlanner,
        stream: Iterable[Selected | LeftOut | Problem],
        uncounted: Container[str] = (),
    ) -> int:
        """Write the people of a stream into a sending, except with `look_only`; return how many are to be sent to.

        Args:
            sending: A draft, or a sending that goes on: then people are staged.
            planner: Makes their mails.
            stream: As `audience` yields it.
            uncounted: Address keys of people who are not counted.
        """
        if sending is None or self.options.look_only:
            return _count(planner.people(stream), self.recipients, uncounted)
        counted = _Counted(planner.entries(stream), self.recipients, uncounted)
        if sending.confirmed is None:
            self.ledger.add(sending, counted)
        else:
            self.ledger.stage(sending, counted)
        return counted.people

    def plan(
        self,
        audience: AudiencePlan,
        sending: Sending | None,
        people: int,
        *,
        joining: int = 0,
        gone: int = 0,
        again: tuple[int, ...] = (),
    ) -> SendPlan:
        """Return the plan that a person is to confirm; its parameters are those of `SendPlan`."""
        version, campaign = audience.version, self.campaign.id
        status = self.ledger.version_status(campaign, version, real=self.real)
        limit = self.options.limit
        going_on = sending is not None and sending.confirmed is not None
        return SendPlan(
            audience=audience,
            options=self.options,
            real=self.real,
            sending=sending,
            going_on=going_on,
            counts=self.ledger.counts(sending) if sending and going_on else None,
            recipients=self.recipients,
            people=people if limit is None else min(limit, people),
            joining=joining,
            gone=gone,
            again=again,
            version=version,
            lists=self.lists,
            until=self.until,
            tested=status.tested,
            approved=status.approved,
            occasion=self.occasion,
            revision=self.mailing.revision if joining or not going_on else None,
        )


def make_request(
    workspace: Workspace,
    ledger: Ledger,
    loaded: LoadedCampaign,
    options: SendOptions,
    report: Callable[[int, int], None] = lambda _done, _of: None,
) -> SendRequest:
    """Return the input of planning a sending; `report` is that of `SendRequest`.

    Raises:
        UsageError: There is no such segment; or there is nothing to update, to remind of or to cancel.
    """
    real = workspace.sends_for_real and not options.rehearse
    kind = SendingKind.SMTP if real else SendingKind.OUTBOX
    recipients = _recipients(loaded.campaign, options)
    occasion = None
    if options.purpose is not Purpose.CAMPAIGN:
        occasion = plan_occasion(workspace, ledger, loaded, options.purpose, kind, again=options.again)
        loaded = occasion.loaded
    content = manifest(loaded)
    return SendRequest(
        workspace,
        ledger,
        loaded,
        options,
        recipients,
        content,
        fingerprint(content),
        occasion.people_fingerprint if occasion else list_fingerprint(loaded.campaign),
        report,
        occasion,
    )


def _recipients(campaign: Campaign, options: SendOptions) -> RecipientFilter:
    names = [s.name for s in campaign.segments]
    if options.segment is not None and options.segment not in names:
        near = did_you_mean(options.segment, names)
        message = say("no segment “{segment}” in this campaign", segment=options.segment)
        raise UsageError(
            join(". ", [message, say("Did you mean {near}?", near=near)]) if near else message,
            code="W778",
            hint=say("segments: {names}", names=tuple(names)),
        )
    return RecipientFilter(
        (options.segment,) if options.segment else (), (address_key(options.only),) if options.only else ()
    )


def refuse_unknown_reader(request: SendRequest, sending: Sending | None) -> None:
    """Refuse `--only` of somebody who is on none of the lists, or left out, before anything is written.

    Raises:
        UsageError: With the address that may be meant (W777), or the line and the reason (W779).
    """
    only = request.options.only
    if not only:
        return
    wanted = address_key(only)
    if sending and any(row.state is not State.LEFT_OUT for row in request.ledger.rows(sending, keys=[wanted])):
        return
    near: list[str] = []
    left_out: LeftOut | None = None
    for item in request.audience():
        if isinstance(item, Selected):
            if address_key(item.contact.email) == wanted:
                return
            if len(near) < _LIKE_IT and _is_like(item.contact.email, wanted):
                near.append(item.contact.email)
        elif isinstance(item, LeftOut) and address_key(item.email) == wanted:
            left_out = left_out or item
    if left_out:
        raise UsageError(
            _gets_nothing(only, left_out),
            code="W779",
            hint=say("`ccmail recipients find {address}` shows what ccmail knows about them", address=only),
        )
    meant = did_you_mean(only, near)
    message = say("“{address}” is on none of the campaign's lists. Nothing was sent.", address=only)
    if request.occasion:
        message = say("“{address}” does not have this event. Nothing was sent.", address=only)
    raise UsageError(
        join(" ", [message, say("Did you mean {near}?", near=meant)]) if meant else message,
        code="W777",
        hint="" if meant else say("lists: {lists}", lists=tuple(dict.fromkeys(_lists(request)))),
    )


def _gets_nothing(address: str, found: LeftOut) -> str:
    reason = reason_words(found.reason.value)
    if found.detail:
        reason = join(": ", [reason, found.detail])
    if not found.place:
        return say("“{address}” gets nothing, {reason}. Nothing was sent.", address=address, reason=reason)
    return say(
        "“{address}” ({place}) gets nothing, {reason}. Nothing was sent.",
        address=address,
        place=f"{found.place.file}:{found.place.line}",
        reason=reason,
    )


def check_before(request: SendRequest, sending: Sending | None) -> tuple[Problem, ...]:
    """Return warnings about what was sent before; `sending` is the one to go on with, None for a new one.

    Raises:
        CcmailError: Most people have had this mail under another file name (W810).
        UsageError: Another computer has sent it to these segments (W855).
    """
    if not request.real or request.occasion:
        return ()
    workspace, ledger = request.workspace, request.ledger
    if not request.options.again:
        _refuse_sent_elsewhere(request)
    lost = compare_receipts(workspace.state, ledger)
    if sending is not None:
        return lost
    again = request.options.again
    return (*lost, *refuse_repeats(workspace, ledger, request.loaded, request.recipients, again=again))


def _refuse_sent_elsewhere(request: SendRequest) -> None:
    """Refuse to send a segment that another computer has sent already: only its ledger knows to whom."""
    chosen = request.recipients.segments or tuple(segment.name for segment in request.campaign.segments)
    for part in read_shared(request.workspace, request.campaign.id).elsewhere:
        people = {name: part.people[name] for name in chosen if part.people.get(name)}
        if part.purpose is Purpose.CAMPAIGN and people:
            counts = (
                say("{people:,} in segment {segment}", people=count, segment=name) for name, count in people.items()
            )
            rest = [segment.name for segment in request.campaign.segments if segment.name not in part.people]
            hint = say("only that computer can go on without sending twice. --again sends it from here, too")
            if rest:
                hint = say("--segment {segment} sends to others; {hint}", segment=rest[0], hint=hint)
            raise UsageError(
                say(
                    "another computer ({computer}) has sent this campaign on {day}: {people} have it. "
                    "Nothing was sent.",
                    computer=part.computer,
                    day=f"{part.at:%Y-%m-%d}",
                    people=tuple(counts),
                ),
                code="W855",
                hint=hint,
            )


def _is_like(address: str, wanted: str) -> bool:
    """Return whether it is worth a comparison: it begins or ends alike."""
    key = address_key(address)
    return key[:2] == wanted[:2] or key.rpartition("@")[2] == wanted.rpartition("@")[2]


def _lists(request: SendRequest) -> Iterator[str]:
    return (request.workspace.shown(listed.path) for segment in request.campaign.segments for listed in segment.lists)


def _write_nothing(_mail: NumberedMail) -> None:
    """Write no compiled mail, for a plan that is only looked at."""


def _count(people: Iterable[LeftOut | PlannedMail], recipients: RecipientFilter, uncounted: Container[str]) -> int:
    """Return how many people are to be sent to, without writing them; `uncounted` as in `_Counted`."""
    found = 0
    for item in people:
        if isinstance(item, PlannedMail):
            name = address_key(item.contact.email)
            found += name not in uncounted and recipients.holds(item.variant.segment.name, name)
    return found


class _Counted:
    """Passes entries on and counts the people to be sent to; `uncounted` are address keys that do not count."""

    def __init__(self, entries: Iterable[NewRecipient], recipients: RecipientFilter, uncounted: Container[str]) -> None:
        self._entries = entries
        self._recipients = recipients
        self._uncounted = uncounted
        self.people = 0

    def __iter__(self) -> Iterator[NewRecipient]:
        for entry in self._entries:
            is_served = not entry.left_out and entry.key not in self._uncounted
            self.people += is_served and self._recipients.holds(entry.segment, entry.key)
            yield entry
