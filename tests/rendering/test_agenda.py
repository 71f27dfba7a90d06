"""Which lines of a programme are breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.campaign.agenda import AgendaItem
from ccmail.languages import load_languages
from ccmail.rendering.agenda import is_break

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])


def line(title: str | dict[str, str], **facts: str) -> AgendaItem:
    return AgendaItem.model_validate({"time": "10:30–11:00", "title": title, **facts})


@pytest.mark.parametrize(
    "title",
    [
        "Pause", "Kaffeepause", "KAFFEEPAUSE", "Kurze Pause", "Gemeinsames Mittagessen (Kantine)", "Lunch",
        "Coffee break",        "Pause déjeuner", "Pausa para el café", "Перерва на каву", "استراحة القهوة",
        {"de": "Zeit für Gespräche", "en": "Lunch break"},
    ],
)  # fmt: skip
def test_a_line_that_is_called_as_breaks_are_is_one(title: str | dict[str, str]) -> None:
    assert is_break(line(title), LANGUAGES)


@pytest.mark.parametrize(
    "title",
    [
        "Begrüßung", "Atempause", "Pausenhöfe in Städten", "COVID-19 outbreak", "Tee-Pause", "Break-out sessions",
        "Pause: was Städte von Schulen lernen", "",
    ],
)  # fmt: skip
def test_other_lines_are_talks(title: str) -> None:
    assert not is_break(line(title or "Rede"), LANGUAGES)


def test_somebody_who_speaks_makes_a_talk_of_it() -> None:
    assert not is_break(line("Lunch", speaker="Raimond Tamm"), LANGUAGES)


@pytest.mark.parametrize(("said", "expected"), [("yes", True), ("ja", True), ("no", False)])
def test_what_is_said_counts(said: str, *, expected: bool) -> None:
    assert is_break(line("Vernetzung", **{"break": said}), LANGUAGES) is expected
    assert is_break(line("Lunch", **{"break": said}), LANGUAGES) is expected
