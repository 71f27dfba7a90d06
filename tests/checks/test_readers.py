"""What is odd about one reader's mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.checks import readers
from ccmail.checks.readers import check_reader
from ccmail.checks.rule import rules_of
from ccmail.problems import Place, Severity

ROW = Place("recipients/german.csv", 412)
ODD = {
    "R550": (
        {"greeting_de": ""},
        {"greeting_de": "Sehr geehrte Frau ,"},
        {"greeting_de": "Sehr geehrte Frau,"},
        {"greeting_de": "Sehr geehrter Herr  Müller,"},
        {"greeting_de": "Sehr geehrte Frau Frau Müller,"},
        {"greeting_de": "Guten Tag jana@bonn.example,"},
        {"greeting_en": "Dear Room 412,"},
        {"greeting_en": "Dear Dr.,"},
    ),
    "R551": (
        {"city": "#N/A"},
        {"city": "None"},
        {"first_name": "{{ first_name }}"},
        {"organisation": "-"},
        {"city": "#BEZUG!"},
    ),
    "R552": (
        {"greeting_de": "Sehr geehrte Frau " + "von Hohen " * 12 + "Berg,"},
        {"organisation": "Donau" + "dampfschifffahrt" * 5},
    ),
    "R553": (
        {"_to_address": "noreply@stadt-ulm.example"},
        {"_to_address": "No-Reply@stadt-ulm.example"},
        {"_to_address": "bounces@stadt-ulm.example"},
        {"_to_address": "jana@example.com"},
        {"_to_address": "jana@mail.invalid"},
    ),
}
RIGHT = (
    {"greeting_de": "Sehr geehrte Frau Dr. Müller,"},
    {"greeting_de": "Sehr geehrte Damen und Herren,", "city": ""},
    {"greeting_de": "Guten Tag Nino Kvaratskhelia-O'Brien,"},
    {"greeting_en": "Dear Prof. Ng,", "first_name": "Nonele", "city": "Nanterre"},
    {"greeting_en": "Dear colleagues!", "organisation": "Stadt Köln – Amt für Umwelt, Klima und " + "Grün " * 20},
    {"_to_address": "info@stadt-ulm.example"},
    {"_to_address": "post.replyn@example-stadt.de"},
    {"unsubscribe": "https://cities.example/u/" + "x" * 60, "_message_id": "<" + "0" * 90 + "@x>"},
)


@pytest.mark.parametrize(("code", "fields"), [(c, fields) for c, all_of in ODD.items() for fields in all_of])
def test_what_is_odd_is_said_with_the_readers_row(code: str, fields: dict[str, str]) -> None:
    found = list(check_reader(fields, ROW))

    assert code in {p.code for p in found}
    assert {p.place for p in found} == {ROW}
    assert all(p.severity is Severity.WARNING for p in found)


@pytest.mark.parametrize("fields", RIGHT)
def test_nothing_is_odd_about_a_usual_reader(fields: dict[str, str]) -> None:
    assert list(check_reader(fields, ROW)) == []


def test_every_rule_has_readers_that_break_it() -> None:
    assert {rule.code for rule in rules_of(readers)} == ODD.keys()


WORDS = ["Frau", "Herr", "Dr", "Prof", "Test", "N", "ı", "ſo", "Müller", "Isık", "isik", "hans", "Hans", "ß", "Straſſe"]
PIECES = [*WORDS, "STRASSE", "Σας", "σασ", "7", ",", "!", ":", ".", "-", "'", "’", "_", "@", " ", " ", "\t", "\xa0"]


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.sampled_from([",", "!", ":", " ,"]))
def test_the_quick_look_at_a_salutation_finds_what_a_thorough_one_does(pieces: list[str], end: str) -> None:
    text = "".join(pieces) + end

    assert readers.is_odd(text) == (readers._ODD.search(text) is not None)
