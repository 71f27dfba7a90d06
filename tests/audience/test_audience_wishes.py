"""What people have chosen decides who gets which mail."""

from __future__ import annotations

import datetime as dt

from ccmail.audience import Contact, LeftOut, SegmentList, Selected, select_audience
from ccmail.audience.wishes import Wishes
from ccmail.ledger import Preference
from ccmail.problems import Place

NOW = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def contact(name: str, language: str = "") -> Contact:
    return Contact(f"{name}@x.example", place=Place("list.csv", 2), language=language)


def chosen(preference: Preference) -> list[str]:
    """Return what becomes of Ada, who stands on both lists, in words."""
    segments = [
        SegmentList("german", ("de",), [contact("ada")]),
        SegmentList("international", ("en",), [contact("ada")]),
    ]
    wishes = Wishes(lambda key: preference if key == "ada@x.example" else None, NOW)
    found = []
    for item in select_audience(segments, {}, {"de", "en"}, wishes):
        if isinstance(item, Selected):
            found.append(f"{item.segment} {'+'.join(item.languages)}")
        elif isinstance(item, LeftOut):
            found.append(f"{item.reason.value}: {item.detail}".rstrip(": "))
    return found


def wish(*left: str, until: dt.datetime | None = None, language: str = "") -> Preference:
    return Preference("person:1", left, language, until, NOW)


def test_without_a_choice_the_first_list_counts() -> None:
    assert chosen(wish()) == ["german de", "other segment: gets the german mail"]


def test_whoever_left_the_first_segment_gets_the_mail_of_the_second() -> None:
    assert chosen(wish("german")) == ["left the segment", "international en"]


def test_whoever_left_both_gets_nothing() -> None:
    assert chosen(wish("german", "international")) == ["left the segment", "left the segment"]


def test_a_pause_is_for_all_segments_and_says_until_when() -> None:
    paused = chosen(wish(until=NOW + dt.timedelta(days=9)))

    assert paused == ["paused: until 2020-09-30", "paused: until 2020-09-30"]
    assert chosen(wish(until=NOW))[0] == "german de"


def test_a_language_counts_where_the_campaign_has_it() -> None:
    assert chosen(wish(language="en"))[0] == "german en"
    assert chosen(wish(language="fr"))[0] == "german de"
