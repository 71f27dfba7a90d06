"""Everything that `make` installs is locked, with hashes: docs/decisions/0020-locks.md."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOT_LOCKED = {"ccmail", "pip"}  # this project; what Python itself puts into a virtual environment


@dataclass(frozen=True, slots=True)
class Pin:
    """One release in a lock, with those who ask for it as uv notes them."""

    name: str
    version: str
    marker: Marker | None
    hashes: tuple[str, ...]
    asked_by: frozenset[str]

    @property
    def is_for_this_computer(self) -> bool:
        return self.marker is None or self.marker.evaluate()

    @property
    def is_asked_by_the_project(self) -> bool:
        return any(one.startswith("ccmail ") for one in self.asked_by)


def pins_in(lock: str) -> Iterator[Pin]:
    """Yield the pins of a lock; raise ValueError at the first line that is neither a pin nor belongs to one."""
    for entry in re.split(r"\n(?=[^\s#])", re.sub(r"\A(#.*\n)+", "", lock).rstrip()):
        first, *further = (line.strip().removesuffix(" \\") for line in entry.splitlines())
        pin = re.fullmatch(r"([\w.-]+)==([^\s;]+)(?: ; (.+))?", first)
        hashes = tuple(line for line in further if re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line))
        via = [line.removeprefix("# via ").split(", ") for line in further if line.startswith("# via ")]
        if not pin or not hashes or len(hashes) + len(via) != len(further):
            raise ValueError(f"not a pin with hashes: {entry}")
        name, version, marker = pin.groups()
        asked_by = frozenset(one for line in via for one in line if not one.startswith("-c "))
        yield Pin(name, version, Marker(marker) if marker else None, hashes, asked_by)


def group(name: str) -> list[Requirement]:
    found: list[Requirement] = []
    for one in PROJECT["dependency-groups"][name]:
        found += [Requirement(one)] if isinstance(one, str) else group(one["include-group"])
    return found


def at_run_time() -> list[Requirement]:
    project = PROJECT["project"]
    return [
        Requirement(one)
        for part in (project["dependencies"], *project["optional-dependencies"].values())
        for one in part
    ]


WANTED = {
    "build": group("build"),
    "run": at_run_time(),
    "dev": [*at_run_time(), *group("dev")],
    "bench": group("bench"),
}


def read(lock: str) -> str:
    return (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")


def wrong_in(lock: str, wanted: Iterable[Requirement]) -> list[str]:
    """Return where a lock and the requirements that it was made from disagree."""
    pins = list(pins_in(lock))
    names = {pin.name for pin in pins}
    specifiers = [(canonicalize_name(one.name), one.specifier) for one in wanted]
    direct = {name for name, _ in specifiers}
    return [
        *(f"{name} is not locked" for name in sorted(direct - names)),
        *(
            f"{pin.name} {pin.version} is locked, {specifier} is wanted"
            for pin in pins
            for name, specifier in specifiers
            if pin.name == name and not specifier.contains(pin.version, prereleases=True)
        ),
        *(
            f"{pin.name} is locked, and nobody asks for it"
            for pin in pins
            if pin.name not in direct and (pin.is_asked_by_the_project or not pin.asked_by & names)
        ),
    ]


def differing(lock: str, installed: Mapping[str, str]) -> list[str]:
    """Return where a lock and what is installed on this computer disagree."""
    locked = {pin.name: pin.version for pin in pins_in(lock) if pin.is_for_this_computer}
    return sorted(
        f"{name}: {installed.get(name, 'nothing')} is installed, {locked.get(name, 'nothing')} is locked"
        for name in (installed.keys() | locked.keys()) - NOT_LOCKED
        if installed.get(name) != locked.get(name)
    )


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_has_what_the_project_asks_for_and_nothing_else(lock: str) -> None:
    assert wrong_in(read(lock), WANTED[lock]) == [], "`make lock` writes the locks anew"


def test_what_is_installed_is_what_is_locked() -> None:
    installed: dict[str, str] = {canonicalize_name(one.name): one.version for one in distributions()}

    assert differing(read("dev"), installed) == [], "`make clean test` installs anew"


@pytest.mark.parametrize("lock", ["build", "run"])
def test_a_small_lock_is_a_part_of_the_large_one(lock: str) -> None:
    large = {(pin.name, pin.version, pin.hashes) for pin in pins_in(read("dev"))}

    assert {(pin.name, pin.version, pin.hashes) for pin in pins_in(read(lock))} <= large


def test_the_backend_that_builds_ccmail_is_locked() -> None:
    assert {Requirement(one) for one in PROJECT["build-system"]["requires"]} <= set(WANTED["build"])


def test_every_dependency_at_run_time_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "decisions" / "0006-dependencies.md").read_text(encoding="utf-8").casefold()

    assert [one.name for one in at_run_time() if not re.search(rf"\b{re.escape(one.name.casefold())}\b", reasons)] == []


def test_the_lock_for_node_has_a_hash_for_every_package_and_no_address() -> None:
    asked = json.loads((ROOT / "bench" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((ROOT / "bench" / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    project = packages.pop("")

    assert project["dependencies"] == asked
    assert [name for name, one in packages.items() if "integrity" not in one or "resolved" in one] == []


def test_make_installs_with_hashes_only() -> None:
    make = ["make", "--dry-run", "--always-make", ".venv/developing"]

    recipe = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    installing = [line.partition(" --no-build-isolation ")[2] for line in recipe.splitlines() if "pip install" in line]
    assert installing == [*(f"--require-hashes -r locks/{lock}.txt" for lock in ("build", "run")), "--no-deps -e .",
                          "--require-hashes -r locks/dev.txt"]  # fmt: skip


def test_the_benchmark_installs_with_hashes_only() -> None:
    script = (ROOT / "bench" / "set-up.sh").read_text(encoding="utf-8")

    assert re.findall(r"\bpip\"? install.*", script) == ['pip" install -q --no-build-isolation --require-hashes)']
    assert re.findall(r"\bnpm .*", script.replace("nodejs npm", "")) == [
        "npm ci --silent --ignore-scripts --no-audit --no-fund"
    ]


# ── that these tests can fail ─────────────────────────────────────────────────────────────────────────────────────

HASH = "--hash=sha256:" + 64 * "0"
LOCK = f"""\
# made by hand
click==8.2 \\
    {HASH} \\
    {HASH}
    # via ccmail (pyproject.toml)
