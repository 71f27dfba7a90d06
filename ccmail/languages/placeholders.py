"""Patterns such as `{times} Uhr`; their values stay plain text."""

from __future__ import annotations

import dataclasses
import functools
import re

_NAME = re.compile(r"\{([^{}]*)\}")


@dataclasses.dataclass(frozen=True, slots=True)
class Placeholders:
    """The names in a pattern: it must use every `needed` one and may use the `optional` ones."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Every name that may stand between braces."""
        return self.needed + self.optional


def fill(pattern: str, **values: str) -> str:
    """Return the pattern with every `{name}` replaced by its value.

    Values are inserted once and not read again: braces, format codes and the like in them stay text (`str.format`
    would follow `{x.__class__}`).

    Raises:
        KeyError: The pattern has a name that is not in `values`; loading rules that out for words.
    """
    return _format(pattern) % values


@functools.lru_cache(maxsize=512)
def _format(pattern: str) -> str:
    """Return a pattern for `%`, the fastest way to fill it: patterns are few, and are filled for every reader."""
    return _NAME.sub(r"%(\1)s", pattern.replace("%", "%%"))


def names_in(pattern: str) -> tuple[str, ...]:
    """Return the names between braces, in the order of the text."""
    return tuple(found[1] for found in _NAME.finditer(pattern))


def has_stray_brace(pattern: str) -> bool:
    """Return whether a brace has no partner."""
    rest = _NAME.sub("", pattern)
    return "{" in rest or "}" in rest
