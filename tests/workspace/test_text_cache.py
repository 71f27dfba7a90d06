"""A text is kept for the next run, and a file that is wrong is never used."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

import platformdirs.macos
import platformdirs.windows
import pytest

from ccmail.rendering.html import inline_styles
from ccmail.rendering.slots import FieldTracker, stand_ins
from ccmail.workspace import TextCache
from ccmail.workspace.cache import FOLDER, PLACE, NoCacheError, open_cache, user_cache

PAGE = "<!DOCTYPE html>\n<html><head><title>t</title><style>p{{color:#00ff00}}</style></head><body>{}</body></html>"


def never() -> str:
    pytest.fail("this is kept already")


def test_a_later_run_takes_what_an_earlier_one_has_made(tmp_path: Path) -> None:
    made = TextCache(tmp_path).text(["grün", "1"], lambda: "größer")

    kept = TextCache(tmp_path).text(["grün", "1"], never)

    assert made == kept == "größer"


@pytest.mark.parametrize("other", [["a"], ["b", "a"], ["ab"], ["a", "b", ""], ["a", "b "]])
def test_a_text_of_other_origin_is_made_anew(other: list[str], tmp_path: Path) -> None:
    cache = TextCache(tmp_path)
    cache.text(["a", "b"], lambda: "of a and b")

    assert cache.text(other, lambda: "another") == "another"


@pytest.mark.parametrize(
    "lies_there",
    [
        b"",
        b"null",
        b"[1]",
        b"\xff\xfe",
        b'{"text": "forged"}',
        b'{"check": null, "text": null}',
        b'{"check": "0", "text": "forged"}',
        b"[" * 100_000,
    ],
)
def test_what_is_damaged_is_made_anew_and_mended(lies_there: bytes, tmp_path: Path) -> None:
    TextCache(tmp_path).text(["a"], lambda: "right")
    (file,) = tmp_path.iterdir()
    file.write_bytes(lies_there)

    again = TextCache(tmp_path).text(["a"], lambda: "right")

    assert again == TextCache(tmp_path).text(["a"], never) == "right"


def test_a_file_under_the_name_of_another_is_not_believed(tmp_path: Path) -> None:
    TextCache(tmp_path).text(["a"], lambda: "of a")
    (of_a,) = tmp_path.iterdir()
    TextCache(tmp_path).text(["b"], lambda: "of b")
    (of_b,) = set(tmp_path.iterdir()) - {of_a}
    of_b.write_bytes(of_a.read_bytes())

    assert TextCache(tmp_path).text(["b"], lambda: "made anew") == "made anew"


def test_a_folder_that_cannot_be_written_to_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    assert TextCache(tmp_path / "file" / "cache").text(["a"], lambda: "made") == "made"
    assert TextCache(None).text(["a"], lambda: "made") == "made"


def test_nothing_is_kept_of_a_library_whose_release_nobody_knows(tmp_path: Path) -> None:
    assert TextCache(tmp_path).text(["a"], lambda: "made", ["no-such-library"]) == "made"
    assert list(tmp_path.iterdir()) == []


def test_any_text_can_be_kept(tmp_path: Path) -> None:
    TextCache(tmp_path).text(["\ud800"], lambda: "\0 \ud800 \U0001f3d9")

    assert TextCache(tmp_path).text(["\ud800"], never) == "\0 \ud800 \U0001f3d9"


def test_a_run_that_makes_thousands_leaves_a_few(tmp_path: Path) -> None:
    for run in range(10):
        cache = TextCache(tmp_path)
        for number in range(140):
            cache.text([f"{run} {number}"], lambda: "text")

    assert len(list(tmp_path.iterdir())) == 1024 + 128  # those of the last run go with the next one
    assert TextCache(tmp_path).text(["9 0"], never) == "text"


@pytest.mark.parametrize("kind", ["text.json", "template"])
def test_what_is_old_or_takes_much_room_is_thrown_out_and_nothing_else(kind: str, tmp_path: Path) -> None:
    for name, days, size in (("new", 0, 9), ("large", 1, 63_999_999), ("behind", 2, 9), ("old", 31, 0)):
        for file in (tmp_path / f"{name}.{kind}", tmp_path / f"{name}.jpg"):
            file.touch()
            os.truncate(file, size)
            os.utime(file, (0, time.time() - 24 * 3600 * days))

    TextCache(tmp_path).text(["a"], lambda: "text")

    left = {path.name for path in tmp_path.iterdir() if not path.name.endswith(".jpg")}
    assert f"new.{kind}" in left
    assert left.isdisjoint({f"{name}.{kind}" for name in ("large", "behind", "old")})
    assert len(list(tmp_path.glob("*.jpg"))) == 4


def test_an_emptied_cache_has_no_texts_and_leaves_other_files_alone(tmp_path: Path) -> None:
    TextCache(tmp_path).text(["a"], lambda: "kept")
    (tmp_path / "1f.template").write_text("other")
    (tmp_path / "cut-off.text.json.new").write_text("what a process that died was writing")

    TextCache(tmp_path).empty()

    assert [path.name for path in tmp_path.iterdir()] == ["1f.template"]


@pytest.mark.skipif(sys.platform != "linux", reason="the variables are those of XDG")
@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"XDG_CACHE_HOME": "{}/own"}, "own/ccmail"),
        ({"XDG_CACHE_HOME": "", "HOME": "{}"}, ".cache/ccmail"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "{}"}, ".cache/ccmail"),  # XDG: to be ignored
        ({PLACE: "{}/chosen"}, "chosen"),
    ],
)
def test_the_cache_is_the_users_own(
    variables: dict[str, str], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PLACE)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp_path))

    folder = user_cache()

    assert folder == tmp_path / place
    assert os.name != "posix" or stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_on_other_systems_it_lies_where_their_caches_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", "C:\\Users\\Jürgen Groß\\AppData\\Local")
    monkeypatch.setenv("HOME", "/Users/jana")

    on_windows = PureWindowsPath(platformdirs.windows.Windows(**FOLDER).user_cache_dir.replace("/", "\\"))
    on_a_mac = PurePosixPath(platformdirs.macos.MacOS(**FOLDER).user_cache_dir)

    assert on_windows == PureWindowsPath("C:\\Users\\Jürgen Groß\\AppData\\Local\\ccmail")
    assert on_a_mac == PurePosixPath("/Users/jana/Library/Caches/ccmail")


def _of_somebody_else(folder: Path) -> None:
    folder.mkdir(0o700)
    os.chown(folder, 12345, -1)


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda folder: folder.mkdir(0o770), "others on this computer"),
        (lambda folder: folder.symlink_to(folder.parent, target_is_directory=True), "a link"),
        (Path.touch, "File exists"),
        (_of_somebody_else, "somebody else"),
    ],
    ids=["open to others", "a link", "a file", "somebody else's"],
)
def test_a_folder_that_others_could_write_to_is_not_used(
    prepare: Callable[[Path], object], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.umask(0)
    try:
        prepare(tmp_path / "cache")
    except PermissionError:
        pytest.skip("only root can give a folder away")
    finally:
        os.umask(before)
    monkeypatch.setenv(PLACE, str(tmp_path / "cache"))

    with pytest.raises(NoCacheError, match=why):
        user_cache()
    assert open_cache().folder is None


def test_a_place_inside_the_folder_where_one_stands_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(PLACE, "cache")

    assert open_cache().folder is None
    assert list(tmp_path.iterdir()) == []


def test_a_kept_mail_is_the_one_that_would_have_been_made(tmp_path: Path) -> None:
    html = PAGE.format(f'<p title="{FieldTracker({"name": ""}).mark_field("name")}">a</p>')
    fresh = inline_styles(html)
    inline_styles(html, TextCache(tmp_path))

    kept = inline_styles(html, TextCache(tmp_path))

    assert kept == fresh
    assert 'style="color:#00ff00"' in kept


def test_what_an_author_writes_is_never_taken_for_a_slot_of_a_kept_mail(tmp_path: Path) -> None:
    marker = FieldTracker({"name": ""}).mark_field("name")
    html = PAGE.format(f"<p>{marker}</p><p>{stand_ins(marker)}</p>")
    cache = TextCache(tmp_path)

    assert inline_styles(html, cache) == inline_styles(html, cache) == inline_styles(html)
    assert list(tmp_path.iterdir()) == []
