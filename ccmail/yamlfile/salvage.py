"""The right parts of a document that is wrong elsewhere, so that they can be checked in the same run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import pydantic

from ccmail.yamlfile.nodes import FieldsNode, to_plain
from ccmail.yamlfile.reading import SAID, ReadContext
from ccmail.yamlfile.text import SourceText

if TYPE_CHECKING:
    from ccmail.yamlfile.document import Document

M = TypeVar("M", bound=pydantic.BaseModel)

STOPGAP = SourceText.plain("…")
"""Stands for a text that is missing; it has no place, and what is found in it is of no interest."""
_STOPGAPS = (STOPGAP, SourceText.plain("https://stopgap.example/"))
_MOST_MENDED = 60


def salvage(model: type[M], document: Document, context: ReadContext, instead: Mapping[str, str]) -> M | None:
    """Return the value of a document without what is wrong in it; None if too much is.

    Args:
        model: As for `bind`.
        document: As for `bind`.
        context: As for `bind`; nothing is said about the document again.
        instead: Values for fields at the left margin that the model needs, where theirs are wrong or missing.
    """
    if not isinstance(document.root, FieldsNode):
        return None
    plain: Any = to_plain(document.root)
    for _ in range(_MOST_MENDED):
        try:
            return model.model_validate(plain, context={**context, SAID: []})
        except pydantic.ValidationError as error:
            if error.error_count() > _MOST_MENDED:
                return None
            first = error.errors(include_url=False, include_input=False)[0]
            if not _mend(plain, first["loc"], instead, is_missing=first["type"] == "missing"):
                return None
    return None


def _mend(plain: Any, loc: tuple[int | str, ...], instead: Mapping[str, str], *, is_missing: bool) -> bool:
    """Take the part with an error out of the tree, or put a stopgap where one is missing; False if neither helps."""
    way = list(_way(plain, loc))
    if is_missing and len(way) == len(loc) and isinstance(way[-1], dict):
        way[-1][loc[-1]] = SourceText.plain(instead[str(loc[-1])]) if loc[-1] in instead else STOPGAP
        return True
    there = [(container, key) for container, key in zip(way, loc, strict=False) if _value(container, key) is not None]
    if there and _is_stopgap(there[-1][0][there[-1][1]]):
        container, key = there.pop()
        following = _STOPGAPS[_STOPGAPS.index(container[key]) + 1 :]
        if following:
            container[key] = following[0]
            return True
    if not there:  # at the left margin nothing is around it
        return False
    container, key = there[-1]
    del container[key]
    return True


def _is_stopgap(value: object) -> bool:
    return any(value is stopgap for stopgap in _STOPGAPS)


def _way(plain: Any, loc: tuple[int | str, ...]) -> Any:
    """Yield the containers that lead to a place, the outermost first, as far as there are any."""
    inner = plain
    for key in loc:
        if not isinstance(inner, (dict, list)):
            return
        yield inner
        inner = _value(inner, key)


def _value(container: Any, key: int | str) -> Any:
    try:
        return container[key]
    except (KeyError, IndexError, TypeError):
        return None
