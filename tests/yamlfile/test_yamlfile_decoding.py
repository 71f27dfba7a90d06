from __future__ import annotations

import pytest

from ccmail.problems import Severity
from ccmail.yamlfile import Document, TextNode, parse_document


def text_of(document: Document, key: str = "title") -> str:
    node = document.node(key)
    assert isinstance(node, TextNode)
    return str(node.text)


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def test_a_byte_order_mark_and_windows_line_ends_are_nothing_special() -> None:
    document = parse_document(b"\xef\xbb\xbftitle: Stadt\r\nplace: Bonn\r\n", "a.yaml")

    assert document.problems == ()
    assert text_of(document) == "Stadt"
    assert document.place("place").line == 2


def test_windows_1252_is_named_with_its_byte_and_read_all_the_same() -> None:
    document = parse_document("# Kopf\ntitle: Städte\nplace: Köln: Rathaus\n".encode("cp1252"), "a.yaml")

    assert codes(document) == ["Y121", "Y101"]
    first = document.problems[0]
    assert first.message == "byte 16 (0xE4) is not UTF-8"
    assert "“ä”" in first.marks[0].label
    assert (document.problems[0].place, text_of(document)) == (first.place, "Städte")
    assert first.place is not None
    assert (first.place.line, first.place.column, first.place.text) == (2, 10, "title: Städte")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf_16_is_named_and_read_all_the_same(encoding: str) -> None:
    bom = "\ufeff" if encoding == "utf-16-be" else ""

    document = parse_document((bom + "title: Stadt\nplace: Bonn\n").encode(encoding), "a.yaml")

    assert codes(document) == ["Y122"]
    assert text_of(document) == "Stadt"


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_line_break_from_word_becomes_a_blank_with_a_note(character: str) -> None:
    document = parse_document(f"title: Stadt{character}Land\nplace: Bonn\n".encode(), "a.yaml")

    assert [(p.code, p.severity) for p in document.problems] == [("Y123", Severity.NOTE)]
    assert text_of(document) == "Stadt Land"
    assert document.place("place").line == 2


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x1b", "\x7f", "\x9b"])
def test_a_control_character_is_an_error_that_does_not_hide_the_rest(character: str) -> None:
    document = parse_document(f"title: Stadt{character}Land\nplace: a: b\n".encode(), "a.yaml")

    assert codes(document) == ["Y124", "Y101"]
    assert f"U+{ord(character):04X}" in document.problems[0].message


def test_letters_that_were_encoded_twice_are_a_warning_with_the_word_as_it_should_be() -> None:
    document = parse_document("title: Frau MÃ¼ller sagt â€žjaâ€œ\n".encode(), "a.yaml")

    problem = document.problems[0]
    assert (problem.code, problem.severity) == ("Y125", Severity.WARNING)
    assert problem.message.startswith("“MÃ¼ller”")
    assert problem.marks[0].label == "did you mean “Müller”?"


def test_letters_that_only_look_suspicious_are_left_alone() -> None:
    assert parse_document("title: São João, Ângela, Ålesund, Ä–Ö\n".encode(), "a.yaml").problems == ()


def test_a_file_that_is_too_large_is_not_read() -> None:
    document = parse_document(b"a" * 1_000_001, "a.yaml")

    assert codes(document) == ["Y120"]
    assert document.root is None
