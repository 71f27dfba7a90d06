"""The state of an event that a mail announces: UID, SEQUENCE, DTSTAMP, METHOD."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import hashlib
import json
import uuid
from typing import TYPE_CHECKING

from ccmail.calendar.entry import CalendarEntry
from ccmail.calendar.uri import ascii_domain
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ccmail.example/calendar")


class Method(enum.Enum):
    """The request to the receiving calendar (RFC 5546 1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclasses.dataclass(frozen=True, slots=True)
class Revision:
    """One state of an event; fixed before its first mail leaves, so that every mail has the same bytes.

    Raises:
        ValueError: `dtstamp` is naive, `sequence` negative, or 0 for a cancellation (nothing to cancel yet).
    """

    sequence: int
    dtstamp: dt.datetime
    method: Method

    def __post_init__(self) -> None:
        if self.dtstamp.tzinfo is None:
            raise ValueError("a revision has an aware time")
        if self.sequence < (1 if self.method is Method.CANCEL else 0):
            raise ValueError(f"{self.sequence} is too small a SEQUENCE for {self.method.value}")


@dataclasses.dataclass(frozen=True, slots=True)
class SentRevision:
    """The record of a revision that was sent: plain values, no texts.

    Attributes:
        uid: The event's (not a recipient's).
        revision: The last one that was sent, not the last one that was edited.
        organizers: Fingerprints of the addresses that get the answers, sorted: a record can be given to others.
        major: Digest of the values whose change is important to people: time, zone, place.
        minor: Digest of the other values.
    """

    uid: str
    revision: Revision
    organizers: tuple[str, ...]
    major: str
    minor: str


def event_uid(campaign: str, key: str, domain: str) -> str:
    """Return the UID of an event, always the same and on every computer.

    Args:
        campaign: The campaign's id.
        key: Identifies the event within the campaign; "" if there is only one.
        domain: The sender's.

    Raises:
        ValueError: The domain is not valid.
    """
    event = uuid.uuid5(_NAMESPACE, f"{campaign}\n{key}")
    return f"{event}@{ascii_domain(domain)}"


def recipient_uid(uid: str, token: str) -> str:
    """Return the UID of one recipient's copy of an event.

    Nothing else in an answer reliably identifies the recipient: there are aliases, assistants and forwarded mails.
    `token` is printable ASCII without @, and does not reveal the address.
    """
    event, _, domain = uid.partition("@")
    return f"{event}-{token}@{domain}"


def first_revision(method: Method, now: dt.datetime) -> Revision:
    """Return the revision of an event that was never sent."""
    return Revision(0, _whole_seconds(now), method)


def record(entries: CalendarEntry | Sequence[CalendarEntry], revision: Revision) -> SentRevision:
    """Return the record of an event that is sent; `entries` are its languages, which share revisions."""
    languages = _all(entries)
    return SentRevision(
        uid=languages[0].uid,
        revision=revision,
        organizers=_organizers(languages),
        major=_digest(_major(entry) for entry in languages),
        minor=_digest(_minor(entry) for entry in languages),
    )


def next_revision(
    previous: SentRevision, entries: CalendarEntry | Sequence[CalendarEntry], now: dt.datetime
) -> Revision:
    """Return the revision for the changes since the last one that was sent.

    A changed time, zone, number of days or place raises SEQUENCE: with the old one calendars ignore the update. Other
    changes keep it: a higher one asks everybody for an answer again. Without any change it is the previous revision,
    which gives the same bytes. `entries` are the languages of the event.

    Raises:
        UsageError: The UID changed, or the organizer of an invitation, which makes it another event for calendars; or
            the event was cancelled.
    """
    now_sent = record(entries, previous.revision)
    _refuse_another_event(previous, now_sent, _all(entries))
    if now_sent.major != previous.major:
        return _later(previous.revision, now, bump=1)
    return previous.revision if now_sent.minor == previous.minor else _later(previous.revision, now, bump=0)


def cancellation(previous: SentRevision, now: dt.datetime) -> Revision:
    """Return the revision that cancels the event; the previous one if it is cancelled already."""
    if previous.revision.method is Method.CANCEL:
        return previous.revision
    return dataclasses.replace(_later(previous.revision, now, bump=1), method=Method.CANCEL)


def _later(last: Revision, now: dt.datetime, *, bump: int) -> Revision:
    # DTSTAMP must grow even if the computer's clock was turned back
    stamp = max(_whole_seconds(now), last.dtstamp + dt.timedelta(seconds=1))
    return Revision(last.sequence + bump, stamp, last.method)


def _organizers(entries: Sequence[CalendarEntry]) -> tuple[str, ...]:
    addresses = {entry.organizer.address for entry in entries if entry.organizer}
    return tuple(sorted(hashlib.sha256(address.encode()).hexdigest()[:16] for address in addresses))


def _refuse_another_event(previous: SentRevision, current: SentRevision, entries: Sequence[CalendarEntry]) -> None:
    if previous.revision.method is Method.CANCEL:
        raise UsageError(
            say("this event was cancelled"),
            code="E482",
            hint=say("calendars distrust an entry that comes back: invite with a new campaign"),
        )
    if current.uid != previous.uid:
        raise UsageError(
            say("this is not the event that was sent: it has another UID"), code="E480", hint=say("use its campaign")
        )
    if previous.revision.method is Method.REQUEST and current.organizers != previous.organizers:
        organizers = sorted({entry.organizer.address for entry in entries if entry.organizer})
        now = tuple(say("“{address}”", address=address) for address in organizers)
        raise UsageError(
            say("the answers went to another address, now they would go to {now}", now=now)
            if now
            else say("the answers went to another address, now they would go to nobody"),
            code="E481",
            hint=say("calendars would keep both entries: leave the contact as it was, or cancel the event first"),
        )


# The two halves of an entry: major is sabre's list of significant properties, and LOCATION as in Thunderbird.
def _major(entry: CalendarEntry) -> list[str]:
    zone = str(getattr(entry.start, "tzinfo", "") or "")
    # one day says nothing of days: the digests of events that were sent before there were several stay right
    repetition = [f"{entry.days} days"] if entry.days > 1 else []
    return [entry.start.isoformat(), entry.until.isoformat(), zone, entry.place, *repetition]


def _minor(entry: CalendarEntry) -> list[str]:
    name = entry.organizer.name if entry.organizer else ""
    return [entry.summary, entry.description, entry.location, entry.url, entry.link, name]


def _digest(parts: Iterable[list[str]]) -> str:
    canonical = json.dumps(sorted(parts))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _all(entries: CalendarEntry | Sequence[CalendarEntry]) -> Sequence[CalendarEntry]:
    return (entries,) if isinstance(entries, CalendarEntry) else tuple(entries)


def _whole_seconds(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)
