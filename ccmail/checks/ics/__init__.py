"""The calendar file of a finished mail. Rules that lay it beside the mail take both."""

from ccmail.checks.ics import (
    alarm,
    answers,
    event,
    frame,
    octets,
    people,
    place,
    texts,
    times,
    zones,
)

__all__ = ["RULES", "WITH_MAIL"]

RULES = (alarm, event, frame, octets, people, texts, zones)
WITH_MAIL = (answers, place, times)
