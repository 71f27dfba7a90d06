from __future__ import annotations

import pytest
import yaml

from ccmail.yamlfile import Document, TextNode, parse_document, parsing


def read(text: str) -> Document:
    return parse_document(text.encode(), "a.yaml")


def value(document: Document, *keys: str | int) -> str:
    node = document.node(*keys)
    assert isinstance(node, TextNode), node
    return str(node.text)


CASES = {
    # the file: code, line, column, repaired line in the help, the value that is read
    "a colon": ("title: Tartu: Ein Fall\n", "Y101", (1, 13), 'title: "Tartu: Ein Fall"', "Tartu: Ein Fall"),
    "a colon at the end": ("title: Themen:\nb: c\n", "Y101", (1, 14), 'title: "Themen:"', "Themen:"),
    "a colon before a comment": (
        "title: A: B   # c\n",
        "Y101",
        (1, 9),
        'title: "A: B"   # c',
        "A: B",
    ),
    "a colon in braces": (
        "x: {a: Eins: zwei, b: c}\ntitle: t\n",
        "Y101",
        (1, 12),
        'x: {a: "Eins: zwei", b: c}',
        "t",
    ),
    "a number sign in braces": (
        "x: {a: Raum # 3, b: c}\ntitle: t\n",
        "Y106",
        (1, 13),
        'x: {a: "Raum # 3", b: c}',
        "t",
    ),
    "text after quotes": (
        'title: "Online" als Reaktion\n',
        "Y104",
        (1, 16),
        "title: '\"Online\" als Reaktion'",
        '"Online" als Reaktion',
    ),
    "quotes in quotes": (
        'title: "Die "smarte" Stadt"\n',
        "Y104",
        (1, 14),
        "title: 'Die \"smarte\" Stadt'",
        'Die "smarte" Stadt',
    ),
    "an apostrophe in single quotes": (
        "title: 'Bonn's Rathaus'\n",
        "Y104",
        (1, 14),
        'title: "Bonn\'s Rathaus"',
        "Bonn's Rathaus",
    ),
    "no closing quote": ('title: "Stadt\nb: "c"\n', "Y103", (1, 8), 'title: "Stadt"', "Stadt"),
    "no closing quote at the end": ('b: c\ntitle: "Stadt\n', "Y103", (2, 8), 'title: "Stadt"', "Stadt"),
    "a star": ("title: *Wichtig* heute\n", "Y107", (1, 8), 'title: "*Wichtig* heute"', "*Wichtig* heute"),
    "an ampersand": ("title: &Co\n", "Y107", (1, 8), 'title: "&Co"', "&Co"),
    "a tag": ("title: !!python/object:os.system x\n", "Y107", (1, 8), "", "!!python/object:os.system x"),
    "an at sign": ("title: @stadt\n", "Y107", (1, 8), 'title: "@stadt"', "@stadt"),
    "braces of a field": (
        "title: {{ first_name }}, guten Tag\n",
        "Y107",
        (1, 8),
        'title: "{{ first_name }}, guten Tag"',
        "{{ first_name }}, guten Tag",
    ),
    "a backslash": ('title: "C:\\Users"\n', "Y108", (1, 11), 'title: "C:\\\\Users"', "C:\\Users"),
    "no blank after the colon": ("title:Stadt\nb: c\n", "Y109", (1, 1), "title: Stadt", "Stadt"),
    "no brace at the end": ("x: {a: b, c: d\ntitle: t\n", "Y110", (1, 4), "x: {a: b, c: d}", "t"),
    "a brace too many": ("x: {a: b}}\ntitle: t\n", "Y110", (1, 10), "x: {a: b}", "t"),
    "no colon": ("title Stadt\nb: c\n", "Y111", (1, 1), "title: Stadt", "Stadt"),
    "a tab": ("x:\n\ttitle: Stadt\ntitle: t\n", "Y102", (2, 1), "", "t"),
    "a second document": ("title: t\n---\nb: c\n", "Y114", (2, 1), "", "t"),
    "text behind a bar": ("title: | Hallo\n  Welt\n", "Y117", (1, 10), "", "Hallo Welt"),
}


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers: their messages differ."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if request.param == "libyaml" else yaml.SafeLoader
    monkeypatch.setattr(parsing, "_LOADER", loader)


