"""Add-to-calendar links."""

from __future__ import annotations

import dataclasses
import datetime as dt
import urllib.parse
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccmail.calendar import CalendarEntry, CalendarLinks, calendar_links

KEYS = {
    *("action", "text", "dates", "ctz", "details", "location"),
    *("path", "rru", "startdt", "enddt", "subject", "body"),
}
LINK = "https://meet.connective-cities.example/digital"


def query(link: str) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query, keep_blank_values=True, strict_parsing=True))


def all_three(links: CalendarLinks) -> tuple[str, str, str]:
    return links.google, links.outlook, links.office365


def test_google_gets_wall_times_and_their_zone(entry: CalendarEntry) -> None:
    link = calendar_links(entry).google

    assert link.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&")
    assert query(link)["dates"] == "20201007T130000/20201007T153000"
    assert query(link)["ctz"] == "Europe/Berlin"
    assert query(link)["text"] == entry.summary
    assert query(link)["location"] == "virtuelle Veranstaltung"
    assert query(link)["details"] == entry.description


@pytest.mark.parametrize("host", ["outlook.live.com", "outlook.office.com"])
def test_outlook_gets_utc_with_a_z(entry: CalendarEntry, host: str) -> None:
    (link,) = (link for link in all_three(calendar_links(entry)) if host in link)

    assert link.startswith(f"https://{host}/calendar/0/action/compose?path=/calendar/action/compose&rru=addevent&")
    assert query(link)["startdt"] == "2020-10-07T11:00:00Z"
    assert query(link)["enddt"] == "2020-10-07T13:30:00Z"
    assert query(link)["subject"] == entry.summary
    assert query(link)["body"] == entry.description


def test_days_end_exclusively(entry: CalendarEntry) -> None:
    links = calendar_links(dataclasses.replace(entry, start=dt.date(2021, 3, 30), end=dt.date(2021, 4, 1)))

    assert query(links.google)["dates"] == "20210330/20210402"
    assert "ctz" not in query(links.google)
    assert query(links.outlook)["startdt"] == "2021-03-30"
    assert query(links.outlook)["enddt"] == "2021-04-02"
    assert query(links.outlook)["allday"] == "true"


def test_a_repeated_hour_is_told_google_in_utc(entry: CalendarEntry) -> None:
    start = dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))

    link = calendar_links(dataclasses.replace(entry, start=start, end=None)).google

    assert query(link)["dates"] == "20261025T013000Z/20261025T023000Z"


def test_a_blank_is_percent_20(entry: CalendarEntry) -> None:
    links = calendar_links(dataclasses.replace(entry, summary="a b+c&d", description="ä \n"))

    assert "text=a%20b%2Bc%26d&" in links.google
    assert all("+" not in link for link in all_three(links))


def test_the_details_end_with_the_link(entry: CalendarEntry) -> None:
    page = "https://connective-cities.example/x"

    with_link = calendar_links(dataclasses.replace(entry, link=LINK, url=page))
    with_page = calendar_links(dataclasses.replace(entry, url=page))

    assert query(with_link.google)["details"] == f"{entry.description}\n\n{LINK}"
    assert query(with_link.google)["location"] == LINK
    assert query(with_page.outlook)["body"] == f"{entry.description}\n\n{page}"


def test_long_details_are_cut_at_a_word_and_keep_the_link(entry: CalendarEntry) -> None:
    links = calendar_links(dataclasses.replace(entry, description="Grüße aus Südost! " * 200, link=LINK))

    for link in all_three(links):
        details = query(link).get("details") or query(link)["body"]
        text, _, last = details.rpartition("\n\n")
        assert last == LINK
        assert text.removesuffix("…").split()[-1] in {"Grüße", "aus", "Südost!"}
        assert 1800 < len(link) < 2000


@settings(max_examples=60)
@given(
    text=st.one_of(st.text(max_size=300), st.just("🏙" * 3000), st.just("x" * 9000), st.just("a\ud800 b\u2028\x00")),
    link=st.sampled_from(["", LINK, "https://example.org/" + "ü" * 200, "https://example.org/" + "x" * 1900]),
)
def test_links_are_short_and_ascii_whatever_the_texts(entry: CalendarEntry, text: str, link: str) -> None:
    event = dataclasses.replace(entry, summary=text, description=text * 2, location=text, link=link)

    for address in all_three(calendar_links(event)):
        assert len(address) < 2000
        assert address.isascii()
        assert address.isprintable()
        assert " " not in address
        assert set(query(address)) <= KEYS
