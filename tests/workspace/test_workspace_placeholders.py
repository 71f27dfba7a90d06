"""Examples of `ccmail init` that stay where somebody's own words belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.workspace import load_workspace
from ccmail.workspace.create import Answers, create_workspace
from ccmail.workspace.placeholders import find_placeholder


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Stadtnetz · Musterstraße 1 · 53113 Bonn", "Musterstraße 1"),
        ("Stadtnetz, Musterstrasse 12, 53113 Bonn", "Musterstrasse 12"),
        ("Stadtnetz\nRathausplatz 1\n12345 Musterstadt", "Musterstadt"),
        ("Kim Muster", "Kim Muster"),
        ("https://city-network.example/privacy", "city-network.example"),
        ("Stadtnetz · Rathausplatz 1 · 53113 Bonn", ""),
        ("Stadtnetz · c/o Musterverein · Musterstraße 1", ""),
    ],
)
def test_an_example_is_found_however_its_lines_are_written(text: str, found: str) -> None:
    assert find_placeholder(text) == found


def test_a_privacy_page_is_never_invented_at_the_senders_own_domain(tmp_path: Path) -> None:
    create_workspace(tmp_path, Answers(name="Stadtnetz", address="post@stadtnetz.example"))

    workspace, _ = load_workspace(tmp_path)

    assert workspace is not None
    assert all(find_placeholder(text) for _, text in workspace.settings.footer.privacy)
