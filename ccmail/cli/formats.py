"""Problems in formats of other programs: annotations of GitHub Actions, and SARIF 2.1.0."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ccmail import __version__
from ccmail.cli.explanations import Explanation, explanations
from ccmail.cli.language import catalogue, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ccmail.problems import Mark, Place, Problem

_GITHUB_LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_DESCRIPTIONS = ("shortDescription", "fullDescription")  # code scanning needs both
_FINGERPRINT = "ccmailLine/v1"


def in_repository(problems: Iterable[Problem], root: Path) -> tuple[Problem, ...]:
    """Return problems whose files are relative to the repository of the workspace `root`, as other programs need."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return tuple(
        dataclasses.replace(p, marks=tuple(_moved(m, root.relative_to(top)) for m in p.marks)) for p in problems
    )


def _moved(mark: Mark, inside: Path) -> Mark:
    if not mark.place.file:
        return mark
    return dataclasses.replace(mark, place=dataclasses.replace(mark.place, file=(inside / mark.place.file).as_posix()))


def as_github(problems: Iterable[Problem]) -> str:
    """Return a workflow command for each problem, which GitHub shows beside the line."""
    return "\n".join(_annotation(problem.said_in(catalogue())) for problem in problems)


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
    known = explanations(catalogue())
    codes = sorted({p.code for p in found})
    driver = {"name": "ccmail", "semanticVersion": __version__, "rules": [_rule(c, known.get(c)) for c in codes]}
    seen: Counter[str] = Counter()
    results = [
        {**_result(p.said_in(catalogue())), "ruleIndex": codes.index(p.code), **_fingerprint(p, seen)} for p in found
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _rule(code: str, known: Explanation | None) -> Mapping[str, Any]:
    what, to_do = (known.what, known.to_do) if known else (code, "")
    help_text = f"{to_do}\n{tr('`ccmail explain {code}` says this, too.', code=code)}".lstrip()
    return {"id": code, **{name: {"text": what} for name in _DESCRIPTIONS}, "help": {"text": help_text}}


def _result(problem: Problem) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": problem.severity.value,
        "message": {"text": f"{problem.message}\n{problem.hint}".rstrip()},
    }
    places = [_location(mark) for mark in problem.marks if mark.place.file]
    parts = {"locations": places[:1], "relatedLocations": places[1:]}
    return result | {name: part for name, part in parts.items() if part}


def _location(mark: Mark) -> dict[str, Any]:
    place = mark.place
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = _region(place)
    return {"physicalLocation": physical, **({"message": {"text": mark.label}} if mark.label else {})}


def _uri(file: str) -> str:
    """Return a URI relative to the repository, or an absolute one for a file outside."""
    return Path(file).as_uri() if Path(file).is_absolute() else quote(file.replace("\\", "/"))


def _region(place: Place) -> dict[str, int]:
    return {"startLine": place.line, "startColumn": place.column, "endColumn": place.column + place.width}


def _fingerprint(problem: Problem, seen: Counter[str]) -> Mapping[str, Any]:
    """Return the fingerprint of a problem from the text of its line, so it stays the same when the line moves."""
    place = problem.place
    where = (place.file, place.text.strip(), place.field) if place else ()
    words = "\0".join((problem.code, *(where if any(where[1:]) else (*where, problem.message))))
    name = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    seen[name] += 1
    return {"partialFingerprints": {_FINGERPRINT: f"{name}:{seen[name]}"}}


FORMATS: Mapping[str, Callable[[Iterable[Problem]], str]] = {"github": as_github, "sarif": as_sarif}