@pytest.mark.parametrize("name", CASES)
def test_a_typical_mistake_is_recognised_and_read_as_it_was_meant(name: str) -> None:
    text, code, position, repaired, meant = CASES[name]

    document = read(text)

    assert [problem.code for problem in document.problems] == [code]
    place = document.problems[0].place
    assert place is not None
    assert (place.line, place.column) == position
    assert place.text == text.split("\n")[place.line - 1]
    assert document.problems[0].hint.endswith(repaired)
    assert value(document, "title") == meant


def test_every_mistake_of_a_file_is_found_in_one_run() -> None:
    document = read(
        'title: A: B\nsubtitle: "Eins" und zwei\nevent:\n\tdate: 7.10.2020\ntext: @stadt\nplace: online\nplace: Bonn\n'
    )

    assert [problem.code for problem in document.problems] == ["Y101", "Y104", "Y102", "Y107", "C203"]


def test_places_after_a_repair_are_those_of_the_written_line() -> None:
    document = read("x: {a: Eins: zwei, b: c}\nevent:\n\tdate: heute\n")

    assert (document.place("x", "b").column, document.place("x", "b").width) == (23, 1)
    assert (document.place("event", "date").column, document.place("event", "date").text) == (
        8,
        "\tdate: heute",
    )


def test_a_line_of_a_text_that_begins_too_far_left_is_moved() -> None:
    document = read("a: |\n    eins\n   zwei\n drei\n    vier\ntitle: t\n")

    assert [problem.code for problem in document.problems] == ["Y105"]
    assert document.problems[0].place is not None
    assert document.problems[0].place.line == 3
    assert value(document, "a") == "eins\nzwei\ndrei\nvier\n"


def test_a_paragraph_that_was_pasted_to_the_left_margin_belongs_to_the_text() -> None:
    document = read("de:\n  text: |\n    eins\nZwei drei\nvier fünf\n  title: t\n")

    assert [problem.code for problem in document.problems] == ["Y105"]
    assert value(document, "de", "text") == "eins\nZwei drei\nvier fünf\n"
    assert value(document, "de", "title") == "t"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("event:\n  date: a\n   place: b\n  time: c\n", 3),
        ("event:\n   date: a\n  place: b\n  time: c\n", 2),
        ("event:\n  date: a\n place: b\n", 3),
    ],
)
def test_a_field_that_is_not_in_line_with_its_neighbours_is_moved(text: str, line: int) -> None:
    document = read(text)

    assert [problem.code for problem in document.problems] == ["Y105"]
    assert document.problems[0].place is not None
    assert document.problems[0].place.line == line
    assert value(document, "event", "place") == "b"


def test_a_file_that_is_indented_with_tabs_has_one_problem() -> None:
    document = read("de:\n\ttitle: t\n\ttext: |\n\t\teins\n\t\tzwei\n")

    assert [problem.code for problem in document.problems] == ["Y102"]
    assert "3 further lines" in document.problems[0].message
    assert value(document, "de", "text") == "eins\nzwei\n"


def test_a_ruled_line_in_a_text_belongs_to_the_text() -> None:
    document = read("a: |\n  eins\n---\n  zwei\nb: c\n")

    assert [problem.code for problem in document.problems] == ["Y114"]
    assert value(document, "a") == "eins\n---\nzwei\n"


def test_what_no_rule_knows_is_left_out_and_the_rest_is_read() -> None:
    document = read("a: b\n]]]\ntitle: t\n")

    assert [problem.code for problem in document.problems] == ["Y100"]
    assert document.is_damaged
    assert value(document, "title") == "t"


def test_the_aftermath_of_one_mistake_is_not_told_line_by_line() -> None:
    lines = "".join(f"{' ' * (7 * n % 5)}k{n}: v\n" for n in range(60))

    document = read(f"a: b\n{lines}")

    assert [problem.code for problem in document.problems] == ["Y105"]


def test_certain_repairs_make_a_text_without_problems() -> None:
    written = 'title: A: B   # so\r\nevent:\n\tdate: heute\nb: "x" y\n'

    fixed = read(written).fixed_text

    assert fixed == 'title: "A: B"   # so\nevent:\n  date: heute\nb: \'"x" y\'\n'
    assert read(fixed).problems == ()
    assert read(fixed).fixed_text is None


def test_a_guess_is_never_written_into_the_file() -> None:
    document = read("title Stadt\nb: A: B\n")

    assert document.fixed_text == 'title Stadt\nb: "A: B"\n'
