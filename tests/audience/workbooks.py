"""Workbooks for tests, made by hand where no library writes what is wanted."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook

HEADER = ["E-Mail", "Anrede", "Vorname", "Nachname", "Kommune"]
PEOPLE = [
    ["ida.frost@kiel.example", "Frau", "Ida", "Frost", "Kiel"],
    ["max.berg@ulm.example", "Herr", "Max", "Berg", "Ulm"],
    ["eva.kern@bonn.example", "Frau", "Eva", "Kern", "Bonn"],
    ["tom.wolf@jena.example", "Herr", "Tom", "Wolf", "Jena"],
]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def book_of(*sheets: tuple[str, Iterable[Sequence[object]]]) -> Workbook:
    """Return a workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def list_book() -> Workbook:
    """Return a workbook with one sheet, of four people."""
    return book_of(("Liste", [HEADER, *PEOPLE]))


def write_xlsx(path: Path, rows: str, *, before: str = "", parts: Mapping[str, str] | None = None) -> Path:
    """Write an .xlsx with this XML as the rows of its only sheet."""
    sheet = '<sheet name="S" sheetId="1" r:id="rId1"/>'
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    override = f'<Override PartName="/xl/workbook.xml" ContentType="{main}"/>'
    book = f'<Relationship Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml" Id="rId1"/>'
    relation = f'<Relationship Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml" Id="rId1"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{override}</Types>')
        file.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{book}</Relationships>')
        file.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheet}</sheets></workbook>'
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{relation}</Relationships>'
        )
        file.writestr(
            "xl/worksheets/sheet1.xml",
            f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{xlsx_row(1, "E-Mail")}{rows}</sheetData></worksheet>',
        )
        for name, text in (parts or {}).items():
            file.writestr(name, text)
    return path


def xlsx_row(number: int, text: str, column: str = "A") -> str:
    return f'<row r="{number}"><c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def write_ods(path: Path, tables: str, styles: str = "") -> Path:
    """Write an .ods with these tables."""
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", kind)
        file.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{manifest}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        file.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_table(rows: str, name: str = "Liste", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{rows}</table:table>'


def ods_row(*cells: str, attributes: str = "") -> str:
    """Return a row; a cell that begins with < is XML."""
    drawn = (cell if cell.startswith("<") else ods_cell(cell) for cell in cells)
    return f"<table:table-row {attributes}>{''.join(drawn)}</table:table-row>"


def ods_cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'
