"""Write what the catalogues of findings, errors and hints have to translate: `make words`.

It collects the texts that `say`, `say_n`, `tr` and `tr_n` make in ccmail/, those of docs/reference/problems.md, and the
notes on providers. It adds new ones to ccmail/languages/catalogues/*.po, without a translation, and removes those that
nothing says any more. Then it writes docs/reference/problems.de.md, which is problems.md in the words of the German
catalogue.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from ccmail.wording import placeholders
from ccmail.workspace.providers import providers

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "ccmail" / "languages" / "catalogues"
PROBLEMS = ROOT / "docs" / "reference" / "problems.md"
HEAD = "# Findings, errors and hints of ccmail. `make words` adds the texts that are new, and takes away the old ones."
GERMAN_HEAD = """\
# Fehlernummern

Die deutsche Fassung von [Problem codes](problems.md), geschrieben von `make words`. `ccmail explain CODE --language de`
zeigt einzelne.

Ein *Fehler* hält eine Kampagne vom Versand ab; in einer Liste hält er die Zeile davon ab, die Mail zu bekommen. Eine
*Warnung* ist wahrscheinlich ein Versehen. Ein *Hinweis* sagt, was berichtigt wurde, und erscheint mit `-v`.

"""
_WITH_A_NUMBER = {"say_n", "tr_n"}
_SAYING = {"say", "tr", *_WITH_A_NUMBER}
_CHANGING = tuple(
    f'"{name}' for name in ("POT-", "PO-Revision", "Last-", "Generated", "Report-", "Language-Team", "Project-")
)
_PARTS = re.compile(r"(\s*(?<!\\)\|\s*|^## [A-Z]: )", re.MULTILINE)
_CODE = re.compile(r"`[A-Z]\d{3}`|[-|]*")


def templates() -> Catalog:
    """Return all texts that are to be translated, each with the files that say it."""
    found = Catalog()
    for file in sorted((ROOT / "ccmail").rglob("*.py")):
        for key in said_in(file.read_text(encoding="utf-8")):
            flags = ("python-brace-format",) if placeholders(key[-1] if isinstance(key, tuple) else key) else ()
            found.add(key, locations=[(file.relative_to(ROOT).as_posix(), 0)], flags=flags)
    for provider in providers():
        if provider.note:
            found.add(str(provider.note), locations=[("ccmail/workspace/providers.csv", 0)])
    for part in _explanations():
        if _is_text(part):
            found.add(part.strip(), locations=[(PROBLEMS.relative_to(ROOT).as_posix(), 0)])
    return found


def said_in(source: str) -> Iterator[str | tuple[str, str]]:
    """Yield the templates of the calls of `say` and `say_n`, and of those that say it at once, in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYING:
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if words:  # `tr` itself has none
                yield (words[0], words[1]) if node.func.id in _WITH_A_NUMBER else words[0]


def _explanations() -> list[str]:
    """Return the page of all codes from its first chapter on, in parts: headings, cells, and what is between."""
    page = PROBLEMS.read_text(encoding="utf-8")
    return [part for line in page[page.index("## ") :].splitlines(keepends=True) for part in _PARTS.split(line)]


def _is_text(part: str) -> bool:
    return not _CODE.fullmatch(part.strip()) and _PARTS.fullmatch(part) is None


def updated(language: str, wanted: Catalog) -> Catalog:
    """Return the catalogue of a language with all texts that are wanted, and no other."""
    with (CATALOGUES / f"{language}.po").open("rb") as stream:
        known = read_po(stream, locale=language)
    made = Catalog(locale=language, header_comment=HEAD, fuzzy=False)
    for entry in wanted:
        if entry.id:
            before = known.get(entry.id if isinstance(entry.id, str) else entry.id[0])
            made.add(entry.id, before.string if before else None, entry.locations, entry.flags)
    return made


def as_text(catalogue: Catalog) -> str:
    """Return a catalogue as the text of its file: without dates, so that it changes with its texts only."""
    written = io.BytesIO()
    write_po(written, catalogue, width=120, include_lineno=False, sort_by_file=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_CHANGING))


def german_page(catalogue: Catalog) -> str:
    """Return the page of all codes in German."""
    return GERMAN_HEAD + "".join(_said(part, catalogue) for part in _explanations())


def _said(part: str, catalogue: Catalog) -> str:
    entry = catalogue.get(part.strip()) if _is_text(part) else None
    return part.replace(part.strip(), str(entry.string)) if entry and entry.string else part


def pages() -> dict[Path, str]:
    """Return the text of each file as the code has it now."""
    wanted = templates()
    catalogues = {file: updated(file.stem, wanted) for file in sorted(CATALOGUES.glob("*.po"))}
    german = {PROBLEMS.with_suffix(".de.md"): german_page(catalogues[CATALOGUES / "de.po"])}
    return {file: as_text(catalogue) for file, catalogue in catalogues.items()} | german


if __name__ == "__main__":
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
    missing = sum(text.count('\nmsgstr ""\n\n') for text in pages().values())
    sys.exit(f"{missing} texts have no translation yet" if missing else 0)
