"""Tables for a spreadsheet, in which words of strangers stay words. The only door to XlsxWriter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from ccmail.audience.cell_text import harmless, printable


def csv_table(rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as Excel opens it by itself: UTF-8 with a mark, semicolons, and no cell that is a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_table(rows: Iterable[Sequence[str]], name: str) -> bytes:
    """Return a table as an Excel file of one sheet, in which every cell is a text."""
    import xlsxwriter  # noqa: PLC0415 - needed for this only

    content = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(content, plain) as book:
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, printable(cell), None if number else bold)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return content.getvalue()
