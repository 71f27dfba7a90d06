"""Every error that ccmail raises has a code, so that it can be looked up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ccmail import problems

PACKAGE = Path(problems.__file__).parent
KINDS = {
    name
    for name, kind in vars(problems).items()
    if isinstance(kind, type) and issubclass(kind, problems.CcmailError) and kind is not problems.InputError
}


def without_code(source: str) -> Iterator[int]:
    """Yield the lines that make an error without a code; an `InputError` has the codes of its problems."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        codes = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        if name in KINDS and not any(not isinstance(code, ast.Constant) or code.value for code in codes):
            yield node.lineno


def test_an_error_without_a_code_is_found() -> None:
    source = 'raise UsageError("a", code="")\nraise problems.CcmailError("b")\nraise UsageError("c", code="W999")\n'

    assert list(without_code(source)) == [1, 2]


def test_no_error_without_a_code_is_raised() -> None:
    found = [
        f"{file.relative_to(PACKAGE)}:{line}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for line in without_code(file.read_text(encoding="utf-8"))
    ]

    assert "UsageError" in KINDS
    assert found == []
