"""A workspace that somebody else has packed decides what a mail says, never what this computer does."""

from __future__ import annotations

import io
import marshal
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2.bccache import bc_magic

from ccmail import pipeline
from ccmail.workspace import open_workspace
from ccmail.workspace.cache import PLACE
from tests.e2e.shell import Shell
from tests.small_workspace import CAMPAIGN, SmallWorkspace

_SHADOWED = ("yaml", "jinja2", "babel", "pydantic", "markdown_it", "premailer", "PIL", "json", "sitecustomize")


def _touch(trap: Path) -> str:
    return f"__import__('os').mknod({str(trap)!r})"


def load(small: SmallWorkspace) -> None:
    """Load a template as a new process would."""
    loaded = pipeline.preview(open_workspace(small.folder), CAMPAIGN).loaded
    loaded.environment.get_template("review.html.j2")


def forge(cache: Path, trap: Path) -> None:
    """Have every compiled template of a cache set off a trap."""
    code = marshal.dumps(compile(_touch(trap), "review.html.j2", "exec"))
    for file in cache.glob("*.template"):
        kept = io.BytesIO(file.read_bytes())
        kept.seek(len(bc_magic))
        pickle.load(kept)  # noqa: S301 - our own, of a moment ago
        file.write_bytes(kept.getvalue()[: kept.tell()] + code)


def test_no_compiled_template_is_taken_from_a_workspace(
    small: SmallWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, trap = tmp_path / "cache", tmp_path / "sprung"
    monkeypatch.setenv(PLACE, str(cache))
    load(small)
    forge(cache, trap)
    for inside in (".ccmail/cache", "cache", ".cache/ccmail", "templates/cache"):
        shutil.copytree(cache, small.folder / inside)
    monkeypatch.setenv(PLACE, str(tmp_path / "another"))
    monkeypatch.chdir(small.folder)

    load(small)

    assert not trap.exists()
    monkeypatch.setenv(PLACE, str(cache))  # the forgery is a good one: in the user's own cache it would run
    with pytest.raises(KeyError):
        load(small)
    assert trap.exists()


@pytest.mark.slow
@pytest.mark.parametrize("start", [["-m", "ccmail"], [str(Path(sys.executable).with_name("ccmail"))]])
def test_no_module_or_program_is_taken_from_a_workspace(start: list[str], small: SmallWorkspace) -> None:
    shell, trap = Shell(small.folder), small.folder / "sprung"
    for name in _SHADOWED:
        (small.folder / f"{name}.py").write_text(_touch(trap), encoding="utf-8")
    for name in ("spamassassin", "git", "python"):
        (small.folder / name).write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="utf-8")
        (small.folder / name).chmod(0o755)
    (small.folder / ".env").write_text("PYTHONPATH=.\nCCMAIL_NOW=nonsense\n", encoding="utf-8")
    (small.folder / "alembic.ini").write_text("[alembic]\nscript_location = .\n", encoding="utf-8")
    (small.folder / "env.py").write_text(_touch(trap), encoding="utf-8")
    small.edit("ccmail.yaml", "test:", "check: {spam: {spamassassin: true}}\ntest:")
    environment = {**shell.environment, PLACE: str(small.folder.parent / "cache"), "PATH": ":.:/usr/bin:/bin"}

    for words in (["check"], ["status"]):
        done = subprocess.run(
            [sys.executable, *start, *words], cwd=small.folder, env=environment, capture_output=True, check=False
        )

        assert b"Traceback" not in done.stderr, done.stderr
    assert not trap.exists()
