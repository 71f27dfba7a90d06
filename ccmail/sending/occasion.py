"""The occasion of a sending: what a mail about an event that people have says, to whom, with which calendar entry."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from ccmail import clock
from ccmail.audience import Reason
from ccmail.campaign import Kind
from ccmail.ledger import MAY_HAVE_IT, Purpose, SendingKind
from ccmail.planning.assembler import Mailing
from ccmail.planning.audience import read_wishes
from ccmail.problems import UsageError
from ccmail.rendering import fingerprint, manifest
from ccmail.rendering.occasion import Occasion
from ccmail.report.answers import declined
from ccmail.sending.event_life import EventLife, event_of, read_life, revise
from ccmail.sending.holders import Wanted
from ccmail.sending.sent_event import SentEvent, sent_event
from ccmail.sending.sharing import key_name
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ccmail.calendar import Revision
    from ccmail.campaign.event_facts import EventFacts
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedOccasion:
    """An update, a reminder or a cancellation, ready to be planned.

    Attributes:
        purpose: Which of them.
        loaded: The campaign, with the occasion; for a cancellation with the facts that people have.
        life: The life of the event until now, without the sending that goes on.
        whole: The life of the event with it.
        mailing: The place of its mails in that life.
        wanted: The choice among the people who have the event.
        number: The number of the sending.
        before: The last state that was sent, None if nobody noted it.
        now: The state that is to be sent.
        latest: The sending that goes on, None if one begins.
        declined: The number of people who have declined; they are told of changes all the same.
    """

    purpose: Purpose
    loaded: LoadedCampaign
    life: EventLife
    whole: EventLife
    mailing: Mailing
    wanted: Wanted
    number: int
    before: SentEvent | None
    now: SentEvent
    latest: Sending | None
    declined: int

    @property
    def people_fingerprint(self) -> str:
        """The fingerprint of the people who are to be told: while it is the same, nobody has joined or left."""
        told = (key for key, had in self.life.held.items() if had.state != self.wanted.current)
        digest = hashlib.sha256()
        for key in sorted(key for key in told if key not in self.wanted.left_out):
            digest.update(f"{key}\n".encode())
        return digest.hexdigest()[:16]


def plan_occasion(
    workspace: Workspace,
    ledger: Ledger,
    loaded: LoadedCampaign,
    purpose: Purpose,
    kind: SendingKind,
    *,
    again: bool = False,
) -> PlannedOccasion:
    """Return an update, a reminder or a cancellation of a campaign's event.

    Args:
        workspace: The workspace.
        ledger: Its ledger.
        loaded: The campaign as it is now.
        purpose: Which of them.
        kind: The kind of its sending.
        again: Reminders go also to people who had one.

    Raises:
        UsageError: The campaign announces nothing (W851), nobody has the event (W852), nothing has changed (W853), the
            event has changed (W854), was cancelled (E482), or its calendar entry would become another one.
    """
    refuse_without_event(loaded, purpose)
    campaign = loaded.campaign.id
    found = _find_news(workspace, ledger, loaded, kind, purpose, again=again)
    life, told, latest = found.life, found.told, found.latest
    revision = _frozen(ledger, latest, told) or revise(found.whole, told, purpose, clock.now())
    now = sent_event(told, revision)
    assert now is not None  # noqa: S101 - it has an event
    if not latest:
        _refuse_pointless(life, now, purpose, campaign)
    _refuse_other_key(workspace, life, now)
    said_no = declined(ledger, life.sendings) & life.held.keys()
    left_out = {}
    if purpose is Purpose.REMINDER:
        left_out = _without_reminder(ledger, life, said_no, again=again) | _not_wanting(workspace, ledger, life)
    number = latest.number if latest else _next_number(ledger, campaign, kind)
    befores = told.occasion.before if told.occasion else ()
    held = {key: had.state for key, had in life.held.items() if had.state < len(befores)}
    return PlannedOccasion(
        purpose=purpose,
        loaded=told,
        life=life,
        whole=found.whole,
        mailing=Mailing(revision, f"{purpose.value} {number}", held),
        wanted=Wanted(None if purpose is Purpose.REMINDER else _position(life, now), left_out),
        number=number,
        before=life.last,
        now=now,
        latest=latest,
        declined=len(said_no),
    )


def refuse_without_event(loaded: LoadedCampaign, purpose: Purpose) -> None:
    """Refuse a campaign that announces nothing.

    Raises:
        UsageError: W851.
    """
    campaign = loaded.campaign
    if campaign.kind is not Kind.ANNOUNCEMENT or campaign.event is None:
        message = say(
            "{campaign} announces no event: {nothing_to_do}",
            campaign=campaign.id,
            nothing_to_do=_NOTHING_TO_DO[purpose],
        )
        raise UsageError(message, code="W851", hint=say("for another mail to the same people, write another campaign"))


class _News(NamedTuple):
    """The news to be told: the life of the event without it and with it, the campaign, the sending that goes on."""

    life: EventLife
    whole: EventLife
    told: LoadedCampaign
    latest: Sending | None


def _find_news(
    workspace: Workspace,
    ledger: Ledger,
    loaded: LoadedCampaign,
    kind: SendingKind,
    purpose: Purpose,
    *,
    again: bool,
) -> _News:
    """Return the news: those of the latest sending of this purpose, as long as it is not over."""
    event, latest = event_of(loaded), ledger.latest(loaded.campaign.id, kind, purpose)
    whole = read_life(workspace, ledger, event, kind, purpose)
    life = read_life(workspace, ledger, event, kind, purpose, latest) if latest else whole
    if not life.is_sent:
        raise nobody_has_it(loaded.campaign.id, purpose)
    told = _told(loaded, life, purpose)
    if latest and _goes_on(ledger, latest, told, again=again):
        return _News(life, whole, told, latest)
    return _News(whole, whole, _told(loaded, whole, purpose) if latest else told, None)


def _told(loaded: LoadedCampaign, life: EventLife, purpose: Purpose) -> LoadedCampaign:
    """Return a campaign with the occasion: the event as people have it, without the state that the mails bring."""
    last = life.last
    if purpose is Purpose.CANCELLATION:
        campaign = last.facts.put_into(loaded.campaign) if last else loaded.campaign
        return dataclasses.replace(loaded, campaign=campaign, occasion=Occasion(purpose))
    now = sent_event(loaded, last.record.revision) if last else None
    older = life.states[:-1] if now == last else life.states
    befores = tuple(state.facts if state else None for state in older)
    return dataclasses.replace(loaded, occasion=Occasion(purpose, befores))


def _goes_on(ledger: Ledger, latest: Sending, told: LoadedCampaign, *, again: bool) -> bool:
    """Return whether the latest sending goes on: some people are left, or all its people know what would be told."""
    if ledger.counts(latest).remaining:
        return True
    version = fingerprint(manifest(told))
    known = {mail.version for mail in ledger.held([latest]).values()}
    return not again and version in ledger.events(latest) and known <= {version}


def nobody_has_it(campaign: str, purpose: Purpose) -> UsageError:
    """Return the error for an event that nobody has got yet (W852)."""
    return UsageError(
        say("nobody has got {campaign} yet: {nothing_to_do}", campaign=campaign, nothing_to_do=_NOTHING_TO_DO[purpose]),
        code="W852",
        hint=say("change the file as you like; ccmail send {campaign} sends it as it is then", campaign=campaign),
    )


_NOTHING_TO_DO = {
    Purpose.UPDATE: say("there is nothing to update"),
    Purpose.REMINDER: say("there is nothing to remind of"),
    Purpose.CANCELLATION: say("there is nothing to cancel"),
}


def _frozen(ledger: Ledger, sending: Sending | None, loaded: LoadedCampaign) -> Revision | None:
    """Return the revision that a sending has frozen with this very version of the campaign."""
    kept = ledger.events(sending).get(fingerprint(manifest(loaded))) if sending else None
    return SentEvent.from_json(kept).record.revision if kept else None


def _next_number(ledger: Ledger, campaign: str, kind: SendingKind) -> int:
    return 1 + max((sending.number for sending in ledger.sendings(campaign) if sending.delivery is kind), default=0)


def _position(life: EventLife, now: SentEvent) -> int | None:
    """Return the position of a state among those that people have, None if it is new."""
    same = (n for n, state in enumerate(life.states) if state and state.record == now.record)
    return next(same, None)


def _refuse_pointless(life: EventLife, now: SentEvent, purpose: Purpose, campaign: str) -> None:
    """Refuse an update that changes nothing for anybody, and a reminder of something that people do not know yet."""
    last, current = life.last, _position(life, now)
    if purpose is Purpose.REMINDER and last and now.record != last.record:
        raise UsageError(
            say(
                "the event of {campaign} has changed since people got it: {changed}",
                campaign=campaign,
                changed=_listed(last.facts, now.facts),
            ),
            code="W854",
            hint=say("ccmail update {campaign} tells them first; then remind them", campaign=campaign),
        )
    if purpose is Purpose.UPDATE and current is not None and _have_all(life, current):
        raise UsageError(
            say("nothing to tell about {campaign}: its event has not changed since it was sent", campaign=campaign),
            code="W853",
            hint=say("change the event in its file; ccmail remind {campaign} reminds of it", campaign=campaign),
        )


def _have_all(life: EventLife, state: int) -> bool:
    return all(holding.state == state for holding in life.held.values()) and set(life.elsewhere.values()) <= {state}


def _refuse_other_key(workspace: Workspace, life: EventLife, now: SentEvent) -> None:
    """Refuse to change entries that another computer has made with another key: they would become second ones."""
    others = {part.tokens for part in life.shared.elsewhere if part.tokens}
    if now.record.organizers and others and others != {key_name(workspace)}:
        raise UsageError(
            say(
                "the invitations were sent from a computer with another key: this one cannot change their "
                "calendar entries"
            ),
            code="W856",
            hint=say("copy .ccmail/tokens.key from that computer"),
        )


def _listed(before: EventFacts, now: EventFacts) -> str:
    return ", ".join(fact.value for fact in before.changed(now)) or say("its text in calendars")


def _not_wanting(workspace: Workspace, ledger: Ledger, life: EventLife) -> dict[str, Reason]:
    """Return the people who want no such mails now."""
    wishes = read_wishes(workspace, ledger)
    if wishes is None:
        return {}
    found = {key: wishes.reason(key, had.mail.segment) for key, had in life.held.items()}
    return {key: reason for key, reason in found.items() if reason}


def _without_reminder(ledger: Ledger, life: EventLife, said_no: Iterable[str], *, again: bool) -> dict[str, Reason]:
    """Return the people who get no reminder: they will not come, or had one."""
    left_out = dict.fromkeys(said_no, Reason.DECLINED)
    if not again:
        for sending in life.sendings:
            if sending.purpose is Purpose.REMINDER:
                had = ledger.served(sending)
                left_out |= {key: Reason.REMINDED for _, key, state in had if state in MAY_HAVE_IT}
    return left_out
