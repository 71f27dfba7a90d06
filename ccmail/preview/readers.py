"""The readers of each variant to choose from on the page, the hard cases first."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import itertools
import zoneinfo
from collections.abc import Callable, Iterable

from ccmail.audience import Selected, address_key
from ccmail.campaign import Campaign

_SHOWN = 60  # readers of a variant that can be chosen without a search
_FOUND = 20
_OFFICES = {
    "info",
    "office",
    "presse",
    "press",
    "post",
    "poststelle",
    "kontakt",
    "contact",
    "mail",
    "rathaus",
    "service",
}


class Trait(enum.Enum):
    """The reason why a reader's mail is a hard case."""

    LONGEST_NAME = "longest_name"
    NO_NAME = "no_name"
    OTHER_ZONE = "other_zone"
    OFFICE = "office"


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """A reader of the campaign, with the traits that make the mail a hard case."""

    selected: Selected
    traits: tuple[Trait, ...] = ()

    @property
    def key(self) -> str:
        """The reader's key in an address of the page."""
        return address_key(self.selected.contact.email)

    @property
    def label(self) -> str:
        """The reader's name and city: "Dr. Jana Müller, Bonn"."""
        contact = self.selected.contact
        name = " ".join(filter(None, (contact.title, contact.first_name, contact.last_name)))
        return ", ".join(filter(None, (name or contact.organisation or contact.email, contact.city)))


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """The readers of one variant; `people` counts all, `readers` are some of them, the hard cases first."""

    segment: str
    languages: tuple[str, ...]
    people: int
    readers: tuple[Reader, ...]

    @property
    def name(self) -> str:
        """The variant's name in an address of the page: "german.de"."""
        return group_name(self.segment, self.languages)


@dataclasses.dataclass(frozen=True, slots=True)
class Readers:
    """All readers of a campaign, in the groups of its variants."""

    groups: tuple[Group, ...]

    @property
    def people(self) -> int:
        """The number of readers."""
        return sum(group.people for group in self.groups)

    def group(self, name: str) -> Group | None:
        """Return a group by its name, else the first one; None if the campaign has no readers."""
        return next((g for g in self.groups if g.name == name), self.groups[0] if self.groups else None)


def group_name(segment: str, languages: tuple[str, ...]) -> str:
    """Return the name of a variant in an address of the page: "german.de"."""
    return f"{segment}.{'+'.join(languages)}"


class _Gathering:
    """Collects the readers of one variant."""

    def __init__(self, zone: Callable[[Selected], str], home: str, moment: dt.datetime) -> None:
        self._zone, self._home, self._moment = zone, home, moment
        self._zones: dict[tuple[str, str], float] = {}
        self._hard: dict[Trait, tuple[float, Selected]] = {}
        self._first: list[Selected] = []
        self.people = 0

    def add(self, item: Selected) -> None:
        self.people += 1
        if len(self._first) < _SHOWN:
            self._first.append(item)
        for trait, weight in self._traits(item):
            if weight > self._hard.get(trait, (0, None))[0]:
                self._hard[trait] = (weight, item)

    def readers(self) -> tuple[Reader, ...]:
        hard: dict[str, Reader] = {}
        for trait, (_, item) in sorted(self._hard.items(), key=lambda pair: list(Trait).index(pair[0])):
            reader = hard.setdefault(address_key(item.contact.email), Reader(item))
            hard[reader.key] = dataclasses.replace(reader, traits=(*reader.traits, trait))
        others = (Reader(item) for item in self._first if address_key(item.contact.email) not in hard)
        return (*hard.values(), *others)

    def _traits(self, item: Selected) -> Iterable[tuple[Trait, float]]:
        contact = item.contact
        name = f"{contact.title} {contact.first_name} {contact.last_name}".strip()
        is_office = contact.email.partition("@")[0].casefold() in _OFFICES
        yield Trait.LONGEST_NAME, len(name)
        yield Trait.NO_NAME, not name
        yield Trait.OTHER_ZONE, self._distance(item)
        yield Trait.OFFICE, is_office or (bool(contact.organisation) and not name)

    def _distance(self, item: Selected) -> float:
        """Return the hours between a reader's clock and the workspace's."""
        where = (item.contact.country, item.contact.timezone)
        if where not in self._zones:
            self._zones[where] = abs(self._offset(self._zone(item)) - self._offset(self._home))
        return self._zones[where]

    def _offset(self, zone: str) -> float:
        there = self._moment.astimezone(zoneinfo.ZoneInfo(zone or self._home))
        return (there.utcoffset() or dt.timedelta()) / dt.timedelta(hours=1)


def gather(
    stream: Iterable[Selected], campaign: Campaign, zone: Callable[[Selected], str], home: str, moment: dt.datetime
) -> Readers:
    """Return a stream of readers in the groups of a campaign's variants.

    Args:
        stream: The readers of the campaign.
        campaign: Gives the order of the segments.
        zone: Returns a reader's time zone, "" if unknown.
        home: The workspace's time zone.
        moment: The time of the event.
    """
    gathered: dict[tuple[str, tuple[str, ...]], _Gathering] = {}
    for item in stream:
        name = (item.segment, item.languages)
        if name not in gathered:
            gathered[name] = _Gathering(zone, home, moment)
        gathered[name].add(item)
    order = {segment.name: (number, segment.languages) for number, segment in enumerate(campaign.segments)}
    names = sorted(gathered, key=lambda n: (order[n[0]][0], n[1] != order[n[0]][1], n[1]))
    return Readers(tuple(Group(*name, gathered[name].people, gathered[name].readers()) for name in names))


def find(stream: Iterable[Selected], words: str) -> tuple[Reader, ...]:
    """Return the first readers whose name, address, organisation or city contains all words."""
    wanted = words.casefold().split()
    return tuple(itertools.islice((Reader(item) for item in stream if _has(item, wanted)), _FOUND))


def _has(item: Selected, words: Iterable[str]) -> bool:
    contact = item.contact
    known = f"{contact.first_name} {contact.last_name} {contact.email} {contact.organisation} {contact.city}".casefold()
    return all(word in known for word in words)
