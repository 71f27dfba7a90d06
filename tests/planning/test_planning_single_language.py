"""A mail in two languages, and lists with a column of languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail import pipeline
from ccmail.planning.plan import AudiencePlan
from ccmail.workspace import open_workspace
from tests.messages.conftest import SETTINGS
from tests.occasions import changed

LIST = """\
E-Mail;Vorname;Nachname;Sprache
a@x.example;Eva;Lang;de
b@x.example;Uwe;Kraft;
c@x.example;Kim;Muster;en
"""
BOTH = """\
type: review
event: {date: 12.3.2021}
de: {title: Digitale Dienste der Kommunen, text: Willkommen bei den Freunden unserer Städte.}
en: {title: Digital services, text: Welcome to the friends of our cities.}
"""


def plan_of(root: Path, *, rows: str = LIST, columns: str = "") -> AudiencePlan:
    settings = changed(SETTINGS, ("language: de,", f"language: [de, en], {columns}"))
    files = {"ccmail.yaml": settings, "recipients/german.csv": rows, "campaigns/c.yaml": BOTH}
    for name, content in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    plan = pipeline.check(open_workspace(root), "c").plan
    assert plan is not None
    return plan


def languages_of(plan: AudiencePlan) -> dict[tuple[str, ...], int]:
    return {variant.variant.languages: variant.people for variant in plan.variants}


def test_readers_who_get_one_language_by_a_column_are_counted_once_for_their_segment(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)

    assert languages_of(plan) == {("de", "en"): 1, ("de",): 1, ("en",): 1}
    [problem] = [p for p in plan.problems if p.code == "T342"]
    assert problem.is_warning
    assert problem.message.startswith("2 readers get one language only, though the mail of german is in de and en")
    assert str(problem.place and problem.place.file) == "recipients/german.csv"


def test_the_repair_in_the_warning_gives_everybody_both(tmp_path: Path) -> None:
    [problem] = [p for p in plan_of(tmp_path).problems if p.code == "T342"]
    assert "columns: {further: [Sprache]}" in problem.hint

    plan = plan_of(tmp_path, columns="columns: {further: [Sprache]}, ")

    assert languages_of(plan) == {("de", "en"): 3}
    assert "T342" not in {p.code for p in plan.problems}


@pytest.mark.parametrize(
    ("header", "written"), [("Language", "Language"), ("Sprache der Mail", "Sprache der Mail"), ("Lang?:", '"Lang?:"')]
)
def test_the_repair_names_the_column_as_the_list_does(tmp_path: Path, header: str, written: str) -> None:
    settings = f'columns: {{language: "{header}"}}, ' if header != "Language" else ""

    plan = plan_of(tmp_path, rows=LIST.replace("Sprache", header), columns=settings)
    [problem] = [p for p in plan.problems if p.code == "T342"]

    assert f"columns: {{further: [{written}]}}" in problem.hint


@pytest.mark.parametrize("rows", [LIST.replace("Sprache", "Notiz"), LIST.replace(";de", ";").replace(";en", ";")])
def test_a_list_that_names_no_language_gives_everybody_both_without_a_word(tmp_path: Path, rows: str) -> None:
    plan = plan_of(tmp_path, rows=rows)

    assert languages_of(plan) == {("de", "en"): 3}
    assert "T342" not in {p.code for p in plan.problems}