colorama==0.4 ; sys_platform == 'nowhere' \\
    {HASH}
    # via click
"""


def test_a_lock_that_agrees_is_fine() -> None:
    assert wrong_in(LOCK, [Requirement("Click>=8")]) == []
    assert differing(LOCK, {"click": "8.2", "ccmail": "1", "pip": "23"}) == []


@pytest.mark.parametrize(
    ("lock", "wanted", "said"),
    [
        (LOCK, ["click", "rich"], "rich is not locked"),
        (LOCK, ["click>=8.3"], "click 8.2 is locked, >=8.3 is wanted"),
        (LOCK, [], "click is locked, and nobody asks for it"),
        (LOCK.replace("via click", "via rich"), ["click"], "colorama is locked, and nobody asks for it"),
        (LOCK.replace("    # via click\n", ""), ["click"], "colorama is locked, and nobody asks for it"),
    ],
)
def test_a_lock_that_disagrees_with_the_project_is_noticed(lock: str, wanted: list[str], said: str) -> None:
    assert wrong_in(lock, map(Requirement, wanted)) == [said]


@pytest.mark.parametrize(
    ("installed", "said"),
    [
        ({"click": "8.2", "planted": "1"}, "planted: 1 is installed, nothing is locked"),
        ({"click": "8.1"}, "click: 8.1 is installed, 8.2 is locked"),
        ({}, "click: nothing is installed, 8.2 is locked"),
    ],
)
def test_an_installation_that_disagrees_with_the_lock_is_noticed(installed: dict[str, str], said: str) -> None:
    assert differing(LOCK, installed) == [said]


@pytest.mark.parametrize(
    "line", ["rich==14.0", "rich>=14", "--extra-index-url https://packages.example/simple", "-e ."]
)
def test_a_line_without_a_hash_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a pin with hashes"):
        list(pins_in(f"{LOCK}{line}\n"))
