"""The event of a campaign: date, time, place and conference language."""

import datetime as dt
import warnings
import zoneinfo
from collections.abc import Iterator
from typing import Annotated, Any, Self

import pydantic
from pydantic import Field

from ccmail.campaign.days import Days
from ccmail.campaign.nouns import CampaignId, SpokenLanguage
from ccmail.campaign.times import ZONE_WORDS, Times
from ccmail.problems import Mark, Problem, Severity
from ccmail.wording import say
from ccmail.wording.days import day_in_digits
from ccmail.yamlfile import Localized, SourceText, ValueProblem, WebLink, Written, Zone
from ccmail.yamlfile.reading import SAID

ONLINE = "online"


def _forget_comment(value: Any) -> Any:
    """Return `online` without its comment: `online` is a keyword, so nobody can mean the comment as its text."""
    if isinstance(value, SourceText) and value.strip().casefold() == ONLINE:
        return SourceText(ONLINE, value.place)
    return value


with warnings.catch_warnings():
    # Pydantic warns: its metaclass has an attribute `register`, too. Nobody here uses that one.
    warnings.filterwarnings("ignore", message='Field name "register"')

    class Event(Written):
        """The event: facts that are the same in all languages."""

        date: Days = Field(description="7.10.2020, 2020-10-07, 30.3.–1.4.2021, 10./11. Februar 2027")
        time: Times | None = Field(
            None, description="13:00–15:30, 13:00; on several days: of each day; without it whole days"
        )
        place: Annotated[Localized, pydantic.BeforeValidator(_forget_comment)] | None = Field(
            None, description="online, or where it is: one text or {de: …, en: …}"
        )
        language: SpokenLanguage | None = Field(None, description="The conference language: en, Englisch, English")
        register: WebLink | None = Field(None, description="Where to register: the main button of the mail")
        link: WebLink | None = Field(None, description="The link into the event, once it is known")
        same_as: CampaignId | None = Field(
            None, description="The campaign that has announced this event already: both have one calendar entry"
        )
        timezone: Zone = Field(
            default_factory=lambda: zoneinfo.ZoneInfo("Europe/Berlin"),
            description="Only if it is not the workspace's, e.g. Asia/Tbilisi",
        )

        @property
        def is_online(self) -> bool:
            """Whether it takes place online only."""
            return self.place is not None and self.place.get("") == ONLINE

        @property
        def start(self) -> dt.datetime | None:
            """The beginning, aware; None if the event takes whole days."""
            return dt.datetime.combine(self.date.first, self.time.start, self.timezone) if self.time else None

        @property
        def end(self) -> dt.datetime | None:
            """The end, aware, on the last day; None if none is given or the event takes whole days."""
            if self.time is None or self.time.end is None:
                return None
            return dt.datetime.combine(self.date.last, self.time.end, self.timezone)

        @property
        def is_each_day(self) -> bool:
            """Whether its times are those of each of several days: 9:00–17:00, but not 22:00–2:00."""
            if self.time is None or self.date.is_one_day:
                return False
            return self.time.end is None or self.time.end > self.time.start

        @property
        def sessions(self) -> tuple[tuple[dt.datetime, dt.datetime | None], ...]:
            """Beginning and end of each day, or of the whole event if it goes on through the night; none for days."""
            if self.start is None or self.time is None:
                return ()
            if not self.is_each_day:
                return ((self.start, self.end),)
            start, end = self.time.start, self.time.end
            return tuple(
                (
                    dt.datetime.combine(day, start, self.timezone),
                    dt.datetime.combine(day, end, self.timezone) if end else None,
                )
                for day in self.date.days
            )

        @pydantic.model_validator(mode="before")
        @classmethod
        def _take_the_workspaces_zone(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
            zone = (info.context or {}).get("zone")
            if isinstance(value, dict) and value and zone and not value.get("timezone"):
                return {**value, "timezone": zone}
            return value

        @pydantic.model_validator(mode="after")
        def _say_what_contradicts_itself(self, info: pydantic.ValidationInfo) -> Self:
            problems = tuple(contradictions(self))
            said = (info.context or {}).get(SAID)
            if said is not None:
                said.extend(problems)
            elif any(p.is_error for p in problems):
                first = next(p for p in problems if p.is_error)
                raise ValueProblem(first.code, first.message, hint=first.hint)
            return self


def contradictions(event: Event) -> Iterator[Problem]:
    """Yield the problems of an event's days and times."""
    yield from _very_long(event)
    times = event.time
    if times is None or event.start is None:
        return
    mark = Mark(times.place)
    if times.end and event.end and event.end <= event.start and event.date.is_one_day:
        yield Problem(
            "C214",
            say("the event ends before it begins") if times.end < times.start else say("the event ends when it begins"),
            marks=(
                Mark(
                    times.place,
                    say("{end} is not after {start}", end=f"{times.end:%H:%M}", start=f"{times.start:%H:%M}"),
                ),
            ),
            hint=say("write the beginning first; an event over midnight has two dates: 7.–8.10.2020"),
        )
    yield from _zone_word(event, mark)
    yield from _two_readings(event, mark)
    for moment in (moment for session in event.sessions for moment in session):
        if moment:
            yield from _clock_change(moment, mark)


_MANY_DAYS = 31


def _very_long(event: Event) -> Iterator[Problem]:
    """Yield a problem for an event of more than a month: mostly a slip in month or year."""
    count = (event.date.last - event.date.first).days + 1
    if count > _MANY_DAYS:
        first, last = event.date.first, event.date.last
        yield Problem(
            "C245",
            say(
                "the event has {count:,} days: {first} to {last}",
                count=count,
                first=day_in_digits(first),
                last=day_in_digits(last),
            ),
            Severity.WARNING,
            (Mark(event.date.place, say("month and year?")),),
            say("if that is right, leave it: calendars show it on each of these days"),
        )


_EVENING, _MORNING = dt.time(17), dt.time(7)


def _two_readings(event: Event, mark: Mark) -> Iterator[Problem]:
    """Yield a problem for times of several days that people may mean in another way than they are read."""
    times, count = event.time, len(event.date.days)
    if times is None or event.date.is_one_day:
        return
    if times.end is None:
        yield Problem(
            "C241",
            say(
                "the event has {count:,} days and no end: calendars show {start}, for one hour, on each day",
                count=count,
                start=f"{times.start:%H:%M}",
            ),
            Severity.WARNING,
            (mark,),
            say("add the end of each day: {start}–17:00", start=f"{times.start:%H:%M}"),
        )
    elif count > 2 and times.start >= _EVENING and times.end <= _MORNING:  # noqa: PLR2004
        first, last = event.date.first, event.date.last
        yield Problem(
            "C241",
            say(
                "the event goes on from {first}, {start}, to {last}, {end}",
                first=day_in_digits(first),
                start=f"{times.start:%H:%M}",
                last=day_in_digits(last),
                end=f"{times.end:%H:%M}",
            ),
            Severity.WARNING,
            (mark,),
            say(
                "if you mean each night, write a campaign for each, or leave out “time:” and write the hours into the "
                "text"
            ),
        )


def _zone_word(event: Event, mark: Mark) -> Iterator[Problem]:
    start, word = event.start, event.time.zone_word if event.time else ""
    offset = start.utcoffset() if start else None
    if not word or start is None or offset == dt.timedelta(hours=ZONE_WORDS[word]):
        return
    right, city = start.tzname() or "", event.timezone.key.rpartition("/")[2].replace("_", " ")
    if not right.isalpha() and offset is not None:
        right = f"UTC{offset.total_seconds() / 3600:+g}"
    yield Problem(
        "C216",
        say("on {day} {city} has {right}, not {word}", day=day_in_digits(start), city=city, right=right, word=word),
        marks=(mark,),
        hint=say(
            "leave “{word}” out: every mail says the right one by itself; the zone is {zone}",
            word=word,
            zone=event.timezone.key,
        ),
    )


def _clock_change(moment: dt.datetime, mark: Mark) -> Iterator[Problem]:
    """Yield a problem for a time that clocks skip in spring, or show twice in autumn."""
    if moment.astimezone(dt.UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None):
        yield Problem(
            "C217",
            say(
                "{time} does not exist on {day}: the clocks go forward then",
                time=f"{moment:%H:%M}",
                day=day_in_digits(moment),
            ),
            marks=(mark,),
            hint=say("choose a time before or after it"),
        )
    elif moment.utcoffset() != moment.replace(fold=1).utcoffset():
        yield Problem(
            "C229",
            say(
                "{time} comes twice on {day}: the clocks go back then",
                time=f"{moment:%H:%M}",
                day=day_in_digits(moment),
            ),
            Severity.WARNING,
            (mark,),
            say("the first of the two is taken"),
        )
