from __future__ import annotations

import enum

import pydantic
import pytest

from ccmail.problems import Place, Problem
from ccmail.yamlfile import Line, Written, bind, parse_document
from ccmail.yamlfile.text import SourceText


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Talk(Written):
    title: Line
    speaker: Line | None = None


class Page(Written):
    kind: Colour = pydantic.Field(alias="type")
    title: Line
    subtitle: Line | None = None
    number: int = pydantic.Field(1, ge=1, le=9)
    done: bool = False
    talks: tuple[Talk, ...] = ()
    talk: Talk | None = None
    people: dict[str, Talk] = pydantic.Field(default_factory=dict)


GOOD = "type: red\ntitle: Stadt\n"


def problems_of(text: str) -> list[Problem]:
    return list(bind(Page, parse_document(text.encode(), "a.yaml"), name="the page")[1])


def only(text: str) -> Problem:
    (problem,) = problems_of(text)
    return problem


def where(problem: Problem) -> tuple[int, int]:
    assert problem.place is not None
    return problem.place.line, problem.place.column


def test_a_good_file_becomes_a_value_whose_texts_know_their_places() -> None:
    page, problems = bind(Page, parse_document(b"type: blue\ntitle: Stadt\nnumber: 3\ndone: true\n", "a.yaml"))

    assert problems == ()
    assert page is not None
    assert (page.kind, page.number, page.done) == (Colour.BLUE, 3, True)
    assert isinstance(page.title, SourceText)
    assert page.title.place == Place("a.yaml", 2, 8, 5, "title: Stadt")


@pytest.mark.parametrize("empty", ["", " # nothing yet", ' ""'])
def test_an_empty_optional_value_is_as_good_as_none(empty: str) -> None:
    page, problems = bind(Page, parse_document(f"{GOOD}subtitle:{empty}\ntalks:{empty}\n".encode(), "a.yaml"))

    assert problems == ()
    assert page is not None
    assert (page.subtitle, page.talks) == (None, ())


CASES = {
    "missing": ("type: red\n", "C204", "the page has no “title”", (1, 1), "", "add a line “title: …” here"),
    "missing between braces": (
        f"{GOOD}talk: {{speaker: x}}\n",
        "C204",
        "talk has no “title”",
        (3, 7),
        "",
        "add “title: …” between the { }",
    ),
    "empty": (
        "type: red\ntitle:\n",
        "C204",
        "“title” is empty",
        (2, 1),
        "",
        "write something after the colon",
    ),
    "unknown": (
        f"{GOOD}nmber: 3\n",
        "C202",
        "“nmber” is not a field of the page",
        (3, 1),
        "did you mean “number”?",
        "",
    ),
    "unknown in German": (
        f"{GOOD}Untertitel: x\n",
        "C202",
        "“Untertitel” is not",
        (3, 1),
        "did you mean “subtitle”?",
        "",
    ),
    "unknown and empty": (
        f"{GOOD}xyz:\n",
        "C202",
        "“xyz” is not a field",
        (3, 1),
        "",
        "fields here: type, title, ",
    ),
    "in the wrong block": (
        f"{GOOD}speaker: x\n",
        "C202",
        "“speaker” is",
        (3, 1),
        "this belongs under “talk:”, indented",
        "",
    ),
    "too far in": (
        f"{GOOD}talk:\n  title: x\n  number: 3\n",
        "C202",
        "“number” is not a field of talk",
        (5, 3),
        "“number” belongs to the left margin, outside of “talk”",
        "fields here: title, speaker",
    ),
    "a choice": (
        "type: rad\ntitle: x\n",
        "C208",
        "“rad” is not a type",
        (1, 7),
        "did you mean “red”?",
        "one of: red, blue",
    ),
    "a number": (
        f"{GOOD}number: drei\n",
        "C218",
        "“drei” is not a whole number",
        (3, 9),
        "",
        "write digits only",
    ),
    "a number too large": (
        f"{GOOD}number: 10\n",
        "C218",
        "“10” is not a whole number up to 9",
        (3, 9),
        "",
        "",
    ),
    "yes or no": (
        f"{GOOD}done: maybe\n",
        "C208",
        "“maybe” is neither yes nor no",
        (3, 7),
        "",
        "write true or false",
    ),
    "a list for a text": (
        "type: red\ntitle: [a, b]\n",
        "C205",
        "“title” is one text, not a list",
        (2, 8),
        "",
        "",
    ),
    "fields for a text": (
        "type: red\ntitle: {a: b}\n",
        "C205",
        "“title” is one text, not fields",
        (2, 8),
        "",
        "",
    ),
    "a text for fields": (
        f"{GOOD}talk: hello\n",
        "C205",
        "“talk” needs fields under it, not a text",
        (3, 7),
        "",
        "fields here: title, speaker",
    ),
    "a text for fields without blank": (
        f"{GOOD}talk:\n  title:hello\n",
        "C205",
        "“talk” needs fields under it",
        (4, 3),
        "",
        "put a blank after the colon: title: hello",
    ),
    "a text for a list": (
        f"{GOOD}talks: hello\n",
        "C205",
        "“talks” is a list, not a text",
        (3, 8),
        "",
        "put it in brackets",
    ),
    "a dash of Word": (
        f"{GOOD}talks:\n  – a\n",
        "C205",
        "“talks” is a list",
        (4, 3),
        "",
        "begin every item with “- ”",
    ),
    "fields for a list": (
        f"{GOOD}talks:\n  title: x\n",
        "C205",
        "“talks” is a list, not fields",
        (4, 3),
        "",
        "begin every",
    ),
    "a name's fields": (
        f"{GOOD}people:\n  anna:\n    titel: x\n",
        "C202",
        "“titel” is not a field of people.anna",
        (5, 5),
        "did you mean “title”?",
        "",
    ),
    "a list item's fields": (
        f"{GOOD}talks:\n  - {{titel: x}}\n",
        "C202",
        "“titel” is not a field of talks",
        (4, 6),
        "did you mean “title”?",
        "",
    ),
    "a text for the file": ("hello\n", "C201", "the file has no fields", (1, 1), "", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_pydantic_finds_is_said_in_the_readers_words(name: str) -> None:
    text, code, message, position, label, hint = CASES[name]

    problem = only(text)

    assert problem.code == code
    assert problem.message.startswith(message)
    assert where(problem) == position
    assert problem.marks[0].label == label
    assert problem.hint.startswith(hint)


def test_an_empty_file_is_said_to_be_empty() -> None:
    assert only("").message == "the file is empty"


def test_no_value_comes_of_a_file_with_an_error_even_if_it_could_be_read() -> None:
    page, problems = bind(Page, parse_document(b"type: red\ntitle: A: B\n", "a.yaml"))

    assert page is None
    assert [problem.code for problem in problems] == ["Y101"]


def test_mistakes_of_form_and_of_content_come_together() -> None:
    assert [p.code for p in problems_of("type: rot\ntitle: A: B\nnumbr: 3\n")] == ["C208", "Y101", "C202"]


def test_nothing_is_said_to_be_missing_where_lines_had_to_be_left_out() -> None:
    assert [p.code for p in problems_of("type: red\n[a]: b\n")] == ["Y100"]


def test_no_word_of_pydantic_or_yaml_reaches_the_reader() -> None:
    said = " ".join(f"{p.message} {p.hint}" for text, *_ in CASES.values() for p in problems_of(text))

    for word in (
        "mapping",
        "scalar",
        "sequence",
        "validation",
        "permitted",
        "Input",
        "valid ",
        "dict",
        "str ",
    ):
        assert word not in said
