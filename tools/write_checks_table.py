"""Write docs/reference/checks.md from the rules in ccmail/checks: `python tools/write_checks_table.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ccmail.checks import all_rules
from ccmail.checks.rule import Rule

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "checks.md"
HEAD = """\
# What is checked

`ccmail check` and `ccmail send` follow these rules; `send` refuses errors. What is wrong with the form of a file, with
what it says or with a list is found while it is read: [Problem codes](problems.md) has all codes, and what to do about
them. This page is written by `tools/write_checks_table.py`.
"""
CHAPTERS = {
    "campaign": "## The campaign and its plan",
    "texts": "## The texts",
    "headers": "## The finished mail: header and parts",
    "html": "## The finished mail: HTML",
    "clients": "## The finished mail: mail programs",
    "plain": "## The finished mail: text",
    "occasion": "## The finished mail: update, reminder, cancellation",
    "ics": "## The finished mail: calendar file",
    "updates": "## The finished mail beside the one that was sent before (`--previous`)",
    "readers": "## Every reader",
}


def page() -> str:
    """Return the page as the code has it now."""
    rules = sorted(all_rules(), key=lambda rule: rule.code)
    return "\n".join([HEAD, *(line for chapter in CHAPTERS for line in _chapter(chapter, rules))])


def _chapter(name: str, rules: list[Rule]) -> Iterator[str]:
    yield CHAPTERS[name] + "\n\n| code | how bad | what is found | why |\n|---|---|---|---|"
    yield from (_row(rule) for rule in rules if rule.module.split(".")[2] == name)
    yield ""


def _row(rule: Rule) -> str:
    severities = " or ".join(severity.value for severity in rule.severities)
    cells = (f"`{rule.code}`", severities, rule.what, rule.why)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.exit(PAGE.write_text(page(), encoding="utf-8") and None)
