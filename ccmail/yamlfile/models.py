"""The fields of a model by the names that people write."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any

import pydantic

from ccmail.problems import did_you_mean
from ccmail.yamlfile.synonyms import SYNONYMS

if typing.TYPE_CHECKING:
    from collections.abc import Sequence


def nearest_field(key: str, known: Sequence[str]) -> str | None:
    """Return the known field that `key` probably means, also by its German name; None if none is near."""
    word = key.casefold().strip()
    for candidate in SYNONYMS.get(word, "").split():
        if candidate in known:
            return candidate
    return did_you_mean(word, [name for name in known if len(name) > 2 or len(word) <= 3])  # noqa: PLR2004


def field_names(model: type[pydantic.BaseModel] | None) -> tuple[str, ...]:
    """Return the names of a model's fields as they are written."""
    return tuple(field.alias or name for name, field in model.model_fields.items()) if model else ()


def model_at(model: type[pydantic.BaseModel], loc: Sequence[str | int]) -> type[pydantic.BaseModel] | None:
    """Return the model that describes a part of a file, None if no model does."""
    at: Any = model
    for key in loc:
        at = _inside(_bare(at), key)
    at = _bare(at)
    return at if isinstance(at, type) and issubclass(at, pydantic.BaseModel) else None


def _inside(annotation: Any, key: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        fields = annotation.model_fields
        return next((f.annotation for n, f in fields.items() if (f.alias or n) == key), None)
    inner = typing.get_args(annotation)
    return inner[-1 if isinstance(key, str) else 0] if inner else None


def _bare(annotation: Any) -> Any:
    """Return a type without its Optional and Annotated."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (types.UnionType, typing.Union):
            annotation = next(a for a in typing.get_args(annotation) if a is not types.NoneType)
        else:
            return annotation


def home_of(model: type[pydantic.BaseModel], key: str) -> str | None:
    """Return the outermost field that has `key` among its own fields, None if there is none."""
    for name, field in model.model_fields.items():
        inner = _bare(field.annotation)
        if isinstance(inner, type) and issubclass(inner, pydantic.BaseModel) and key in field_names(inner):
            return field.alias or name
    return None
