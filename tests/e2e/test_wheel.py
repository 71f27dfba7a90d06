"""The wheel works as a user installs it, without this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.shell import LONG, Shell

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
