"""The wheel works as a user installs it, without this checkout."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
import requests

from tests.e2e.shell import LONG, Shell
from tests.web.serving import said

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content, as `pip install --target` would leave it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, timeout=LONG, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_can_init_new_check_send_and_demo_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path, own_process=True)
    shell.environment |= {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}

    shell.run("init", ".")
    shell.run("new", "announcement", "Stadt und Netz", "--date", "7.10.2020", "--time", "13:00-15:30")
    checked = shell.run("check")
    sent = shell.json("send", "2020-10-07-stadt-und-netz")
    demo = shell.json("demo")
    explained = shell.json("explain", "T312", "--language", "de")

    where = subprocess.run(
        [sys.executable, "-c", "import ccmail; print(ccmail.__file__)"],
        env=shell.environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.startswith(str(installed) + os.sep)
    assert "W785" in checked.stdout
    assert sent["result"]["accepted"] == 3
    assert [one.get("recipients") for one in demo["commands"]] == [None, 11, 11, 11]
    assert explained["codes"][0]["to_do"] == "die Zahl oder die Aufzählung berichtigen"


def test_the_demo_of_the_wheel_serves_its_pages(installed: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path, own_process=True)
    shell.environment |= {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}

    with shell.running("demo", "--serve") as process:
        link = said(process, r"http://127\.0\.0\.1:\d+/u/\S+")
        said(process, "Ctrl-C ends")
        page = requests.get(link, timeout=LONG)
        process.send_signal(signal.SIGINT)
        code = process.wait(LONG)

    assert "<form" in page.text
    assert code == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment in a folder with blanks and umlauts; it knows what ccmail needs, and not ccmail."""
    place = tmp_path_factory.mktemp("home") / "Städte & Netze" / "Jürgen Groß"
    venv.create(place / "venv", with_pip=True)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([program(place, "python"), "-c", code], capture_output=True, text=True, check=True).stdout
    Path(site.strip(), "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")  # no network is needed
    return place


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_it_installs_into_a_place_with_blanks_and_umlauts(kind: str, place: Path) -> None:
    run = functools.partial(subprocess.run, cwd=place, env=alone(), timeout=LONG, capture_output=True, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(place / kind)],
        cwd=ROOT,
        check=True,
        timeout=LONG,
        stdout=subprocess.DEVNULL,
    )
    (package,) = (place / kind).iterdir()
    pip = [program(place, "python"), "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation"]
    installed = run([*pip, "--force-reinstall", package], check=False)

    shown = run([program(place, "ccmail"), "demo"], check=False)

    assert installed.returncode == 0, installed.stderr
    assert shown.returncode == 0, shown.stderr
    assert "Traceback" not in shown.stderr
    assert "11 on the lists" in shown.stdout


def program(place: Path, name: str) -> Path:
    return place / "venv" / ("Scripts" if os.name == "nt" else "bin") / name


def alone() -> dict[str, str]:
    """Return the environment of somebody who has nothing to do with this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL"))}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PYTHONUTF8": "1"}
