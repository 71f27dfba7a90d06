"""No workbook takes the computer's memory, or its time: what would is refused before its values are read."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import python_calamine
import xlwt

from ccmail.audience import Contact, read_contacts
from ccmail.audience.workbook import look, xls, xml_parts
from ccmail.problems import Problem
from tests.audience.workbooks import ods_cell, ods_row, ods_table, write_ods, write_xlsx, xlsx_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = xlsx_row(2, "a@x.example")
SHARED = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
WIDE = ods_cell("a@x.example", 'table:number-columns-repeated="16384"')
BOMB = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))


@pytest.fixture(name="values_are_not_read")
def _values_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("the values were read")

    monkeypatch.setattr(python_calamine.CalamineWorkbook, "get_sheet_by_index", refuse, raising=False)


@pytest.fixture(name="memory", autouse=True)
def _memory() -> Iterator[None]:
    """Hold every reading here to 40 MB of Python's objects."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def refused(path: Path) -> str:
    """Return why a workbook is refused, in one sentence."""
    found = list(read_contacts(path, path.name))
    assert [type(x) for x in found] == [Problem]
    problem = found[0]
    assert isinstance(problem, Problem)
    assert problem.code == "R508"
    assert problem.hint
    return problem.message


@pytest.mark.parametrize(("cell", "row"), [("XFD", 1_048_576), ("A", 5_000_001), ("A", 4_294_967_295), ("ZZZ", 3)])
def test_a_sheet_that_reaches_far_is_refused_by_its_extent(tmp_path: Path, cell: str, row: int) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", ONE + xlsx_row(row, "x", cell))

    assert "that is far too large for a list" in refused(path)


def test_a_cell_that_is_only_formatted_makes_no_sheet_large(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", ONE + '<row r="1048576"><c r="XFD1048576" s="0"/></row>')

    [contact] = read_contacts(path, "liste.xlsx")

    assert isinstance(contact, Contact)


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (xlsx_row(2, "a" * 2_000_000), None),
        ("<row " + f'x="{"a" * 2_000_000}"/>', None),
        (f"<!-- {'a' * 2_000_000} -->", None),
        (SHARED, {"xl/sharedStrings.xml": f"<sst><si><t>{'a' * 2_000_000}</t></si></sst>"}),
    ],
    ids=["cell", "attribute", "comment", "shared text"],
)  # fmt: skip
def test_a_cell_without_end_is_refused(tmp_path: Path, rows: str, parts: dict[str, str] | None) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", rows, parts=parts)

    assert refused(path) == "liste.xlsx has a cell that is far too long for a list"


def test_a_cell_that_is_too_long_costs_its_own_row_only(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", xlsx_row(2, "a" * 40_000) + xlsx_row(3, "b@x.example"))

    problem, contact = read_contacts(path, "liste.xlsx")

    assert isinstance(problem, Problem)
    assert (problem.code, problem.place and problem.place.line) == ("R505", 2)
    assert isinstance(contact, Contact)
    assert contact.place.line == 3


@pytest.mark.parametrize(
    "before",
    [
        f'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">{BOMB}]>',
        '<!DOCTYPE l [<!ENTITY j SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
    ids=["a bomb", "another file", "another computer"],
)
@pytest.mark.usefixtures("values_are_not_read")
def test_entities_are_refused_and_nothing_else_is_opened(tmp_path: Path, before: str) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", xlsx_row(2, "&j;"), before=before)

    assert refused(path) == "liste.xlsx defines entities, which no program for sheets writes"


@pytest.mark.usefixtures("values_are_not_read")
def test_more_tags_than_a_list_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parts, "MOST_TAGS", 10_000)
    path = write_xlsx(tmp_path / "liste.xlsx", f'<row r="2">{"<c/>" * 10_001}</row>')

    assert refused(path) == "liste.xlsx is far too large for a list"


@pytest.mark.usefixtures("values_are_not_read")
def test_more_names_of_elements_than_there_are_are_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", "".join(f"<n{n}/>" for n in range(2000)))

    assert refused(path) == "liste.xlsx is far too large for a list"


@pytest.mark.usefixtures("values_are_not_read")
def test_what_unpacks_to_more_than_it_says_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parts, "LARGEST_FILE", 100_000)
    path = write_xlsx(tmp_path / "liste.xlsx", xlsx_row(2, "a@x.example") + " " * 200_000)
    data = path.read_bytes()
    size = next(i.file_size for i in zipfile.ZipFile(path).infolist() if i.filename.endswith("sheet1.xml"))
    path.write_bytes(data.replace(struct.pack("<I", size), struct.pack("<I", 500)))

    assert refused(path).startswith("liste.xlsx is ")


