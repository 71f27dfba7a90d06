"""A page as PDF, where there is no browser, and where it does not print."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ccmail.preview.printing import to_pdf
from ccmail.problems import CcmailError, UsageError


def test_without_a_browser_the_way_to_a_pdf_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageError, match="needs Chromium, Chrome or Edge") as raised:
        to_pdf("<p>", tmp_path / "state")

    assert "--export FILE.html" in raised.value.hint
    assert not (tmp_path / "state").exists()


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_a_browser_that_does_not_print_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho one >&2\necho no more memory >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CcmailError, match="chromium has not printed: no more memory"):
        to_pdf("<p>", tmp_path / "state")

    assert list((tmp_path / "state").iterdir()) == []
