from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.audience import Contact, Salutation, salutation
from ccmail.audience.salutation_words import read_salutation
from ccmail.languages import load_languages

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
GERMAN, ENGLISH = LANGUAGES["de"], LANGUAGES["en"]


def contact(anrede: str, title: str, first_name: str, last_name: str, country: str = "DE") -> Contact:
    read = read_salutation(anrede)
    assert read is not None
    return Contact(
        "x@y.example",
        gender=read[0],
        title=title or read[1],
        first_name=first_name,
        last_name=last_name,
        country=country,
    )


@pytest.mark.parametrize(
    ("row", "german", "english"),
    [
        (("Frau", "Dr.", "Jana", "Müller", "DE"), "Sehr geehrte Frau Dr. Müller,", "Dear Dr Müller,"),
        (
            ("Herr", "Prof. Dr.", "Jörg", "Weiß", "DE"),
            "Sehr geehrter Herr Professor Weiß,",
            "Dear Professor Weiß,",
        ),
        (
            ("Frau", "Prof.", "Ada", "Stein", "DE"),
            "Sehr geehrte Frau Professorin Stein,",
            "Dear Professor Stein,",
        ),
        (("Herr", "Dipl.-Ing.", "Uwe", "Kraft", "DE"), "Sehr geehrter Herr Kraft,", "Dear Mr Kraft,"),
        (("Frau", "Mag.", "Anna", "Huber", "AT"), "Sehr geehrte Frau Mag. Huber,", "Dear Ms Huber,"),
        (("", "", "Kim", "Muster", "DE"), "Guten Tag Kim Muster,", "Dear Kim Muster,"),
        (("", "Dr.", "Kim", "Muster", "DE"), "Guten Tag Dr. Kim Muster,", "Dear Dr Muster,"),
        (("Divers", "", "Kim", "Muster", "DE"), "Guten Tag Kim Muster,", "Dear Kim Muster,"),
        (("Frau", "", "", "Müller", "DE"), "Sehr geehrte Frau Müller,", "Dear Ms Müller,"),
        (("", "", "", "Presseamt", "DE"), "Sehr geehrte Damen und Herren,", "Dear colleagues,"),
        (("", "", "Raimond", "", "EE"), "Sehr geehrte Damen und Herren,", "Dear colleagues,"),
        (("", "", "", "", "DE"), "Sehr geehrte Damen und Herren,", "Dear colleagues,"),
        (
            ("Herr", "", "Roberto", "Zambrana Flores", "BO"),
            "Sehr geehrter Herr Zambrana Flores,",
            "Dear Mr Zambrana Flores,",
        ),
        # Also in Austria a degree is only spoken after Frau or Herr.
        (("", "Dipl.-Ing.", "Anna", "Huber", "AT"), "Guten Tag Anna Huber,", "Dear Anna Huber,"),
        (("Herr", "Mag. Dr.", "Karl", "Huber", "AT"), "Sehr geehrter Herr Mag. Dr. Huber,", "Dear Dr Huber,"),
        (
            ("Frau", "Dipl.-Ing. MSc", "Eva", "Huber", "AT"),
            "Sehr geehrte Frau Dipl.-Ing. Huber,",
            "Dear Ms Huber,",
        ),
        (("Frau", "Dr", "Nino", "K", "GE"), "Sehr geehrte Frau Dr. K,", "Dear Dr K,"),
        (("Frau", "Dr.-Ing.", "A", "B", "DE"), "Sehr geehrte Frau Dr. B,", "Dear Dr B,"),
        (("Herr", "PD Dr. med.", "A", "B", "DE"), "Sehr geehrter Herr Dr. B,", "Dear Dr B,"),
        (("Herr", "PD", "A", "B", "DE"), "Sehr geehrter Herr Dr. B,", "Dear Dr B,"),
        (("", "PhD", "A", "B", "DE"), "Guten Tag Dr. A B,", "Dear Dr B,"),
        (
            ("Frau", "Prof. Dr. Dr. h.c. mult.", "A", "B", "DE"),
            "Sehr geehrte Frau Professorin B,",
            "Dear Professor B,",
        ),
        (("Herr", "Univ.-Prof.", "A", "B", "DE"), "Sehr geehrter Herr Professor B,", "Dear Professor B,"),
        (("", "Dr.", "", "Müller", "DE"), "Guten Tag Dr. Müller,", "Dear Dr Müller,"),
        (("Frau Dr.", "", "", "Müller", "DE"), "Sehr geehrte Frau Dr. Müller,", "Dear Dr Müller,"),
        (("Frau", "Drummer", "A", "B", "DE"), "Sehr geehrte Frau B,", "Dear Ms B,"),
        (("Herr", "Bürgermeister Dr.", "A", "B", "DE"), "Sehr geehrter Herr Bürgermeister Dr. B,", "Dear Dr B,"),
        (("", "Bürgermeister", "A", "B", "DE"), "Guten Tag A B,", "Dear A B,"),
        (("Professorin", "", "Eva", "B", "DE"), "Guten Tag Professorin Eva B,", "Dear Professor B,"),
        (("Frau", "", "Anna", "", "DE"), "Sehr geehrte Damen und Herren,", "Dear colleagues,"),
    ],
)
def test_a_mail_begins_as_a_letter_would(row: tuple[str, str, str, str, str], german: str, english: str) -> None:
    person = contact(*row)

    assert salutation(person, GERMAN) == german
    assert salutation(person, ENGLISH) == english


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        ("Sehr geehrte Frau Bürgermeisterin Lang", "Sehr geehrte Frau Bürgermeisterin Lang,"),
        ("Sehr geehrte Frau Bürgermeisterin Lang,", "Sehr geehrte Frau Bürgermeisterin Lang,"),
        ("Liebe Petra!", "Liebe Petra!"),
    ],
)
def test_the_greeting_of_the_list_wins_and_ends_with_one_comma(greeting: str, expected: str) -> None:
    person = Contact("x@y.example", gender=Salutation.MR, last_name="Lang", greeting=greeting)

    assert salutation(person, GERMAN) == expected
    assert salutation(person, ENGLISH) == expected


