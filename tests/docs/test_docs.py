"""The pages say what the program has, and nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pydantic
import pytest
from click.testing import CliRunner

from ccmail.audience import Reason
from ccmail.audience.headers import FIELDS
from ccmail.campaign.model import campaign_file
from ccmail.cli.app import COMMANDS, EXIT_CODES, ccmail, shared_options
from ccmail.cli.console import state_word
from ccmail.languages.catalogue import read_catalogue
from ccmail.ledger import RecipientRow, SendingKind, State
from ccmail.rendering import content
from ccmail.rendering.reader import known_fields
from ccmail.rendering.theme import Theme
from ccmail.report.recipients import recipient_of
from ccmail.workspace import Settings
from ccmail.workspace.create import copy_example

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
CAMPAIGNS = [path.relative_to(ROOT) for path in sorted((ROOT / "campaigns").glob("*.yaml"))]
NOW = "2020-09-21T09:00"


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(pages: list[Path]) -> list[Any]:
    return [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages]


def section(page: Path, heading: str) -> str:
    """Return the text under a heading, up to the next one of the same level."""
    level = heading.partition(" ")[0]
    _, found, rest = read(page).partition(f"\n{heading}\n")
    assert found, f"{page.name} has no “{heading}”"
    return re.split(rf"^{level} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str, first_header: str) -> Iterator[str]:
    """Yield the first cell of every row of the tables whose first column has this header."""
    is_inside = False
    for line in text.splitlines():
        cell = line[1:].partition(" | ")[0].strip() if line.startswith("| ") else ""
        if not cell:
            is_inside = is_inside and line.startswith("|--")
        elif cell == first_header:
            is_inside = True
        elif is_inside:
            yield cell


def codes_in(cells: Iterator[str]) -> list[str]:
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def source() -> str:
    files = [*(ROOT / "ccmail").rglob("*.py"), *(ROOT / "templates").rglob("*.j2")]
    return "\n".join(read(file) for file in sorted(files))


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────


def options_of(command: click.Command) -> set[str]:
    shared = {name for option in shared_options() for name in option.opts}
    own = (parameter for parameter in command.params if isinstance(parameter, click.Option))
    return {name for option in own for name in option.opts} - shared


def named_commands() -> dict[str, click.Command]:
    """Return all commands by name, also subcommands."""
    found: dict[str, click.Command] = {}
    for name, _, _ in COMMANDS:
        command = ccmail.get_command(click.Context(ccmail), name)
        assert command is not None
        found[name] = command
        inner = command.commands if isinstance(command, click.Group) else {}
        found |= {f"{name} {below}": each for below, each in inner.items()}
    return found


@pytest.mark.parametrize(("name", "command"), named_commands().items())
def test_every_option_of_a_command_is_documented_and_no_other(name: str, command: click.Command) -> None:
    documented = codes_in(rows(section(REFERENCE / "commands.md", f"## ccmail {name}"), "option"))

    assert set(documented) == options_of(command)


@pytest.mark.parametrize(
    "file", ["ccmail.yaml", "ccmail/workspace/create.py", "ccmail/campaign/create.py", *map(str, CAMPAIGNS)]
)
def test_comments_in_files_to_start_from_name_commands_that_there_are(file: str) -> None:
    named = re.findall(r"`ccmail ([a-z]+)", read(ROOT / file))

    assert set(named) <= {name for name, _, _ in COMMANDS}


def test_the_options_of_every_command_are_documented() -> None:
    text = section(REFERENCE / "commands.md", "## Options of every command")

    documented = codes_in(rows(text, "option"))

    assert set(documented) == {name for option in shared_options() for name in option.opts} | {"-h", "--help"}
    assert "`ccmail --version`" in text


def test_every_word_of_a_state_is_documented_in_both_languages() -> None:
    table = section(REFERENCE / "commands.md", "## Words")
    cells = re.findall(r"^\| ([^|]+) \| ([^|]+) \|.*\| `(.+)` \|$", table, re.MULTILINE)
    german = read_catalogue("de")
    names = {name for _, _, of_json in cells for name in of_json.split("`, `")}

    assert names == {*(state.value for state in State), "to_go"}
    for english, in_german, of_json in cells:
        for name in of_json.split("`, `"):
            assert state_word(name, real=english != "written") == english
        assert german.phrase(english) == in_german


def test_every_exit_code_is_documented() -> None:
    documented = {int(n) for cell in rows(read(REFERENCE / "commands.md"), "code") for n in re.findall(r"\d+", cell)}

    assert documented == {0, 4, 6, 130, 143, *EXIT_CODES.values()}


@pytest.mark.parametrize("page", named(PAGES))
def test_only_commands_that_exist_are_named(page: Path) -> None:
    called = set(re.findall(r"(?:`|^\$ |&& )ccmail ([a-z]+)", read(page), re.MULTILINE))

    assert called <= {name for name, _, _ in COMMANDS}


def produced(data: Any, documented: set[str], above: str = "") -> Iterator[str]:
    """Yield the keys of a JSON value, dotted; not those inside a key that is documented as a whole."""
    for item in data if isinstance(data, list) else [data]:
        for key, value in item.items() if isinstance(item, dict) else ():
            name = above + key
            if name in documented or not isinstance(value, (dict, list)):
                yield name
            else:
                yield from produced(value, documented, f"{name}.")


@pytest.mark.slow
def test_every_key_of_the_json_is_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    monkeypatch.chdir(copy_example(tmp_path / "example"))
    Path("campaigns/2021-04-governance-rueckblick.yaml").unlink()
    settings = Path("ccmail.yaml").read_text(encoding="utf-8")
    Path("ccmail.yaml").write_text(settings.replace("host: smtp.", "host: 127.0.0.1 #", 1), encoding="utf-8")
    with Path("recipients/german.csv").open("a", encoding="utf-8") as file:
        file.write("uwe.kraft@stadt-ulm.example,Herr,,Uwe,Kraft,,Ulm,DE\nuwe@ulm,Herr,,Uwe,Kraft,,Ulm,DE\n")
    calls = (
        "init new-one", "new review", "check", "explain T312",
        "send -n 2020-10-digitalisierung", "send 2020-10-digitalisierung",
        "test 2020-10-digitalisierung", "status 2020-10-digitalisierung", "resolve 2020-10-digitalisierung",
        "report 2020-10-digitalisierung", "schema", "db upgrade", "doctor --dns 127.0.0.1:1", "completion fish",
        "recipients check --fix", "recipients find kim.muster@leipzig.example",
        "recipients unsubscribe kim.muster@leipzig.example", "recipients forget kim.muster@leipzig.example --yes",
    )  # fmt: skip

    for call in ("", *calls):
        printed = CliRunner().invoke(ccmail, ["--json", *call.split()]).stdout
        words = ("ccmail", *call.split()[: 2 if call.startswith(("recipients", "db")) else 1])
        documented = set(codes_in(rows(section(REFERENCE / "commands.md", "## " + " ".join(words)), "key")))

        assert set(produced(json.loads(printed), documented)) <= documented, call


def test_every_field_of_a_line_of_the_report_is_documented() -> None:
    documented = codes_in(rows(section(REFERENCE / "commands.md", "## ccmail report"), "field"))

    row = RecipientRow(1, "", "", "", (), {}, State.QUEUED, "", "", None, "", "", "", dt.datetime.now(dt.UTC))
    assert set(documented) == {*recipient_of(row, SendingKind.SMTP)}


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def models_in(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from models_in(argument)


def keys_of(model: type[pydantic.BaseModel], above: str = "") -> Iterator[str]:
    """Yield the keys that can be written, dotted; `NAME` where people choose one."""
    for name, field in model.model_fields.items():
        key = above + (field.alias or name)
        is_free = typing.get_origin(field.annotation) is dict
        inner = list(models_in(field.annotation))
        if is_free:
            key += ".NAME"
        if is_free or not inner:
            yield key
        for each in inner:
            yield from keys_of(each, f"{key}.")


@pytest.mark.parametrize(
    ("page", "model"),
    [("campaign.md", campaign_file(("de",))), ("workspace.md", Settings)],
    ids=["campaign", "workspace"],
)
def test_every_key_of_a_file_is_documented_and_no_other(page: str, model: type[pydantic.BaseModel]) -> None:
    documented = codes_in(rows(read(REFERENCE / page), "key"))

    assert sorted(documented) == sorted(keys_of(model))


def test_the_fields_of_a_reader_are_documented() -> None:
    documented = codes_in(rows(read(REFERENCE / "campaign.md"), "field"))

    assert set(documented) == {*known_fields(), "greeting"}


def test_every_column_of_a_list_is_documented() -> None:
    page = read(REFERENCE / "lists.md")

    for headers in FIELDS.values():
        for header in headers:
            assert re.search(rf"[|,] {re.escape(header)} ?[|,]", page), header


def test_every_reason_for_being_left_out_is_documented() -> None:
    assert codes_in(rows(read(REFERENCE / "lists.md"), "reason")) == [reason.value for reason in Reason]


@pytest.mark.parametrize("page", ["problems.md", "problems.de.md"])
def test_every_problem_code_is_documented_and_no_other(page: str) -> None:
    documented = codes_in(rows(read(REFERENCE / page), "code"))

    in_code = set(re.findall(r'"([YCWRTEMH]\d{3})"', source()))
    assert len(in_code) > 100
    assert sorted(documented) == sorted(in_code)


# ── templates ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heading", "model"), [("### mail", content.MailContent), ("### block", content.Block), ("### theme", Theme)]
)
def test_all_that_a_template_is_given_is_documented_and_nothing_else(heading: str, model: Any) -> None:
    documented = codes_in(rows(section(REFERENCE / "templates.md", heading), "name"))

    computed = [name for name, value in vars(model).items() if isinstance(value, property)]
    assert sorted(documented) == sorted([*(field.name for field in dataclasses.fields(model)), *computed])


@pytest.mark.parametrize("model", [m for m in vars(content).values() if dataclasses.is_dataclass(m)])
def test_what_stands_in_the_parts_of_a_block_is_documented(model: Any) -> None:
    page = read(REFERENCE / "templates.md")

    for field in dataclasses.fields(model):
        assert re.search(rf"`\.?{field.name}`", page), f"{model.__name__}.{field.name}"


def test_every_template_is_documented_and_no_other() -> None:
    documented = codes_in(rows(read(REFERENCE / "templates.md"), "file"))

    folder = ROOT / "templates"
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert sorted(documented) == sorted(there)


# ── architecture, glossary ────────────────────────────────────────────────────────────────────────────────────────


def contracts() -> list[dict[str, Any]]:
    return tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]  # type: ignore[no-any-return]


def contract(name: str) -> dict[str, Any]:
    return next(one for one in contracts() if one["id"] == name)


def test_the_layers_are_documented_in_their_order() -> None:
    documented = codes_in(rows(section(DOCS / "architecture.md", "## Layers"), "layer"))

    assert ["__main__", *documented] == [name for layer in contract("layers")["layers"] for name in layer.split(" | ")]


def test_every_outside_library_with_a_door_is_named_in_the_page() -> None:
    text = section(DOCS / "architecture.md", "## Layers").casefold()

    doors = [name for one in contracts() if one["type"] == "forbidden" for name in one["forbidden_modules"]]
    assert len(doors) > 8
    assert [name for name in doors if name != "cssutils" and name.casefold().removesuffix("python") not in text] == []


def test_every_state_of_the_ledger_is_documented() -> None:
    text = section(DOCS / "architecture.md", "## The ledger")

    assert [state.value for state in State if state.value not in text] == []


def test_every_term_of_the_glossary_is_a_word_of_the_code() -> None:
    terms = list(rows(read(DOCS / "glossary.md"), "term"))

    code = source().casefold()
    assert len(terms) == len(set(terms)) > 50
    assert [t for t in terms if not re.search(re.sub(" ", "[ _]?", rf"\b{t}"), code)] == []


# ── all pages ─────────────────────────────────────────────────────────────────────────────────────────────────────


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings in links, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", named(PAGES))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(
        r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)
    ):
        if re.match(r"https://|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        there = page.parent / file if file else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


@pytest.mark.parametrize("page", named(PAGES))
def test_every_test_that_is_named_exists(page: Path) -> None:
    for file, _, name in re.findall(r"`(tests/[\w/]+\.py)(::(\w+))?`", read(page)):
        assert (ROOT / file).exists(), file
        assert not name or f"def {name}(" in read(ROOT / file), name


def test_the_readme_stays_short() -> None:
    assert len(read(ROOT / "README.md").splitlines()) < 100
