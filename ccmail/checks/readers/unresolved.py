"""A cell that holds no value, but what a program wrote in its place: None, #N/A, {{ city }}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.problems import Place

CODE = "R551"
WHY = "“Dear #N/A,” was an empty cell on the way through three programs"
_NOTHING = frozenset(
    [
        "None",
        "nan",
        "NULL",
        "null",
        "undefined",
        "N/A",
        "n/a",
        "#N/A",
        "#NV",
        "#REF!",
        "#BEZUG!",
        "#NAME?",
        "#VALUE!",
        "#WERT!",
        "-",
        "?",
        "??",
        "???",
    ]
)
_SIGNS = ("{{", "}}", "{%", "*|", "#N/A", "#NV", "#BEZUG!", "#REF!", " None,", " nan,", " undefined,")


def check(fields: Mapping[str, str], place: Place) -> Iterator[Problem]:
    """Yield a warning for every field that was not resolved."""
    values = fields.values()
    if _NOTHING.isdisjoint(values) and not _has_sign("\n".join(values)):  # nearly always
        return
    for name, value in fields.items():
        if value in _NOTHING or _has_sign(value):
            yield Problem(
                CODE,
                f"{name} would be “{value[:60]}” in this mail",
                Severity.WARNING,
                (Mark(place),),
                "correct the cell, or leave it empty",
            )


def _has_sign(text: str) -> bool:
    return any(map(text.__contains__, _SIGNS))
