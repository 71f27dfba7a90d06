"""The errors of pydantic in plain words: one table from error type to sentence."""

from __future__ import annotations

import dataclasses
import re
import typing
from typing import Any

from ccmail.problems import Mark, Problem
from ccmail.wording import say
from ccmail.yamlfile.models import field_names, home_of, model_at, nearest_field
from ccmail.yamlfile.nodes import FieldsNode, ListNode, TextNode
from ccmail.yamlfile.reading import ValueProblem
from ccmail.yamlfile.synonyms import SYNONYMS

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pydantic

    from ccmail.yamlfile.document import Document

_NO_BLANK = re.compile(r"\w+:\S")


@dataclasses.dataclass(frozen=True, slots=True)
class ModelError:
    """One error of pydantic, with everything that its message needs.

    Attributes:
        kind: Pydantic's name for the error.
        loc: Field names and list positions.
        context: Pydantic's details of the error.
        model: The model of the whole file.
        document: The whole file.
        name: The name of such a file ("a campaign").
    """

    kind: str
    loc: tuple[str | int, ...]
    context: Mapping[str, Any]
    model: type[pydantic.BaseModel]
    document: Document
    name: str

    @property
    def field(self) -> str:
        """The last field name in `loc`, the name that people know; the file's name if there is none."""
        return next((key for key in reversed(self.loc) if isinstance(key, str)), self.name)

    @property
    def parent(self) -> str:
        """The names of the fields around this one, joined by dots; the file's name if there are none."""
        names = [key for key in self.loc[:-1] if isinstance(key, str)]
        return ".".join(names) or self.name

    @property
    def found(self) -> str:
        """The text at this place, "" if it is not a text."""
        node = self.document.node(*self.loc)
        return str(node.text) if isinstance(node, TextNode) else ""

    def problem(self, code: str, message: str, *, label: str = "", hint: str = "", of_key: bool = False) -> Problem:
        """Return the problem at the place of the value."""
        place = self.document.place(*self.loc, of_key=of_key)
        return Problem(code, message, marks=(Mark(place, label),), hint=hint)


def explain(finding: ModelError) -> Problem:
    """Return the problem for an error of pydantic."""
    return _WORDS.get(finding.kind, _anything)(finding)


def _own(finding: ModelError) -> Problem:
    error = finding.context.get("error")
    if not isinstance(error, ValueProblem):
        return _anything(finding)
    problem = error.problem
    if problem.place and problem.place.file:
        return problem
    label = problem.marks[0].label if problem.marks else ""
    mark = Mark(finding.document.place(*finding.loc), label)
    return dataclasses.replace(problem, marks=(mark, *problem.marks[1:]))


def _missing(finding: ModelError) -> Problem:
    if isinstance(finding.loc[-1], int):
        hint = say("write something after the hyphen, or delete the line")
        return finding.problem("C204", say("an item of “{field}” is empty", field=finding.field), hint=hint)
    if isinstance(finding.document.node(*finding.loc), TextNode):
        return finding.problem(
            "C204",
            say("“{field}” is empty", field=finding.field),
            hint=say("write something after the colon"),
            of_key=True,
        )
    node = finding.document.node(*finding.loc[:-1])
    inline = isinstance(node, FieldsNode) and node.is_inline
    field = finding.loc[-1]
    return finding.problem(
        "C204",
        say("{parent} has no “{field}”", parent=finding.parent, field=field),
        hint=say("add “{field}: …” between the {{ }}", field=field)
        if inline
        else say("add a line “{field}: …” here", field=field),
    )


def _unknown(finding: ModelError) -> Problem:
    key = finding.field
    known = field_names(model_at(finding.model, finding.loc[:-1]))
    near, word = nearest_field(key, known), key.strip()
    label, hint = "", say("fields here: {known}", known=tuple(known))
    if home := home_of(finding.model, word) if near != word else None:
        label = say("this belongs under “{home}:”, indented", home=home)
    elif near:
        label = say("did you mean “{near}”?", near=near)
    elif homes := [h for w in SYNONYMS.get(word.casefold(), "").split() if (h := home_of(finding.model, w))]:
        label = say("this belongs under “{home}:”, indented", home=homes[0])
    elif len(finding.loc) > 1 and word in field_names(finding.model):
        label = say("“{word}” belongs to the left margin, outside of “{parent}”", word=word, parent=finding.parent)
    if word != key:
        label = say("a blank from Word stands before it: delete what is in front and type the blanks again")
    return finding.problem(
        "C202",
        say("“{key}” is not a field of {parent}", key=key, parent=finding.parent),
        label=label,
        hint=hint,
        of_key=True,
    )


