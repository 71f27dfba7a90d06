"""`ccmail check` from outside."""

from __future__ import annotations

import pytest

from tests.e2e.shell import REVIEW, Shell

pytestmark = pytest.mark.slow


def test_the_two_examples_have_exactly_one_warning(shell: Shell) -> None:
    found = shell.json("check")

    (problem,) = found["problems"]
    assert (problem["code"], problem["severity"]) == ("T312", "warning")
    assert problem["message"] == "the sentence says “16 Länder” but names 17"
    assert (problem["file"], problem["line"], problem["column"]) == (f"campaigns/{REVIEW}.yaml", 47, 31)
