from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from ccmail.problems import Place
from ccmail.yamlfile import Document, FieldsNode, SourceText, TextNode, parse_document, parsing, read_document

TEXT = """\
# a comment
type: review
event: {date: 7.10.2020, place: "Raum: 3"}
related:
  - eins
  - zwei
de:
  title: Städte
  text: |
    Erste Zeile
      eingerückt

    Letzte Zeile
  programme: >

    Gefaltet
    und mehr
empty:
"""


def read(text: str) -> Document:
    return parse_document(text.encode(), "a.yaml")


def text_at(document: Document, *keys: str | int) -> SourceText:
    node = document.node(*keys)
    assert isinstance(node, TextNode)
    return node.text


@pytest.fixture(params=["libyaml", "python"])
def document(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Document:
    """The text, read by either of PyYAML's parsers: their positions are the same."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if request.param == "libyaml" else yaml.SafeLoader
    monkeypatch.setattr(parsing, "_LOADER", loader)
    return read(TEXT)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (("type",), (2, 7, 6)),
        (("event",), (3, 8, 35)),
        (("event", "date"), (3, 15, 9)),
        (("event", "place"), (3, 33, 9)),
        (("related", 1), (6, 5, 4)),
        (("de",), (8, 3, 13)),
        (("de", "text"), (10, 5, 11)),
        (("de", "programme"), (16, 5, 8)),
    ],
)
def test_every_value_has_its_place(
    document: Document, keys: tuple[str | int, ...], place: tuple[int, int, int]
) -> None:
    found = document.place(*keys)

    assert (found.line, found.column, found.width) == place
    assert found.text == TEXT.splitlines()[found.line - 1]


def test_a_key_has_a_place_of_its_own(document: Document) -> None:
    found = document.place("event", "date", of_key=True)

    assert (found.line, found.column, found.width) == (3, 9, 4)


def test_what_is_missing_has_the_place_of_what_is_around_it(document: Document) -> None:
    assert document.place("event", "link") == document.place("event")
    assert document.place("related", 7) == document.place("related")
    assert document.place("nothing", "at", "all") == document.place()


def test_the_lines_of_a_text_have_places(document: Document) -> None:
    text = text_at(document, "de", "text")

    assert text == "Erste Zeile\n  eingerückt\n\nLetzte Zeile\n"
    assert [(text.line_of(n).line, text.line_of(n).column) for n in (1, 2, 3, 4)] == [
        (10, 5),
        (11, 5),
        (12, 1),
        (13, 5),
    ]
    assert text.line_of(99) == text.place


def test_a_text_of_one_line_has_one_place(document: Document) -> None:
    title = text_at(document, "de", "title")

    assert title.line_of(1) == title.line_of(2) == title.place


def test_a_value_that_was_not_written_is_bare(document: Document) -> None:
    node = document.node("empty")

    assert isinstance(node, TextNode)
    assert node.is_bare


@pytest.mark.parametrize("written", ["13:00", "NO", "no", "1.10", "0123", "true", "~", "null", "2020-10-07", "0x1F"])
def test_every_value_stays_the_text_that_was_written(written: str) -> None:
    assert text_at(read(f"a: {written}\n"), "a") == written


def test_a_key_that_is_written_twice_shows_both_places_and_keeps_the_first() -> None:
    document = read("place: online\ntime: 13:00\nplace: Bonn\n")

    problem = document.problems[0]
    assert problem.code == "C203"
    assert [mark.place.line for mark in problem.marks] == [3, 1]
    assert text_at(document, "place") == "online"


def test_a_comment_after_one_blank_is_remembered_and_after_two_it_is_not() -> None:
    document = read("a: Raum # 3\nb: Raum  # 3\nc: 'Raum' # 3\n")

    comments = [text_at(document, key).comment for key in "abc"]
    assert comments[0] == Place("a.yaml", 1, 9, 3, "a: Raum # 3")
    assert comments[1:] == [None, None]


def test_a_file_of_many_references_to_references_is_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{b}, *{b}]\n" for b, c in zip("abcdefgh", "bcdefghi", strict=True))

    document = read(bomb)

    assert {problem.code for problem in document.problems} <= {"Y107", "Y115"}
    assert document.problems[0].place is not None
    assert document.problems[0].place.line == 1


def test_what_is_nested_too_deep_is_refused() -> None:
    document = read("a: " + "[" * 5000)

    assert [problem.code for problem in document.problems] == ["Y116"]
    assert document.root is None


def test_an_empty_file_has_no_content_and_no_problem_of_form() -> None:
    for text in ("", "\n\n", "# only a comment\n", "---\n"):
        document = read(text)
        assert (document.root, document.problems) == (None, ())


def test_a_plain_text_keeps_its_place_only_as_source_text() -> None:
    text = SourceText("Stadt", Place("a.yaml", 3))

    assert type(text.upper()) is str
    assert text.moved("Land").place == text.place
    assert SourceText.plain("x").place.file == ""


def test_fields_are_found_by_name() -> None:
    root = read("a: 1\nb: 2\n").root

    assert isinstance(root, FieldsNode)
    assert [root.find(key) is not None for key in ("a", "c")] == [True, False]


class TestFiles:
    def test_a_file_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("title: Städte\n", encoding="utf-8")

        document = read_document(tmp_path / "a.yaml", "shown.yaml")

        assert (document.file, text_at(document, "title")) == ("shown.yaml", "Städte")

    def test_what_is_no_readable_file_is_a_problem(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fifo")
        (tmp_path / "large").write_bytes(b"#" * 1_000_001)

        for name in ("missing", ".", "fifo", "large", "a\0b"):
            document = read_document(tmp_path / name, name)
            assert [problem.code for problem in document.problems] == ["Y120"], name

    def test_a_device_is_not_read(self) -> None:
        assert [p.code for p in read_document(Path("/dev/zero"), "zero").problems] == ["Y120"]


def test_a_file_of_many_thousand_values_is_refused() -> None:
    document = read("a: b\n" * 30_000)

    assert [problem.code for problem in document.problems] == ["Y116"]
    assert document.root is None
