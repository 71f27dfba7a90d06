"""The features that mail programs do not know (data of caniemail.com, MIT licence)."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DATA = Path(__file__).with_name("caniemail.json")


@dataclasses.dataclass(frozen=True, slots=True)
class Support:
    """The data about all programs.

    Attributes:
        programs: Their names, as `gmx.ios`.
        titles: What features are called, by their ids.
        unknown: The programs that do not know a feature, by its id.
    """

    programs: tuple[str, ...]
    titles: Mapping[str, str]
    unknown: Mapping[str, frozenset[str]]

    def programs_of(self, names: Iterable[str]) -> frozenset[str]:
        """Return the programs that are meant by `gmx` (all of its platforms) or `outlook.windows`."""
        wanted = frozenset(names)
        return frozenset(p for p in self.programs if p in wanted or p.partition(".")[0] in wanted)

    def nearest(self, name: str) -> str | None:
        """Return the name that may have been meant, None if this one is known or none is near."""
        families = {p.partition(".")[0] for p in self.programs}
        return None if name in {*families, *self.programs} else did_you_mean(name, [*families, *self.programs]) or ""


@functools.cache
def support() -> Support:
    """Return the data."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    features = data["features"]
    return Support(
        tuple(data["programs"]),
        {slug: feature["title"] for slug, feature in features.items()},
        {slug: frozenset(feature["unknown"]) for slug, feature in features.items()},
    )


def shown(programs: Iterable[str]) -> str:
    """Name programs for people: `gmx, outlook.windows`; a family of which all are meant stands there once."""
    wanted = frozenset(programs)
    names: dict[str, None] = {}
    for program in sorted(wanted):
        family = program.partition(".")[0]
        names[family if support().programs_of([family]) <= wanted else program] = None
    return ", ".join(names)
