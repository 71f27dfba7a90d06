"""Recovery after mistakes: at every fault repairs are tried in memory, and the best one is kept."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

from ccmail.yamlfile.parsing import FaultKind, YamlFault, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Problem
    from ccmail.yamlfile.nodes import Node
    from ccmail.yamlfile.repairs import Repair
    from ccmail.yamlfile.source_lines import SourceLines

_MOST_REPAIRS = 40
_SHAKY = {"Y100", "Y105"}
_MOST_SHAKY = 8
"""More lines that do not fit follow from one mistake that no rule mends."""
_MOST_PARSED = 3_000_000
"""Characters that are parsed at most to find repairs: about two seconds, for any file."""

_Outcome: TypeAlias = "YamlFault | tuple[Node | None, tuple[Problem, ...]]"


@dataclasses.dataclass(frozen=True, slots=True)
class Recovered:
    """The readable part of a file.

    Attributes:
        root: The tree, None if there is none.
        problems: Repeated keys and the like; the repairs have their own problems.
        repairs: The repairs that were made.
        sheet: The lines after the repairs.
    """

    root: Node | None
    problems: tuple[Problem, ...]
    repairs: tuple[Repair, ...]
    sheet: SourceLines


def recover(sheet: SourceLines) -> Recovered:
    """Parse a file, with repairs if it needs them."""
    outcome = _parse(sheet)
    return _mend(sheet, outcome) if isinstance(outcome, YamlFault) else Recovered(*outcome, (), sheet)


def _mend(sheet: SourceLines, outcome: _Outcome) -> Recovered:
    from ccmail.yamlfile.repairs import give_up  # noqa: PLC0415 - most files need none

    repairs: list[Repair] = []
    tries = iter(range(max(20, _MOST_PARSED // (1 + sum(map(len, sheet.lines))))))
    while isinstance(outcome, YamlFault):
        if sum(repair.problem.code in _SHAKY for repair in repairs) > _MOST_SHAKY:
            return Recovered(None, (), tuple(_without_aftermath(repairs)), sheet)
        step = _best_repair(sheet, outcome, tries) if len(repairs) < _MOST_REPAIRS else None
        if step is None:
            return Recovered(None, (), (*repairs, give_up(sheet, outcome)), sheet)
        repair, sheet, outcome = step
        _append(repairs, repair)
    root, problems = outcome
    return Recovered(root, problems, tuple(repairs), sheet)


def _parse(sheet: SourceLines) -> _Outcome:
    try:
        return parse(sheet)
    except YamlFault as fault:
        return fault


def _best_repair(
    sheet: SourceLines, fault: YamlFault, tries: Iterator[int]
) -> tuple[Repair, SourceLines, _Outcome] | None:
    """Return the repair that gets the parser furthest; lines are left out only if nothing else helps."""
    if fault.kind in {FaultKind.DEPTH, FaultKind.SIZE}:
        return None
    from ccmail.yamlfile.repairs import repairs_for  # noqa: PLC0415 - see above

    best, reached = None, _progress(sheet, fault)
    for repair, _ in zip(repairs_for(sheet, fault), tries, strict=False):
        if best and repair.loses_text:
            break
        edited = sheet.edited(repair.edits)
        outcome = _parse(edited)
        if not isinstance(outcome, YamlFault):
            return repair, edited, outcome
        if _progress(edited, outcome) > reached:
            best, reached = (repair, edited, outcome), _progress(edited, outcome)
    return best


def _progress(sheet: SourceLines, fault: YamlFault) -> tuple[int, int]:
    """Return how far the parser got: the line, and how much of it is left, as repairs move the text before."""
    return fault.line, fault.column - len(sheet.line(fault.line))


def _append(repairs: list[Repair], repair: Repair) -> None:
    """Add a repair; neighbouring lines that are left out are one problem."""
    last = repairs[-1] if repairs else None
    if last and last.loses_text and repair.loses_text and repair.edits[0].line <= last.edits[-1].line + 2:
        repairs[-1] = dataclasses.replace(last, edits=(*last.edits, *repair.edits))
    else:
        repairs.append(repair)


def _without_aftermath(repairs: list[Repair]) -> Iterator[Repair]:
    """Yield the repairs, but only the first of the lines that do not fit."""
    first = next(repair for repair in repairs if repair.problem.code in _SHAKY)
    yield dataclasses.replace(first, loses_text=True, is_certain=False)
    yield from (repair for repair in repairs if repair.problem.code not in _SHAKY)
