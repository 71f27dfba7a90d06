"""Limits on the size of what a template computes: refused before it is made, for nobody can end it while it is made.

A limit of time stops a template between two steps of Python. `2 ** 2 ** 40`, `"a" * 10 ** 9` and `"x".center(10 ** 9)`
are one step each, and Python heeds nothing until such a step is over.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ccmail.rendering.limits import LARGEST, TooLarge

OPERATORS = frozenset({"**", "*", "%", "+"})
"""Those whose result can be much larger than what they are given."""

_FILTERS = ("batch", "center", "format", "indent", "join", "replace", "round", "slice", "wordwrap")
_METHODS = frozenset(
    "center expandtabs format format_map join ljust replace rjust to_bytes translate zfill".split()  # noqa: SIM905
)
_LARGEST_POWER = 400  # `round` makes one of ten: a float has no more digits
_LARGEST_NUMBER = 10_000  # bits
# of %-formats and of str.format: a width or a precision of five digits or more, or one that is an argument
_WIDE = re.compile(r"%[^a-zA-Z%]*(?:\d{5}|\*)|\{[^{}]*(?:\d{5}|\{)")


def refuse_operation(operator: str, left: Any, right: Any) -> None:
    """Refuse one of the `OPERATORS` whose result would be too large.

    Raises:
        TooLarge: It would.
    """
    match operator, left, right:
        case "**", int(), int():
            _refuse(left.bit_length() * max(right, 0), _LARGEST_NUMBER)
        case "*", int(), int():
            _refuse(left.bit_length() + right.bit_length(), _LARGEST_NUMBER)
        case "*", _, int():
            _refuse(_size(left) * max(right, 0))
        case "*", int(), _:
            _refuse(max(left, 0) * _size(right))
        case "+", _, _:
            _refuse(_size(left) + _size(right))
        case "%", str(), _:
            _refuse_growth("format", left, ())


def refuse_call(method: Any, arguments: Iterable[Any]) -> None:
    """Refuse the call of a method of a text, number or container whose result would be too large.

    Raises:
        TooLarge: It would.
    """
    # the sandbox hands out str.format in a wrapper of its own
    owner, name = getattr(getattr(method, "__wrapped__", method), "__self__", None), getattr(method, "__name__", "")
    if name in _METHODS:
        _refuse_growth(name, owner, tuple(arguments))


def bounded(filters: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Return the filters among these that can make something large, each so that it refuses to."""
    return {**{name: _bounded(name, filters[name]) for name in _FILTERS}, "sum": _sum_of_numbers(filters["sum"])}


def joined(parts: Iterable[str]) -> str:
    """Return the printed parts of a template as one text.

    Raises:
        TooLarge: It is.
    """
    kept = list(parts)
    _refuse(sum(map(len, kept)))
    return "".join(kept)


def _bounded(name: str, growing: Callable[..., Any]) -> Callable[..., Any]:
    before = hasattr(growing, "jinja_pass_arg")  # then Jinja2's context comes first

    @functools.wraps(growing)
    def refusing(*given: Any, **named: Any) -> Any:
        _refuse_growth(name, given[before], (*given[before + 1 :], *named.values()))
        return growing(*given, **named)

    return refusing


def _refuse_growth(name: str, value: Any, arguments: tuple[Any, ...]) -> None:
    match name, value, arguments:
        case (("format" | "format_map"), str(), _):
            _refuse(bool(_WIDE.search(value)), 0)
        case "replace", str(), (str() as old, str() as new, *_):
            _refuse(len(value) + value.count(old) * len(new))
        case "round", _, _:
            _refuse(max((n for n in arguments if isinstance(n, int)), default=0), _LARGEST_POWER)
        case _:
            _refuse(_size(value) * max(map(_factor, arguments), default=1))


def _sum_of_numbers(adding: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(adding)
    def refusing(environment: Any, iterable: Any, attribute: Any = None, start: Any = 0) -> Any:
        if not isinstance(start, int | float):  # each list or text would be copied again for the next one
            raise TooLarge
        return adding(environment, iterable, attribute, start)

    return refusing


def _refuse(size: int, largest: int = LARGEST) -> None:
    if size > largest:
        raise TooLarge


def _factor(value: Any) -> int:
    return max(1, value) if isinstance(value, int) else _size(value)


def _size(value: Any) -> int:
    """Return the letters of a text, or of all texts of a container, or its items; 1 for what is neither."""
    match value:
        case str() | bytes():
            return max(1, len(value))
        case dict():
            return _size([*value, *value.values()])
        case list() | tuple() | set():
            return max(1, sum(len(item) if isinstance(item, str) else 1 for item in value))
        case _:
            return 1
