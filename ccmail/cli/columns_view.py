"""The columns of a list in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.cli.console import in_words, shown

if TYPE_CHECKING:
    from ccmail.audience.columns_read import ColumnsRead

_SHOWN = 4


def columns_text(lists: ColumnsRead, *, in_full: bool = False) -> str:
    """Return the columns of a list: fields, columns that say who gets no mail, columns that are not used.

    Args:
        lists: The columns.
        in_full: Whether to name all of them.
    """
    read = ", ".join(_pair(header, field) for header, field in lists.read)
    parts = [f"columns: {read}"]
    if lists.deciding:
        parts.append(f"decide who gets no mail: {', '.join(map(shown, lists.deciding))}")
    if lists.unused:
        names = [shown(header) for header in lists.unused]
        left = 0 if in_full else max(0, len(names) - _SHOWN)
        more = f" and {left} more" if left else ""
        parts.append(f"not used: {', '.join(names[: len(names) - left])}{more}")
    return " · ".join(parts)


def _pair(header: str, field: str) -> str:
    return shown(header) if header.casefold() in {field, in_words(field)} else f"{shown(header)} → {in_words(field)}"
