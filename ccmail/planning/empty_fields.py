"""Printed fields that are empty for some readers: “Ihre Stadt: .”."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.planning.plan import EMPTY_FIELD
from ccmail.problems import Mark, Problem, Severity
from ccmail.rendering import printed_fields
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ccmail.campaign import Campaign
    from ccmail.problems import Place

_ROWS = 3


@dataclasses.dataclass(slots=True)
class _Empty:
    readers: int = 0
    rows: list[Place] = dataclasses.field(default_factory=list)


class EmptyFields:
    """Counts the readers for whom a mail prints an empty field, by the languages of the mail.

    Attributes:
        changed: The fields of which texts print what they make of them, by language; a mail does not have their values.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._printed = tuple(printed_fields(campaign))
        self.changed: dict[str, frozenset[str]] = {}
        for field in self._printed:
            if field.is_changed:
                self.changed[field.language] = self.changed.get(field.language, frozenset()) | {field.name}
        self._empty: dict[tuple[str, tuple[str, ...]], _Empty] = {}

    def note(self, fields: Mapping[str, str], languages: tuple[str, ...], row: Place) -> None:
        """Note the empty ones among the printed fields of a reader; fields of the message itself do not count."""
        for name, value in fields.items():
            if not value and not name.startswith(("_", "greeting")):
                empty = self._empty.setdefault((name, languages), _Empty())
                empty.readers += 1
                if len(empty.rows) < _ROWS:
                    empty.rows.append(row)

    def problems(self) -> Iterator[Problem]:
        """Yield one problem for each field and text, or for each field that only a template prints."""
        if not self._empty:
            return
        for name in dict.fromkeys(name for name, _ in self._empty):
            texts = [(field.language, field.place) for field in self._printed if field.name == name]
            by_languages = {languages: empty for (field, languages), empty in self._empty.items() if field == name}
            for language, place in texts:
                if found := [empty for languages, empty in by_languages.items() if language in languages]:
                    yield _problem(name, found, place)
            written_in = {language for language, _ in texts}
            if found := [empty for languages, empty in by_languages.items() if written_in.isdisjoint(languages)]:
                yield _problem(name, found, None)


def _problem(name: str, found: list[_Empty], place: Place | None) -> Problem:
    readers = sum(empty.readers for empty in found)
    rows = sorted({(row.file, row.line) for empty in found for row in empty.rows})[:_ROWS]
    first = [f"{file}:{line}" for file, line in rows]
    return Problem(
        EMPTY_FIELD,
        say_n(
            "{name} is printed, and is empty for {n:,} reader ({rows})",
            "{name} is printed, and is empty for {n:,} readers ({rows})",
            readers,
            name=name,
            rows=tuple(first if readers <= len(rows) else [*first, "…"]),
        ),
        Severity.WARNING,
        (Mark(place, say("nothing would stand here")),) if place else (),
        say(
            '{{{{ {name} or "…" }}}} prints other words instead, {{% if {name} %}}…{{% endif %}} leaves a sentence '
            "out; or fill in the lists",
            name=name,
        ),
    )
