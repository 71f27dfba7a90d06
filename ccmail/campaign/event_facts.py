"""The facts of an event that people are told: kept when they are sent, and compared with those of today."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import zoneinfo
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from ccmail.campaign.days import DayRange
from ccmail.campaign.event import ONLINE, Event
from ccmail.campaign.times import TimeRange
from ccmail.yamlfile import Localized, SourceText

if TYPE_CHECKING:
    from ccmail.campaign.model import Campaign


class EventFact(enum.Enum):
    """A fact that can change; its value is the key in the campaign's file."""

    DATE = "event.date"
    BEGINS = "event.time (begin)"
    ENDS = "event.time (end)"
    ZONE = "event.timezone"
    PLACE = "event.place"
    LINK = "event.link"
    REGISTER = "event.register"
    TITLE = "title"


@dataclasses.dataclass(frozen=True, slots=True)
class EventFacts:
    """The facts of an event, as plain values.

    Attributes:
        first: Its first day.
        last: Its last day, the same for an event of one day.
        begins: The beginning by the clocks of the zone; None for whole days.
        ends: The end, None if it has none.
        zone: The IANA name of its time zone.
        place: By language, "" for all of them; empty without a place; `{"": "online"}` online.
        link: The address to join it, or "".
        register: The address to register at, or "".
        titles: By language.
    """

    first: dt.date
    last: dt.date
    begins: dt.time | None
    ends: dt.time | None
    zone: str
    place: Mapping[str, str]
    link: str
    register: str
    titles: Mapping[str, str]

    @classmethod
    def of(cls, campaign: Campaign) -> Self | None:
        """Return the facts of a campaign's event, None if it has none."""
        event = campaign.event
        if event is None:
            return None
        return cls(
            first=event.date.first,
            last=event.date.last,
            begins=event.time.start if event.time else None,
            ends=event.time.end if event.time else None,
            zone=event.timezone.key,
            place={code: str(text) for code, text in event.place} if event.place else {},
            link=str(event.link or ""),
            register=str(event.register or ""),
            titles={code: str(texts.title) for code, texts in campaign.texts.items()},
        )

    def as_json(self) -> dict[str, Any]:
        """Return the facts in types of JSON."""
        return {
            **dataclasses.asdict(self),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "begins": self.begins and f"{self.begins:%H:%M}",
            "ends": self.ends and f"{self.ends:%H:%M}",
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the facts that `as_json` wrote.

        Raises:
            ValueError: They are not complete, or damaged.
        """
        try:
            return cls(
                first=dt.date.fromisoformat(kept["first"]),
                last=dt.date.fromisoformat(kept["last"]),
                begins=dt.time.fromisoformat(kept["begins"]) if kept["begins"] else None,
                ends=dt.time.fromisoformat(kept["ends"]) if kept["ends"] else None,
                zone=zoneinfo.ZoneInfo(kept["zone"]).key,
                place=_texts(kept["place"]),
                link=str(kept["link"]),
                register=str(kept["register"]),
                titles=_texts(kept["titles"]),
            )
        except (KeyError, TypeError, AttributeError, zoneinfo.ZoneInfoNotFoundError) as error:
            raise ValueError(f"no facts of an event: {error}") from error

    @property
    def is_online(self) -> bool:
        """Whether it takes place online only."""
        return self.place.get("") == ONLINE

    def changed(self, now: EventFacts) -> tuple[EventFact, ...]:
        """Return the facts in which a later state differs."""
        pairs = {
            EventFact.DATE: ((self.first, self.last), (now.first, now.last)),
            EventFact.BEGINS: (self.begins, now.begins),
            EventFact.ENDS: (self.ends, now.ends),
            EventFact.ZONE: (self.zone, now.zone),
            EventFact.PLACE: (self.place, now.place),
            EventFact.LINK: (self.link, now.link),
            EventFact.REGISTER: (self.register, now.register),
            EventFact.TITLE: (self.titles, now.titles),
        }
        return tuple(fact for fact, (before, after) in pairs.items() if before != after)

    def text(self, fact: EventFact, day: Callable[[dt.date], str] = str) -> str:
        """Return a fact in words, "" without one; `day` writes the days."""
        days = (self.first,) if self.first == self.last else (self.first, self.last)
        texts: Mapping[EventFact, str] = {
            EventFact.DATE: " – ".join(map(day, days)),
            EventFact.BEGINS: f"{self.begins:%H:%M}" if self.begins else "",
            EventFact.ENDS: f"{self.ends:%H:%M}" if self.ends else "",
            EventFact.ZONE: self.zone,
            EventFact.PLACE: " / ".join(dict.fromkeys(self.place.values())),
            EventFact.LINK: self.link,
            EventFact.REGISTER: self.register,
            EventFact.TITLE: " / ".join(dict.fromkeys(self.titles.values())),
        }
        return texts[fact]

    def as_event(self, like: Event | None = None) -> Event:
        """Return an event with these facts; what they do not say is as in another one."""
        given: dict[str, Any] = {
            "date": DayRange(self.first, self.last),
            "time": TimeRange(self.begins, self.ends) if self.begins else None,
            "place": Localized(self.place.get("") or self.place) if self.place else None,
            "link": SourceText.plain(self.link) if self.link else None,
            "register": SourceText.plain(self.register) if self.register else None,
            "timezone": zoneinfo.ZoneInfo(self.zone),
        }
        return like.model_copy(update=given) if like else Event.model_construct(**given)

    def put_into(self, campaign: Campaign) -> Campaign:
        """Return a campaign with these facts instead of its own: a cancellation names the event as people have it."""
        texts = {
            code: words.model_copy(update={"title": SourceText.plain(self.titles.get(code, words.title))})
            for code, words in campaign.texts.items()
        }
        return campaign.model_copy(update={"event": self.as_event(campaign.event), "texts": texts})


def _texts(kept: Mapping[str, Any]) -> dict[str, str]:
    return {str(code): str(text) for code, text in kept.items()}
