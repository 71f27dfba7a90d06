"""A document becomes a value of a pydantic model, or all its problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import pydantic

from ccmail.problems import Mark, Place, Problem, sort_problems
from ccmail.wording import say
from ccmail.yamlfile.error_texts import ModelError, explain, meant_field
from ccmail.yamlfile.nodes import FieldsNode, to_plain
from ccmail.yamlfile.reading import SAID, ReadContext

if TYPE_CHECKING:
    from ccmail.yamlfile.document import Document

_THIS_FILE = say("this file")
M = TypeVar("M", bound=pydantic.BaseModel)

Unknown: TypeAlias = Callable[[str, Place], Problem | None]
"""Returns the problem of an unknown field at the left margin, by its name and place; None for the usual one."""


def bind(
    model: type[M],
    document: Document,
    *,
    context: ReadContext | None = None,
    name: str = _THIS_FILE,
    unknown: Unknown | None = None,
) -> tuple[M | None, tuple[Problem, ...]]:
    """Validate a document.

    Args:
        model: Describes the file; its validators get every text as `SourceText`.
        document: The file. The problems of its form are among the returned ones.
        context: Values for the functions that read the fields, see `ccmail.yamlfile.reading`.
        name: The name of such a file ("a campaign"), for messages about its outermost fields.
        unknown: Makes the problems of unknown fields at the left margin, if they need words of their own.

    Returns:
        The value (None exactly if one of the problems is an error) and all problems, sorted.
    """
    said: list[Problem] = list(document.problems)
    value = None
    if isinstance(document.root, FieldsNode):
        try:
            value = model.model_validate(to_plain(document.root), context={**(context or {}), SAID: said})
        except pydantic.ValidationError as error:
            said += _explained(error, model, document, name, unknown)
    elif document.root is not None or not any(problem.is_error for problem in said):
        said.append(_no_fields(document, name))
    problems = sort_problems(said)
    return (None if any(p.is_error for p in problems) else value), problems


def _explained(
    error: pydantic.ValidationError,
    model: type[M],
    document: Document,
    name: str,
    unknown: Unknown | None,
) -> list[Problem]:
    findings = [
        ModelError(found["type"], found["loc"], found.get("ctx", {}), model, document, name)
        for found in error.errors(include_url=False, include_input=False)
    ]
    meant = {meant_field(finding) for finding in findings if finding.kind == "extra_forbidden"}
    return [
        _own_words(finding, unknown) or explain(finding)
        for finding in findings
        if not (finding.kind == "missing" and (document.is_damaged or finding.loc in meant))
    ]


def _own_words(finding: ModelError, unknown: Unknown | None) -> Problem | None:
    if unknown is None or finding.kind != "extra_forbidden" or len(finding.loc) != 1:
        return None
    return unknown(finding.field, finding.document.place(*finding.loc, of_key=True))


def _no_fields(document: Document, name: str) -> Problem:
    if document.root is None:
        return Problem(
            "C201",
            say("the file is empty"),
            marks=(Mark(Place(document.file)),),
            hint=say("{name} has fields: “name: text”", name=name),
        )
    return Problem(
        "C201",
        say("the file has no fields"),
        marks=(Mark(document.place()),),
        hint=say("it consists of lines “name: text”, e.g. “type: announcement”"),
    )
