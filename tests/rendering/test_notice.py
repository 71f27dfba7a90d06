"""The notice of updates, reminders and cancellations: what has changed, in the words of the reader's language."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.ledger import Purpose
from ccmail.problems import InputError
from ccmail.rendering import FieldTracker, LoadedCampaign, reader_fields
from ccmail.rendering.compose import compose
from ccmail.rendering.content import ChangedFact, MailContent
from ccmail.rendering.occasion import HELD
from ccmail.rendering.prose import Prose
from tests.messages.conftest import SETTINGS, loaded_of
from tests.occasions import changed, facts_of, on_occasion

__all__ = ["loaded_of"]

LoadedOf = Callable[..., LoadedCampaign]
CAMPAIGN = """\
type: announcement
event: {date: 7.10.2020, time: "13:00–15:30", place: {de: Rathaus Bonn, en: Bonn Town Hall}, language: en,
        link: "https://meet.example/x", register: "https://cities.example/r"}
agenda:
  - {time: 13:00–13:15, title: {de: Begrüßung, en: Welcome}, speaker: Jana}
de:
  title: Digitale Dienste
  text: Wir laden Sie ein.
en:
  title: Digital services
  text: We invite you.
"""
JANA = Contact(email="jana@bonn.example", first_name="Jana", last_name="Müller", country="DE")
SENTENCE = "Mittwoch, 7. Oktober 2020, 13:00–15:30 Uhr (MESZ)"


def mail_of(loaded: LoadedCampaign, *codes: str, held: str = "0", **extra: str) -> MailContent:
    languages = [loaded.languages[code] for code in codes or ("de",)]
    moment = dt.datetime(2020, 10, 7, 11, tzinfo=dt.UTC)
    fields = {**reader_fields(JANA, languages, moment=moment), **extra, HELD: held}
    tracker = FieldTracker(fields, compiled=False)
    return compose(loaded, Variant(loaded.campaign.segments[0], codes or ("de",)), tracker, Prose(tracker))


def rows(mail: MailContent, block: int = 0) -> tuple[ChangedFact, ...]:
    notice = mail.blocks[block].notice
    assert notice is not None
    return notice.changes


BEFORE: dict[str, tuple[dict[str, Any], tuple[ChangedFact, ...], tuple[ChangedFact, ...]]] = {
    "another day": (
        {"first": dt.date(2020, 10, 6), "last": dt.date(2020, 10, 6)},
        (ChangedFact("Termin", "jetzt", "Mittwoch, 7. Oktober 2020", "Dienstag, 6. Oktober 2020"),),
        (ChangedFact("Date", "now", "Wednesday, 7 October 2020", "Tuesday, 6 October 2020"),),
    ),
    "winter time": (
        {"first": dt.date(2020, 11, 4), "last": dt.date(2020, 11, 4)},
        (ChangedFact("Termin", "jetzt", "Mittwoch, 7. Oktober 2020", "Mittwoch, 4. November 2020"),),
        (ChangedFact("Date", "now", "Wednesday, 7 October 2020", "Wednesday, 4 November 2020"),),
    ),
    "fewer days": (
        {"first": dt.date(2020, 10, 7), "last": dt.date(2020, 10, 9)},
        (ChangedFact("Termin", "jetzt", "Mittwoch, 7. Oktober 2020", "7.–9. Oktober 2020"),),
        (ChangedFact("Date", "now", "Wednesday, 7 October 2020", "7–9 October 2020"),),
    ),
    "another beginning": (
        {"begins": dt.time(12)},
        (ChangedFact("Beginn", "jetzt", "13:00 Uhr (MESZ)", "12:00 Uhr (MESZ)"),),
        (ChangedFact("Start", "now", "13:00 (CEST)", "12:00 (CEST)"),),
    ),
    "another end": (
        {"ends": dt.time(16)},
        (ChangedFact("Ende", "jetzt", "15:30 Uhr (MESZ)", "16:00 Uhr (MESZ)"),),
        (ChangedFact("End", "now", "15:30 (CEST)", "16:00 (CEST)"),),
    ),
    "an end": (
        {"ends": None},
        (ChangedFact("Ende", "neu", "15:30 Uhr (MESZ)"),),
        (ChangedFact("End", "new", "15:30 (CEST)"),),
    ),
    "both": (
        {"begins": dt.time(9), "ends": dt.time(11)},
        (ChangedFact("Zeit", "jetzt", "13:00–15:30 Uhr (MESZ)", "09:00–11:00 Uhr (MESZ)"),),
        (ChangedFact("Time", "now", "13:00–15:30 (CEST)", "09:00–11:00 (CEST)"),),
    ),
    "hours for a whole day": (
        {"begins": None, "ends": None},
        (ChangedFact("Zeit", "jetzt", "13:00–15:30 Uhr (MESZ)", "ganztägig"),),
        (ChangedFact("Time", "now", "13:00–15:30 (CEST)", "all day"),),
    ),
    "another zone": (
        {"zone": "Europe/London"},
        (ChangedFact("Zeit", "jetzt", "13:00–15:30 Uhr (MESZ)", "13:00–15:30 Uhr (UTC+1)"),),
        (ChangedFact("Time", "now", "13:00–15:30 (CEST)", "13:00–15:30 (BST)"),),
    ),
    "a zone with the same clocks": ({"zone": "Europe/Paris"}, (), ()),
    "another place": (
        {"place": {"de": "Rathaus Köln", "en": "Bonn Town Hall"}},
        (ChangedFact("Ort", "jetzt", "Rathaus Bonn", "Rathaus Köln"),),
        (),
    ),
    "online before": (
        {"place": {"": "online"}},
        (ChangedFact("Ort", "jetzt", "Rathaus Bonn", "Online"),),
        (ChangedFact("Venue", "now", "Bonn Town Hall", "Online"),),
    ),
    "a place": (
        {"place": {}},
        (ChangedFact("Ort", "neu", "Rathaus Bonn"),),
        (ChangedFact("Venue", "new", "Bonn Town Hall"),),
    ),
    "a link": (
        {"link": ""},
        (ChangedFact("Zugang", "neu", "Zur Veranstaltung", "", "https://meet.example/x"),),
        (ChangedFact("Access", "new", "Join the event", "", "https://meet.example/x"),),
    ),
    "another link": (
        {"link": "https://meet.example/old"},
        (ChangedFact("Zugang", "neu", "Zur Veranstaltung", "ein anderer Link", "https://meet.example/x"),),
        (ChangedFact("Access", "new", "Join the event", "another link", "https://meet.example/x"),),
    ),
    "a registration": (
        {"register": ""},
        (ChangedFact("Anmeldung", "neu", "Jetzt anmelden", "", "https://cities.example/r"),),
        (ChangedFact("Registration", "new", "Register now", "", "https://cities.example/r"),),
    ),
    "another title": (
        {"titles": {"de": "Dienste", "en": "Digital services"}},
        (ChangedFact("Titel", "jetzt", "Digitale Dienste", "Dienste"),),
        (),
    ),
    "a language": ({"titles": {"en": "Services"}}, (), (ChangedFact("Title", "now", "Digital services", "Services"),)),
    "nothing": ({}, (), ()),
}


@pytest.mark.parametrize(("before", "german", "english"), BEFORE.values(), ids=BEFORE)
def test_a_change_is_told_in_the_words_of_each_language(
    loaded_of: LoadedOf, before: dict[str, Any], german: tuple[ChangedFact, ...], english: tuple[ChangedFact, ...]
) -> None:
    loaded = loaded_of(CAMPAIGN)
    updated = on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, **before))

    mail = mail_of(updated, "de", "en")

    assert rows(mail, 0) == german
    assert rows(mail, 1) == english


GONE = {
    "the end": (
        "13:00–15:30",
        "13:00",
        {"ends": dt.time(15, 30)},
        ChangedFact("Ende", "", "entfällt", "15:30 Uhr (MESZ)"),
    ),
    "the link": (
        '        link: "https://meet.example/x", ',
        "        ",
        {"link": "https://meet.example/x"},
        ChangedFact("Zugang", "", "entfällt"),
    ),
    "the place": (
        "place: {de: Rathaus Bonn, en: Bonn Town Hall}, ",
        "",
        {"place": {"": "Rathaus"}},
        ChangedFact("Ort", "", "entfällt", "Rathaus"),
    ),
}


@pytest.mark.parametrize(("old", "new", "before", "row"), GONE.values(), ids=GONE)
def test_a_fact_that_holds_no_more_is_told(
    loaded_of: LoadedOf, old: str, new: str, before: dict[str, Any], row: ChangedFact
) -> None:
    loaded = loaded_of(changed(CAMPAIGN, (old, new)))

    mail = mail_of(on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, **before)))

    assert rows(mail) == (row,)


def test_hours_of_several_days_and_through_the_night_are_told_whole(loaded_of: LoadedOf) -> None:
    days = loaded_of(changed(CAMPAIGN, ("date: 7.10.2020", "date: 7.–9.10.2020")))
    night = loaded_of(changed(CAMPAIGN, ("date: 7.10.2020", "date: 7.–8.10.2020"), ("13:00–15:30", "22:00–2:00")))

    (of_days,), (of_night,) = (
        rows(mail_of(on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, **before))))
        for loaded, before in ((days, {"begins": dt.time(9)}), (night, {"ends": dt.time(3)}))
    )

    assert of_days.label == "Zeit"
    assert of_days.now == "jeweils 13:00–15:30 Uhr (MESZ)"
    assert of_night.before == "7. Oktober, 22:00 – 8. Oktober, 03:00 Uhr (MESZ)"


def test_each_reader_is_told_what_is_new_for_them(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN)
    first, second = facts_of(loaded, begins=dt.time(11), link=""), facts_of(loaded, begins=dt.time(12))
    updated = on_occasion(loaded, Purpose.UPDATE, first, second, None)

    of_first, of_second, of_nobody_knows = (rows(mail_of(updated, held=held)) for held in "012")

    assert [row.label for row in of_first] == ["Beginn", "Zugang"]
    assert [row.before for row in of_second] == ["12:00 Uhr (MESZ)"]
    assert of_nobody_knows == ()


def test_a_change_that_nobody_noted_is_told_by_a_sentence(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN)

    mail = mail_of(on_occasion(loaded, Purpose.UPDATE, None))

    notice = mail.blocks[0].notice
    assert notice is not None
    assert notice.sentence == "Die Angaben zur Veranstaltung haben sich geändert. Unten steht, was jetzt gilt."
    assert mail.preheader == notice.sentence


def test_own_words_stand_in_the_place_of_the_sentence(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("  text: Wir", "  update: Der Saal ist **zu klein**.\n  text: Wir")))

    unknown = mail_of(on_occasion(loaded, Purpose.UPDATE, None)).blocks[0].notice
    known = mail_of(on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, link=""))).blocks[0].notice

    assert unknown is not None
    assert known is not None
    assert unknown.sentence == known.sentence == ""
    assert unknown.text is not None
    assert unknown.text == known.text
    assert unknown.text.html == "<p>Der Saal ist <strong>zu klein</strong>.</p>"
    assert [row.label for row in known.changes] == ["Zugang"]


def test_a_title_with_a_field_is_shown_filled_and_an_old_one_not_at_all(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("title: Digitale Dienste", 'title: "Dienste für {{ city }}"')))
    before = facts_of(loaded, titles={"de": "Dienste in {{ town }}"})

    (row,) = rows(mail_of(on_occasion(loaded, Purpose.UPDATE, before), city="Bonn"))

    assert row.label == "Titel"
    assert "town" not in row.before
    assert "{{" not in row.now


@pytest.mark.parametrize(
    ("purpose", "subject", "preheader"),
    [
        (
            Purpose.UPDATE,
            "Aktualisiert: ",
            "Beginn: jetzt 13:00 Uhr (MESZ), bisher 12:00 Uhr (MESZ) · 07.10.2020 // Rathaus Bonn",
        ),
        (Purpose.REMINDER, "Erinnerung: ", f"Sie findet statt: {SENTENCE}."),
        (Purpose.CANCELLATION, "Abgesagt: ", f"Sie findet nicht statt: {SENTENCE}."),
    ],
)
def test_an_inbox_shows_the_occasion(loaded_of: LoadedOf, purpose: Purpose, subject: str, preheader: str) -> None:
    own = "  preheader: Am Mittwoch\n  subject: "
    campaigns = {
        "Digitale Dienste": CAMPAIGN,
        "Dienste, 7.10.": changed(CAMPAIGN, ("  title: Dig", f'{own}"Einladung: Dienste, 7.10."\n  title: Dig')),
        "Unser Fachtag": changed(CAMPAIGN, ("  title: Dig", f"{own}Unser Fachtag\n  title: Dig")),
    }

    mails = {}
    for shown, campaign in campaigns.items():
        loaded = loaded_of(campaign)
        mails[shown] = mail_of(on_occasion(loaded, purpose, facts_of(loaded, begins=dt.time(12))))

    assert [mail.subject for mail in mails.values()] == [subject + shown for shown in campaigns]
    assert {mail.preheader for mail in mails.values()} == {preheader}


def test_a_preheader_of_many_changes_ends_with_a_word(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN)
    before = facts_of(loaded, first=dt.date(2020, 1, 1), last=dt.date(2020, 1, 1), begins=None, ends=None, place={})

    preheader = mail_of(
        on_occasion(loaded, Purpose.UPDATE, dataclasses.replace(before, link="", register=""))
    ).preheader

    assert len(preheader) <= 130
    assert preheader.endswith("…")
    assert preheader.startswith("Termin: jetzt Mittwoch, 7. Oktober 2020 · Zeit: jetzt 13:00–15:30 Uhr (MESZ)")


def test_a_reminder_names_day_and_hour_before_the_whole_mail(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("  text: Wir", "  reminder: Wir freuen uns.\n  text: Wir")))

    block = mail_of(on_occasion(loaded, Purpose.REMINDER, facts_of(loaded, begins=dt.time(12)))).blocks[0]

    assert block.notice is not None
    assert block.notice.changes == ()
    assert block.notice.sentence == f"Sie findet statt: {SENTENCE}."
    assert block.notice.text is not None
    assert block.notice.text.plain == "Wir freuen uns."
    assert block.text.plain == "Wir laden Sie ein."
    assert block.join is not None
    assert block.agenda


def test_a_cancellation_has_a_letter_and_no_way_in(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(changed(CAMPAIGN, ("  text: Wir", "  cancellation: Der Saal brennt.\n  text: Wir")))
    off = on_occasion(loaded, Purpose.CANCELLATION)

    german, english = mail_of(off, "de", "en").blocks

    assert german.text.plain == "Der Saal brennt."
    assert english.text.plain.startswith("We are sorry")
    for block in (german, english):
        assert block.notice is not None
        assert (block.register, block.join, block.calendar_links, block.agenda) == (None, None, (), ())
        assert block.facts[0].label in {"Termin", "Date"}
        assert block.contacts
    assert "sagt auch Ihrem Kalender" in german.calendar_hint


def test_the_facts_of_a_cancellation_are_those_that_people_have(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN)
    sent = facts_of(loaded, first=dt.date(2020, 10, 5), last=dt.date(2020, 10, 5), titles={"de": "Dienste"})
    as_sent = dataclasses.replace(loaded, campaign=sent.put_into(loaded.campaign))

    mail = mail_of(on_occasion(as_sent, Purpose.CANCELLATION))

    assert mail.subject == "Abgesagt: Dienste"
    assert mail.blocks[0].facts[0].value == "Montag, 5. Oktober 2020"
    assert mail.blocks[0].notice is not None
    assert "5. Oktober" in mail.blocks[0].notice.sentence


def test_the_campaigns_own_mail_has_no_notice(loaded_of: LoadedOf) -> None:
    mail = mail_of(loaded_of(CAMPAIGN))

    assert mail.blocks[0].notice is None
    assert mail.subject == "Einladung: Digitale Dienste"


HINTS = {
    ("attachment", Purpose.CAMPAIGN): "Die angehängte Kalenderdatei trägt",
    ("attachment", Purpose.UPDATE): "Die angehängte Kalenderdatei aktualisiert",
    ("attachment", Purpose.REMINDER): "Die angehängte Kalenderdatei trägt",
    ("rsvp", Purpose.CAMPAIGN): "Bitte antworten Sie",
    ("rsvp", Purpose.UPDATE): "Bitte antworten Sie",
    ("rsvp", Purpose.CANCELLATION): "Die Kalenderdatei in dieser E-Mail",
    ("none", Purpose.CAMPAIGN): "",
    ("none", Purpose.CANCELLATION): "",
}


@pytest.mark.parametrize(("mode", "purpose"), HINTS)
def test_the_hint_beside_the_calendar_links_fits_the_file(loaded_of: LoadedOf, mode: str, purpose: Purpose) -> None:
    loaded = loaded_of(f"calendar: {mode}\n{CAMPAIGN}")

    block = mail_of(loaded if purpose is Purpose.CAMPAIGN else on_occasion(loaded, purpose, None)).blocks[0]

    hint = HINTS[mode, purpose]
    assert block.calendar_hint.startswith(hint)
    assert bool(block.calendar_hint) is bool(hint)
    assert bool(block.calendar_links) is (mode == "attachment")


def test_a_language_without_words_for_notices_is_said_with_what_to_copy(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN, SETTINGS)
    german = loaded.languages["de"]
    older = dataclasses.replace(german, words=german.words.model_copy(update={"notice": None}))
    without = dataclasses.replace(loaded, languages={**loaded.languages, "de": older})

    assert mail_of(without).subject == "Einladung: Digitale Dienste"
    with pytest.raises(InputError) as raised:
        mail_of(on_occasion(without, Purpose.UPDATE, None))

    (problem,) = raised.value.problems
    assert problem.code == "T341"
    assert str(problem.place) == "templates/words/de.yaml"
    assert "copy the group “notice:”" in problem.hint


def test_values_keep_their_direction_in_a_language_that_is_written_from_right_to_left(loaded_of: LoadedOf) -> None:
    loaded = loaded_of(CAMPAIGN)
    german = loaded.languages["de"]
    turned = dataclasses.replace(german, words=german.words.model_copy(update={"direction": "rtl"}))
    updated = on_occasion(loaded, Purpose.UPDATE, facts_of(loaded, begins=dt.time(12)))

    (row,) = rows(mail_of(dataclasses.replace(updated, languages={**loaded.languages, "de": turned})))

    assert (row.now, row.before) == ("\u206813:00 Uhr (MESZ)\u2069", "\u206812:00 Uhr (MESZ)\u2069")
