"""Days, times and zones as a language writes them.

Times are the wall times of the moments' own zones. An en dash between two plain times or days has no spaces, as
in "13:00–15:30".
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from babel.dates import format_date, format_time, get_timezone_name

from ccmail.languages.cldr import locale
from ccmail.languages.placeholders import fill

if TYPE_CHECKING:
    from ccmail.languages.language import Language

_DASH = re.compile(r"\s*–\s*")
_ABBREVIATION = re.compile(r"[^\W\d_]{2,5}")
_SHORT_MONTH = re.compile(r"(?<!M)MMM(?!M)")
_QUOTED_OR_DAY = re.compile(r"'[^']*'|(?<!d)d(?!d)")


def long_date(day: dt.date, language: Language) -> str:
    """Return a day in full: "Mittwoch, 7. Oktober 2020"."""
    return _in_pattern(day, locale(language.words.locale).date_formats["full"].pattern, language)


def date_without_weekday(day: dt.date, language: Language) -> str:
    """Return a day without its weekday: "7. Oktober 2020"."""
    return _in_pattern(day, locale(language.words.locale).date_formats["long"].pattern, language)


def short_date(day: dt.date, language: Language) -> str:
    """Return the day of a dateline, in the pattern of the words file: "07.10.2020"."""
    return _in_pattern(day, language.words.dates.short, language)


def _in_pattern(day: dt.date, pattern: str, language: Language) -> str:
    """Return a day in a CLDR pattern. CLDR has no sign for the French “1er”."""
    if day.day == 1 and (first := language.words.dates.first):
        quoted = first.replace("'", "''")
        pattern = _QUOTED_OR_DAY.sub(lambda found: f"'{quoted}'" if found[0] == "d" else found[0], pattern)
    return format_date(day, pattern, locale=locale(language.words.locale))


def short_month(day: dt.date, language: Language) -> str:
    """Return the abbreviated month: "Okt."."""
    return format_date(day, "LLL", locale=locale(language.words.locale))


def date_range(first: dt.date, last: dt.date, language: Language) -> str:
    """Return "9.–11. März 2021" or "30. März–1. April 2021"; a single day has its weekday, too."""
    if first == last:
        return long_date(first, language)
    # CLDR has these intervals with abbreviated months only, but for a few languages.
    intervals = locale(language.words.locale).interval_formats
    interval = intervals["yMMMMd" if "yMMMMd" in intervals else "yMMMd"]
    halves = zip((first, last), interval[_greatest_difference(first, last)], strict=True)
    text = "".join(_with_month_in_full(day, pattern, language) for day, pattern in halves)
    return _DASH.sub("–", text)


def _greatest_difference(first: dt.date, last: dt.date) -> str:
    if first.year != last.year:
        return "y"
    return "M" if first.month != last.month else "d"


def _with_month_in_full(day: dt.date, pattern: str, language: Language) -> str:
    return _in_pattern(day, _SHORT_MONTH.sub("MMMM", pattern), language)


def times(start: dt.datetime | None, end: dt.datetime | None, language: Language) -> str:
    """Return "13:00–15:30 Uhr", "13:00 Uhr" without an end, "ganztägig" without a start.

    An end on a later day names both days: "7. Oktober, 20:00 – 8. Oktober, 01:00 Uhr".
    """
    if start is None:
        return language.words.dates.all_day
    return fill(language.words.dates.times, times=_span(start, end, language))


def _span(start: dt.datetime, end: dt.datetime | None, language: Language) -> str:
    if end is None:
        return _time(start, language)
    end = end.astimezone(start.tzinfo)
    if end.date() == start.date():
        return f"{_time(start, language)}–{_time(end, language)}"
    return f"{_day_and_time(start, language)} – {_day_and_time(end, language)}"


def _time(moment: dt.datetime, language: Language) -> str:
    return format_time(moment.time(), "short", locale=locale(language.words.locale))


def _day_and_time(moment: dt.datetime, language: Language) -> str:
    return comma(language).join((_day(moment.date(), language), _time(moment, language)))


def _day(day: dt.date, language: Language) -> str:
    skeletons = locale(language.words.locale).datetime_skeletons
    pattern = skeletons["MMMMd"] if "MMMMd" in skeletons else skeletons["MMMd"]
    return _in_pattern(day, str(pattern), language)


def comma(language: Language) -> str:
    """Return the sign between a day and its hours: ", ", or "، " in Arabic."""
    return str(locale(language.words.locale).datetime_formats["medium"]).format("", "")


def times_with_zone(start: dt.datetime | None, end: dt.datetime | None, language: Language) -> str:
    """Return "13:00–15:30 Uhr (MESZ)"; without a start, no zone is named."""
    text = times(start, end, language)
    if start is None:
        return text
    zones = dict.fromkeys(zone_name(m, language) for m in (start, end) if m is not None)
    return fill(language.words.dates.with_zone, times=text, zone="/".join(zones))


Sessions: TypeAlias = Sequence[tuple[dt.datetime, dt.datetime | None]]
"""Beginning and end of an event, or of each of its days."""


def session_times(sessions: Sessions, language: Language) -> str:
    """Return "jeweils 09:00–17:00 Uhr" for several days, and as `times` for one.

    Hours that are not the same on all days stand behind their days: "27. März: 12:00–20:00, 28. März: 11:00–19:00 Uhr".
    """
    if len(sessions) == 1:
        return times(*sessions[0], language)
    groups = [list(group) for _, group in itertools.groupby(sessions, lambda s: _hours(s, language))]
    if len(groups) == 1:
        return fill(language.words.dates.each_day, times=_hours(sessions[0], language), days=str(len(sessions)))
    unit = language.words.dates.times.partition("{times}")[2]  # “Uhr” is said once
    *others, last = (f"{_days_of(group, language)}: {_hours(group[0], language)}" for group in groups)
    return comma(language).join([*(each.removesuffix(unit) for each in others), last])


def _hours(session: tuple[dt.datetime, dt.datetime | None], language: Language) -> str:
    start, end = session
    span = _time(start, language) + (f"–{_time(end, language)}" if end else "")
    return fill(language.words.dates.times, times=span)


def _days_of(sessions: Sessions, language: Language) -> str:
    first, last = sessions[0][0].date(), sessions[-1][0].date()
    return _day(first, language) if first == last else date_range(first, last, language)


def sessions_with_zone(sessions: Sessions, language: Language) -> str:
    """Return "jeweils 09:00–17:00 Uhr (MEZ)"; "(MEZ/MESZ)" if the clocks change between the days."""
    if len(sessions) == 1:
        return times_with_zone(*sessions[0], language)
    zones = dict.fromkeys(zone_name(m, language) for session in sessions for m in session if m is not None)
    return fill(language.words.dates.with_zone, times=session_times(sessions, language), zone="/".join(zones))


def local_sessions(sessions: Sessions, zone: dt.tzinfo, place: str, language: Language) -> str:
    """Return the times of each day in a reader's own zone, and as `local_times` for one session.

    Days stand before the hours if they are not those of the event, or if the hours are not the same on all of them.
    """
    if len(sessions) == 1:
        return local_times(*sessions[0], zone, place, language)
    local = [(start.astimezone(zone), end.astimezone(zone) if end else None) for start, end in sessions]
    text = session_times(local, language)
    has_days = len({_hours(session, language) for session in local}) > 1
    if local[0][0].date() != sessions[0][0].date() and not has_days:
        text = comma(language).join((date_range(local[0][0].date(), local[-1][0].date(), language), text))
    return fill(language.words.dates.local, times=text, place=place)


def zone_name(moment: dt.datetime, language: Language) -> str:
    """Return "MESZ", or "UTC+3" where the language has no abbreviation for the zone.

    The skeleton `Hmv` would be shorter, but prints MEZ in summer (Babel 2.18).
    """
    where = locale(language.words.locale)
    name = get_timezone_name(moment, width="short", locale=where) if hasattr(moment.tzinfo, "key") else ""
    return name if _ABBREVIATION.fullmatch(name) else _offset(moment)


def _offset(moment: dt.datetime) -> str:
    minutes = round((moment.utcoffset() or dt.timedelta()) / dt.timedelta(minutes=1))
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def local_times(start: dt.datetime, end: dt.datetime | None, zone: dt.tzinfo, place: str, language: Language) -> str:
    """Return the times in a reader's own zone: "Ihre Ortszeit (Georgien): 15:00–17:30 Uhr".

    If the local day of the start is not the event's, its date stands before the time.
    """
    local_start, local_end = start.astimezone(zone), end.astimezone(zone) if end else None
    text = times(local_start, local_end, language)
    names_days = local_end is not None and local_end.date() != local_start.date()
    if local_start.date() != start.date() and not names_days:
        text = comma(language).join((long_date(local_start.date(), language), text))
    return fill(language.words.dates.local, times=text, place=place)
