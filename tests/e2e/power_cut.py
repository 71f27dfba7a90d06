"""The content of files after a power cut: the bytes that were synced before, and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.e2e.recording import SYNCS, Call


def leave(calls: Iterable[Call], moment: Call, ledger: Path, into: Path) -> None:
    """Write a ledger into a folder as it is on the disk after a power cut at a call; it is new in this recording."""
    for old in into.glob(f"{ledger.name}*"):
        old.unlink()
    for path, changes in _synced(calls, moment, {str(ledger), f"{ledger}-wal"}).items():
        with (into / Path(path).name).open("w+b") as file:
            for change in changes:
                if change.name == "ftruncate":
                    file.truncate(change.number)
                else:
                    assert change.name == "pwrite64", change.name
                    file.seek(change.number)
                    file.write(change.data)


def _synced(calls: Iterable[Call], moment: Call, paths: set[str]) -> dict[str, list[Call]]:
    """Return the synced changes of each file: over before a sync began, which itself was over at this moment."""
    changes: defaultdict[str, list[Call]] = defaultdict(list)
    syncs: dict[str, Call] = {}
    for call in calls:
        if call.on in paths and call.precedes(moment):
            if call.name in SYNCS:
                syncs[call.on] = call
            else:
                changes[call.on].append(call)
    return {path: [c for c in changes[path] if c.precedes(sync)] for path, sync in syncs.items()}
