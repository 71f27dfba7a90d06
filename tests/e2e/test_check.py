"""`ccmail check` from outside."""

from __future__ import annotations

import pytest

from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell

pytestmark = pytest.mark.slow


def test_the_two_examples_have_exactly_one_warning(shell: Shell) -> None:
    found = shell.json("check")

    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"]) == ("T312", "warning")
    assert problem["message"] == "the sentence says “16 Länder” but names 17"
    assert (problem["file"], problem["line"], problem["column"]) == (f"campaigns/{REVIEW}.yaml", 47, 31)


def test_every_reader_is_looked_at(shell: Shell) -> None:
    with (shell.folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"reader{n}@stadt-ulm.example,Frau,,Uta,Kraft,,Ulm,DE,de\n" for n in range(400))
        file.write("last@stadt-ulm.example,Frau,,Uta,Kraft Kraft,,Ulm,DE,de\n")

    found = shell.json("check", ANNOUNCEMENT)

    (problem,) = found["problems"]
    assert problem["code"] == "R550"
    assert problem["message"] == "this mail would begin “Sehr geehrte Frau Kraft Kraft,”"
    assert (problem["file"], problem["line"]) == ("recipients/german.csv", 407)
