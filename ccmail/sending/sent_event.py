"""One state of an event as it was sent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from ccmail.calendar import Method, Revision, SentRevision, event_uid, record
from ccmail.campaign import CalendarMode, Variant
from ccmail.campaign.event_facts import EventFacts
from ccmail.rendering.compose import calendar_entry

if TYPE_CHECKING:
    from ccmail.calendar import CalendarEntry
    from ccmail.campaign import Campaign, Texts
    from ccmail.rendering import LoadedCampaign


@dataclasses.dataclass(frozen=True, slots=True)
class SentEvent:
    """One state of an event as it was sent: the record of its calendar entry, and its facts."""

    record: SentRevision
    facts: EventFacts

    @property
    def order(self) -> tuple[int, dt.datetime]:
        """The rank among the states of the event: SEQUENCE, then DTSTAMP (RFC 5546 2.1.5)."""
        return self.record.revision.sequence, self.record.revision.dtstamp

    @property
    def is_cancelled(self) -> bool:
        """Whether it cancels the event."""
        return self.record.revision.method is Method.CANCEL

    def as_json(self) -> dict[str, Any]:
        """Return the state in types of JSON."""
        revision = self.record.revision
        return {
            "uid": self.record.uid,
            "sequence": revision.sequence,
            "dtstamp": revision.dtstamp.astimezone(dt.UTC).isoformat(),
            "method": revision.method.value,
            "organizers": list(self.record.organizers),
            "major": self.record.major,
            "minor": self.record.minor,
            "facts": self.facts.as_json(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the state that `as_json` wrote.

        Raises:
            ValueError: It is not complete, or damaged.
        """
        try:
            revision = Revision(
                int(kept["sequence"]), dt.datetime.fromisoformat(kept["dtstamp"]), Method(kept["method"])
            )
            organizers = tuple(map(str, kept["organizers"]))
            sent = SentRevision(str(kept["uid"]), revision, organizers, str(kept["major"]), str(kept["minor"]))
            return cls(sent, EventFacts.from_json(kept["facts"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"no state of an event: {error}") from error


def uid_of(loaded: LoadedCampaign) -> str:
    """Return the UID of a campaign's event."""
    domain = loaded.settings.sender.address.rpartition("@")[2]
    return event_uid(loaded.campaign.announced_by, "", domain)


def sent_event(loaded: LoadedCampaign, revision: Revision) -> SentEvent | None:
    """Return the state of a campaign's event as it is now, None if it has no event."""
    facts, entries = EventFacts.of(loaded.campaign), tuple(entries_of(loaded))
    return SentEvent(record(entries, revision), facts) if facts and entries else None


def entries_of(loaded: LoadedCampaign) -> Iterator[CalendarEntry]:
    """Yield the entry of each segment and language; of an event that goes into no calendar, as if it did."""
    mode = loaded.campaign.calendar
    kept = loaded.campaign.model_copy(
        update={"calendar": CalendarMode.ATTACHMENT if mode is CalendarMode.NONE else mode}
    )
    shown = dataclasses.replace(loaded, campaign=kept, is_test=False, occasion=None)
    for segment in kept.segments:
        for code, texts in kept.texts.items():
            variant, subtitle = Variant(segment, (code,)), str(texts.subtitle or "")
            entry = calendar_entry(shown, variant, str(texts.title), subtitle, mail=_mail(kept, texts))
            if entry:
                yield entry


def _mail(campaign: Campaign, texts: Texts) -> str:
    """Return the words of the mail in an entry that is shown in its place, as written: they are only compared."""
    if campaign.calendar is not CalendarMode.RSVP:
        return ""
    return "\n".join([str(texts.text), *(f"{item.time} {item.title} {item.speaker}" for item in campaign.agenda)])
