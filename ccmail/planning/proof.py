"""Readers of whom a list does not prove that they have consented, though it has a column for that."""

from __future__ import annotations

import bisect
import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.audience import Contact

_ROWS = 3


@dataclasses.dataclass(slots=True)
class _Without:
    readers: int = 0
    rows: list[int] = dataclasses.field(default_factory=list)  # the first ones: a list can have millions

    def note(self, line: int) -> None:
        self.readers += 1
        bisect.insort(self.rows, line)
        del self.rows[_ROWS:]


@dataclasses.dataclass(slots=True)
class MissingProofs:
    """Counts the readers of each list with a column for consent, and those of whom it says nothing."""

    _readers: Counter[str] = dataclasses.field(default_factory=Counter)
    _without: dict[str, _Without] = dataclasses.field(default_factory=dict)

    def note(self, contact: Contact) -> None:
        """Note a reader; only those of a list with such a column count."""
        if contact.consent is not None:
            self._readers[contact.place.file] += 1
            if not contact.consent.is_proven:
                self._without.setdefault(contact.place.file, _Without()).note(contact.place.line)

    def problems(self) -> Iterator[Problem]:
        """Yield a warning for each list on which there are such readers."""
        for file, without in self._without.items():
            first = [str(line) for line in without.rows]
            yield Problem(
                "W843",
                say_n(
                    "{n:,} of {readers:,} readers has no proof of consent in {file} (line {lines})",
                    "{n:,} of {readers:,} readers have no proof of consent in {file} (lines {lines})",
                    without.readers,
                    readers=self._readers[file],
                    file=file,
                    lines=tuple(first if without.readers <= _ROWS else [*first, "…"]),
                ),
                Severity.WARNING,
                (Mark(Place(file, without.rows[0])),),
                hint=say("write down when and where each of them has agreed to get mails; you may have to prove it"),
            )
