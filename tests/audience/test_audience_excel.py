from __future__ import annotations

import datetime as dt
import sys
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from ccmail.audience import Contact, Salutation, read_contacts
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write rows to the first of two sheets; on the other one nobody stands."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Other").append(["E-Mail", "Vorname"])
    book.save(path)
    book.close()


def contacts(path: Path) -> list[Contact]:
    return [found for found in read_contacts(path, path.name) if isinstance(found, Contact)]


def problems(path: Path) -> list[Problem]:
    return [found for found in read_contacts(path, path.name) if isinstance(found, Problem)]


def test_the_first_sheet_is_read_with_a_title_above_the_header(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(
        path,
        [
            ["Verteiler Kommunen", None, None, None],
            [None, None, None, None],
            ["Anrede", "Vorname", "Nachname", "E-Mail"],
            ["Frau", "Jana", "Müller", "jana@bonn.example"],
            [None, None, None, None],
            ["Herr", "Jörg", "Weiß", " joerg@koeln.example "],
        ],
    )

    found = contacts(path)

    assert [(c.email, c.last_name, c.gender, c.place.line) for c in found] == [
        ("jana@bonn.example", "Müller", Salutation.MS, 4),
        ("joerg@koeln.example", "Weiß", Salutation.MR, 6),
    ]


def test_lines_are_counted_as_excel_does_when_the_first_rows_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(path, [[], [], ["E-Mail"], ["a@x.example"]])

    assert [c.place.line for c in contacts(path)] == [4]


def test_numbers_and_dates_are_written_as_the_sheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(
        path,
        [
            ["E-Mail", "Nr", "Anteil", "Seit", "Um", "Ja"],
            ["a@x.example", 49, 1.5, dt.datetime(2020, 10, 7), dt.datetime(2020, 10, 7, 13, 30), True],  # noqa: DTZ001
        ],
    )

    [contact] = contacts(path)

    assert contact.extra == {
        "nr": "49",
        "anteil": "1.5",
        "seit": "2020-10-07",
        "um": "2020-10-07T13:30:00",
        "ja": "True",
    }


def test_a_linked_address_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["E-Mail"])
    book.active.append(["a@x.example"])
    book.active["A2"].hyperlink = "mailto:a@x.example"
    book.active.append(["mailto:b@x.example"])
    book.save(path)

    assert [c.email for c in contacts(path)] == ["a@x.example", "b@x.example"]


def test_a_mistake_is_shown_with_its_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(path, [["Vorname", "E-Mail"], ["Uwe", "uwe@ulm,example"]])

    [problem] = problems(path)

    assert problem.code == "R501"
    place = problem.place
    assert place is not None
    assert str(place) == "list.xlsx:2, column E-Mail"
    assert place.text[place.column - 1 :][: place.width] == "uwe@ulm,example"


def test_a_line_break_in_a_cell_is_a_blank(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(path, [["E-Mail", "Nachname"], ["a@x.example", "Müller\nLang"]])

    assert contacts(path)[0].last_name == "Müller Lang"


def test_an_excel_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write(path, [["E-Mail"], ["a@x.example"]])
    renamed = path.rename(tmp_path / "list.csv")

    assert [c.email for c in contacts(renamed)] == ["a@x.example"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 and nothing else", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100])
def test_a_damaged_excel_file_is_a_problem(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)

    [problem] = problems(path)

    assert problem.code == "R508"


@pytest.mark.parametrize(
    "content", ["<html><table><tr><td>E-Mail</td></tr></table></html>", '<?xml version="1.0"?>\n<Workbook/>']
)
def test_a_web_page_that_is_called_a_workbook_says_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list.xls"
    path.write_text(content, encoding="utf-8")

    [problem] = problems(path)

    assert (problem.code, problem.hint) == ("R508", "open it in Excel and save it as .xlsx or CSV UTF-8")


def test_another_zip_file_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")

    [problem] = problems(path)

    assert problem.code == "R508"


def test_a_file_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 301_000_000)

    [problem] = problems(path)

    assert problem.message == "list.xlsx is far too large for a list"


def test_without_the_excel_reader_the_command_to_get_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.xlsx"
    write(path, [["E-Mail"], ["a@x.example"]])
    monkeypatch.setitem(sys.modules, "python_calamine", None)

    [problem] = problems(path)

    assert problem.code == "R509"
    assert "pip install python-calamine" in problem.hint
