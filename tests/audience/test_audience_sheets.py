"""What a program for sheets shows is what is read, or the difference is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.filters import AutoFilter, FilterColumn, Filters
from openpyxl.worksheet.table import Table

from ccmail.audience import Contact, ListFormat, list_problems, read_contacts
from ccmail.audience.workbook.look import Spans, column_index, column_name
from ccmail.problems import Problem, Severity
from ccmail.yamlfile import SourceText
from tests.audience.workbooks import (
    HEADER,
    PEOPLE,
    book_of,
    list_book,
    ods_cell,
    ods_row,
    ods_table,
    write_ods,
    write_xlsx,
    xlsx_row,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook

STRUCK = Font(strike=True)
GUESTS = ("Gäste", [HEADER, ["a@x.example"], ["b@x.example"], ["ida.frost@kiel.example"]])
STRUCK_ODS = (
    '<style:style style:name="ce1"><style:text-properties style:text-line-through-style="solid"/></style:style>'
)


def read(path: Path, list_format: ListFormat | None = None) -> tuple[list[Contact], list[Problem]]:
    found = list(read_contacts(path, path.name, list_format or ListFormat()))
    problems = [x for x in found if isinstance(x, Problem) and x.code != list_problems.NAMES_MISSING]
    return [x for x in found if isinstance(x, Contact)], problems


def said(book: Workbook, path: Path) -> list[str]:
    """Save a workbook, and return what is said about it; everybody must be read."""
    book.save(path)
    people, problems = read(path)
    assert [p.email for p in people] == [row[0] for row in PEOPLE]
    assert all(p.severity is Severity.WARNING for p in problems)
    return [f"{p.code} {p.message}" for p in problems]


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "liste.xlsx"


def test_nothing_is_said_about_a_plain_sheet(path: Path) -> None:
    assert said(list_book(), path) == []


# ── hidden rows ──


def test_rows_that_a_filter_hides_are_counted_and_named(path: Path) -> None:
    book = list_book()
    book.active.auto_filter.ref = "A1:E5"
    book.active.auto_filter.add_filter_column(4, ["Kiel", "Bonn"])
    book.active.row_dimensions[3].hidden = True

    assert said(book, path) == ["R561 1 of 4 rows is hidden in Excel (filter) and gets the mail: row 3"]


def test_rows_that_were_hidden_by_hand_are_no_filter(path: Path) -> None:
    book = list_book()
    for row in (2, 3, 5):
        book.active.row_dimensions[row].hidden = True

    assert said(book, path) == ["R561 3 of 4 rows are hidden in Excel and get the mail: rows 2–3, 5"]


def test_a_row_without_height_is_hidden(path: Path) -> None:
    flat = xlsx_row(2, "a@x.example").replace("<row ", '<row ht="0" customHeight="1" ')
    write_xlsx(path, flat + xlsx_row(3, "b@x.example"))

    _, problems = read(path)

    assert [p.message for p in problems] == ["1 of 2 rows is hidden in Excel and gets the mail: row 2"]


def test_the_filter_of_a_table_is_a_filter(path: Path) -> None:
    book = list_book()
    table = Table(displayName="Leute", ref="A1:E5", autoFilter=AutoFilter(ref="A1:E5"))
    table.autoFilter.filterColumn.append(FilterColumn(colId=4, filters=Filters(filter=["Kiel"])))
    book.active.add_table(table)
    book.active.row_dimensions[3].hidden = True

    assert said(book, path) == ["R561 1 of 4 rows is hidden in Excel (filter) and gets the mail: row 3"]


def test_a_hidden_row_above_the_header_or_without_an_address_is_nobody(path: Path) -> None:
    book = book_of(("Liste", [["Verteiler"], HEADER, *PEOPLE, ["", "", "", "Summe 4"]]))
    for row in (1, 7):
        book.active.row_dimensions[row].hidden = True
    book.save(path)

    people, problems = read(path)

    assert (len(people), [p.code for p in problems]) == (4, ["R520"])


def test_rows_are_counted_from_where_the_sheet_begins(path: Path) -> None:
    book = book_of(("Liste", []))
    for row, cells in enumerate([HEADER, *PEOPLE], 4):
        for column, cell in enumerate(cells, 3):
            book.active.cell(row, column, cell)
    book.active.row_dimensions[6].hidden = True
    book.active.column_dimensions["F"].hidden = True

    assert said(book, path) == [
        "R561 1 of 4 rows is hidden in Excel and gets the mail: row 6",
        "R563 1 column is hidden in Excel and is read: “Nachname” (F)",
    ]


# ── links, notes, errors ──


def test_a_link_to_another_address_than_its_cell_shows_is_said(path: Path) -> None:
    book = list_book()
    book.active["A2"].hyperlink = "mailto:old.frost@kiel.example?subject=Hallo"
    book.active["A3"].hyperlink = "mailto:MAX.BERG@ulm.example"  # the same one
    book.active["D4"].hyperlink = "mailto:somebody@else.example"  # a name may lead anywhere

    assert said(book, path) == [
        "R569 a link leads to another address than its cell shows, which is read: "
        "row 2 shows ida.frost@kiel.example, not old.frost@kiel.example"
    ]


def test_a_note_on_a_cell_is_a_remark(path: Path) -> None:
    book = list_book()
    book.active["A3"].comment = Comment("Anruf vom 3. Mai: bitte nicht mehr anschreiben", "K.")
    book.active["A4"].comment = Comment("kommt mit der Bahn", "K.")
    book.save(path)

    _, [problem] = read(path)

    assert (problem.code, problem.place.line if problem.place else 0) == ("R542", 3)


def test_an_error_in_a_cell_is_said_and_an_empty_result_is_none(path: Path) -> None:
    address = '<c r="A{0}" t="inlineStr"><is><t>p{0}@x.example</t></is></c>'
    row = f'<row r="{{0}}">{address}<c r="B{{0}}" t="{{1}}"><f>C1</f>{{2}}</c></row>'
    write_xlsx(path, row.format(2, "e", "<v>#N/A</v>") + row.format(3, "str", "<v></v>"))

    _, [problem] = read(path)

    assert f"{problem.code} {problem.message}" == "R565 1 row with an error such as #N/A: row 2"


# ── struck through ──


def test_people_who_are_struck_through_are_named(path: Path) -> None:
    book = list_book()
    for cell in book.active[3]:
        cell.font = STRUCK
    book.active["A5"].font = STRUCK  # the address alone says it, too

    assert said(book, path) == ["R562 2 of 4 rows are struck through in Excel and get the mail: rows 3, 5"]


def test_a_cell_that_is_struck_through_is_another_thing(path: Path) -> None:
    book = list_book()
    book.active["E4"].font = STRUCK

    assert said(book, path) == ["R562 a cell is struck through in Excel, and is read as the others are: row 4"]


def test_a_rule_that_strikes_through_is_said(path: Path) -> None:
    book = list_book()
    struck = DifferentialStyle(font=STRUCK)
    book.active.conditional_formatting.add("A2:E5", Rule(type="expression", dxf=struck, formula=['$B2="Herr"']))

    assert said(book, path) == [
        "R562 a rule for formats strikes cells through in Excel: only Excel knows in which rows"
    ]


def test_an_address_that_is_struck_through_inside_a_cell_is_noticed(path: Path) -> None:
    book = list_book()
    book.active["A3"] = CellRichText("max.berg@ulm.example", TextBlock(InlineFont(strike=True), ", alt@ulm.example"))
    book.save(path)

    _, problems = read(path)

    assert "R562 1 of 4 rows is struck through in Excel and gets the mail: row 3" in [
        f"{p.code} {p.message}" for p in problems
    ]


def test_a_font_that_says_no_is_not_struck_through(path: Path) -> None:
    book = list_book()
    book.active["A3"].font = Font(strike=False, bold=True)

    assert said(book, path) == []


# ── sheets ──


def test_another_sheet_with_addresses_is_named_with_their_number(path: Path) -> None:
    book = book_of(("Referenten", [HEADER, *PEOPLE]), GUESTS)

    assert said(book, path) == ["R560 sheet “Gäste” has 2 addresses more, only “Referenten” is read"]


def test_a_sheet_with_the_same_addresses_leaves_nobody_out(path: Path) -> None:
    assert said(book_of(("Neu", [HEADER, *PEOPLE]), ("Kopie", [HEADER, *PEOPLE[:2]])), path) == []


def test_the_first_sheet_that_can_be_seen_is_read(path: Path) -> None:
    book = book_of(("Alt", [HEADER, ["alt@x.example"]]), ("Liste", [HEADER, *PEOPLE]))
    book["Alt"].sheet_state = "hidden"
    book.active = 1

    assert said(book, path) == ["R560 sheet “Alt” (hidden) has 1 address more, only “Liste” is read"]


def test_a_list_without_addresses_names_the_sheet_that_has_some(path: Path) -> None:
    book_of(("Hinweise", [["Bitte lesen"], ["Stand", "März"]]), ("Liste", [HEADER, *PEOPLE])).save(path)

    _, problems = read(path)

    assert [p.code for p in problems] == ["R560", "R502"]
    assert "sheet “Liste” has 4 addresses more, only “Hinweise” is read" in problems[1].hint


def test_a_sheet_is_read_by_its_name_and_nothing_is_said_of_the_others(path: Path) -> None:
    book_of(("Referenten", [HEADER, *PEOPLE]), GUESTS).save(path)

    people, problems = read(path, ListFormat(sheet=" gäste "))

    assert [p.email for p in people] == ["a@x.example", "b@x.example", "ida.frost@kiel.example"]
    assert problems == []


def test_a_sheet_that_is_not_there_is_an_error_with_the_names(path: Path) -> None:
    book_of(("Referenten", [HEADER, *PEOPLE]), GUESTS).save(path)

    people, [problem] = read(path, ListFormat(sheet=SourceText.plain("Gaeste")))

    assert people == []
    assert (problem.code, problem.severity) == ("R566", Severity.ERROR)
    assert problem.message == "liste.xlsx has no sheet “Gaeste”"
    assert problem.marks[0].label == "did you mean “Gäste”?"
    assert problem.hint == "sheets there: “Referenten”, “Gäste”"


# ── columns, merged cells, formulas ──


def test_hidden_columns_are_named_with_their_letters(path: Path) -> None:
    book = list_book()
    book.active.column_dimensions["B"].hidden = True
    book.active.column_dimensions["G"].hidden = True  # nothing stands there

    assert said(book, path) == ["R563 1 column is hidden in Excel and is read: “Anrede” (B)"]


def test_a_merged_cell_gives_its_text_to_the_first_row_only(path: Path) -> None:
    book = list_book()
    book.active.merge_cells("E2:E4")

    assert said(book, path) == [
        "R564 1 merged cell in Excel: only the first row and column of each has its text; E2:E4"
    ]


def test_merged_titles_above_the_list_and_empty_ones_are_none_of_it(path: Path) -> None:
    book = book_of(("Liste", [["Verteiler der Kommunen"], HEADER, *PEOPLE]))
    book.active.merge_cells("A1:E1")
    book.active.merge_cells("G3:H4")

    assert said(book, path) == []


def test_a_formula_whose_result_is_not_in_the_file_is_said(path: Path) -> None:
    book = list_book()
    book.active["E3"] = '="Ulm"&"-West"'
    book.active["E4"] = "=E3"

    assert said(book, path) == ["R565 2 rows have a formula whose result is not in the file: rows 3–4"]


def test_an_address_that_is_a_formula_without_result_is_not_lost_in_silence(path: Path) -> None:
    book = book_of(("Liste", [["E-Mail"], ["a@x.example"], ['="b@"&"x.example"']]))
    book.save(path)

    people, problems = read(path)

    assert [p.email for p in people] == ["a@x.example"]
    assert ("R565", "1 row has a formula whose result is not in the file: row 3") in [
        (p.code, p.message) for p in problems
    ]


# ── Calc ──


def ods(path: Path, *rows: str, styles: str = "", more: str = "", columns: str = "") -> list[str]:
    write_ods(path, ods_table(columns + "".join(rows)) + more, styles)
    _, problems = read(path)
    return [f"{p.code} {p.message}" for p in problems]


LINES = [ods_row(*HEADER[:2]), *(ods_row(*row[:2]) for row in PEOPLE)]


def test_a_sheet_of_calc_is_read(tmp_path: Path) -> None:
    write_ods(tmp_path / "liste.ods", ods_table("".join(LINES)))

    people, problems = read(tmp_path / "liste.ods")

    assert [(p.email, p.place.line) for p in people] == [(row[0], at) for at, row in enumerate(PEOPLE, 2)]
    assert problems == []


@pytest.mark.parametrize(("visibility", "how"), [("filter", "hidden in Calc (filter)"), ("collapse", "hidden in Calc")])
def test_hidden_rows_of_calc_are_counted(tmp_path: Path, visibility: str, how: str) -> None:
    hidden = ods_row(*PEOPLE[1][:2], attributes=f'table:visibility="{visibility}"')

    found = ods(tmp_path / "liste.ods", LINES[0], LINES[1], hidden, LINES[3])

    assert found == [f"R561 1 of 3 rows is {how} and gets the mail: row 3"]


def test_empty_rows_of_calc_count_as_many_as_they_are(tmp_path: Path) -> None:
    gap = '<table:table-row table:number-rows-repeated="7"><table:table-cell/></table:table-row>'
    hidden = ods_row(*PEOPLE[1][:2], attributes='table:visibility="filter"')

    found = ods(tmp_path / "liste.ods", LINES[0], gap, hidden)

    assert found == ["R561 1 of 1 row is hidden in Calc (filter) and gets the mail: row 9"]


@pytest.mark.parametrize(
    ("columns", "struck"),
    [
        ("", ods_row(ods_cell("a@x.example", 'table:style-name="ce1"'), "Frau")),
        ("", ods_row("a@x.example", "Frau", attributes='table:default-cell-style-name="ce1"')),
        (
            "",
            ods_row(
                '<table:table-cell office:value-type="string"><text:p><text:span text:style-name="ce1">a@x.example'
                "</text:span></text:p></table:table-cell>",
                "Frau",
            ),
        ),
        ('<table:table-column table:default-cell-style-name="ce1"/>', ods_row("a@x.example", "Frau")),
    ],
    ids=["cell", "row", "part of a cell", "column"],
)
def test_lines_through_the_text_of_calc_are_noticed(tmp_path: Path, columns: str, struck: str) -> None:
    found = ods(tmp_path / "liste.ods", LINES[0], struck, styles=STRUCK_ODS, columns=columns)

    assert found == ["R562 1 of 1 row is struck through in Calc and gets the mail: row 2"]


def test_styles_of_calc_inherit(tmp_path: Path) -> None:
    child = '<style:style style:name="ce2" style:parent-style-name="ce1"/>'
    ring = "".join(
        f'<style:style style:name="r{one}" style:parent-style-name="r{other}"/>' for one, other in ((1, 2), (2, 1))
    )
    rows = [ods_row(ods_cell(f"{name}@x.example", f'table:style-name="{name}"')) for name in ("ce2", "r1")]

    found = ods(tmp_path / "liste.ods", ods_row("E-Mail"), *rows, styles=STRUCK_ODS + child + ring)

    assert found == ["R562 1 of 2 rows is struck through in Calc and gets the mail: row 2"]


def test_hidden_sheets_columns_merged_cells_and_formulas_of_calc_are_said(tmp_path: Path) -> None:
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    hidden = ods_table(ods_row("E-Mail") + ods_row("alt@x.example"), "Alt", 'table:style-name="ta2"')
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    formula = '<table:table-cell table:formula="of:=[.A1]"/>'
    rows = [
        ods_row("E-Mail", "Ort", "Land"),
        ods_row("a@x.example", ods_cell("Ulm", 'table:number-rows-spanned="2"'), formula),
        ods_row("b@x.example", "<table:covered-table-cell/>", "DE"),
    ]
    path = tmp_path / "liste.ods"
    write_ods(path, hidden + ods_table(columns + "".join(rows)), styles)

    people, problems = read(path)

    assert [p.email for p in people] == ["a@x.example", "b@x.example"]
    assert [f"{p.code} {p.message}" for p in problems] == [
        "R560 sheet “Alt” (hidden) has 1 address more, only “Liste” is read",
        "R563 1 column is hidden in Calc and is read: “Ort” (B)",
        "R564 1 merged cell in Calc: only the first row and column of each has its text; B2:B3",
        "R565 1 row has a formula whose result is not in the file: row 2",
    ]


def test_links_rules_and_errors_of_calc_are_said(tmp_path: Path) -> None:
    link = '<text:a xlink:href="mailto:old@x.example">a@x.example</text:a>'
    linked = f'<table:table-cell office:value-type="string"><text:p>{link}</text:p></table:table-cell>'
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error">'
        "<text:p>#N/A</text:p></table:table-cell>"
    )
    rule = (
        '<calcext:conditional-format><calcext:condition calcext:apply-style-name="ce1"/></calcext:conditional-format>'
    )

    found = ods(
        tmp_path / "liste.ods", LINES[0], ods_row(linked, "", error), styles=STRUCK_ODS, columns=f"<x>{rule}</x>"
    )

    assert found == [
        "R562 a rule for formats strikes cells through in Calc: only Calc knows in which rows",
        "R569 a link leads to another address than its cell shows, which is read: "
        "row 2 shows a@x.example, not old@x.example",
        "R565 1 row with an error such as #N/A: row 2",
    ]


# ── .xls ──


def xls(path: Path, change: Any = lambda _book, _sheet: None) -> list[str]:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Liste")
    for row, cells in enumerate([HEADER, *PEOPLE]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    change(book, sheet)
    book.save(path)
    people, problems = read(path)
    assert len(people) == 4
    return [f"{p.code} {p.message}" for p in problems]


def test_an_old_workbook_says_the_same(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.row(2).hidden = True
        sheet.col(1).hidden = True
        sheet.write(3, 6, "x", xlwt.easyxf("font: struck_out on"))
        sheet.merge(0, 0, 7, 8)
        sheet.write(0, 7, "Bemerkung")
        sheet.row(4).set_cell_error(6, 0x2A)
        other = book.add_sheet("Gäste")
        other.write(0, 0, "neu@x.example")

    assert xls(tmp_path / "liste.xls", change) == [
        "R560 sheet “Gäste” has 1 address more, only “Liste” is read",
        "R561 1 of 4 rows is hidden in Excel and gets the mail: row 3",
        "R562 a cell is struck through in Excel, and is read as the others are: row 4",
        "R563 1 column is hidden in Excel and is read: “Anrede” (B)",
        "R564 1 merged cell in Excel: only the first row and column of each has its text; H1:I1",
        "R565 1 row with an error such as #N/A: row 5",
    ]


def test_a_plain_old_workbook_is_read_without_a_word(tmp_path: Path) -> None:
    assert xls(tmp_path / "liste.xls") == []


def test_a_hidden_sheet_of_an_old_workbook_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "liste.xls"
    book = xlwt.Workbook()
    for name, rows in (("Alt", [["E-Mail"], ["alt@x.example"]]), ("Liste", [["E-Mail"], ["a@x.example"]])):
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            sheet.write(row, 0, cells[0])
    book.get_sheet(0).visibility = 1
    book.set_active_sheet(1)
    book.save(path)

    people, [problem] = read(path)

    assert [p.email for p in people] == ["a@x.example"]
    assert problem.message == "sheet “Alt” (hidden) has 1 address more, only “Liste” is read"


# ── numbers ──


@pytest.mark.parametrize(("letters", "index"), [("A", 0), ("Z", 25), ("AA", 26), ("XFD", 16_383)])
def test_columns_have_letters(letters: str, index: int) -> None:
    assert (column_index(letters), column_name(index)) == (index, letters)


def test_spans_take_ranges_in_any_order() -> None:
    spans = Spans()
    for first, last in ((5, 6), (7, 9), (2, 3), (20, 20)):
        spans.add(first, last)

    assert [n for n in range(25) if n in spans] == [2, 3, 5, 6, 7, 8, 9, 20]
