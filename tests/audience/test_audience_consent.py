"""A list may prove when and where somebody has agreed to get mails."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from ccmail.audience import Contact, MarkedContact, from_record, read_contacts, to_record
from ccmail.audience.columns_read import read_columns
from ccmail.audience.consent import Consent, find_consent


def read(folder: Path, header: str, *rows: str) -> list[Contact]:
    path = folder / "list.csv"
    people = "".join(f"p{n}@x.example;Kim;Muster{n};{row}\n" for n, row in enumerate(rows, 1))
    path.write_text(f"E-Mail;Vorname;Nachname;{header}\n{people}", encoding="utf-8")
    return [item for item in read_contacts(path, "list.csv") if isinstance(item, Contact)]


@pytest.mark.parametrize(
    "header",
    [
        "consent_at", "Consent date", "Date of consent", "Consent timestamp", "doi_at", "DOI-Datum", "DOI date",
        "Double opt-in date", "Opt-in date", "OPTIN_TIME", "CONFIRM_TIME", "Subscribed at", "Subscription date",
        "Sign-up date", "Einwilligung am", "Einwilligung vom", "Einwilligungsdatum", "Datum der Einwilligung",
        "DSGVO-Einwilligung am", "Zustimmung am", "Anmeldung am", "Anmeldedatum", "Newsletter-Anmeldung am",
    ],
)  # fmt: skip
def test_a_column_says_when(header: str) -> None:
    assert find_consent(["E-Mail", header], [0, 1]) == (1, None)


@pytest.mark.parametrize(
    "header",
    [
        "consent_source", "Consent source", "Source of consent", "Opt-in source", "DOI proof", "Sign-up via",
        "Einwilligung Quelle", "Quelle der Einwilligung", "Einwilligungsquelle", "Nachweis der Einwilligung",
        "Anmeldung über", "Herkunft der Einwilligung",
    ],
)  # fmt: skip
def test_a_column_says_where(header: str) -> None:
    assert find_consent(["E-Mail", header], [0, 1]) == (None, 1)


@pytest.mark.parametrize(
    "header",
    [
        "Einwilligung", "Consent", "Einwilligung widerrufen am", "Consent withdrawn at", "Opt-out date", "UNSUB_TIME",
        "created_at", "Datum", "Quelle", "Source", "Anmeldung", "Abgemeldet am", "Foto-Einwilligung am", "Last changed",
        "Anmeldung am Empfang durch Frau Dr. Müller oder ihre Vertretung, sonst bitte am Eingang melden und warten",
    ],
)  # fmt: skip
def test_a_column_of_something_else_proves_nothing(header: str) -> None:
    assert find_consent(["E-Mail", header], [0, 1]) == (None, None)


def test_of_several_columns_the_strongest_proof_counts(tmp_path: Path) -> None:
    (person,) = read(tmp_path, "Anmeldung am;DOI-Datum;Opt-in date", "1.2.2020;3.2.2020;2.2.2020")

    assert person.consent == Consent("3.2.2020")
    assert person.extra["anmeldung_am"] == "1.2.2020"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020-03-12", dt.date(2020, 3, 12)),
        ("2020-03-12T09:15:00Z", dt.date(2020, 3, 12)),
        ("2020/3/12 09:15", dt.date(2020, 3, 12)),
        ("12.3.2020", dt.date(2020, 3, 12)),
        ("am 12. 03. 2020, Messe Ulm", dt.date(2020, 3, 12)),
        ("3/4/2020", None),
        ("31.2.2020", None),
        ("Frühjahr 2020", None),
        ("", None),
    ],
)
def test_a_day_is_read_only_if_it_is_certain(written: str, day: dt.date | None) -> None:
    assert Consent(written).day == day


def test_the_record_of_a_sending_has_it_as_written_and_as_a_day(tmp_path: Path) -> None:
    (person,) = read(tmp_path, "Einwilligung am;Quelle der Einwilligung", "12.3.2020;Karte, Messe Ulm")

    record = to_record(person)

    assert (record["consent_at"], record["consent_day"]) == ("12.3.2020", "2020-03-12")
    assert record["consent_source"] == "Karte, Messe Ulm"
    assert from_record(json.loads(json.dumps(record))).consent == person.consent


def test_a_list_without_such_a_column_has_no_word_of_it(tmp_path: Path) -> None:
    (person,) = read(tmp_path, "Ort", "Ulm")

    assert person.consent is None
    assert not [name for name in to_record(person) if name.startswith("consent")]


def test_a_cell_that_says_nothing_is_no_proof(tmp_path: Path) -> None:
    proven, unproven = read(tmp_path, "Anmeldung am", "1.2.2020", "")

    assert proven.consent is not None
    assert unproven.consent is not None
    assert (proven.consent.is_proven, unproven.consent.is_proven) == (True, False)


def test_a_no_in_a_column_of_consent_means_no_mail_as_before(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("E-Mail;Einwilligung am\na@x.example;1.2.2020\nb@x.example;nein\n", encoding="utf-8")

    found = list(read_contacts(path, "list.csv"))

    assert [type(item) for item in found] == [Contact, MarkedContact]


def test_the_columns_are_shown_by_what_they_are(tmp_path: Path) -> None:
    read(tmp_path, "Anmeldung am;Opt-in source;Ort", "1.2.2020;Karte;Ulm")

    columns = read_columns(tmp_path / "list.csv", "list.csv")

    assert columns is not None
    assert columns.read[3:] == (("Anmeldung am", "consent_at"), ("Opt-in source", "consent_source"), ("Ort", "city"))
    assert columns.unused == ()
