"""The repaired copy of a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.audience import Contact, read_contacts
from ccmail.audience.clean import CellRepair, CleanList, clean_list
from ccmail.problems import Problem

HEADER = "Anrede;Vorname;Nachname;E-Mail;Ort\n"


def cleaned(tmp_path: Path, rows: str, header: str = HEADER) -> CleanList:
    path = tmp_path / "list.csv"
    path.write_text(header + rows, encoding="utf-8")
    clean = clean_list(path, "list.csv")
    assert clean is not None
    return clean


def test_a_list_without_mistakes_is_the_same_and_has_no_repairs(tmp_path: Path) -> None:
    clean = cleaned(tmp_path, "Frau;Jana;Müller;jana@bonn.example;Bonn\n")

    assert clean.repairs == ()
    assert clean.to_bytes().decode("utf-8-sig") == (
        "Anrede;Vorname;Nachname;E-Mail;Ort\r\nFrau;Jana;Müller;jana@bonn.example;Bonn\r\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "is_guess"),
    [
        ("Jana <jana@bonn.example>", "jana@bonn.example", False),
        ("jana(at)bonn.example", "jana@bonn.example", False),
        ("jana@bonn,example", "jana@bonn.example", True),
        ("jana@Bonn.example", "jana@bonn.example", False),
        ("\u200bjana@bonn.example", "jana@bonn.example", False),
    ],
)
def test_an_address_is_written_as_it_was_meant(tmp_path: Path, before: str, after: str, is_guess: bool) -> None:  # noqa: FBT001
    clean = cleaned(tmp_path, f"Frau;Jana;Müller;{before};Bonn\n")

    assert clean.rows[1] == ("Frau", "Jana", "Müller", after, "Bonn")
    assert clean.repairs == (CellRepair(2, before, after, is_guess),)


def test_several_addresses_become_rows_of_which_only_the_first_keeps_the_name(tmp_path: Path) -> None:
    clean = cleaned(tmp_path, "Frau;Jana;Müller;jana@bonn.example, office@bonn.example;Bonn\n")

    assert clean.rows[1:] == (
        ("Frau", "Jana", "Müller", "jana@bonn.example", "Bonn"),
        ("", "", "", "office@bonn.example", "Bonn"),
    )


@pytest.mark.parametrize("cell", ["nobody", "", "jana@"])
def test_what_cannot_be_repaired_stays_as_it_is(tmp_path: Path, cell: str) -> None:
    clean = cleaned(tmp_path, f'Frau;Jana;Müller;"{cell}";Bonn\n')

    assert clean.rows[1] == ("Frau", "Jana", "Müller", cell, "Bonn")
    assert clean.repairs == ()


def test_damaged_letters_are_mended_where_that_is_certain(tmp_path: Path) -> None:
    clean = cleaned(tmp_path, "Frau;Jana;MÃ¼ller;jana@bonn.example;M\ufffdnster\n")

    assert clean.rows[1] == ("Frau", "Jana", "Müller", "jana@bonn.example", "M\ufffdnster")
    assert clean.repairs == (CellRepair(2, "MÃ¼ller", "Müller"),)


def test_a_row_with_too_many_cells_keeps_them(tmp_path: Path) -> None:
    clean = cleaned(tmp_path, "Frau;Jana;Müller;jana@bonn.example;Bonn;and more\n")

    assert clean.rows[1] == ("Frau", "Jana", "Müller", "jana@bonn.example", "Bonn", "and more")


def test_a_row_that_cannot_be_read_is_named_as_lost(tmp_path: Path) -> None:
    clean = cleaned(tmp_path, 'Frau;"Jana;Müller;jana@bonn.example;Bonn\nHerr;Uwe;Kraft;uwe@ulm.example;Ulm\n')

    assert clean.lost == (2,)
    assert [row[3] for row in clean.rows[1:]] == ["uwe@ulm.example"]


def test_a_list_without_a_column_of_addresses_has_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")

    assert clean_list(path, "list.csv") is None


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1+cmd", "'-1+cmd"),
        ("+49 228 123-4", "+49 228 123-4"),
        ("-", "-"),
    ],
)
def test_excel_does_not_take_a_text_for_a_formula(tmp_path: Path, cell: str, written: str) -> None:
    clean = cleaned(tmp_path, f"Frau;Jana;Müller;jana@bonn.example;{cell}\n")

    assert clean.to_bytes().decode("utf-8-sig").splitlines()[1].endswith(f";{written}")


def test_the_copy_has_the_same_people_as_the_list_it_comes_from(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "recipients" / "german-as-exported-by-excel.csv"
    clean = clean_list(source, "x")
    assert clean is not None
    copy = tmp_path / "clean.csv"
    copy.write_bytes(clean.to_bytes())

    before = {item.email for item in read_contacts(source, "x") if isinstance(item, Contact)}
    after = list(read_contacts(copy, "x"))

    assert {item.email for item in after if isinstance(item, Contact)} == before | {"uwe.kraft@stadt-ulm.example"}
    assert [item for item in after if isinstance(item, Problem) and item.is_error] == []


def test_names_in_capitals_or_small_letters_become_usual_ones_as_a_guess(tmp_path: Path) -> None:
    clean = cleaned(tmp_path, "Frau;ANNA;VON DER LIPPE;a@x.example;BONN\nHerr;Ole;McGregor;b@x.example;Ulm\n")

    assert clean.rows[1:] == (
        ("Frau", "Anna", "von der Lippe", "a@x.example", "BONN"),
        ("Herr", "Ole", "McGregor", "b@x.example", "Ulm"),
    )
    assert {(r.before, r.after, r.is_guess) for r in clean.repairs} == {
        ("ANNA", "Anna", True),
        ("VON DER LIPPE", "von der Lippe", True),
    }
