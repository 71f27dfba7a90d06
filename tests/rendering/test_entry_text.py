"""The text of a calendar entry, which some mail programs show in the place of the mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from ccmail.audience import Contact
from ccmail.calendar import CalendarEntry
from ccmail.campaign import Variant
from ccmail.ledger import Purpose
from ccmail.rendering import FieldTracker, LoadedCampaign, reader_fields, render
from ccmail.rendering.occasion import HELD
from tests.messages.conftest import loaded_of
from tests.occasions import changed, facts_of, on_occasion

__all__ = ["loaded_of"]

LoadedOf = Callable[..., LoadedCampaign]
TEXT = """\
    Wir laden Sie ein, mit drei Städten über das zu sprechen, was bei ihnen gelungen ist, und was nicht.

    - ein langer Vortrag über die Dienste, die eine Stadt ihren Einwohnern digital anbieten kann, und wie
    - eine Diskussion

    Liebe*r {{ first_name }}, schön, dass es Sie gibt.

    Mehr steht [auf der Seite](https://cities.example/mehr).
"""
CAMPAIGN = f"""\
type: announcement
calendar: rsvp
event: {{date: 7.10.2020, time: "13:00–15:30", place: online, link: "https://meet.example/x",
        register: "https://cities.example/r"}}
agenda:
  - {{time: 13:00–13:15, title: Begrüßung, speaker: Jana}}
  - {{time: 13:15–15:30, title: Diskussion}}
de:
  title: Digitale Dienste
  subtitle: Ein Fachaustausch
  update: "Der Saal ist zu klein.\\n\\nTut uns leid, {{{{ first_name }}}}."
  cancellation: Der Saal brennt.
  text: |
{TEXT}"""


def entry_of(loaded: LoadedCampaign, contact: Contact | None = None) -> tuple[CalendarEntry, FieldTracker]:
    reader = contact or Contact(email="jana@bonn.example", first_name="Jana")
    moment = dt.datetime(2020, 10, 7, 11, tzinfo=dt.UTC)
    fields = reader_fields(reader, [loaded.languages["de"]], moment=moment)
    tracker = FieldTracker({**fields, HELD: "0"})
    entry = render(loaded, Variant(loaded.campaign.segments[0], ("de",)), tracker).entry
    assert entry is not None
    return entry, tracker


def test_an_invitation_to_answer_has_the_whole_mail_in_its_text(loaded_of: LoadedOf) -> None:
    entry, _ = entry_of(loaded_of(CAMPAIGN))

    assert entry.description == (
        "Ein Fachaustausch\n\n"
        "Wir laden Sie ein, mit drei Städten über das zu sprechen, was bei ihnen gelungen ist, und was nicht.\n\n"
        "- ein langer Vortrag über die Dienste, die eine Stadt ihren Einwohnern digital anbieten kann, und wie\n"
        "- eine Diskussion\n\n"
        "Mehr steht auf der Seite\nhttps://cities.example/mehr\n\n"
        "Programm:\n13:00–13:15 Uhr Begrüßung (Jana)\n13:15–15:30 Uhr Diskussion\n\n"
        "Jetzt anmelden: https://cities.example/r\nZur Veranstaltung: https://meet.example/x\n\n"
        "Bei Fragen wenden Sie sich gerne an: Fatina Toukan, fatina@cities.example"
    )


def test_a_file_for_all_readers_names_none_of_them_and_needs_no_mail_for_each(loaded_of: LoadedOf) -> None:
    for loaded in (loaded_of(CAMPAIGN), on_occasion(loaded_of(CAMPAIGN), Purpose.UPDATE, None)):
        entry, tracker = entry_of(loaded)

        assert "Jana" not in entry.description.replace("(Jana)", "")
        assert "gibt" not in entry.description
        assert "leid" not in entry.description
        assert "first_name" not in tracker.used


def test_a_text_that_depends_on_its_reader_is_that_readers_own(loaded_of: LoadedOf) -> None:
    either = "{% if country == 'DE' %}Willkommen{% else %}Welcome{% endif %}"
    loaded = loaded_of(changed(CAMPAIGN, ("Wir laden Sie ein", either)))

    german, tracker = entry_of(loaded, Contact(email="a@b.example", country="DE"))
    other, _ = entry_of(loaded, Contact(email="a@b.example", country="GE"))

    assert "Willkommen, mit" in german.description
    assert "Welcome, mit" in other.description
    assert "country" in tracker.used


def test_an_entry_in_a_file_stays_short(loaded_of: LoadedOf) -> None:
    entry, _ = entry_of(loaded_of(changed(CAMPAIGN, ("calendar: rsvp", "calendar: attachment"))))

    assert entry.description == (
        "Ein Fachaustausch\n\nWeitere Informationen: https://cities.example/r\n\n"
        "Bei Fragen wenden Sie sich gerne an: Fatina Toukan, fatina@cities.example"
    )


@pytest.mark.parametrize("mode", ["attachment", "rsvp"])
def test_an_update_says_first_what_is_new(loaded_of: LoadedOf, mode: str) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("calendar: rsvp", f"calendar: {mode}")))
    updated = on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, begins=dt.time(12), link="https://meet.example/o"))

    entry, tracker = entry_of(updated)

    assert entry.description.startswith(
        "Die Veranstaltung hat sich geändert:\n"
        "Beginn: jetzt 13:00 Uhr (MESZ), bisher 12:00 Uhr (MESZ)\n"
        "Zugang: neu https://meet.example/x, bisher ein anderer Link\n\n"
        "Der Saal ist zu klein.\n\nEin Fachaustausch\n\n"
    )
    assert tracker.used[HELD] == "0"
    assert entry.link == "https://meet.example/x"


def test_a_reminder_leaves_the_entry_as_it_is(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN)

    reminded, tracker = entry_of(on_occasion(loaded, Purpose.REMINDER, facts_of(loaded, begins=dt.time(12))))

    assert reminded == entry_of(loaded)[0]
    assert HELD not in tracker.used


@pytest.mark.parametrize("mode", ["attachment", "rsvp"])
def test_a_cancelled_entry_says_so_and_leads_nowhere(loaded_of: LoadedOf, mode: str) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("calendar: rsvp", f"calendar: {mode}")))

    entry, _ = entry_of(on_occasion(loaded, Purpose.CANCELLATION))

    assert entry.description == (
        "Die Veranstaltung ist abgesagt.\n"
        "Sie findet nicht statt: Mittwoch, 7. Oktober 2020, 13:00–15:30 Uhr (MESZ).\n\n"
        "Der Saal brennt.\n\nEin Fachaustausch\n\n"
        "Bei Fragen wenden Sie sich gerne an: Fatina Toukan, fatina@cities.example"
    )
    assert (entry.link, entry.url, entry.place) == ("", "", "virtuelle Veranstaltung")


def test_a_programme_in_words_stands_before_its_lines(loaded_of: LoadedOf) -> None:
    words = ("  text: |", "  programme: Nach der Begrüßung wird diskutiert.\n  text: |")

    entry, _ = entry_of(loaded_of(changed(CAMPAIGN, words)))

    assert "Programm:\nNach der Begrüßung wird diskutiert.\n13:00–13:15 Uhr Begrüßung (Jana)" in entry.description


def test_days_of_the_programme_have_their_headings(loaded_of: LoadedOf) -> None:
    days = ("date: 7.10.2020", "date: 7.–8.10.2020"), ("title: Diskussion}", "title: Diskussion, day: 2}")

    entry, _ = entry_of(loaded_of(changed(CAMPAIGN, *days)))

    assert "Mittwoch, 7. Oktober 2020\n13:00–13:15 Uhr Begrüßung (Jana)\nDonnerstag, 8. Oktober" in entry.description


def test_a_very_long_mail_keeps_its_links_and_its_contact(loaded_of: LoadedOf) -> None:
    lines = "".join(f"  - {{time: {9 + n // 60}:{n % 60:02}, title: Vortrag über das Amt {n}}}\n" for n in range(300))
    long = changed(CAMPAIGN, ("ein langer Vortrag", "ein langer Vortrag; " * 900), ("agenda:\n", f"agenda:\n{lines}"))

    entry, _ = entry_of(loaded_of(long))

    assert len(entry.description.encode()) < 9_000
    assert entry.description.count("…") == 2
    assert entry.description.endswith("Fatina Toukan, fatina@cities.example")
    assert "Zur Veranstaltung: https://meet.example/x" in entry.description
