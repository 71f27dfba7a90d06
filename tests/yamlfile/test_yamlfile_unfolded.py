"""YAML joins the lines of some texts; a text for readers has them as they were written."""

from __future__ import annotations

import pytest

from ccmail.yamlfile import TextNode, parse_document


def text_of(source: str) -> TextNode:
    node = parse_document(source.encode(), "x.yaml").node("text")
    assert isinstance(node, TextNode)
    return node


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("text: >\n  Stadt Ulm\n  Rathaus\n\n    - Saal\nnext: x\n", ["Stadt Ulm", "Rathaus", "", "  - Saal"]),
        ("text: >-\n  Stadt Ulm\n  Rathaus", ["Stadt Ulm", "Rathaus"]),
        ("text: Stadt Ulm\n  Rathaus\n\n  Saal # 3\nnext: x\n", ["Stadt Ulm", "Rathaus", "", "Saal"]),
        ("text:\n  Stadt Ulm\n  Rathaus\n", ["Stadt Ulm", "Rathaus"]),
        ('text: "Stadt Ulm\n  Rathaus\n\n  Saal"\nnext: x\n', ["Stadt Ulm", "Rathaus", "", "Saal"]),
        ("text: 'Stadt Ulm\n  Rathaus'\n", ["Stadt Ulm", "Rathaus"]),
        ("text: |\n  Stadt Ulm\n  Rathaus\n", ["Stadt Ulm", "Rathaus"]),
        ("text: Stadt Ulm\n", ["Stadt Ulm"]),
    ],
)
def test_a_text_knows_its_lines_though_yaml_joins_them(source: str, lines: list[str]) -> None:
    text = text_of(source).text.as_written()

    assert text.rstrip("\n").split("\n") == lines
    for number, line in enumerate(lines, 1):
        place = text.line_of(number)
        assert place.text[place.column - 1 :].startswith(line.strip())


def test_a_text_in_quotes_with_escapes_is_joined_as_yaml_says() -> None:
    assert text_of('text: "Stadt\n  Ulm\\t"\n').text.as_written() == "Stadt Ulm\t"


def test_a_doubled_quote_in_single_quotes_is_one() -> None:
    assert text_of("text: 'Wie geht''s?\n  Gut.'\n").text.as_written() == "Wie geht's?\nGut."