def meant_field(finding: ModelError) -> tuple[str | int, ...] | None:
    """Return the location of the field that an unknown one means: it is misspelt, not missing."""
    known = field_names(model_at(finding.model, finding.loc[:-1]))
    near = nearest_field(finding.field, known)
    return (*finding.loc[:-1], near) if near else None


def _needs_fields(finding: ModelError) -> Problem:
    known = field_names(model_at(finding.model, finding.loc))
    hint = say("fields here: {known}", known=tuple(known)) if known else say("write “name: …” lines under it, indented")
    if _NO_BLANK.match(finding.found):
        hint = say("put a blank after the colon: {text}", text=finding.found.replace(":", ": ", 1))
    return finding.problem(
        "C205",
        say("“{field}” needs fields under it, not {shape}", field=finding.field, shape=_shape(finding)),
        hint=hint,
    )


def _needs_text(finding: ModelError) -> Problem:
    node = finding.document.node(*finding.loc)
    if isinstance(node, TextNode):
        return _missing(finding)
    hint = say("write the text behind the colon")
    if isinstance(node, FieldsNode) and node.is_inline:
        hint = say("a text that begins with {{ needs quotes")
    elif isinstance(node, ListNode) and node.is_inline:
        hint = say("a text that begins with [ needs quotes")
    return finding.problem(
        "C205", say("“{field}” is one text, not {shape}", field=finding.field, shape=_shape(finding)), hint=hint
    )


def _needs_list(finding: ModelError) -> Problem:
    node = finding.document.node(*finding.loc)
    if isinstance(node, TextNode) and finding.found[:1].isalnum():
        hint = say("put it in brackets: [{text}]", text=finding.found)
    else:
        hint = say("begin every item with “- ” (a hyphen and a blank)")
    return finding.problem(
        "C205", say("“{field}” is a list, not {shape}", field=finding.field, shape=_shape(finding)), hint=hint
    )


def _shape(finding: ModelError) -> str:
    match finding.document.node(*finding.loc):
        case ListNode():
            return say("a list")
        case FieldsNode():
            return say("fields")
        case _:
            return say("a text")


def _choice(finding: ModelError) -> Problem:
    if not finding.found:
        return _needs_text(finding)
    expected = str(finding.context.get("expected", ""))
    choices = re.findall(r"'([^']*)'", expected)
    near = nearest_field(finding.found, choices)
    return finding.problem(
        "C208",
        say("“{found}” is not a type", found=finding.found)
        if finding.field == "type"
        else say("“{found}” is not a value for “{field}”", found=finding.found, field=finding.field),
        label=say("did you mean “{near}”?", near=near) if near else "",
        hint=say("one of: {choices}", choices=tuple(choices)),
    )


def _yes_or_no(finding: ModelError) -> Problem:
    return finding.problem(
        "C208", say("“{text}” is neither yes nor no", text=finding.found), hint=say("write true or false")
    )


def _number(finding: ModelError) -> Problem:
    low, high = finding.context.get("ge"), finding.context.get("le")
    if low is not None:
        message = say("“{found}” is not a whole number from {low}", found=finding.found, low=low)
    elif high is not None:
        message = say("“{found}” is not a whole number up to {high}", found=finding.found, high=high)
    else:
        message = say("“{found}” is not a whole number", found=finding.found)
    return finding.problem("C218", message, hint=say("write digits only"))


def _anything(finding: ModelError) -> Problem:
    return finding.problem("C201", say("“{field}” cannot be used like this", field=finding.field))


_WORDS: Mapping[str, Callable[[ModelError], Problem]] = {
    "value_error": _own,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "model_type": _needs_fields,
    "model_attributes_type": _needs_fields,
    "dict_type": _needs_fields,
    "string_type": _needs_text,
    "list_type": _needs_list,
    "tuple_type": _needs_list,
    "enum": _choice,
    "literal_error": _choice,
    "bool_type": _yes_or_no,
    "bool_parsing": _yes_or_no,
    "int_type": _number,
    "int_parsing": _number,
    "int_parsing_size": _number,
    "greater_than_equal": _number,
    "less_than_equal": _number,
}
