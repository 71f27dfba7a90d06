"""The error for a campaign that has changed after people got it: with the differences, and the ways to go on."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from ccmail.campaign import Kind
from ccmail.campaign.event_facts import EventFacts
from ccmail.ledger import State
from ccmail.problems import CcmailError
from ccmail.rendering import differences
from ccmail.sending.sent_event import SentEvent
from ccmail.wording import join, say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.ledger import Sending
    from ccmail.sending.request import SendRequest

_SHOWN_DIFFERENCES = 10
_SHOWN_TEXT = 60  # characters of a difference
_WAYS_ON = (
    say("undo the change to go on with the same text,"),
    say("or --finish-old sends the old text to the rest,"),
    say("or --confirm-change sends the new text to all who do not have the old one"),
)


def campaign_changed(request: SendRequest, sending: Sending) -> CcmailError:
    """Return the error for a campaign that is no longer what its sending began with (M610)."""
    counts = request.ledger.counts(sending)
    kept = request.ledger.manifest(sending, sending.version)
    found = differences(zlib.decompress(kept), request.content) if kept else ()
    shown = [join(" ", [f"{d.where}:", *_change(d.before, d.after)]) for d in found[:_SHOWN_DIFFERENCES]]
    if len(found) > _SHOWN_DIFFERENCES:
        shown.append(say("and {more} more", more=len(found) - _SHOWN_DIFFERENCES))
    return CcmailError(
        say(
            "this campaign changed after {people} got it: version {version} was sent, now it is "
            "{now}; still without it: {others}",
            people=_people(counts.people(State.ACCEPTED)),
            version=sending.version,
            now=request.version,
            others=_people(counts.remaining),
        ),
        code="M610",
        hint=join("\n", [*shown, *_old_event(request, sending, counts.people(State.ACCEPTED)), *_WAYS_ON]),
    )


def _old_event(request: SendRequest, sending: Sending, people: int) -> Iterator[str]:
    """Yield the way on for the people who have the event as it was."""
    kept = request.ledger.events(sending).get(sending.version)
    now = EventFacts.of(request.campaign)
    if not kept or not now or request.campaign.kind is not Kind.ANNOUNCEMENT or request.occasion:
        return
    if changed := SentEvent.from_json(kept).facts.changed(now):
        yield say_n(
            "{n:,} person has the old {facts}: ccmail update {campaign} tells them, in their calendars too",
            "{n:,} people have the old {facts}: ccmail update {campaign} tells them, in their calendars too",
            people,
            facts=tuple(fact.value for fact in changed),
            campaign=request.campaign.id,
        )


def _people(count: int) -> str:
    return say_n("{n:,} person", "{n:,} people", count)


def _change(before: str, after: str) -> tuple[str, str, str]:
    return _shortened(before), "→", _shortened(after)


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    if not flat:
        return say("(nothing)")
    return f"“{flat}”" if len(flat) <= _SHOWN_TEXT else f"“{flat[:_SHOWN_TEXT]}…”"
