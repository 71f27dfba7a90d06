"""The exception that stopped a template, as a problem with its line, in words for the template's author."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import jinja2

from ccmail.problems import Mark, Place, Problem, did_you_mean
from ccmail.rendering import content
from ccmail.rendering.limits import limit_of
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_NAME = re.compile(r"'(\w+)' is undefined")
_NO_PART = re.compile(r"'(?:[\w.]+\.)?(\w+) object' has no attribute '(\w+)'")


def explain(trouble: Exception, name: str, names: Iterable[str], templates: Iterable[str]) -> Problem:
    """Return the problem of a template.

    Args:
        trouble: The exception.
        name: The rendered template; the error may be in one that it includes.
        names: The names that templates may use.
        templates: The names of all templates.
    """
    marks = (Mark(_place(trouble, name)),)
    if limit := limit_of(trouble):
        return Problem(
            "H108",
            say("this template {limit}", limit=limit),
            marks=marks,
            hint=say("a loop inside a loop, or a number too large?"),
        )
    says, near = _said(trouble, names, templates)
    return Problem(
        "H104",
        say("this template stopped: {says}", says=says),
        marks=marks,
        hint=say("did you mean “{near}”?", near=near) if near else "",
    )


def _said(trouble: Exception, names: Iterable[str], templates: Iterable[str]) -> tuple[str, str | None]:
    """Return the error in words, and the name that may have been meant."""
    says = str(trouble) or type(trouble).__name__
    if isinstance(trouble, jinja2.TemplateNotFound):
        missing = str(trouble.name)
        message = say("there is no template {name} in the templates folder", name=missing)
        return message, did_you_mean(missing, templates)
    if found := _NO_PART.match(says):
        # templates know the values of `content` as mail, contact, shot …
        value = found[1].removesuffix("View").removesuffix("Content")
        return say("{value} has no “{part}”", value=value, part=found[2]), did_you_mean(found[2], _parts_of(found[1]))
    found = _NO_NAME.match(says)
    return says, did_you_mean(found[1], names) if found else None


def _parts_of(kind: str) -> list[str]:
    """Return the fields of a class of the content model, by the name of the class."""
    known = getattr(content, kind, None)
    return [field.name for field in dataclasses.fields(known)] if dataclasses.is_dataclass(known) else []


def _place(trouble: Exception, name: str) -> Place:
    file, line = f"templates/{name}", 0
    if isinstance(trouble, jinja2.TemplateSyntaxError):
        file, line = trouble.filename or file, trouble.lineno
    else:
        traceback = trouble.__traceback__
        while traceback:
            if traceback.tb_frame.f_code.co_filename.endswith(".j2"):
                file, line = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
            traceback = traceback.tb_next
    _, folder, inside = file.replace("\\", "/").rpartition("templates/")
    return Place(f"{folder}{inside}", line)
