"""A ledger in a file: SQLite's settings, and the failures of files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import State, StateChange, open_ledger
from ccmail.problems import LedgerFailure
from tests.ledger.example import Clock, person, started

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


@pytest.fixture
def ledger(path: Path, clock: Clock) -> Iterator[Ledger]:
    with open_ledger(path, now=clock) as opened:
        yield opened


def settings(ledger: Ledger) -> tuple[str, int]:
    with ledger._engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    return str(mode), int(synchronous or 0)


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_nobody_else_can_read_the_ledger(ledger: Ledger, path: Path) -> None:
    started(ledger)

    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (path.parent, *path.parent.iterdir())}

    assert modes.pop(".ccmail") == 0o700
    assert set(modes.values()) == {0o600}


def test_what_is_written_is_on_the_disk_before_it_counts(ledger: Ledger) -> None:
    assert settings(ledger) == ("wal", 2)  # FULL
    assert ledger.warnings == ()


def test_whoever_finds_a_ledger_that_another_program_is_just_making_waits(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    waits: list[float] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE begun (number INTEGER)")

        def end(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                other.execute("COMMIT")

        monkeypatch.setattr("ccmail.ledger.sqlite.time.sleep", end)
        with open_ledger(path, now=clock) as ledger:
            assert settings(ledger) == ("wal", 2)

    assert len(waits) == 3


def test_a_ledger_of_a_newer_ccmail_is_left_alone(path: Path, clock: Clock) -> None:
    with open_ledger(path, now=clock):
        pass
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE schema_revision SET number = 99")
    raw.close()

    with pytest.raises(LedgerFailure) as failure, open_ledger(path, now=clock):
        pass

    assert failure.value.code == "W735"
    assert "99" in failure.value.message


def test_a_damaged_ledger_is_a_failure_in_words(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is a shopping list, " * 100)

    with pytest.raises(LedgerFailure) as failure, open_ledger(path, now=clock):
        pass

    assert failure.value.code == "W732"
    assert str(path) in failure.value.message


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that takes no files, from root neither")
def test_a_folder_that_takes_no_files_is_a_failure_in_words(clock: Clock) -> None:
    with pytest.raises(LedgerFailure) as failure, open_ledger(Path("/proc/self/ledger.sqlite"), now=clock):
        pass

    assert failure.value.code == "W733"


def test_a_folder_in_its_place_is_a_failure_in_words(path: Path, clock: Clock) -> None:
    path.mkdir(parents=True)

    with pytest.raises(LedgerFailure) as failure, open_ledger(path, now=clock):
        pass

    assert failure.value.code == "W733"


def test_a_ledger_that_somebody_holds_is_a_failure_in_words(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.ledger.engine.BUSY_SECONDS", 0.1)
    with open_ledger(path, now=clock) as ledger:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerFailure) as failure:
            started(ledger)

        holder.close()
        assert failure.value.code == "W731"
        assert "run the same command again" in failure.value.hint


def test_a_full_disk_is_a_failure_in_words(ledger: Ledger) -> None:
    with ledger._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(LedgerFailure) as failure:
        started(ledger, *(person(n) for n in range(1000)))

    assert failure.value.code == "W734"
    assert ledger.sendings() == ()


def test_a_database_of_another_program_is_left_alone(path: Path, clock: Clock) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipient (telephone TEXT)")
    raw.close()

    with pytest.raises(LedgerFailure, match="already exists"), open_ledger(path, now=clock):
        pass

    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("recipient",)]
    raw.close()


# ── a place that others see ──


def test_in_a_synchronised_folder_the_file_is_whole_without_its_log(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "OneDrive - City" / "ledger.sqlite"

    with open_ledger(path, now=clock) as ledger:
        started(ledger)

        assert settings(ledger) == ("delete", 3)  # EXTRA
        assert [p.name for p in path.parent.iterdir()] == ["ledger.sqlite"]
        [warning] = ledger.warnings
        assert "in a folder that OneDrive synchronises" in warning
        assert str(path) in warning


def test_a_ledger_that_is_moved_into_such_a_folder_gives_up_its_log(path: Path, tmp_path: Path, clock: Clock) -> None:
    with open_ledger(path, now=clock) as ledger:
        started(ledger)
        assert settings(ledger)[0] == "wal"
    path.parent.rename(tmp_path / "Dropbox")

    with open_ledger(tmp_path / "Dropbox" / path.name, now=clock) as ledger:
        assert settings(ledger)[0] == "delete"
        assert len(ledger.sendings()) == 1


def test_a_link_to_such_a_folder_counts_as_well(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "Nextcloud").mkdir()
    (tmp_path / "city").symlink_to(tmp_path / "Nextcloud", target_is_directory=True)

    with open_ledger(tmp_path / "city" / "ledger.sqlite", now=clock) as ledger:
        assert "Nextcloud" in ledger.warnings[0]


# ── damage ──


def test_a_sound_ledger_is_not_refused(ledger: Ledger) -> None:
    started(ledger)

    ledger.refuse_damaged()


def test_a_page_overwritten_in_the_middle_is_found_before_a_sending(path: Path, clock: Clock) -> None:
    with open_ledger(path, now=clock) as ledger:
        started(ledger, *(person(n) for n in range(1000)))
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)

    with open_ledger(path, now=clock) as ledger, pytest.raises(LedgerFailure) as failure:
        ledger.refuse_damaged()

    assert failure.value.code == "W732"
    assert "damaged" in failure.value.message
    assert "put back a copy" in failure.value.hint


# ── a file that goes away while it is used ──


def _delete(path: Path) -> None:
    path.unlink()


def _move(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def _replace(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def _delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.skipif(os.name != "posix", reason="on Windows an open file stays")
@pytest.mark.parametrize("lose", [_delete, _move, _replace, _delete_folder])
def test_a_ledger_that_goes_away_in_use_is_missed_at_the_next_commit_and_saved(
    path: Path, clock: Clock, lose: Callable[[Path], None]
) -> None:
    with open_ledger(path, now=clock) as ledger:
        sending = started(ledger)
        (claim,) = ledger.claim(sending, 1)
        lose(path)

        with pytest.raises(LedgerFailure) as failure:
            ledger.record(sending, [StateChange(claim.position, State.ACCEPTED, "end", 250)])

    saved = path.with_name("ledger.sqlite.saved")
    assert (failure.value.code, str(saved) in failure.value.hint) == ("W801", True)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    with open_ledger(saved, now=clock) as again:
        (known,) = again.sendings()
        assert again.counts(known).people(State.ACCEPTED) == 1


@pytest.mark.skipif(os.name != "posix", reason="on Windows an open file stays")
def test_no_empty_ledger_takes_the_place_of_one_that_is_gone(path: Path, clock: Clock) -> None:
    with open_ledger(path, now=clock) as ledger:
        ledger.claim(started(ledger), 1)  # keeps its connection
        path.unlink()

        with pytest.raises(LedgerFailure), ledger._reading():
            ledger.sendings()  # on a second connection

    assert not path.exists()
