"""Write docs/reference/checks.md from the rules in ccmail/checks: `python tools/write_checks_table.py`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = ROOT / "ccmail" / "checks"
PAGE = ROOT / "docs" / "reference" / "checks.md"
HEAD = """\
# What is checked

`ccmail check` and `ccmail send` follow these rules; `send` refuses errors. What is wrong with the form of a file, with
what it says or with a list is found while it is read: [Problem codes](problems.md) has all codes, and what to do about
them. This page is written by `tools/write_checks_table.py`.
"""
CHAPTERS = {
    "": "## The campaign and its plan",
    "texts": "## The texts",
    "headers": "## The finished mail: header and parts",
    "html": "## The finished mail: HTML",
    "clients": "## The finished mail: mail programs",
    "plain": "## The finished mail: text",
    "ics": "## The finished mail: calendar file",
    "updates": "## The finished mail beside the one that was sent before (`--previous`)",
    "readers": "## Every reader",
}


def page() -> str:
    """Return the text of the page from the rules of now."""
    return "\n".join([HEAD, *(line for folder in CHAPTERS for line in _chapter(folder))])


def _chapter(folder: str) -> Iterator[str]:
    rules = sorted(filter(None, map(_rule, (CHECKS / folder).glob("*.py"))))
    if rules:
        yield CHAPTERS[folder] + "\n\n| code | how bad | what is found | why |\n|---|---|---|---|"
        yield from (f"| `{code}` | {severity} | {what} | {why} |" for code, severity, what, why in rules)
        yield ""


def _rule(path: Path) -> tuple[str, str, str, str] | None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if "CODE" not in said:
        return None
    what = (ast.get_docstring(tree) or "").split("\n")[0].rstrip(".")
    return said["CODE"], _severity(tree), what.replace("|", "\\|"), said["WHY"].replace("|", "\\|")


def _severity(tree: ast.Module) -> str:
    """Return “error”, “warning” or both, from the severities of the problems that the rule makes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
            named = next((k.value for k in node.keywords if k.arg == "severity"), None)
            severity = next(iter(node.args[2:3]), named)
            found.add("error" if severity is None else "")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Severity":
            found.add(node.attr.lower())
    return " or ".join(sorted(found - {""}) or ["error"])


if __name__ == "__main__":
    sys.exit(PAGE.write_text(page(), encoding="utf-8") and None)
