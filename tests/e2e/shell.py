"""ccmail as people run it: a process of its own, in a workspace of its own, at a time of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

NOW = "2020-09-21T09:00"
ANNOUNCEMENT = "2020-10-digitalisierung"
REVIEW = "2021-04-governance-rueckblick"


class Shell:
    """Runs ccmail in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "CCMAIL_NOW": NOW, "NO_COLOR": "1"}

    def run(
        self, *words: str, code: int = 0, typed: str = "", cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `ccmail WORDS`; fails unless it ends with `code`, and always on a traceback."""
        done = subprocess.run(
            [sys.executable, "-m", "ccmail", *words],
            cwd=cwd or self.folder,
            env=self.environment,
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        """Run `ccmail --json WORDS` and return what it printed."""
        return json.loads(self.run("--json", *words, code=code).stdout)

    def outbox(self, campaign: str) -> dict[str, bytes]:
        """Return the mails of a rehearsal, by file name."""
        files = sorted((self.folder / ".ccmail" / "outbox" / campaign).glob("*.eml"))
        return {file.name: file.read_bytes() for file in files}

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file of the workspace."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
