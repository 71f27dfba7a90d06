"""What is right of a file is read where a part of it is wrong."""

from __future__ import annotations

import pydantic
import pytest

from ccmail.yamlfile import STOPGAP, Line, WebLink, Written, parse_document, salvage


class Film(Written):
    """A film."""

    url: WebLink
    image: Line


class File(Written):
    """A file."""

    kind: Line
    title: Line | None = None
    film: Film | None = None
    shots: tuple[Film, ...] = ()
    year: int | None = pydantic.Field(None, gt=2000)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("kind: a\ntitle: b", {"title": "b"}),
        ("kind: a\nfoo: b\ntitle: c", {"title": "c"}),
        ("title: c", {"kind": "usual", "title": "c"}),
        ("kind: a\nfilm: {image: x.jpg}", {"film": {"image": "x.jpg"}}),
        ("kind: a\nfilm: {url: nowhere, image: x.jpg}", {"film": {"image": "x.jpg"}}),
        ("kind: a\nfilm: yes\ntitle: c", {"film": None, "title": "c"}),
        (
            "kind: a\nshots: [{image: a.jpg, url: 1}, b, {image: c.jpg}]",
            {"shots": [{"image": "a.jpg"}, {"image": "c.jpg"}]},
        ),
    ],
)
def test_what_is_right_is_kept(text: str, read: dict[str, object]) -> None:
    document = parse_document(text.encode(), "x.yaml")

    found = salvage(File, document, {}, {"kind": "usual"})

    assert found is not None
    kept = found.model_dump()
    for film in [kept["film"], *kept["shots"]]:
        if film:
            del film["url"]
    kept["shots"] = list(kept["shots"])
    assert {name: kept[name] for name in read} == read


def test_a_stopgap_stands_for_words_that_are_missing_and_has_no_place() -> None:
    document = parse_document(b"kind: a\nfilm: {url: 'https://ulm.example'}", "x.yaml")

    found = salvage(File, document, {}, {})

    assert found is not None
    assert found.film is not None
    assert found.film.image == STOPGAP
    assert found.film.image.place.file == ""


@pytest.mark.parametrize("text", ["", "- a\n- b", "just words"])
def test_nothing_is_read_of_a_file_without_fields(text: str) -> None:
    assert salvage(File, parse_document(text.encode(), "x.yaml"), {}, {}) is None
