"""Repairs of text that is not YAML: a table of rules, one per common mistake.

The rules are tried from top to bottom around the place where the parser stopped; the repair with which the parser
gets furthest is kept. A line that no rule mends is left out (Y100), so that the rest of the file is checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.wording import say
from ccmail.yamlfile.parsing import MOST, FaultKind, YamlFault
from ccmail.yamlfile.repairs import indentation, marks, quotes
from ccmail.yamlfile.repairs.repair import Repair, RepairRule, indent_of, is_blank, problem
from ccmail.yamlfile.source_lines import Edit, SourceLines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.problems import Problem

__all__ = ["Repair", "give_up", "repairs_for"]

_RULES: tuple[RepairRule, ...] = (
    indentation.tab_indentation,
    marks.second_document,
    quotes.unclosed_quote,
    quotes.text_after_quote,
    quotes.special_beginning,
    quotes.text_after_bar,
    quotes.yaml_machinery,
    quotes.backslash,
    marks.missing_colon,
    quotes.colon_in_text,
    marks.brackets,
    marks.wrong_dash,
    indentation.unindented_text,
    indentation.text_line,
    marks.missing_blank,
    indentation.field_line,
)


def repairs_for(sheet: SourceLines, fault: YamlFault) -> Iterator[Repair]:
    """Yield the possible repairs of a fault, the likeliest first; the last ones leave a line out."""
    for rule in _RULES:
        yield from rule(sheet, fault)
    for number in (fault.line, fault.line - 1):
        line = sheet.line(number)
        if not is_blank(line):
            yield Repair(
                _does_not_fit(sheet, number),
                (Edit(number, " " * indent_of(line) + "#" + line.strip()),),
                is_certain=False,
                loses_text=True,
            )


def _does_not_fit(sheet: SourceLines, number: int) -> Problem:
    return problem(
        "Y100",
        say("this line does not fit here"),
        sheet.place(number, indent_of(sheet.line(number))),
        say("neither a field nor part of a text"),
        say("a line is “field: text”, or part of a text and indented more than its field"),
    )


def give_up(sheet: SourceLines, fault: YamlFault) -> Repair:
    """Return the repair without edits for a fault that nothing mends: the file cannot be read from here on."""
    place = sheet.place(fault.line, fault.column)
    if fault.kind is FaultKind.DEPTH:
        hint = say("a campaign has five levels at most")
        said = problem("Y116", say("this is nested too deep"), place, hint=hint)
    elif fault.kind is FaultKind.SIZE:
        message = say("the file has more than {most:,} values", most=MOST)
        said = problem("Y116", message, place, hint=say("put texts here, not data"))
    else:
        hint = say("look at the line above, too")
        said = problem("Y100", say("the file cannot be read from here on"), place, hint=hint)
    return Repair(said, is_certain=False, loses_text=True)
