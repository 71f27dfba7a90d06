"""A campaign and what was sent of it become a prospect: it begins, it goes on, or there is nothing left to do."""

from __future__ import annotations

import dataclasses
import functools
import socket
import zlib
from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import LeftOut, Selected, address_key, from_record
from ccmail.campaign import Variant
from ccmail.checks import check_campaign, check_mails
from ccmail.checks.readers import check_reader
from ccmail.ledger import (
    OPEN,
    STAGED,
    RecipientFilter,
    State,
    StateChange,
    SuppressionReason,
    refuse_lost_ledger,
    refuse_older_ledger,
)
from ccmail.planning.planner import AudiencePlan, AudiencePlanner, LeftOutGroup, PlannedMail, planned_variant
from ccmail.prepare import (
    find_veil,
    frozen_mails,
    list_fingerprint,
    mail_checker,
    mail_writer,
    make_assembler,
    read_audience,
    read_suppressed,
)
from ccmail.problems import CcmailError, UsageError, did_you_mean, refuse_errors
from ccmail.rendering import differences, fingerprint, manifest
from ccmail.sending.send_plan import SendOptions, SendPlan, count_open
from ccmail.suppression.pseudonym import is_erased

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ccmail.audience import Suppression
    from ccmail.campaign import Campaign
    from ccmail.ledger import NewRecipient, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages import NumberedMail
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace

NOT_LISTED = "not on the lists any more"
"""The reason of a row whose address has gone from the lists before its mail was sent."""

_SHOWN_DIFFERENCES = 10
_SHOWN_TEXT = 60  # characters of a difference
_WAYS_ON = (
    "undo the change to go on with the same text,",
    "or --finish-old sends the old text to the rest,",
    "or --confirm-change sends the new text to all who do not have the old one",
)
_SUPPRESSED = frozenset(reason.value for reason in SuppressionReason)
_STILL_AT_HOME = (State.QUEUED, State.DEFERRED)
_WITHOUT_IT = OPEN | {State.REFUSED}


def foresee(workspace: Workspace, ledger: Ledger, edition: LoadedCampaign, wish: SendOptions) -> SendPlan:
    """Find out what sending a campaign means in the light of what has been sent already.

    Unless one only looks, the list of a new sending is frozen as a draft, and who has joined an old one is staged:
    the number that a person types is the number of those very rows.

    Raises:
        InputError: A text, template or list is wrong.
        UsageError: There is no such segment or recipient.
        CcmailError: M610, the campaign has changed since its sending began.
    """
    return _Outlook(workspace, ledger, edition, wish).prospect()


