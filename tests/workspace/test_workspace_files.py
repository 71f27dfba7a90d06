from __future__ import annotations

import os
import shutil
import unicodedata
from pathlib import Path

import pytest

import ccmail
from ccmail.workspace import Workspace, load_workspace

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A copy of the sample workspace."""
    shutil.copytree(SAMPLE, tmp_path / "newsletter")
    loaded, _ = load_workspace(tmp_path / "newsletter")
    assert loaded is not None
    return loaded


def test_a_file_is_found_however_its_umlauts_are_stored(workspace: Workspace) -> None:
    stored = workspace.root / "photos" / unicodedata.normalize("NFD", "Südost.jpg")
    stored.parent.mkdir()
    stored.write_bytes(b"x")

    for form in ("NFC", "NFD"):
        found = workspace.find_file(unicodedata.normalize(form, "photos/Südost.jpg"))
        assert found is not None
        assert found.samefile(stored)


def test_a_way_up_and_down_again_stays_inside(workspace: Workspace) -> None:
    assert workspace.find_file("campaigns/../ccmail.yaml") == workspace.root / "ccmail.yaml"


@pytest.mark.parametrize("path", ["missing", "../outside", "campaigns", "", "/etc/passwd", "a/../../outside", "a\0b"])
def test_what_is_no_file_inside_is_not_found(workspace: Workspace, path: str) -> None:
    (workspace.root.parent / "outside").write_bytes(b"x")

    assert workspace.find_file(path) is None


def test_a_symbolic_link_may_not_leave_the_workspace(workspace: Workspace) -> None:
    (workspace.root.parent / "outside").write_bytes(b"x")
    (workspace.root / "away").symlink_to(workspace.root.parent / "outside")
    (workspace.root / "folder").symlink_to(workspace.root.parent)
    (workspace.root / "inside").symlink_to(workspace.root / "ccmail.yaml")
    (workspace.root / "loop").symlink_to("loop")

    found = [workspace.find_file(path) is not None for path in ("away", "folder/outside", "loop", "inside")]

    assert found == [False, False, False, True]


def test_a_pipe_is_no_file(workspace: Workspace) -> None:
    os.mkfifo(workspace.root / "pipe")

    assert workspace.find_file("pipe") is None


def test_paths_are_shown_from_the_workspace_on(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace.root / "campaigns")

    assert workspace.shown(workspace.root / "recipients" / "german.csv") == "recipients/german.csv"
    assert workspace.shown(Path("a.yaml")) == "campaigns/a.yaml"
    assert workspace.shown(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"


def test_campaigns_are_listed_by_name(workspace: Workspace) -> None:
    (workspace.root / "campaigns" / "2019-01-erste.yml").write_text("type: review\n")
    (workspace.root / "campaigns" / ".hidden.yaml").write_text("type: review\n")
    (workspace.root / "campaigns" / "notes.txt").write_text("x")

    assert [path.stem for path in workspace.campaign_files()] == [
        "2019-01-erste",
        "2020-10-digitalisierung",
        "2021-04-governance-rueckblick",
    ]


def test_what_ccmail_writes_itself_lies_in_one_folder(workspace: Workspace) -> None:
    assert workspace.ledger_file == workspace.root / ".ccmail" / "ledger.sqlite"
    assert workspace.outbox == workspace.root / ".ccmail" / "outbox"


def test_own_templates_come_before_those_of_ccmail(workspace: Workspace) -> None:
    (workspace.root / "templates").mkdir()

    folders = workspace.template_folders

    assert folders[0] == workspace.root / "templates"
    assert any((folder / "words" / "de.yaml").is_file() for folder in folders[1:])


def test_a_checkout_that_is_its_own_workspace_has_its_templates_once(workspace: Workspace) -> None:
    checkout = Path(ccmail.__file__).parent.parent

    folders = Workspace(checkout, workspace.settings, {}, workspace.document).template_folders

    assert len({folder.resolve() for folder in folders}) == len(folders)
