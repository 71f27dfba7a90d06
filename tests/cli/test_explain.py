from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ccmail.cli.app import ccmail
from ccmail.cli.explanations import explanations
from ccmail.languages.catalogue import CATALOGUES, read_catalogue
from ccmail.wording import ENGLISH

ROOT = Path(__file__).parents[2]
NOT_GERMAN = re.compile(r"\b(?:the|is|and|with|of the|a warning|an error)\b")


def codes_in_the_source() -> set[str]:
    files = [*(ROOT / "ccmail").rglob("*.py")]
    return {code for f in files for code in re.findall(r'"([YCWRTEMH]\d{3})"', f.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_code_of_the_source_is_explained(language: str) -> None:
    explained = explanations(read_catalogue(language))

    assert explained.keys() == codes_in_the_source()
    assert all(e.what and e.about for e in explained.values())
    assert not [e for e in explained.values() if "](" in e.what + e.to_do or "\x00" in e.what + e.to_do]


def test_the_german_explanations_are_german() -> None:
    english, german = explanations(ENGLISH), explanations(read_catalogue("de"))

    assert [c for c, e in german.items() if e.what == english[c].what or NOT_GERMAN.search(e.what)] == []


def test_a_code_is_explained_with_what_to_do_and_why() -> None:
    shown = CliRunner().invoke(ccmail, ["explain", "t312"]).output

    assert shown.startswith("T312 · words and texts\n\n  a number that does not fit the list beside it")
    assert "what to do   correct the number, or the list" in shown
    assert "why          readers count" in shown


def test_a_code_is_explained_in_german() -> None:
    shown = CliRunner().invoke(ccmail, ["explain", "W701", "R501", "--language", "de"]).output

    assert "W701 · Arbeitsbereich und Versand" in shown
    assert "was zu tun ist   berichtigen; die Meldung weiß vielleicht, welche gemeint war" in shown


def test_the_json_of_an_explanation_has_its_parts() -> None:
    printed = json.loads(CliRunner().invoke(ccmail, ["--json", "explain", "C203"]).output)

    (found,) = printed["codes"]
    assert found == {
        "code": "C203",
        "about": "what a file says",
        "what": "a field is written twice",
        "to_do": "keep one of them",
        "why": None,
    }


def test_who_asks_for_a_code_that_there_is_not_is_told_which_there_are() -> None:
    result = CliRunner().invoke(ccmail, ["explain", "T399"])

    assert result.exit_code == 2
    assert "the codes there are: T301, T305, T306" in result.output
