"""Reading on after mistakes: at every fault repairs are tried in memory, the best one is kept."""

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
"""More lines that do not fit are the aftermath of one mistake that no rule knows."""
_MOST_PARSED = 3_000_000
"""Characters to parse while looking for repairs: two seconds or so, whatever the file."""

_Outcome: TypeAlias = "YamlFault | tuple[Node | None, tuple[Problem, ...]]"


@dataclasses.dataclass(frozen=True, slots=True)
class Recovered:
    """What could be read of a file.

    Attributes:
        root: The tree, None if there is none.
        problems: Keys that are written twice and the like; not the repairs' own.
        repairs: What was mended to get there.
        sheet: The lines as they were read in the end.
    """

    root: Node | None
    problems: tuple[Problem, ...]
    repairs: tuple[Repair, ...]
    sheet: SourceLines


def recover(sheet: SourceLines) -> Recovered:
    """Parse a file, as far as it takes with repairs."""
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
    """How far the parser got; in a line it is what is left that counts, as repairs move what comes before."""
    return fault.line, fault.column - len(sheet.line(fault.line))


def _append(repairs: list[Repair], repair: Repair) -> None:
    """Add a repair; lines that are left out one after the other are one problem."""
    last = repairs[-1] if repairs else None
    if last and last.loses_text and repair.loses_text and repair.edits[0].line <= last.edits[-1].line + 2:
        repairs[-1] = dataclasses.replace(last, edits=(*last.edits, *repair.edits))
    else:
        repairs.append(repair)


def _without_aftermath(repairs: list[Repair]) -> Iterator[Repair]:
    """The repairs, but only the first one of lines that do not fit."""
    first = next(repair for repair in repairs if repair.problem.code in _SHAKY)
    yield dataclasses.replace(first, loses_text=True, is_certain=False)
    yield from (repair for repair in repairs if repair.problem.code not in _SHAKY)