class _Outlook:
    """One look ahead."""

    def __init__(self, workspace: Workspace, ledger: Ledger, edition: LoadedCampaign, wish: SendOptions) -> None:
        self._workspace = workspace
        self._ledger = ledger
        self._edition = edition
        self._campaign = edition.campaign
        self._wish = wish
        self._part = _part(edition.campaign, wish)
        self._content = manifest(edition)
        self._version = fingerprint(self._content)
        self._lists = list_fingerprint(edition.campaign)
        self._unwanted: dict[str, str] = {}  # who of a sending is to get nothing any more, and why
        self._gone = 0  # how many of them are not on the lists since this very look

    def prospect(self) -> SendPlan:
        sending = self._unfinished()
        return self._beginning() if sending is None else self._going_on(sending)

    def _unfinished(self) -> Sending | None:
        """Return the sending to go on with.

        A real one stays the campaign's for ever. A rehearsal that is over, or was of other words or people, starts
        anew.
        """
        look = self._ledger.latest if self._wish.look_only else self._ledger.resume
        sending = look(self._campaign.id, self._wish.delivery)
        if sending is None or self._wish.real:
            return sending
        is_same = (sending.version, sending.lists) == (self._version, self._lists)
        return sending if is_same and self._ledger.counts(sending).remaining else None

    # ── a new sending ──

    def _beginning(self) -> SendPlan:
        if self._wish.real:
            refuse_lost_ledger(self._workspace.state, self._campaign.id)
        draft = None if self._wish.look_only else self._draft()
        planner = self._planner(self._version, draft)
        people = self._freeze(draft, planner, read_audience(self._workspace, self._campaign, self._ledger))
        plan = planner.plan()
        refuse_errors(check_campaign(plan))
        if self._wish.only and not people:
            raise UsageError(
                f"“{self._wish.only}” gets nothing: not on the lists, or left out",
                hint=f"ccmail send -n {self._campaign.id} says why",
            )
        return self._prospect(plan, draft, people)

    def _draft(self) -> Sending:
        now = clock.now()
        draft = self._ledger.draft(
            self._campaign.id,
            self._wish.delivery,
            self._version,
            date=now,
            dtstamp=now,
            lists=self._lists,
            host=socket.gethostname(),
        )
        self._ledger.freeze(draft, self._version, zlib.compress(self._content))
        return draft

    def _planner(self, version: str, sending: Sending | None) -> AudiencePlanner:
        kept = self._ledger.last_mail(sending) if sending else 0
        assembler = make_assembler(self._workspace, self._edition, version, compiled_before=kept)
        keep: Callable[[NumberedMail], None] = _keep_nothing
        if sending is not None and not self._wish.look_only:
            keep = mail_writer(self._ledger, sending, version)
        return AudiencePlanner(
            self._edition, version, assembler, keep, mail_checker(self._edition), check_reader, self._lists
        )

    def _freeze(
        self,
        sending: Sending | None,
        planner: AudiencePlanner,
        stream: Iterable[Selected | LeftOut | Problem],
        uncounted: Container[str] = (),
    ) -> int:
        """Write the entries of a stream, as far as anything is to be written; return how many are to be sent to."""
        if sending is None or self._wish.look_only:
            return _count(planner.people(stream), self._part, uncounted)
        counted = _Counted(planner.entries(stream), self._part, uncounted)
        if sending.confirmed is None:
            self._ledger.add(sending, counted)
        else:
            self._ledger.stage(sending, counted)
        return counted.people

    # ── an old one ──

    @functools.cached_property
    def _suppressed(self) -> Mapping[str, Suppression]:
        return read_suppressed(self._workspace, self._ledger)

    def _going_on(self, sending: Sending) -> SendPlan:
        if self._wish.real:
            accepted = self._ledger.counts(sending).people(State.ACCEPTED)
            refuse_older_ledger(self._workspace.state, self._campaign.id, accepted)
        has_changed = sending.version != self._version
        # mails that an older ccmail has kept in its own way are made again, too
        replaces = self._wish.confirm_change and (has_changed or not self._ledger.last_mail(sending))
        self._leave_out_suppressed(sending)
        if has_changed and not (self._wish.finish_old or replaces) and self._has_work(sending):
            raise self._changed(sending)
        joining, plan = 0, None
        if has_changed or replaces or self._has_other_people(sending):
            joining, newcomers = self._compare_lists(sending, replaces=replaces, joins=replaces or not has_changed)
            plan = newcomers if replaces else None
        again = self._to_try_again(sending) if self._wish.retry_refused else ()
        people = joining if replaces else joining + self._count_open(sending)
        return self._prospect(plan or self._plan_of(sending), sending, people + len(again), joining, again)

    def _has_work(self, sending: Sending) -> bool:
        return self._ledger.counts(sending).remaining > 0 or self._has_other_people(sending)

    def _has_other_people(self, sending: Sending) -> bool:
        return sending.lists != self._lists or self._has_resubscribed(sending)

    def _has_resubscribed(self, sending: Sending) -> bool:
        """Return whether the lists have somebody who was left out as unsubscribed, and wants mails again."""
        suppressed = self._suppressed
        rows = self._ledger.rows(sending, State.LEFT_OUT)
        back = {row.key for row in rows if row.reason in _SUPPRESSED and row.key not in suppressed}
        back -= {address for _, address, _ in self._ledger.served(sending)} if back else set()
        audience = read_audience(self._workspace, self._campaign, self._ledger) if back else ()
        return any(isinstance(item, Selected) and address_key(item.contact.email) in back for item in audience)

    def _compare_lists(self, sending: Sending, *, replaces: bool, joins: bool) -> tuple[int, AudiencePlan]:
        """Leave out who has gone from the lists, and stage who is new.

        With `replaces` those are staged as well who do not have the old text: they get the new one.
        """
        served = {address: (position, state) for position, address, state in self._ledger.served(sending)}
        veil = find_veil(self._workspace) or str  # who was erased is there by a pseudonym
        listed: set[str] = set()
        refused: set[str] = set()

        def newcomers() -> Iterator[Selected | LeftOut | Problem]:
            for item in read_audience(self._workspace, self._campaign, self._ledger):
                if isinstance(item, Selected):
                    address = address_key(item.contact.email)
                    listed.add(address)
                    found = served.get(address) or served.get(veil(address))
                    state = found[1] if found else None
                    if state is State.REFUSED:
                        refused.add(address)
                    if joins and (state is None or (replaces and state in _WITHOUT_IT)):
                        yield item
                elif not isinstance(item, LeftOut):  # those were booked at the beginning
                    yield item

        planner = self._planner(self._version, sending)
        joining, plan = self._freeze(sending, planner, newcomers(), uncounted=refused), planner.plan()
        refuse_errors(check_mails(plan))
        if replaces and not self._wish.look_only:
            self._ledger.freeze(sending, self._version, zlib.compress(self._content))
        gone = served.keys() - listed - self._unwanted.keys()
        self._leave_out(sending, served, dict.fromkeys(gone, NOT_LISTED))
        return joining, plan

    def _leave_out_suppressed(self, sending: Sending) -> None:
        """Leave out who has unsubscribed since the list was frozen."""
        suppressed = self._suppressed
        if suppressed:
            served = {a: (p, s) for p, a, s in self._ledger.served(sending) if a in suppressed}
            self._leave_out(sending, served, {address: suppressed[address].reason.value for address in served})

    def _leave_out(
        self, sending: Sending, served: Mapping[str, tuple[int, State]], unwanted: Mapping[str, str]
    ) -> None:
        self._unwanted |= unwanted
        rows = ((*served[address], reason) for address, reason in unwanted.items())
        gone = [StateChange(position, State.LEFT_OUT, reason=why) for position, s, why in rows if s in _STILL_AT_HOME]
        self._gone += sum(change.reason == NOT_LISTED for change in gone)
        if not self._wish.look_only:
            self._ledger.record(sending, gone)

    def _count_open(self, sending: Sending) -> int:
        """Return how many of the part are to be served, after those are left out who get nothing any more."""
        people = count_open(self._ledger, sending, self._part)
        if self._wish.look_only and self._unwanted:
            for row in self._ledger.rows(sending, *OPEN - {State.IN_FLIGHT}):
                people -= row.key in self._unwanted and self._part.holds(row.segment, row.key)
        return people

    def _to_try_again(self, sending: Sending) -> tuple[int, ...]:
        return tuple(
            row.position
            for row in self._ledger.rows(sending, State.REFUSED)
            if self._part.holds(row.segment, row.key) and row.key not in self._unwanted and not is_erased(row.key)
        )

    def _plan_of(self, sending: Sending) -> AudiencePlan:
        """Return a plan of what a sending has frozen."""
        assembler = make_assembler(self._workspace, self._edition, sending.version)
        segments = {segment.name: segment for segment in self._campaign.segments}
        fill = frozen_mails(self._ledger, sending)
        has_work = self._ledger.counts(sending).remaining > 0
        variants = []
        for row, people in self._ledger.variants(sending):
            if row.segment in segments:
                first = Selected(from_record(row.contact), row.segment, row.languages)
                variant = Variant(segments[row.segment], row.languages)
                mail = fill(self._ledger.claim_at(sending, row.position)) if has_work else ()
                shown = planned_variant(self._edition, assembler, first, variant, mail)
                variants.append(dataclasses.replace(shown, people=people))
        reasons = self._ledger.counts(sending).reasons
        groups = tuple(
            LeftOutGroup(reason, people, ())
            for reason, people in reasons.items()
            if reason != STAGED  # they wait for a person's word
        )
        total = sum(variant.people for variant in variants)
        return AudiencePlan(self._edition, sending.version, tuple(variants), groups, total, ())

    def _changed(self, sending: Sending) -> CcmailError:
        counts = self._ledger.counts(sending)
        kept = self._ledger.manifest(sending, sending.version)
        found = differences(zlib.decompress(kept), self._content) if kept else ()
        shown = [f"{d.where}: {_shortened(d.before)} → {_shortened(d.after)}" for d in found[:_SHOWN_DIFFERENCES]]
        if len(found) > _SHOWN_DIFFERENCES:
            shown.append(f"and {len(found) - _SHOWN_DIFFERENCES} more")
        return CcmailError(
            f"this campaign changed after {counts.people(State.ACCEPTED):,} people got it: version {sending.version} "
            f"was sent, now it is {self._version}; {counts.remaining:,} still without it",
            code="M610",
            hint="\n".join([*shown, *_WAYS_ON]),
        )

    def _prospect(
        self, plan: AudiencePlan, sending: Sending | None, people: int, joining: int = 0, again: tuple[int, ...] = ()
    ) -> SendPlan:
        # a file in the outbox shows no mailbox: a real sending wants a real test
        version = plan.version
        tests = self._ledger.tests(self._campaign.id, version)
        limit = self._wish.limit
        going_on = sending is not None and sending.confirmed is not None
        counts = self._ledger.counts(sending) if sending and going_on else None
        return SendPlan(
            plan=plan,
            wish=self._wish,
            sending=sending,
            going_on=going_on,
            counts=counts,
            part=self._part,
            people=people if limit is None else min(limit, people),
            joining=joining,
            gone=self._gone,
            again=again,
            version=version,
            lists=self._lists,
            tested=next((test for test in tests if test.real or not self._wish.real), None),
            approved=next(iter(self._ledger.approvals(self._campaign.id, version)), None),
        )


