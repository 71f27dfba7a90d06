"""The workspace from which ccmail sends in the benchmark."""

from __future__ import annotations

import datetime as dt
import os
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from readers import Reader, write_list

BENCH = Path(__file__).resolve().parent
CAMPAIGN = "einladung"


def make_workspace(folder: Path, people: Iterator[Reader], port: int, connections: int) -> None:
    """Make a workspace without a ledger, so that each sending is a new one."""
    names = {"port": port, "connections": connections, "date": f"7.10.{dt.datetime.now(dt.UTC).year + 1}"}
    for source, target in (("ccmail.yaml", ""), (f"{CAMPAIGN}.yaml", "campaigns")):
        text = string.Template((BENCH / "material" / source).read_text(encoding="utf-8")).substitute(names)
        (folder / target).mkdir(parents=True, exist_ok=True)
        (folder / target / source).write_text(text, encoding="utf-8")
    (folder / "recipients").mkdir(exist_ok=True)
    write_list(folder / "recipients" / "all.csv", people)


def ccmail(folder: Path, *words: str) -> list[str]:
    """Return the command that runs this checkout's ccmail in a workspace."""
    return [sys.executable, "-m", "ccmail", "-C", str(folder), *words]


def environment() -> dict[str, str]:
    """Return an environment in which `-m ccmail` is this checkout, with bytecode as in an installed one."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(BENCH.parent), "NO_COLOR": "1"}
