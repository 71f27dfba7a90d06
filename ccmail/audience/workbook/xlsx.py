"""The looks of the sheets of an .xlsx (ECMA-376 part 1, 18.3)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ccmail.audience.workbook.look import (
    LAST_COLUMN,
    LAST_ROW,
    MOST_REMARKS,
    Merged,
    SheetLook,
    WorkbookRefused,
    cell_at,
    column_index,
)
from ccmail.audience.workbook.xlsx_beside import look_beside
from ccmail.audience.workbook.xml_parts import attribute, is_true, number
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.audience.workbook.xml_parts import Start, XmlParts

_ROWS, _COLUMNS = LAST_ROW, LAST_COLUMN + 1
_BOOK = "xl/workbook.xml"
_NO_HEIGHT = 0.0
_LONGEST_NUMBER = 20  # digits; of a value more need not be known


def look_through(parts: XmlParts) -> tuple[SheetLook, ...]:
    """Return the looks of the sheets with cells, in the order of the file; raises as `XmlParts` does."""
    sheets: list[tuple[str, str, bool]] = []

    def sheet(attributes: dict[str, str]) -> None:
        hidden = attributes.get("state", "visible") != "visible"
        sheets.append((attribute(attributes, "id"), attributes.get("name", ""), hidden))

    parts.read(_BOOK, {"sheet": sheet})
    targets = _targets(parts)
    styles = _Styles()
    styles.read(parts)
    struck_texts = _struck_texts(parts)
    filtered_table = False
    for name in parts.names:
        if name.startswith("xl/tables/"):
            filtered_table = _has(parts, name, "filterColumn") or filtered_table
    looks = []
    for key, name, hidden in sheets:
        target = targets.get(key, "")
        if "/worksheets/" in f"/{target}":
            look = SheetLook(name, hidden)
            _Sheet(look, styles, struck_texts, filtered_table=filtered_table).read(parts, target)
            looks.append(look)
    return tuple(looks)


def _targets(parts: XmlParts) -> dict[str, str]:
    found: dict[str, str] = {}

    def relationship(attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        found[attributes.get("Id", "")] = path

    parts.read("xl/_rels/workbook.xml.rels", {"Relationship": relationship})
    return found


def _has(parts: XmlParts, name: str, element: str) -> bool:
    found: list[bool] = []
    parts.read(name, {element: lambda _: found.append(True) if not found else None})
    return bool(found)


class _Styles:
    """The styles of cells, and of rules for formats, whose font is struck through."""

    def __init__(self) -> None:
        self.struck: set[str] = set()
        self.struck_rules: set[str] = set()
        self._rules = -1
        self._fonts: list[bool] = []
        self._in_fonts = self._in_cells = False
        self._cells = 0

    def read(self, parts: XmlParts) -> None:
        starts = {
            "fonts": lambda _: self._turn(fonts=True),
            "font": lambda _: self._fonts.append(False) if self._in_fonts else None,
            "strike": self._strike,
            "dxf": self._rule,
            "cellXfs": lambda _: self._turn(cells=True),
            "xf": self._cell,
        }
        ends = {"fonts": self._turn, "cellXfs": self._turn}
        parts.read("xl/styles.xml", starts, ends)

    def _turn(self, *, fonts: bool = False, cells: bool = False) -> None:
        self._in_fonts, self._in_cells = fonts, cells

    def _strike(self, attributes: dict[str, str]) -> None:
        if self._in_fonts and self._fonts:
            self._fonts[-1] = is_true(attributes.get("val", "1"))
        elif self._rules >= 0 and is_true(attributes.get("val", "1")):
            self.struck_rules.add(str(self._rules))

    def _rule(self, _: dict[str, str]) -> None:
        self._rules += 1

    def _cell(self, attributes: dict[str, str]) -> None:
        if self._in_cells:
            font = number(attributes.get("fontId", "0"), _ROWS)
            if font < len(self._fonts) and self._fonts[font]:
                self.struck.add(str(self._cells))
            self._cells += 1


def _struck_texts(parts: XmlParts) -> frozenset[str]:
    """Return the numbers of the shared texts a part of which is struck through."""
    found: set[int] = set()
    number_of = -1

    def text(_: dict[str, str]) -> None:
        nonlocal number_of
        number_of += 1

    def strike(attributes: dict[str, str]) -> None:
        if is_true(attributes.get("val", "1")):
            found.add(number_of)

    parts.read("xl/sharedStrings.xml", {"si": text, "strike": strike})
    return frozenset(map(str, found))


class _Sheet:
    """Looks through one sheet."""

    def __init__(self, look: SheetLook, styles: _Styles, struck_texts: frozenset[str], *, filtered_table: bool) -> None:
        self._look = look
        self._styles = styles.struck
        self._rules = styles.struck_rules
        self._links: dict[str, str] = {}
        self._texts = struck_texts
        self._filtered_table = filtered_table
        self._row = self._column = 0
        self._columns: dict[str, int] = {}
        self._is_filled = self._has_formula = False
        self._marks = bool(styles.struck or struck_texts)
        self._is_shared = self._is_struck = False
        self._kind = self._value = ""

    def read(self, parts: XmlParts, name: str) -> None:
        starts: dict[str, Start] = {
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_value,
            "is": self._start_text,
            "f": self._start_formula,
            "col": self._hide_columns,
            "mergeCell": self._merge,
            "filterColumn": self._filter,
            "tablePart": self._table,
            "cfRule": self._rule,
            "hyperlink": self._link,
        }
        starts["strike"] = self._strike
        self._parts = parts
        parts.read(name, starts, text=self._text)
        self._end_cell()
        look_beside(parts, name, self._look, self._links)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        self._row = number(attributes.get("r", ""), _ROWS + 1, self._row + 1)
        self._column = -1
        if is_true(attributes.get("hidden", "")) or _is_nothing(attributes.get("ht", "")):
            self._look.hidden_rows.add(self._row, self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._is_filled:
            self._end_cell()
        reference = attributes.get("r")
        if reference:
            letters = reference.rstrip("0123456789")
            try:
                self._column = self._columns[letters]
            except KeyError:
                self._column = self._columns[letters] = self._index(letters)
            self._row = number(reference[len(letters) :], _ROWS + 1, self._row)
        else:
            self._column += 1
        self._has_formula = self._is_struck = False
        self._kind = attributes.get("t", "")
        if self._kind == "e":
            self._look.fail(self._row, self._column)
        if self._marks:
            self._is_shared = bool(self._texts) and self._kind == "s"
            self._is_struck = attributes.get("s", "0") in self._styles

    def _index(self, letters: str) -> int:
        try:
            return column_index(letters.replace("$", ""))
        except ValueError:
            raise WorkbookRefused(say("is damaged")) from None

    def _start_value(self, _: dict[str, str]) -> None:
        self._is_filled = True
        self._value = ""
        if self._has_formula or self._is_shared:
            self._parts.listen(now=True)

    def _start_text(self, _: dict[str, str]) -> None:
        self._is_filled = True
        self._value = "text"

    def _start_formula(self, _: dict[str, str]) -> None:
        self._has_formula = self._is_filled = True
        self._value = ""

    def _strike(self, attributes: dict[str, str]) -> None:  # in a text that stands in the cell itself
        self._is_struck = self._is_struck or is_true(attributes.get("val", "1"))

    def _text(self, text: str) -> None:
        if len(self._value) < _LONGEST_NUMBER:
            self._value += text.strip()

    def _end_cell(self) -> None:
        """Note a cell at the beginning of the next one: that takes half the time."""
        if not self._is_filled:
            return
        self._is_filled = False
        row, column = self._row, self._column
        self._look.fill(row, column)
        if self._has_formula or self._is_shared:
            self._parts.listen(now=False)
        if self._has_formula and not self._value and self._kind != "str":  # a text that is empty is a result
            self._look.miss(row, column)
        if self._is_struck or (self._is_shared and self._value in self._texts):
            self._look.strike(row, column)

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if is_true(attributes.get("hidden", "")) or _is_nothing(attributes.get("width", "")):
            first, last = number(attributes.get("min", ""), _COLUMNS), number(attributes.get("max", ""), _COLUMNS)
            if 0 < first <= last:
                self._look.hidden_columns.add(first - 1, last - 1)

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").replace("$", "").partition(":")
        try:
            (row, column), (last_row, last_column) = cell_at(first), cell_at(last or first)
        except ValueError:
            return
        self._look.merge(Merged(row, last_row, column, last_column))

    def _filter(self, _: dict[str, str]) -> None:
        self._look.is_filtered = True

    def _rule(self, attributes: dict[str, str]) -> None:
        if attributes.get("dxfId", "") in self._rules:
            self._look.is_struck_by_rule = True

    def _link(self, attributes: dict[str, str]) -> None:
        if len(self._links) < MOST_REMARKS:
            self._links[attributes.get("ref", "")] = attribute(attributes, "id")

    def _table(self, _: dict[str, str]) -> None:
        self._look.is_filtered = self._look.is_filtered or self._filtered_table


def _is_nothing(size: str) -> bool:
    try:
        return bool(size) and float(size) <= _NO_HEIGHT
    except ValueError:
        return False
