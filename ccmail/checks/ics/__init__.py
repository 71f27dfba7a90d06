"""The calendar file of a finished mail. Rules that lay it beside the mail take both."""

from ccmail.checks.ics import (
    alarm,
    answers,
    event,
    frame,
    joining,
    octets,
    offsets,
    people,
    place,
    texts,
    times,
    zones,
)

__all__ = ["RULES", "WITH_MAIL"]

RULES = (alarm, event, frame, octets, offsets, people, texts, zones)
WITH_MAIL = (answers, joining, place, times)
