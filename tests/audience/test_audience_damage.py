"""Damaged letters are noticed, whatever damaged them, and whole ones are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ccmail.audience import Contact, list_problems, read_contacts
from ccmail.audience.clean import clean_list
from ccmail.audience.damage import damage, mend
from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("Jäger", "Größer", "Müller", "Łukasz", "Šimić", "Ağaoğlu", "Çelik", "Ångström", "Peña", "Hélène")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("taken_for", ["cp1252", "mac-roman", "cp1250", "cp850", "cp437", "cp1254"])
def test_utf_8_that_was_taken_for_something_else_is_mended(name: str, taken_for: str) -> None:
    try:
        damaged = name.encode().decode(taken_for)
    except UnicodeDecodeError:
        damaged = "".join(c.encode().decode(taken_for, "replace") for c in name)
        assert damage(damaged) in {"?", name}
        return

    assert damage(damaged) == name


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("J√§ger", "Jäger"),
        ("JÃ¤ger", "Jäger"),
        ("MÃ¼", "Mü"),
        ("KoÅ¡ir", "Košir"),
        ("Müller-JÃ¤ger", "Müller-Jäger"),
        ("Ã\u00a0 Porto", "à Porto"),
        ("MarÃ\u00ada", "María"),
        ("РќР°РґСЏ", "Надя"),
        ("J„ger", "Jäger"),
        ("J”rg", "Jörg"),
        ("MŸller", "Müller"),
        ("JŠger", "Jäger"),
        ("Gro§er", "Großer"),
        ("J&auml;ger", "Jäger"),
        ("M&#252;ller &amp; S&ouml;hne", "Müller & Söhne"),
    ],
)
def test_what_was_meant_is_proposed(damaged: str, meant: str) -> None:
    assert damage(damaged) == meant


@pytest.mark.parametrize("name", ["M?ller", "K?ln", "?ukasz", "Kova?evi?", "J\ufffdger", "Jï¿½ger", "M??ller"])
def test_a_letter_that_is_lost_is_lost(name: str) -> None:
    assert damage(name) == "?"


@pytest.mark.parametrize(
    "text",
    [
        *NAMES, "O’Neill", "Bonn–Berlin", "„Anna“", "Wer kommt? Alle", "https://x.example/?id=1", "AT&T;", "R&D",
        "Сјеница", "Пётр", "ŠKODA", "McŠimon", "İstanbul", "½ Liter", "5 °C", "Paral·lel", "Œuvre", "São Tomé",
        "Αθήνα", "თბილისი", "?",
    ],
)  # fmt: skip
def test_whole_texts_are_left_alone(text: str) -> None:
    assert damage(text) == ""


def read(path: Path) -> tuple[list[Contact], list[Problem]]:
    found = list(read_contacts(path, path.name))
    damages = [x for x in found if isinstance(x, Problem) and x.code == list_problems.DAMAGED_LETTER]
    return [x for x in found if isinstance(x, Contact)], damages


def test_every_damaged_cell_is_a_warning_with_what_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("E-Mail;Vorname;Nachname\na@x.example;J√∂rg;M?ller\nb@x.example;Ida;Nov?\n", encoding="utf-8")

    people, problems = read(path)

    assert [p.last_name for p in people] == ["M?ller", "Nov?"]
    assert {p.severity for p in problems} == {Severity.WARNING}
    assert [(p.code, p.place.line, p.marks[0].label) for p in problems if p.place] == [
        ("R534", 2, "did you mean “Jörg”?"),
        ("R534", 2, "a letter is lost"),
        ("R534", 3, "a letter is lost"),
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_semicolon_of_an_entity_does_not_break_the_row(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "liste.csv"
    rows = [
        ["E-Mail", "Nachname", "Ort"],
        ["a@x.example", "J&auml;ger", "K&ouml;ln"],
        ["b@x.example", "Frost &Co", "Kiel"],
    ]
    path.write_text("\n".join(separator.join(row) for row in rows) + "\n", encoding="utf-8")

    people, problems = read(path)

    assert [(p.last_name, p.city) for p in people] == [("J&auml;ger", "K&ouml;ln"), ("Frost &Co", "Kiel")]
    assert [(p.code, p.marks[0].label) for p in problems] == [
        ("R534", "did you mean “Jäger”?"),
        ("R534", "did you mean “Köln”?"),
    ]
    assert problems[0].place is not None
    assert "J&auml;ger" in problems[0].place.text


def test_only_what_is_certain_is_mended_in_a_copy(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("E-Mail;Nachname;Ort\na@x.example;J√§ger;K&ouml;ln\nb@x.example;J„ger;Jena\n", encoding="utf-8")

    clean = clean_list(path, "liste.csv")

    assert clean is not None
    assert clean.rows[1:] == (("a@x.example", "Jäger", "Köln"), ("b@x.example", "J„ger", "Jena"))
    assert mend("J„ger") == "J„ger"