def _keep_nothing(_mail: NumberedMail) -> None:
    """Take compiled mails of which nobody will be sent one."""


def _count(people: Iterable[LeftOut | PlannedMail], part: RecipientFilter, uncounted: Container[str]) -> int:
    """Return how many are to be sent to, of people of whom nothing is written; `uncounted` as in `_Counted`."""
    found = 0
    for item in people:
        if isinstance(item, PlannedMail):
            name = address_key(item.contact.email)
            found += name not in uncounted and part.holds(item.variant.segment.name, name)
    return found


class _Counted:
    """Passes entries on and counts those that are to be sent to; `uncounted` are keys of some who are not."""

    def __init__(self, entries: Iterable[NewRecipient], part: RecipientFilter, uncounted: Container[str]) -> None:
        self._entries = entries
        self._part = part
        self._uncounted = uncounted
        self.people = 0

    def __iter__(self) -> Iterator[NewRecipient]:
        for entry in self._entries:
            is_served = not entry.left_out and entry.key not in self._uncounted
            self.people += is_served and self._part.holds(entry.segment, entry.key)
            yield entry


def _part(campaign: Campaign, wish: SendOptions) -> RecipientFilter:
    names = [s.name for s in campaign.segments]
    if wish.segment is not None and wish.segment not in names:
        near = did_you_mean(wish.segment, names)
        raise UsageError(
            f"no segment “{wish.segment}” in this campaign" + (f". Did you mean {near}?" if near else ""),
            hint=f"segments: {', '.join(names)}",
        )
    return RecipientFilter((wish.segment,) if wish.segment else (), (address_key(wish.only),) if wish.only else ())


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    if not flat:
        return "(nothing)"
    return f"“{flat}”" if len(flat) <= _SHOWN_TEXT else f"“{flat[:_SHOWN_TEXT]}…”"
