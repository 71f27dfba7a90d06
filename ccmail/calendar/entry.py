"""A calendar entry: one event, as plain values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from ccmail.calendar.uri import mail_uri, web_uri

ASSUMED_LENGTH = dt.timedelta(hours=1)

_UID = re.compile(r"[!-~]+@[!-~]+")


@dataclasses.dataclass(frozen=True, slots=True)
class CalendarUser:
    """A person or office with a mail address; `name` may be ""."""

    name: str
    address: str


@dataclasses.dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event in one language.

    Attributes:
        uid: From `event_uid`; printable ASCII with an @.
        start: Aware, or a date for an event that lasts whole days.
        end: Aware, after the start and in its zone; for whole days the LAST day. None: one hour, or one day.
        summary: The title, one line.
        description: Plain text, may have several lines.
        location: The place, or a name for having none (“virtual event”).
        url: The event's web page, or "".
        link: The address to join the event online, or "".
        online: Whether the link is the place.
        days: On how many days it takes place; start and end are those of the first one.
        each_day: Days and hours in words, for calendars that know no repetition.
        organizer: Gets the answers; only invitations that can be answered have one in the file.

    Raises:
        ValueError: A value breaks its description.
    """

    uid: str
    start: dt.date
    end: dt.date | None
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    link: str = ""
    online: bool = False
    organizer: CalendarUser | None = None
    days: int = 1
    each_day: str = ""

    def __post_init__(self) -> None:
        if not _UID.fullmatch(self.uid):
            raise ValueError(f"“{self.uid}” is not a UID like x@example.org")
        for link in filter(None, (self.url, self.link)):
            web_uri(link)
        if self.organizer:
            mail_uri(self.organizer.address)
        self._check_times()

    def _check_times(self) -> None:
        if isinstance(self.start, dt.datetime) and self.start.tzinfo is None:
            raise ValueError("an event starts at a time in a time zone, or on a day")
        if self.days > 1 and self.all_day:
            raise ValueError("whole days have a last day, and no repetition")
        if self.end is None:
            return
        if isinstance(self.start, dt.datetime) != isinstance(self.end, dt.datetime):
            raise ValueError("start and end are both times or both days")
        if isinstance(self.end, dt.datetime) and self.end.tzinfo is not getattr(self.start, "tzinfo", None):
            raise ValueError("start and end are in one time zone")
        if self.until <= self.start:
            raise ValueError("an event ends after it starts")

    @property
    def all_day(self) -> bool:
        """Whether the event lasts whole days."""
        return not isinstance(self.start, dt.datetime)

    @property
    def until(self) -> dt.date:
        """The end as calendars count it: the first moment, or the first day, after the event.

        An event without an end lasts an hour: an event of no length is almost invisible in a calendar.
        """
        if not isinstance(self.start, dt.datetime):
            return (self.end or self.start) + dt.timedelta(days=1)
        if self.end is not None:
            return self.end
        # in UTC: in the night of a clock change, an hour on the clock may be none or two
        return (self.start.astimezone(dt.UTC) + ASSUMED_LENGTH).astimezone(self.start.tzinfo)

    @property
    def last_until(self) -> dt.date:
        """The end of the last of its days, by the same clock."""
        return self.until + dt.timedelta(days=self.days - 1)

    @property
    def place(self) -> str:
        """The value of LOCATION: online it is the link, which many calendars show nowhere else."""
        return web_uri(self.link) if self.online and self.link else self.location