def test_a_name_in_braces_stays_a_name() -> None:
    person = Contact("x@y.example", gender=Salutation.MS, last_name="{title}{0.__class__}")

    assert salutation(person, GERMAN) == "Sehr geehrte Frau {title}{0.__class__},"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Herr", (Salutation.MR, "")),
        ("HERRN", (Salutation.MR, "")),
        ("Hr.", (Salutation.MR, "")),
        ("Mr", (Salutation.MR, "")),
        ("Mr.", (Salutation.MR, "")),
        ("männlich", (Salutation.MR, "")),
        ("Frau", (Salutation.MS, "")),
        ("Fr.", (Salutation.MS, "")),
        ("Ms", (Salutation.MS, "")),
        ("Mrs.", (Salutation.MS, "")),
        ("w", (Salutation.MS, "")),
        ("Divers", (Salutation.NONE, "")),
        ("", (Salutation.NONE, "")),
        ("Frau Dr.", (Salutation.MS, "Dr.")),
        ("Herr Prof. Dr.", (Salutation.MR, "Prof. Dr.")),
        ("Sehr geehrte Frau", (Salutation.MS, "")),
        ("Dr.", (Salutation.NONE, "Dr.")),
        ("Prof. Dr. med.", (Salutation.NONE, "Prof. Dr. med.")),
        ("Professorin", (Salutation.NONE, "Professorin")),
        ("Dipl.-Ing.", (Salutation.NONE, "Dipl.-Ing.")),
        ("Mr. Dr.", (Salutation.MR, "Dr.")),
        ("Frau Bürgermeisterin", (Salutation.MS, "Bürgermeisterin")),
        ("Sehr geehrter Herr Oberbürgermeister Dr.", (Salutation.MR, "Oberbürgermeister Dr.")),
        ("Frau Dr. Huber", None),
        ("Familie", None),
        ("Herr und Frau", None),
        ("Andrea", None),
        ("Sehr geehrte", None),
    ],
)
def test_a_salutation_is_read_and_never_guessed(text: str, expected: tuple[Salutation, str] | None) -> None:
    assert read_salutation(text) == expected


@given(st.text(), st.text(), st.text(), st.sampled_from(Salutation), st.sampled_from(["", "DE", "AT"]))
def test_every_name_has_a_salutation(title: str, first: str, last: str, gender: Salutation, country: str) -> None:
    person = Contact("x@y.example", gender, title, first, last, country=country)

    assert salutation(person, GERMAN).endswith(",")
    assert "\n" not in salutation(person, ENGLISH)
