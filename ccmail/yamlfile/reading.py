"""A text of a file becomes a value of a model: the bridge between our functions that read texts and pydantic."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import pydantic
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.yamlfile.text import NOWHERE, SourceText

ReadContext: TypeAlias = Mapping[str, Any]
"""Values for the functions that read texts: "languages" (codes), "folder", and others that a stage gives `bind`."""

SAID = "said"
"""The key of the context for problems that do not stop the reading."""


class ValueProblem(ValueError):
    """A text that is not a valid value; pydantic passes the exception on."""

    def __init__(self, code: str, message: str, place: Place = NOWHERE, *, label: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, marks=(Mark(place, label),), hint=hint)


def remark(
    context: ReadContext,
    code: str,
    message: str,
    place: Place,
    *,
    severity: Severity = Severity.WARNING,
    label: str = "",
    hint: str = "",
) -> None:
    """Add a problem of a text that does not stop the reading; ignored for a text that comes from no file."""
    said = context.get(SAID)
    if said is not None and place.file:
        said.append(Problem(code, message, severity, (Mark(place, label),), hint))


Read: TypeAlias = Callable[[SourceText, ReadContext], Any]


@dataclasses.dataclass(frozen=True, eq=False)
class FromText:
    """Annotates a type that is written as one text.

    Attributes:
        read: Turns the text into the value; raises `ValueProblem`.
        kind: The type that `read` returns; values of it are accepted as they are.
        schema: The JSON Schema, for editors.
    """

    read: Read
    kind: type
    schema: Mapping[str, Any] = dataclasses.field(default_factory=lambda: {"type": ["string", "number", "boolean"]})

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return dict(self.schema)

    def _validate(self, value: Any, info: pydantic.ValidationInfo) -> Any:
        if isinstance(value, str):
            text = value if isinstance(value, SourceText) else SourceText.plain(value)
            return self.read(text, info.context or {})
        if isinstance(value, self.kind):
            return value
        raise wrong_shape("string_type")


def wrong_shape(expected: Literal["string_type"]) -> Exception:
    """Return pydantic's own error for a value of another shape: one table has the messages of all errors."""
    return PydanticKnownError(expected)


class Written(pydantic.BaseModel):
    """Fields as people write them: an empty value counts as missing."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, value: Any) -> Any:
        if value is None:
            return {}
        if isinstance(value, dict):
            known = {field.alias or name for name, field in cls.model_fields.items()}
            return {key: said for key, said in value.items() if _says_something(said) or key not in known}
        return value


def _says_something(value: Any) -> bool:
    return value is not None and value != ""
