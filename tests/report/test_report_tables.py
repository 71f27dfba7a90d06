"""Tables for a spreadsheet: what strangers write stays words."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from ccmail.audience.cell_text import harmless
from ccmail.report.tables import csv_table, xlsx_table

FORMULAS = [
    "=1+1",
    "+49 228 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    '"=1',
    "'=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "\ufe66x",
    "\u200b=1",
    "\u00a0=1",
    '=HYPERLINK("http://evil.example","x")',
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    assert harmless(text)[0] == "'"
    assert harmless(text)[1:].strip("'\" ")[:1] not in {"\t", "\r", "\n", ""}


@pytest.mark.parametrize("text", ["Ana", "", "a=b", "Weiß, Ana", "ana@bonn.example", "1-2", "«=»"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_a_cell_has_one_line_and_no_control_characters() -> None:
    assert harmless("a\r\nb\x1b[31mc\x00") == "a b\ufffd[31mc\ufffd"


def test_a_csv_file_opens_in_excel_by_itself() -> None:
    rows = [("name", "comment"), ("Weiß", 'a;b "c"'), *((text, "x") for text in FORMULAS)]

    data = csv_table(rows)

    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read[:2] == [["name", "comment"], ["Weiß", 'a;b "c"']]
    assert {row[0][0] for row in read[2:]} == {"'"}


def test_in_an_excel_file_every_cell_is_a_text() -> None:
    rows = [("name", "comment"), *((text, "https://x.example 12") for text in FORMULAS), ("12", "1e5")]

    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_table(rows, "answers")))["answers"]

    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    assert sheet["A2"].value == "=1+1"
