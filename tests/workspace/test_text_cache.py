"""A text is kept for the next run, and a file that is wrong is never used."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.rendering.html import inline_styles
from ccmail.rendering.slots import FieldTracker, stand_ins
from ccmail.workspace import TextCache

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


def test_nothing_is_kept_of_a_library_whose_release_nobody_knows(tmp_path: Path) -> None:
    assert TextCache(tmp_path).text(["a"], lambda: "made", ["no-such-library"]) == "made"
    assert list(tmp_path.iterdir()) == []


def test_any_text_can_be_kept(tmp_path: Path) -> None:
    TextCache(tmp_path).text(["\ud800"], lambda: "\0 \ud800 \U0001f3d9")

    assert TextCache(tmp_path).text(["\ud800"], never) == "\0 \ud800 \U0001f3d9"


def test_a_run_that_makes_thousands_leaves_a_few(tmp_path: Path) -> None:
    for run in range(4):
        cache = TextCache(tmp_path)
        for number in range(140):
            cache.text([f"{run} {number}"], lambda: "text")

    assert len(list(tmp_path.iterdir())) == 256
    assert TextCache(tmp_path).text(["3 0"], never) == "text"


def test_an_emptied_cache_has_nothing_and_leaves_other_files_alone(tmp_path: Path) -> None:
    TextCache(tmp_path).text(["a"], lambda: "kept")
    (tmp_path / "template.cache").write_text("other")
    (tmp_path / "cut-off.text.json.new").write_text("what a process that died was writing")

    TextCache(tmp_path).empty()

    assert [path.name for path in tmp_path.iterdir()] == ["template.cache"]


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
