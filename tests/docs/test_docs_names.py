"""One name stands for one type, and docstrings name their subject."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "ccmail").rglob("*.py"))
NO_NOUN = re.compile(
    r"(Return|Yield|Say|Tell|Find|Note|Take|Give) (who|whom|what|whoever|whatever)\b"
    r"|(Who|Whom|Whoever|What|Whatever|Which|Where|When|How)\b"
)

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_a_public_type_name_stands_in_one_module_only() -> None:
    modules: dict[str, list[str]] = {}
    for path in MODULES:
        for name in types_in(ast.parse(path.read_text(encoding="utf-8"))):
            modules.setdefault(name, []).append(path.relative_to(ROOT).as_posix())

    assert len(modules) > 100
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}


def types_in(module: ast.Module) -> Iterator[str]:
    """Yield the public classes and type aliases of a module's top level."""
    for statement in module.body:
        match statement:
            case ast.ClassDef(name=name):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind) if ast.unparse(kind).endswith("TypeAlias"):
                pass
            case _:
                continue
        if not name.startswith("_"):
            yield name


def test_no_docstring_begins_without_a_noun() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}: {docstring.splitlines()[0]}"
        for path in MODULES
        for line, docstring in docstrings(ast.parse(path.read_text(encoding="utf-8")))
        if NO_NOUN.match(docstring)
    ]

    assert not found, "\n".join(found)


def docstrings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield each docstring with its line, except the help texts of commands: these speak to people at a terminal."""
    for node in ast.walk(module):
        if isinstance(node, Documented) and not is_command(node) and (docstring := ast.get_docstring(node)):
            yield node.body[0].lineno, docstring


def is_command(node: Documented) -> bool:
    decorators = [] if isinstance(node, ast.Module) else node.decorator_list
    return any(re.search(r"\.(command|group)\b", ast.unparse(decorator)) for decorator in decorators)


@pytest.mark.parametrize(
    ("docstring", "is_refused"),
    [
        ("Return who signs the mails.", True),
        ("Say what came of it.", True),
        ("How a run ended.", True),
        ("Return the signers, one per key.", False),
        ("Return whatsoever.", False),
        ("Whether a run has ended.", False),
    ],
)
def test_the_rule_knows_a_clause_from_a_noun(docstring: str, *, is_refused: bool) -> None:
    assert bool(NO_NOUN.match(docstring)) is is_refused


def test_the_rule_sees_docstrings_of_methods_but_no_help_text() -> None:
    module = ast.parse(
        '"""A module."""\n'
        "class A:\n"
        "    def b(self):\n"
        '        """Return what it is."""\n'
        "@click.command(cls=Command)\n"
        "def command():\n"
        '    """Say what it is."""\n'
    )

    assert [text for _, text in docstrings(module)] == ["A module.", "Return what it is."]