@pytest.mark.usefixtures("values_are_not_read")
def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "liste.xlsx", ONE)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("XL/worksheets/sheet1.xml", "<worksheet/>")

    assert refused(path) == "liste.xlsx is damaged"


def test_a_binary_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsb"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/workbook.bin", b"\0")

    assert refused(path) == "liste.xlsb is a binary workbook (.xlsb)"


@pytest.mark.parametrize(
    "rows",
    [
        ods_row(WIDE, attributes='table:number-rows-repeated="1048575"'),
        ods_row("a@x.example", '<table:table-cell table:number-columns-repeated="99999999999"/>', "x"),
        '<table:table-row table:number-rows-repeated="2000000000"><table:table-cell/></table:table-row>' + ods_row("x"),
    ],
    ids=["cells", "columns", "rows"],
)  # fmt: skip
@pytest.mark.usefixtures("values_are_not_read")
def test_repeated_cells_of_calc_are_multiplied_before_they_are_read(tmp_path: Path, rows: str) -> None:
    path = write_ods(tmp_path / "liste.ods", ods_table(ods_row("E-Mail") + rows))

    assert "that is far too large for a list" in refused(path)


def test_the_empty_rest_of_a_sheet_of_calc_is_nothing(tmp_path: Path) -> None:
    rest = (
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = write_ods(tmp_path / "liste.ods", ods_table(ods_row("E-Mail") + ods_row("a@x.example") + rest))

    assert [type(x) for x in read_contacts(path, "liste.ods")] == [Contact]


def test_sheets_of_calc_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "LARGEST_SHEET", 1000)
    wide = ods_row(ods_cell("x", 'table:number-columns-repeated="400"'))
    path = write_ods(tmp_path / "liste.ods", "".join(ods_table(wide, name) for name in "ABC"))

    assert refused(path) == "liste.ods is far too large for a list"


def test_an_old_workbook_that_reaches_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liste.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "E-Mail")
    sheet.write(65_535, 255, "x")
    book.save(path)

    assert "reaches to cell IV65536" in refused(path)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (30, b"\xff\xff"),
        (44, b"\xff\xff\xff\x7f"),
        (48, b"\x00\x00\x00\x00"),
        (68, b"\x01\x00\x00\x00"),
        (512, b"\x00" * 512),
    ],
)
def test_a_damaged_old_workbook_is_refused(tmp_path: Path, at: int, value: bytes) -> None:
    path = tmp_path / "liste.xls"
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "E-Mail")
    book.save(path)
    data = bytearray(path.read_bytes())
    data[at : at + len(value)] = value
    path.write_bytes(data)

    assert all(isinstance(x, Problem) for x in read_contacts(path, "liste.xls"))


def test_an_old_workbook_whose_sectors_go_round_in_a_ring_comes_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "liste.xls"
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "E-Mail")
    book.save(path)
    data = bytearray(path.read_bytes())
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    data[table : table + 4] = struct.pack("<I", 0)
    path.write_bytes(data)

    with pytest.raises(look.WorkbookRefused):
        xls.look_through(path)


def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["E-Mail"])
    book.save(path)
    path.write_bytes(path.read_bytes()[:-300])

    assert refused(path).startswith("liste.xlsx is ")
