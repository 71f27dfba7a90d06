"""The looks of the sheets of an .ods (OpenDocument 1.3 part 3, chapter 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ccmail.audience.workbook.look import LAST_COLUMN, LAST_ROW, Merged, SheetLook, Spans
from ccmail.audience.workbook.xml_parts import attribute, number

if TYPE_CHECKING:
    from ccmail.audience.workbook.xml_parts import XmlParts

_ROWS, _COLUMNS = LAST_ROW, LAST_COLUMN + 1


def look_through(parts: XmlParts) -> tuple[SheetLook, ...]:
    """Return the looks of the sheets, in the order of the file; raises as `XmlParts` does."""
    styles = _Styles()
    styles.read(parts, "styles.xml")
    styles.read(parts, "content.xml")
    sheets = _Sheets(styles)
    sheets.read(parts)
    return tuple(sheets.looks)


class _Styles:
    """The styles that strike through, and those that hide a sheet."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._strikes: dict[str, bool] = {}
        self._hiding: set[str] = set()
        self._name = ""

    def read(self, parts: XmlParts, name: str) -> None:
        parts.read(name, {"style": self._style, "text-properties": self._text, "table-properties": self._table}, {})

    def strikes(self, name: str) -> bool:
        for _ in range(20):  # styles inherit; a ring of them must not run for ever
            if name in self._strikes or name not in self._parents:
                break
            name = self._parents[name]
        return self._strikes.get(name, False)

    def hides(self, name: str) -> bool:
        return name in self._hiding

    def _style(self, attributes: dict[str, str]) -> None:
        self._name = attribute(attributes, "name")
        self._parents[self._name] = attribute(attributes, "parent-style-name")

    def _text(self, attributes: dict[str, str]) -> None:
        style, kind = (attribute(attributes, f"text-line-through-{what}") for what in ("style", "type"))
        if style or kind:
            self._strikes[self._name] = style != "none" and kind != "none"

    def _table(self, attributes: dict[str, str]) -> None:
        if attribute(attributes, "display") == "false":
            self._hiding.add(self._name)


class _Sheets:
    """Looks through all sheets: they are one part of the file."""

    def __init__(self, styles: _Styles) -> None:
        self.looks: list[SheetLook] = []
        self._styles = styles
        self._look = SheetLook("")
        self._row = self._row_repeats = self._next_row = 0
        self._column = self._repeats = self._next_column = 0
        self._column_of_sheet = 0
        self._struck_columns = Spans()
        self._row_style = ""
        self._is_filled = self._is_struck = self._misses = False
        self._depth = 0  # of tables: one may stand in a cell
        self._annotations = 0

    def read(self, parts: XmlParts) -> None:
        starts = {
            "table": self._start_table,
            "table-column": self._start_column,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "annotation": self._start_annotation,
            "p": self._start_text,
            "span": self._start_text,
            "a": self._start_link,
            "condition": self._start_condition,
        }
        ends = {
            "table": self._end_table,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "annotation": self._end_annotation,
        }
        parts.read("content.xml", starts, ends)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            hidden = self._styles.hides(attribute(attributes, "style-name"))
            self._look = SheetLook(attribute(attributes, "name"), hidden)
            self.looks.append(self._look)
            self._next_row, self._column_of_sheet = 1, 0
            self._struck_columns = Spans()

    def _end_table(self) -> None:
        self._depth -= 1

    def _start_column(self, attributes: dict[str, str]) -> None:
        repeats = number(attribute(attributes, "number-columns-repeated"), _COLUMNS, 1)
        if attribute(attributes, "visibility") in {"collapse", "filter"}:
            self._look.hidden_columns.add(self._column_of_sheet, self._column_of_sheet + repeats - 1)
        if self._styles.strikes(attribute(attributes, "default-cell-style-name")):
            self._struck_columns.add(self._column_of_sheet, self._column_of_sheet + repeats - 1)
        self._column_of_sheet += repeats

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = self._next_row
        self._row_repeats = number(attribute(attributes, "number-rows-repeated"), _ROWS, 1)
        self._next_row = self._row + self._row_repeats
        self._next_column = 0
        self._row_style = attribute(attributes, "default-cell-style-name")
        visibility = attribute(attributes, "visibility")
        if visibility in {"collapse", "filter"}:
            self._look.hidden_rows.add(self._row, self._next_row - 1)
            self._look.is_filtered = self._look.is_filtered or visibility == "filter"

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = self._next_column
        self._repeats = number(attribute(attributes, "number-columns-repeated"), _COLUMNS, 1)
        self._next_column = self._column + self._repeats
        kind = attribute(attributes, "value-type")
        self._is_filled = bool(kind)
        self._misses = bool(attribute(attributes, "formula")) and not kind
        if attributes.get("calcext:value-type") == "error":
            self._look.fail(self._row, self._column)
        if style := attribute(attributes, "style-name") or self._row_style:
            self._is_struck = self._styles.strikes(style)
        else:  # Calc does not repeat what holds for the whole column
            self._is_struck = self._column in self._struck_columns
        rows = number(attribute(attributes, "number-rows-spanned"), _ROWS, 1)
        columns = number(attribute(attributes, "number-columns-spanned"), _COLUMNS, 1)
        if rows > 1 or columns > 1:
            self._look.merge(Merged(self._row, self._row + rows - 1, self._column, self._column + columns - 1))

    def _start_text(self, attributes: dict[str, str]) -> None:
        if self._annotations:
            return
        self._is_filled = True
        self._is_struck = self._is_struck or self._styles.strikes(attribute(attributes, "style-name"))

    def _start_link(self, attributes: dict[str, str]) -> None:
        scheme, _, target = attribute(attributes, "href").partition(":")
        if scheme.lower() == "mailto" and not self._annotations:
            self._look.link(self._row, self._column, unquote(target.partition("?")[0]))

    def _start_condition(self, attributes: dict[str, str]) -> None:
        if self._styles.strikes(attribute(attributes, "apply-style-name")):
            self._look.is_struck_by_rule = True

    def _start_annotation(self, _: dict[str, str]) -> None:
        self._annotations += 1

    def _end_annotation(self) -> None:
        self._annotations -= 1

    def _end_cell(self) -> None:
        if not (self._is_filled or self._misses):
            return
        look, row, column = self._look, self._row, self._column
        look.fill(row, column, row + self._row_repeats - 1, column + self._repeats - 1)
        if self._misses and not self._is_filled:
            look.miss(row, column)
        if self._is_struck:
            look.strike(row, column)
        self._is_filled = False
