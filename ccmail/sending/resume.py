"""The plan of a sending that goes on: people still to be served, people who joined, people who get nothing now."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ccmail import clock
from ccmail.audience import LeftOut, Reason, Selected, address_key, from_record
from ccmail.campaign import Kind, Variant
from ccmail.checks import check_mails
from ccmail.ledger import OPEN, STAGED, State, StateChange, SuppressionReason, refuse_older_ledger
from ccmail.ledger.pseudonym import is_erased
from ccmail.planning.assembler import make_assembler
from ccmail.planning.audience import read_unwanted
from ccmail.planning.plan import AudiencePlan, LeftOutGroup
from ccmail.planning.planner import planned_variant
from ccmail.problems import UsageError, refuse_errors
from ccmail.sending.changed import campaign_changed
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.sending.sent_event import SentEvent
from ccmail.suppression.pseudonym import find_pseudonymiser
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.audience import Suppression
    from ccmail.ledger import Sending
    from ccmail.problems import Problem
    from ccmail.sending.request import SendRequest
    from ccmail.sending.send_plan import SendPlan

NOT_LISTED = "not on the lists any more"
"""The reason of a row whose address has gone from the lists before its mail was sent."""

_MAY_RETURN = {
    NOT_LISTED,
    Reason.PAUSED.value,
    Reason.LEFT_SEGMENT.value,
    *(reason.value for reason in SuppressionReason),
}
_NOT_BEGUN = (State.QUEUED, State.DEFERRED)
_WITHOUT_IT = OPEN | {State.REFUSED}


def find_unfinished(request: SendRequest) -> Sending | None:
    """Return the sending to go on with, None if a new one begins.

    A campaign keeps its real sending for ever; each update or reminder is a new one. A rehearsal that is over, or had
    another version or other lists, starts anew. Without `look_only`, rows that a dead process left behind are repaired.
    """
    find = request.ledger.latest if request.options.look_only else request.ledger.resume
    sending = find(request.campaign.id, request.kind, request.options.purpose)
    if request.occasion and request.occasion.latest is None:
        return None
    if sending is None or request.real:
        return sending
    is_same = (sending.version, sending.lists) == (request.version, request.lists)
    return sending if is_same and request.ledger.counts(sending).remaining else None


def plan_resumed(request: SendRequest, sending: Sending) -> SendPlan:
    """Return the plan of a sending that goes on.

    Without `look_only`, people who have joined are staged: they are part of the number that a person types.

    Raises:
        InputError: A text, template or list is wrong.
        CcmailError: M610, the campaign has changed since its sending began.
        LedgerFailure: The ledger is older than what has been sent.
    """
    return _Resumption(request, sending).plan()


class _Resumption:
    """One sending, compared with the lists and texts as they are now."""

    def __init__(self, request: SendRequest, sending: Sending) -> None:
        self._request = request
        self._options = request.options
        self._ledger = request.ledger
        self._sending = sending
        self._has_changed = sending.version != request.version
        # mails that an older ccmail kept in another form are made again, too
        confirmed = request.options.confirm_change and (self._has_changed or not self._ledger.last_mail(sending))
        self._replaces = confirmed or (not request.options.finish_old and self._is_behind_an_update())
        self._unwanted: dict[str, str] = {}  # address keys of people who get nothing any more: reason
        self._gone = 0  # how many people this plan found gone from the lists

    def plan(self) -> SendPlan:
        request, sending = self._request, self._sending
        if request.real and request.occasion is None:
            accepted = self._ledger.counts(sending).people(State.ACCEPTED)
            refuse_older_ledger(request.workspace.state, request.campaign.id, accepted)
        self._leave_out_suppressed()
        if self._has_work():
            self._refuse_overtaken()
        if self._has_changed and not (self._options.finish_old or self._replaces) and self._has_work():
            raise campaign_changed(request, sending)
        joining, audience = 0, None
        if self._has_changed or self._replaces or self._has_other_people():
            joining, newcomers = self._compare_lists(joins=self._replaces or not self._has_changed)
            frozen = None if self._replaces else self._frozen_plan()
            audience = dataclasses.replace(frozen, problems=newcomers.problems) if frozen else newcomers
        again = self._to_try_again() if self._options.retry_refused else ()
        people = joining if self._replaces else joining + self._count_open()
        return request.plan(
            audience or self._frozen_plan(),
            sending,
            people + len(again),
            joining=joining,
            gone=self._gone,
            again=again,
        )

    @functools.cached_property
    def _frozen_state(self) -> SentEvent | None:
        """The state of the event in the mails that the sending has frozen."""
        kept = self._ledger.events(self._sending).get(self._sending.version)
        return SentEvent.from_json(kept) if kept else None

    def _is_behind_an_update(self) -> bool:
        """Return whether the campaign has changed, and people were told: everybody else gets it as they have it."""
        request, last = self._request, self._last_told
        if not self._has_changed or request.occasion or last is None or last == self._frozen_state:
            return False
        return not last.is_cancelled and request.mailing.revision == last.record.revision

    @functools.cached_property
    def _last_told(self) -> SentEvent | None:
        """The latest state of the event that people have; of an update or reminder, by other mails than its own."""
        request = self._request
        is_announced = request.campaign.kind is Kind.ANNOUNCEMENT and request.campaign.event is not None
        return request.life.last if is_announced else None

    def _refuse_overtaken(self) -> None:
        """Refuse to go on with mails about an event that people know in a later state.

        Raises:
            UsageError: The event was called off (E482), or has changed since (E488).
        """
        last, own = self._last_told, self._frozen_state
        if last is None or own is None or own.is_cancelled or last.order <= own.order:
            return
        campaign = self._request.campaign.id
        if last.is_cancelled:
            hint = say(
                "nobody gets the rest of these mails any more; ccmail cancel {campaign} tells everybody who has it",
                campaign=campaign,
            )
            raise UsageError(say("this event was cancelled"), code="E482", hint=hint)
        if not self._replaces:
            changed = ", ".join(fact.value for fact in own.facts.changed(last.facts)) or say("its text in calendars")
            raise UsageError(
                say(
                    "people were told of a change meanwhile ({changed}), and these mails do not know of it",
                    changed=changed,
                ),
                code="E488",
                hint=say(
                    "write the event into the campaign's file as it was told last; then the rest get it like that"
                ),
            )

    # ── the lists as they are now ──

    @functools.cached_property
    def _suppressed(self) -> Mapping[str, Suppression]:
        return read_unwanted(self._request.workspace, self._request.campaign, self._ledger)

    def _has_work(self) -> bool:
        return self._ledger.counts(self._sending).remaining > 0 or self._has_other_people()

    def _has_other_people(self) -> bool:
        return self._sending.lists != self._request.lists or self._has_returned()

    def _has_returned(self) -> bool:
        """Return whether the lists have a person who was left out: as suppressed, or as gone from the lists."""
        suppressed = self._suppressed
        rows = self._ledger.rows(self._sending, State.LEFT_OUT)
        back = {row.key for row in rows if row.reason in _MAY_RETURN and row.key not in suppressed}
        back -= {address for _, address, _ in self._ledger.served(self._sending)} if back else set()
        audience = self._request.audience() if back else ()
        return any(isinstance(item, Selected) and address_key(item.contact.email) in back for item in audience)

    def _compare_lists(self, *, joins: bool) -> tuple[int, AudiencePlan]:
        """Leave out people who left the lists, and stage people who joined; return their number and their plan.

        If the new text replaces the old one, people who do not have the old text are staged as well.
        """
        request, sending = self._request, self._sending
        served = {address: (position, state) for position, address, state in self._ledger.served(sending)}
        pseudonymise = find_pseudonymiser(request.workspace) or str  # an erased person is there by a pseudonym
        listed: set[str] = set()
        refused: set[str] = set()

        def newcomers() -> Iterator[Selected | LeftOut | Problem]:
            for item in request.audience():
                if isinstance(item, Selected):
                    address = address_key(item.contact.email)
                    listed.add(address)
                    found = served.get(address) or served.get(pseudonymise(address))
                    state = found[1] if found else None
                    if state is State.REFUSED:
                        refused.add(address)
                    if joins and (state is None or (self._replaces and state in _WITHOUT_IT)):
                        yield item
                elif not isinstance(item, LeftOut):  # those have their rows since the beginning
                    yield item

        planner = request.planner(sending)
        joining = request.freeze(sending, planner, newcomers(), uncounted=refused)
        audience = planner.plan()
        refuse_errors(check_mails(audience))
        if self._replaces and not self._options.look_only:
            request.keep_content(sending)
        gone = served.keys() - listed - self._unwanted.keys()
        self._leave_out(served, dict.fromkeys(gone, NOT_LISTED))
        return joining, audience

    # ── people who get nothing any more ──

    def _leave_out_suppressed(self) -> None:
        """Leave out the people who were suppressed since the list was frozen, or do not want the mail any more."""
        suppressed = self._suppressed
        if suppressed:
            served = {a: (p, s) for p, a, s in self._ledger.served(self._sending) if a in suppressed}
            self._leave_out(served, {address: suppressed[address].reason.value for address in served})
        if held_back := self._ledger.preferences.unwanted(self._sending):
            served = {a: (p, s) for p, a, s in self._ledger.served(self._sending) if p in held_back}
            self._leave_out(served, {address: held_back[position] for address, (position, _) in served.items()})

    def _leave_out(self, served: Mapping[str, tuple[int, State]], unwanted: Mapping[str, str]) -> None:
        self._unwanted |= unwanted
        rows = ((*served[address], reason) for address, reason in unwanted.items())
        gone = [StateChange(position, State.LEFT_OUT, reason=why) for position, s, why in rows if s in _NOT_BEGUN]
        self._gone += sum(change.reason == NOT_LISTED for change in gone)
        if not self._options.look_only:
            self._ledger.record(self._sending, gone)

    # ── the rest to be sent ──

    def _count_open(self) -> int:
        """Return how many selected people are still to be served, without those who get nothing any more."""
        people = self._ledger.open_count(self._sending, self._request.recipients)
        if self._options.look_only and self._unwanted:
            for row in self._ledger.rows(self._sending, *OPEN - {State.IN_FLIGHT}):
                people -= row.key in self._unwanted and self._request.recipients.holds(row.segment, row.key)
        return people

    def _to_try_again(self) -> tuple[int, ...]:
        return tuple(
            row.position
            for row in self._ledger.rows(self._sending, State.REFUSED)
            if self._request.recipients.holds(row.segment, row.key)
            and row.key not in self._unwanted
            and not is_erased(row.key)
        )

    def _frozen_plan(self) -> AudiencePlan:
        """Return the plan of the mails that the sending has frozen."""
        request, sending = self._request, self._sending
        assembler = make_assembler(request.workspace, request.loaded, sending.version)
        segments = {segment.name: segment for segment in request.campaign.segments}
        fill, now = frozen_mails(self._ledger, sending, zone=request.workspace.zone), clock.now()
        counts = self._ledger.counts(sending)
        variants = []
        for row, people in self._ledger.variants(sending):
            if row.segment in segments and request.workspace.languages.keys() >= set(row.languages):
                first = Selected(from_record(row.contact), row.segment, row.languages)
                variant = Variant(segments[row.segment], row.languages)
                mail = fill(self._ledger.claim_at(sending, row.position), now) if counts.remaining else ()
                shown = planned_variant(request.loaded, assembler, first, variant, mail)
                variants.append(dataclasses.replace(shown, people=people))
        groups = tuple(
            LeftOutGroup(reason, people, ())
            for reason, people in counts.reasons.items()
            if reason != STAGED  # they wait for a person's word
        )
        total = sum(variant.people for variant in variants)
        return AudiencePlan(request.loaded, sending.version, tuple(variants), groups, total, ())
