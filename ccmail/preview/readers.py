"""Whose mail is looked at: each variant with people of the lists, the hard cases first."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import itertools
import zoneinfo
from collections.abc import Callable, Iterable

from ccmail.audience import Selected, address_key
from ccmail.campaign import Campaign

_SHOWN = 60  # people of a variant that can be picked without looking for them
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
    """Why somebody's mail is a hard case."""

    LONGEST_NAME = "longest_name"
    NO_NAME = "no_name"
    OTHER_ZONE = "other_zone"
    OFFICE = "office"


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets the mail."""

    selected: Selected
    traits: tuple[Trait, ...] = ()

    @property
    def key(self) -> str:
        """What stands for this reader in an address of the page."""
        return address_key(self.selected.contact.email)

    @property
    def label(self) -> str:
        """How people know this reader: "Dr. Jana Müller, Bonn"."""
        contact = self.selected.contact
        name = " ".join(filter(None, (contact.title, contact.first_name, contact.last_name)))
        return ", ".join(filter(None, (name or contact.organisation or contact.email, contact.city)))


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Those who get one variant; `readers` are some of them, hard cases first."""

    segment: str
    languages: tuple[str, ...]
    people: int
    readers: tuple[Reader, ...]

    @property
    def name(self) -> str:
        """What stands for this variant in an address of the page: "german.de"."""
        return group_name(self.segment, self.languages)


@dataclasses.dataclass(frozen=True, slots=True)
class Readers:
    """Everybody who would get the campaign."""

    groups: tuple[Group, ...]

    @property
    def people(self) -> int:
        """How many there are."""
        return sum(group.people for group in self.groups)

    def group(self, name: str) -> Group | None:
        """Return a variant by its name, else the first one; None if nobody gets anything."""
        return next((g for g in self.groups if g.name == name), self.groups[0] if self.groups else None)


def group_name(segment: str, languages: tuple[str, ...]) -> str:
    """Return what stands for a variant in an address of the page."""
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
        """Return how many hours a reader's clock is away from the workspace's."""
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
    """Gather a stream of readers into the variants of a campaign.

    Args:
        stream: Who gets the campaign.
        campaign: For the order of its segments.
        zone: Tells somebody's time zone, "" if it is not known.
        home: The workspace's time zone.
        moment: When the event is.
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
    """Return the first readers in whose name, address, organisation or city all these words stand."""
    wanted = words.casefold().split()
    return tuple(itertools.islice((Reader(item) for item in stream if _has(item, wanted)), _FOUND))


def _has(item: Selected, words: Iterable[str]) -> bool:
    contact = item.contact
    known = f"{contact.first_name} {contact.last_name} {contact.email} {contact.organisation} {contact.city}".casefold()
    return all(word in known for word in words)
