"""How fast ccmail sends, beside others; how fast it checks and plans. See README.md.

Sends to 127.0.0.1 only, and every run ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import workspace
from arrived import findings
from contestant import Contestant, Run, RunFailed, contestants, measure, race
from letter import write_letter
from readers import readers, write_fields
from receiver import Receiver, compiled
from table import Rounds, aligned, rows, table


def main() -> int:
    """Run the benchmark with the options of the command line; return 0 if all contestants finished."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as name:
        if asked.check:
            figures, is_well = check(asked, Path(name))
        else:
            letter = Path(name)
            os.environ.update(LETTER=name, NODE_PATH=str(asked.tools / "node_modules"))
            about = write_letter(letter)
            write_fields(letter / "readers.jsonl", readers(max(asked.n)))
            chosen = choose(asked, about)
            figures, is_well = verify(asked, letter, chosen) if asked.verify else compare(asked, about, chosen)
    if asked.json:
        figures = {"machine": machine(), "asked": vars(asked), **figures}
        asked.json.write_text(json.dumps(figures, indent=1, default=str) + "\n", encoding="utf-8")
    return 0 if is_well else 1


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--verify", action="store_true", help="parse what arrives instead of measuring")
    kind.add_argument("--check", action="store_true", help="measure ccmail --help, check and send -n instead")
    parser.add_argument("--n", type=_numbers, default=[10_000], help="mails; several, 1000,10000, one after the other")
    parser.add_argument("--k", type=int, default=4, help="connections")
    parser.add_argument("--rounds", type=int, default=3, help="everybody runs once in each round")
    parser.add_argument("--latency", type=float, default=0, help="milliseconds by which each reply is late")
    parser.add_argument("--commit", type=float, default=0, help="milliseconds by which “250 queued” is later still")
    parser.add_argument("--only", default=".*", help="contestants: a regular expression")
    parser.add_argument("--limit", type=float, default=300, help="seconds after which a run is ended")
    parser.add_argument("--tools", type=Path, default=workspace.BENCH / ".tools", help="where set-up.sh put the others")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def choose(asked: argparse.Namespace, about: dict[str, Any]) -> list[Contestant]:
    """Return the contestants that can run; print a note for each of the others."""
    fixed = {"python": sys.executable, "tools": asked.tools, "bench": workspace.BENCH, "size": about["wire_bytes"]}
    named = [c for c in contestants({k: str(v) for k, v in fixed.items()}) if re.fullmatch(asked.only, c.name)]
    for each in named:
        if not each.is_there:
            note(f"{each.name} is passed over: there is no {each.needs}. bench/set-up.sh puts it there")
    return [each for each in named if each.is_there]


# ── rates ──


def compare(
    asked: argparse.Namespace, about: dict[str, Any], chosen: Sequence[Contestant]
) -> tuple[dict[str, Any], bool]:
    """Print a table for each number of mails."""
    print(f"{machine()}\nHTML, text and calendar entry: {about['content_bytes']} bytes")
    figures: dict[str, Any] = {"letter": about, "tables": []}
    is_well = True
    for n in asked.n:
        rounds = interleaved(asked, chosen, n)
        found = rows(rounds, about["content_bytes"])
        print(f"\n{n} mails, replies {asked.latency:g} ms late, median of {asked.rounds}\n{table(found)}")
        runs = {name: [run and asdict(run) for run in each] for name, each in rounds.items()}
        figures["tables"].append({"n": n, "rows": [asdict(row) for row in found], "runs": runs})
        is_well = is_well and all(map(all, rounds.values()))
    return figures, is_well


def interleaved(asked: argparse.Namespace, chosen: Sequence[Contestant], n: int) -> Rounds:
    """Run all contestants in each round, so that a busy minute of the machine affects all of them."""
    rounds: dict[str, list[Run | None]] = {each.name: [] for each in chosen}
    with Receiver(compiled(asked.tools), latency=asked.latency, commit=asked.commit) as receiver:
        for number in range(asked.rounds):
            for each in chosen:
                progress(f"round {number + 1} of {asked.rounds}: {each.name}")
                rounds[each.name].append(attempt(each, receiver, n, asked))
    progress("")
    return rounds


def attempt(contestant: Contestant, receiver: Receiver, n: int, asked: argparse.Namespace) -> Run | None:
    """Return the run, None if it failed; print a note about the failure."""
    try:
        return race(contestant, receiver, n, asked.k, asked.limit)
    except RunFailed as failure:
        note(f"{contestant.name}: {failure}")
        return None


# ── --verify ──


def verify(asked: argparse.Namespace, letter: Path, chosen: Sequence[Contestant]) -> tuple[dict[str, Any], bool]:
    """Print the faults in the mails of each contestant; only ccmail must have none."""
    figures: dict[str, Any] = {}
    is_well = True
    for each in chosen:
        if each.silent:
            continue
        dump = letter / f"{each.name}.mails"
        with Receiver(compiled(asked.tools), dump=dump) as receiver:
            run = attempt(each, receiver, asked.n[0], asked)
        wrong = findings(dump, letter, run.n) if run else {"it failed": 1}
        print(f"{each.name}: {run.n if run else 0} mails, {_listed(wrong)}")
        figures[each.name] = dict(wrong)
        is_well = is_well and not (wrong and each.name == "ccmail") and run is not None
    return {"findings": figures}, is_well


def _listed(wrong: dict[str, int]) -> str:
    return ", ".join(f"{what} ({times})" for what, times in sorted(wrong.items())) or "nothing wrong"


# ── --check ──

CHECKS = (("--help",), ("check", workspace.CAMPAIGN), ("send", "-n", workspace.CAMPAIGN))


def check(asked: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], bool]:
    """Print the time and memory of ccmail's commands for lists of these lengths, without sending."""
    print(machine())
    lines = [["command", "recipients", "seconds", "cpu s", "MB"]]
    for n in asked.n:
        workspace.make_workspace(folder, readers(n), port=2525, connections=asked.k)
        for words in CHECKS:
            progress(f"ccmail {' '.join(words)}")
            used = [measure(workspace.ccmail(folder, *words), asked.limit)[1] for _ in range(asked.rounds)]
            middle = (median(u.wall for u in used), median(u.cpu for u in used), median(u.megabytes for u in used))
            lines.append([f"ccmail {' '.join(words)}", f"{n}", *map("{:.2f}".format, middle[:2]), f"{middle[2]:.0f}"])
    progress("")
    print(f"\nmedian of {asked.rounds}\n{aligned(lines)}")
    return {"checks": [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]}, True


# ── talking ──


def machine() -> str:
    """Return a line about the machine, on which the figures depend."""
    python = platform.python_version()
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {python}, Linux {platform.release()}"


def note(text: str) -> None:
    """Print a note on standard error."""
    print(f"\r{text:<60}", file=sys.stderr)


def progress(text: str) -> None:
    """Print the current step, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text:<60}\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
