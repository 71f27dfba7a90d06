"""`python -m tests.faults --seeds 20`: sends under faults and kills, and prints the result of each seed."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ccmail.workspace.cache import PLACE
from tests.faults.audit import Audit, audit
from tests.faults.driver import Deed, History, drive, make_scenario
from tests.faults.ways import WAYS

_COLUMNS = (
    "seed", "mails", "faults", "kills", "runs", "accepted", "refused", "in doubt", "(have it)", "duplicates",
    "losses", "needless", "other", "seconds",
)  # fmt: skip
_NAMED = ("duplicates", "losses", "needless doubts")


def main() -> int:
    """Play some seeds, and return 1 if a promise was broken."""
    options = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    options.add_argument("--seeds", type=int, default=5, help="how many")
    options.add_argument("--first", type=int, default=1, help="the first of them")
    options.add_argument("--recipients", type=int, default=1500)
    options.add_argument("--deeds", type=int, default=12, help="kills and other things that are done to the runs")
    options.add_argument("--keep", type=Path, help="a folder that the journals and ledgers are left in")
    options.add_argument("--command", default="send", choices=("send", "update", "cancel"))
    options.add_argument("--way", default="smtp", choices=WAYS)
    given = options.parse_args()
    kinds: Counter[str] = Counter()
    deeds: Counter[str] = Counter()
    broken = 0
    _print_row(_COLUMNS)
    with tempfile.TemporaryDirectory() as place:
        os.environ[PLACE] = str(Path(place) / "cache")
        for seed in range(given.first, given.first + given.seeds):
            scenario = make_scenario(seed, given.recipients, given.deeds, given.way)
            scenario = dataclasses.replace(scenario, command=given.command)
            history = drive(scenario, (given.keep or Path(place)) / str(seed))
            result = audit(history)
            _print_row(_row(seed, history, result))
            if result.findings:
                print(result)
            broken += len(result.findings)
            kinds.update(entry.fault for entry in history.journal if entry.fault)
            deeds.update(deed for run in history.runs for deed in run.deeds)
    print("\nfaults  " + " · ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds, key=lambda kind: int(kind[1:]))))
    print("deeds   " + " · ".join(f"{deed} {count}" for deed, count in deeds.most_common()))
    print(f"broken promises: {broken}")
    return bool(broken)


def _row(seed: int, history: History, result: Audit) -> list[object]:
    deeds = [deed for run in history.runs for deed in run.deeds]
    return [
        seed,
        len(history.lists.people),
        sum(bool(entry.fault) for entry in history.journal),
        sum(deed in (Deed.KILL, Deed.KILL_EARLY) for deed in deeds),
        len(history.runs),
        result.accepted,
        result.refused,
        result.in_doubt,
        f"({result.really_accepted})",
        *(result.broken[name] for name in _NAMED),
        sum(count for name, count in result.broken.items() if name not in _NAMED),
        f"{history.seconds:.0f}",
    ]


def _print_row(values: Iterable[object]) -> None:
    cells = zip(values, _COLUMNS, strict=True)
    print("  ".join(str(value).rjust(len(column)) for value, column in cells), flush=True)


if __name__ == "__main__":
    sys.exit(main())
