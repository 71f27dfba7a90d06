"""The calendar entry by https, its page, the calendar of a segment: what was sent last, for anybody."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import shutil
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote

import icalendar
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.calendar import CalendarEntry, CalendarFeed, Method, PublishedEvent, Revision, write_published
from ccmail.checks.mail.ics import read_entry
from tests.e2e.shell import REVIEW
from tests.web.conftest import PUBLIC, PublicSite, site_running
from tests.web.events import CAMPAIGNS, RIDE, TALK, move, rehearse

APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


def calendar_of(content: bytes) -> Any:
    return icalendar.Calendar.from_ical(content)


def entries(answer: requests.Response) -> list[Any]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return list(calendar_of(answer.content).walk("VEVENT"))


def entry(answer: requests.Response) -> Any:
    (found,) = entries(answer)
    return found


def mailed_entry(site: PublicSite, campaign: str) -> Any:
    mail = site.mails(campaign)[0]
    (part,) = (part for part in mail.walk() if part.get_content_type() == "text/calendar")
    (found,) = calendar_of(part.get_payload(decode=True)).walk("VEVENT")
    return found


# ── the file ──


def test_the_file_is_the_entry_that_the_mails_carry(events: PublicSite) -> None:
    found, mailed = entry(events.ask("GET", f"/e/{TALK}/de.ics")), mailed_entry(events, TALK)

    for name in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS"):
        assert found[name] == mailed[name], name


def test_the_file_keeps_the_rules_of_bytes_and_names_nobody(events: PublicSite) -> None:
    content = events.ask("GET", f"/e/{RIDE}/de.ics").content

    file = read_entry(content)
    assert (file.method, file.components) == ("PUBLISH", ("VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT"))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"(?<!\r)\n", content)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert not re.search(rb"ORGANIZER|ATTENDEE|mailto:", content)


def test_what_is_edited_shows_nowhere_until_it_is_sent(events: PublicSite) -> None:
    before = events.ask("GET", f"/e/{RIDE}/de.ics").content
    move(events.shell)

    assert events.ask("GET", f"/e/{RIDE}/de.ics").content == before
    rehearse(events.shell, "update")
    after = entry(events.ask("GET", f"/e/{RIDE}/de.ics"))

    assert (after.start.hour, int(after["SEQUENCE"]), str(after["STATUS"])) == (14, 1, "CONFIRMED")
    assert after["DTSTAMP"].dt > calendar_of(before).walk("VEVENT")[0]["DTSTAMP"].dt


def test_an_event_that_is_off_says_so(events: PublicSite) -> None:
    rehearse(events.shell, "cancel")

    answer = events.ask("GET", f"/e/{RIDE}/en.ics")

    found = entry(answer)
    assert (str(found["STATUS"]), int(found["SEQUENCE"])) == ("CANCELLED", 1)
    assert b"METHOD:PUBLISH\r\n" in answer.content


def test_the_way_into_an_online_event_is_for_readers_only_unless_the_mails_are_public(
    events: PublicSite, told: Path, tmp_path: Path
) -> None:
    hidden = [events.ask("GET", path).text for path in (f"/e/{TALK}/de.ics", f"/e/{TALK}", "/c/german/de.ics")]
    folder = tmp_path / "public"
    shutil.copytree(told, folder)
    settings = folder / "ccmail.yaml"
    text = settings.read_text(encoding="utf-8").replace(
        f"{{public_url: {PUBLIC}}}", f"{{public_url: {PUBLIC}, archive: yes}}"
    )
    settings.write_text(text, encoding="utf-8")
    with site_running(folder) as site:
        shown = [site.ask("GET", path).text for path in (f"/e/{TALK}/de.ics", f"/e/{TALK}", "/c/german/de.ics")]

    assert not any("meet.example" in text for text in hidden)
    assert all("meet.example" in text for text in shown)


@pytest.mark.parametrize("how", ["tag", "time"])
def test_who_has_the_file_gets_it_again_only_after_a_change(events: PublicSite, how: str) -> None:
    path = f"/e/{RIDE}/de.ics"
    first = events.ask("GET", path)
    name, value = (
        ("If-None-Match", f'"x", W/{first.headers["etag"]}')
        if how == "tag"
        else ("If-Modified-Since", first.headers["last-modified"])
    )

    same = events.ask("GET", path, headers={name: value})
    move(events.shell)
    rehearse(events.shell, "update")
    other = events.ask("GET", path, headers={name: value})

    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)
    assert "max-age=300" in first.headers["cache-control"]
    assert email.utils.parsedate_to_datetime(first.headers["last-modified"]) == entry(first)["DTSTAMP"].dt


# ── the calendar of a segment ──


def test_a_segment_has_a_calendar_with_all_its_events(events: PublicSite) -> None:
    answer = events.ask("GET", "/c/german/de.ics")

    found = entries(answer)
    calendar = calendar_of(answer.content)
    assert [str(each["SUMMARY"]) for each in found] == ["Radverkehr", "Vortrag"]
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert (calendar["X-WR-CALNAME"], calendar["REFRESH-INTERVAL"].dt) == ("Connective Cities", dt.timedelta(hours=6))
    assert events.ask("GET", "/c/german/de.ics").content == answer.content
    assert not re.search(rb"ORGANIZER|ATTENDEE|mailto:", answer.content)


def test_an_event_that_is_off_stays_for_six_weeks(events: PublicSite, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearse(events.shell, "cancel")
    before = events.ask("GET", "/c/german/en.ics")

    statuses = [str(each["STATUS"]) for each in entries(before)]
    monkeypatch.setenv("CCMAIL_NOW", "2020-11-02T09:00")
    still = events.ask("GET", "/c/german/en.ics", headers={"If-Modified-Since": before.headers["last-modified"]})
    monkeypatch.setenv("CCMAIL_NOW", "2020-11-04T09:00")
    after = events.ask("GET", "/c/german/en.ics", headers={"If-Modified-Since": before.headers["last-modified"]})

    assert (statuses, still.status_code) == (["CANCELLED", "CONFIRMED"], 304)
    assert [str(each["SUMMARY"]) for each in entries(after)] == ["Talk"]


def test_a_segment_without_events_has_an_empty_calendar(events: PublicSite) -> None:
    settings = events.shell.folder / "ccmail.yaml"
    text = settings.read_text(encoding="utf-8")
    new = "\nsegments:\n  friends: {recipients: recipients/german.csv, language: de}\n"
    settings.write_text(text.replace("\nsegments:\n", new), encoding="utf-8")
    with site_running(events.shell.folder) as site:
        assert entries(site.ask("GET", "/c/friends/de.ics")) == []


def test_a_zone_with_other_rules_in_another_year_stands_there_once() -> None:
    london = zoneinfo.ZoneInfo("Europe/London")
    then, now = (
        CalendarEntry(f"{year}@city.example", dt.datetime(year, 7, 1, 12, tzinfo=london), None, "Talk")
        for year in (1975, 2026)
    )
    revision = Revision(0, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), Method.PUBLISH)

    content = write_published(
        [PublishedEvent(now, revision), PublishedEvent(then, revision)], CalendarFeed("City", dt.timedelta(hours=1))
    )

    calendar = calendar_of(content)
    assert len(calendar.walk("VTIMEZONE")) == 1
    starts = [event.start.astimezone(dt.UTC) for event in calendar.walk("VEVENT")]
    assert starts == [dt.datetime(year, 7, 1, 11, tzinfo=dt.UTC) for year in (2026, 1975)]


# ── the page ──


def test_the_page_says_what_when_and_where(events: PublicSite) -> None:
    page = events.ask("GET", f"/e/{RIDE}?l=de").text

    assert "Radverkehr" in page
    assert "Mittwoch, 7. Oktober 2020, 13:00–15:30 Uhr (MESZ)" in page
    assert "Rathaus Bonn" in page
    assert f"webcal://{PUBLIC.removeprefix('https://')}/c/german/de.ics" in page
    assert not re.search("<script|style=|onclick", page)


def test_the_language_is_one_that_the_event_is_told_in(events: PublicSite) -> None:
    asked = events.ask("GET", f"/e/{RIDE}", headers={"Accept-Language": "fr, de;q=0.8, en;q=0.5"})

    assert '<html lang="de"' in asked.text
    assert "Radverkehr" in asked.text


@pytest.mark.parametrize(
    ("agent", "first"),
    [
        (APPLE, f"/e/{TALK}/en.ics"),
        (ANDROID, "https://calendar.google.com"),
        (WINDOWS, "https://outlook.live.com"),
        ("", "/e/"),
    ],
)
def test_the_calendar_that_a_device_has_stands_first_and_all_are_there(
    events: PublicSite, agent: str, first: str
) -> None:
    page = events.ask("GET", f"/e/{TALK}?l=en", headers={"User-Agent": agent}).text

    links = re.findall(r'class="button[^"]*" href="([^"]+)"', page)
    assert links[0].startswith(first)
    begins = (
        f"/e/{TALK}/en.ics",
        "https://calendar.google",
        "https://outlook.live",
        "https://outlook.office",
        "webcal:",
    )
    assert all(any(link.startswith(begin) for link in links) for begin in begins)


def test_the_page_of_an_event_that_is_off_adds_nothing(events: PublicSite) -> None:
    rehearse(events.shell, "cancel")

    page = events.ask("GET", f"/e/{RIDE}?l=en").text

    assert "This event is cancelled." in page
    assert "calendar.google.com" not in page


@pytest.mark.parametrize(
    "path",
    [f"/e/{REVIEW}", "/e/never-sent", f"/e/{RIDE}/fr.ics", f"/e/{RIDE}/de", f"/e/{RIDE}/de.txt", "/c/nobody/de.ics"],
)
def test_what_nobody_was_told_of_is_not_there(events: PublicSite, path: str) -> None:
    (events.shell.folder / "campaigns/never-sent.yaml").write_text(CAMPAIGNS[RIDE], encoding="utf-8")

    assert events.ask("GET", path).status_code == 404


ODD = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [RIDE, TALK, "german", "de.ics", "en.ics", ".ics", "..", "\0", "%", "’", "a" * 3000, "../..", "？"]
    ),
)


@given(
    area=st.sampled_from("eca"),
    names=st.lists(ODD, min_size=1, max_size=3),
    query=ODD,
    method=st.sampled_from(["GET", "POST", "HEAD"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_addresses_do_no_harm(events: PublicSite, area: str, names: list[str], query: str, method: str) -> None:
    path = "/".join(quote(name.encode("utf-8", "replace"), safe="") for name in names)

    answer = events.ask(
        method, f"/{area}/{path}", params={"l": query}, headers={"If-None-Match": '"x"', "Accept-Language": "x;q=y"}
    )

    assert answer.status_code < 500


def test_a_further_campaign_about_the_event_changes_its_time_and_not_its_title(events: PublicSite) -> None:
    more = (
        CAMPAIGNS[TALK].replace("{date: 3.11.2020", f"{{same_as: {TALK}, date: 4.11.2020").replace("Talk", "Programme")
    )
    (events.shell.folder / "campaigns/2020-11-mehr.yaml").write_text(more, encoding="utf-8")
    before = entry(events.ask("GET", f"/e/{TALK}/en.ics"))

    rehearse(events.shell, "send", "2020-11-mehr")

    after, other = (entry(events.ask("GET", f"/e/{name}/en.ics")) for name in (TALK, "2020-11-mehr"))
    assert after == other
    assert (after["UID"], str(after["SUMMARY"]), int(after["SEQUENCE"])) == (before["UID"], "Talk", 1)
    assert after.start.day == 4
    assert len(entries(events.ask("GET", "/c/german/en.ics"))) == 2
