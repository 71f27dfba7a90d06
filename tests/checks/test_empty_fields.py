"""A printed field that is empty for some readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail import pipeline
from ccmail.problems import Problem
from ccmail.workspace import open_workspace
from tests.messages.conftest import SETTINGS

LIST = """\
E-Mail;Vorname;Nachname;Stadt;Sprache
a@x.example;Eva;Lang;Ulm;de
b@x.example;Uwe;Kraft;;de
c@x.example;Kim;Muster;;en
"""


def found(root: Path, german: str, english: str = "Welcome, dear friends of our cities.") -> list[Problem]:
    for name, content in {
        "ccmail.yaml": SETTINGS,
        "recipients/german.csv": LIST,
        "campaigns/c.yaml": (
            "type: review\nevent: {date: 12.3.2021}\n"
            f"de:\n  title: Digitale Dienste der Kommunen\n  text: |\n    {german}\n"
            f"en:\n  title: Digital services\n  text: |\n    {english}\n"
        ),
    }.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return [p for p in pipeline.check(open_workspace(root), "c").problems if p.code == "T340"]


@pytest.mark.parametrize(
    "text",
    [
        *("Ihre Stadt: {{ city }}.", "Ihre Stadt: **{{city}}**.", "Stadt {{ city }} und {{ city }}."),
        *("Stadt {{ city | upper }}.", "Zu {{ city | trim }}.", 'Stadt {{ city ~ "!" }}', 'Stadt {{ "in " + city }}.'),
        *("Zu {{ city.strip() }}.", 'Stadt {{ city | default("Ihre") }}.', '{{ city if first_name else "x" }} grüßt.'),
        "[Karte der Stadt](https://x.example/?c={{ city | urlencode }})",
    ],
)
def test_it_is_one_warning_for_a_text_with_readers_and_rows(tmp_path: Path, text: str) -> None:
    [problem] = found(tmp_path, text)

    assert problem.is_warning
    assert problem.message == "city is printed, and is empty for 1 reader (recipients/german.csv:3)"
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == ("campaigns/c.yaml", 6)
    assert '{{ city or "…" }}' in problem.hint


def test_each_language_has_its_own(tmp_path: Path) -> None:
    german, english = found(tmp_path, "Ihre Stadt: {{ city }}.", "Your city: {{ city }}.")

    assert (german.place and german.place.line, english.place and english.place.line) == (6, 10)
    assert english.message.endswith("(recipients/german.csv:4)")


@pytest.mark.parametrize(
    "text",
    [
        'Ihre Stadt: {{ city or "Ihrer Stadt" }}.',
        'Ihre Stadt: {{ city | default("Ihre", true) }}.',
        "{% if city %}Ihre Stadt: {{ city }}.{% endif %} Willkommen.",
        'Ihre Stadt: {{ city if city else "Ihre" }}.',
        'Ihre Stadt: {{ city | default("Ihre", true) | upper }}.',
        'Ihre Stadt: {{ (city or "Ihre") | upper }}.',
        "Guten Tag, {{ first_name | upper }}.",
        "Guten Tag, {{ first_name }} {{ last_name }}.",
        "Guten Tag und willkommen bei uns.",
    ],
)
def test_a_default_or_a_test_or_a_value_for_all_is_no_problem(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_a_default_without_true_does_not_count_for_an_empty_cell(tmp_path: Path) -> None:
    [problem] = found(tmp_path, 'Ihre Stadt: {{ city | default("Ihre") }} {{ city }}.')

    assert problem.code == "T340"
