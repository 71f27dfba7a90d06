"""Problems in the forms of other programs: annotations of GitHub Actions, and SARIF 2.1.0."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ccmail import __version__
from ccmail.cli.explanations import explanations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ccmail.problems import Problem

_GITHUB_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_github(problems: Iterable[Problem]) -> str:
    """Return a workflow command for each problem, which GitHub shows beside the line."""
    return "\n".join(map(_annotation, problems))


def _annotation(problem: Problem) -> str:
    place = problem.place
    properties = {"title": f"{problem.code} {problem.message}"}
    if place:
        properties = {"file": place.file, **properties}
    if place and place.line:
        properties |= {"line": str(place.line), "col": str(place.column), "endColumn": str(place.column + place.width)}
    words = ",".join(f"{name}={_escaped(value, of_property=True)}" for name, value in properties.items())
    message = f"{problem.message}\n{problem.hint}".rstrip()
    return f"::{_GITHUB_LEVELS[problem.severity.value]} {words}::{_escaped(message)}"


def _escaped(text: str, *, of_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if of_property else text


def as_sarif(problems: Iterable[Problem]) -> str:
    """Return the problems as a SARIF log, which code scanning and editors read."""
    found = tuple(problems)
    known = explanations()
    rules = [
        {"id": code, "shortDescription": {"text": known[code].what if code in known else code}}
        for code in sorted({p.code for p in found})
    ]
    driver = {"name": "ccmail", "semanticVersion": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(p) for p in found]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _result(problem: Problem) -> Mapping[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": problem.severity.value,
        "message": {"text": f"{problem.message}\n{problem.hint}".rstrip()},
    }
    places = [mark.place for mark in problem.marks if mark.place.file]
    locations = [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": place.file.replace("\\", "/")},
                **({"region": _region(place.line, place.column, place.width)} if place.line else {}),
            }
        }
        for place in places
    ]
    if locations:
        result["locations"] = locations[:1]
    if locations[1:]:
        result["relatedLocations"] = locations[1:]
    return result


def _region(line: int, column: int, width: int) -> dict[str, int]:
    return {"startLine": line, "startColumn": column, "endColumn": column + width}


FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {"github": as_github, "sarif": as_sarif}
