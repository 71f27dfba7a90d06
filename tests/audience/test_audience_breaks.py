"""Line breaks inside quoted cells: read as Excel means them, and as from a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from ccmail.audience import Contact, read_contacts
from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = ["E-Mail", "Anrede", "Vorname", "Nachname", "Adresse"]
NEXT = ["ida.frost@kiel.example", "Frau", "Ida", "Frost", "Kiel"]


def read(path: Path) -> tuple[list[Contact], list[Problem]]:
    found = list(read_contacts(path, path.name))
    return [x for x in found if isinstance(x, Contact)], [x for x in found if isinstance(x, Problem)]


def from_csv(tmp_path: Path, text: str) -> tuple[list[Contact], list[Problem]]:
    path = tmp_path / "liste.csv"
    path.write_bytes(text.encode())
    return read(path)


def quoted(rows: Sequence[Sequence[str]], end: str = "\r\n") -> str:
    cells = ([f'"{c}"' if "\n" in c else c for c in row] for row in rows)
    return "".join(";".join(row) + end for row in cells)


@pytest.mark.parametrize(
    "row",
    [
        ["otto.holm@riga.example\notto@daheim.example", "Herr", "Otto", "Holm", "Riga"],
        ["otto.holm@riga.example", "Herr", "Otto\nKarl", "Holm\nBerg", "Hafen 1\n20457 Hamburg"],
        ["otto.holm@riga.example\n", "Herr", "Otto", "Holm", "\nHafen 1\n\n20457 Hamburg\n"],
        ["a@x.example\nb@x.example\nc@x.example", "Herr\n", "", "Holm", ""],
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_list_is_read_as_the_sheet_is(tmp_path: Path, row: list[str], end: str) -> None:
    book = openpyxl.Workbook()
    for cells in (HEADER, row, NEXT):
        book.active.append(cells)
    book.save(tmp_path / "liste.xlsx")
    sheet, notes = read(tmp_path / "liste.xlsx")

    people, problems = from_csv(tmp_path, quoted([HEADER, row, NEXT], end))

    def plain(people: list[Contact]) -> list[tuple[str, str, str, str]]:
        return [(p.email, p.first_name, p.last_name, p.extra["adresse"]) for p in people]

    assert plain(people) == plain(sheet)
    assert [p.message for p in problems] == [p.message for p in notes]
    assert not [p for p in problems if p.code == "R504"]


def test_two_addresses_below_each_other_are_two(tmp_path: Path) -> None:
    row = ["otto.holm@riga.example\notto@daheim.example", "Herr", "Otto", "Holm", ""]

    people, [note] = from_csv(tmp_path, quoted([HEADER, row, NEXT]))

    assert [(p.email, p.last_name, p.place.line) for p in people] == [
        ("otto.holm@riga.example", "Holm", 2),
        ("otto@daheim.example", "", 2),
        ("ida.frost@kiel.example", "Frost", 4),
    ]
    assert note.code == "R522"
    assert note.place is not None
    assert (note.place.line, note.place.text) == (2, '"otto.holm@riga.example↵otto@daheim.example";Herr;Otto;Holm;')
    assert note.place.text[note.place.column - 1 :][: note.place.width] == "otto.holm@riga.example↵otto@daheim.example"


def test_a_block_of_an_address_is_one_value(tmp_path: Path) -> None:
    row = ["otto.holm@riga.example", "Herr", "Otto", "Holm", "Rathaus\nZimmer 3\n20457 Hamburg"]

    people, problems = from_csv(tmp_path, quoted([HEADER, row, NEXT]))

    assert [p.extra["adresse"] for p in people] == ["Rathaus Zimmer 3 20457 Hamburg", "Kiel"]
    assert [p.place.line for p in people] == [2, 5]
    assert problems == []


def test_a_list_of_addresses_only_may_have_them_in_one_cell(tmp_path: Path) -> None:
    people, _ = from_csv(tmp_path, 'E-Mail\n"a@x.example\nb@x.example"\nc@x.example\n')

    assert [(p.email, p.place.line) for p in people] == [("a@x.example", 2), ("b@x.example", 2), ("c@x.example", 4)]


def test_a_break_in_the_header_is_a_blank(tmp_path: Path) -> None:
    people, problems = from_csv(tmp_path, '"E-Mail\n(dienstlich)";"Vor-\nname"\na@x.example;Anna\n')

    assert [(p.email, p.place.line, p.first_name) for p in people] == [("a@x.example", 4, "Anna")]
    assert problems == []


def test_quotes_and_separators_in_a_cell_with_breaks_belong_to_it(tmp_path: Path) -> None:
    row = 'a@x.example;;Anna;Alt;"Haus ""Nord""; links\nHof 2"\n'

    people, problems = from_csv(tmp_path, ";".join(HEADER) + "\n" + row + ";".join(NEXT) + "\n")

    assert [p.extra["adresse"] for p in people] == ['Haus "Nord"; links Hof 2', "Kiel"]
    assert problems == []


@pytest.mark.parametrize(
    "lines",
    [
        ['b@x.example;;"Bea;Berg;Ulm', "c@x.example;;Cem;Can;Ulm"],
        ['"b@x.example;;Bea;Berg;Ulm', "c@x.example;;Cem;Can;Ulm", 'd@x.example;;Dora;Duck;"Ulm"'],
        ['b@x.example;;Bea;"Berg;Ulm', "c@x.example;;Cem;Can;Ulm", 'd@x.example;;Dora;Duck;Ulm"'],
        ['b@x.example;;Bea;Berg;"Ulm', 'c@x.example;;Cem;"";Ulm'],
    ],
)
def test_a_quote_that_never_closes_costs_its_own_row_only(tmp_path: Path, lines: list[str]) -> None:
    people, problems = from_csv(tmp_path, "\n".join([";".join(HEADER), *lines, ";".join(NEXT), ""]))

    assert [p.email for p in people if p.email != "d@x.example"] == ["c@x.example", NEXT[0]]
    assert ("R504", 2) in [(p.code, p.place.line) for p in problems if p.place]


def test_a_quote_that_stays_open_over_many_lines_says_how_many(tmp_path: Path) -> None:
    rows = "".join(f'a{n}@x.example;;A;B;""\n' for n in range(150))

    _, [problem] = from_csv(tmp_path, f'{";".join(HEADER)}\nb@x.example;;"Bea;B;C\n{rows}')

    assert (problem.code, problem.message) == ("R504", "a quote is opened here and not closed in the next 100 lines")
