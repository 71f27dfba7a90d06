from __future__ import annotations

import codecs

from hypothesis import given, settings
from hypothesis import strategies as st

from ccmail.yamlfile import FilePath, Line, Localized, MailAddress, Prose, WebLink, Written, Zone, bind, parse_document

PIECES = st.sampled_from(
    [
        "a: ",
        "b:",
        "- ",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "\n",
        "\n  ",
        "\n    ",
        "\t",
        " #",
        "|",
        ">",
        "&x",
        "*x",
        "!t",
        "---\n",
        "...",
        "? ",
        ", ",
        ": ",
        "text",
        "Städte",
        "\u2028",
        "\x0b",
        "\x00",
        "%",
        "@",
        "\\",
        "<<: ",
        "\ufeff",
    ]
)


class Form(Written):
    a: Line | None = None
    b: Localized | None = None


class Fields(Written):
    line: Line | None = None
    prose: Prose | None = None
    address: MailAddress | None = None
    link: WebLink | None = None
    path: FilePath | None = None
    zone: Zone | None = None
    words: Localized | None = None


@given(st.binary(max_size=300))
def test_any_bytes_become_a_document(raw: bytes) -> None:
    document = parse_document(raw, "a.yaml")

    assert (
        document.root is not None
        or document.problems
        or not raw.removeprefix(codecs.BOM_UTF8).strip()
        or b"#" in raw
        or b"-" in raw
    )


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_yaml_like_text_becomes_a_value_or_a_problem_with_a_place(text: str) -> None:
    form, problems = bind(Form, parse_document(text.encode("utf-8", "replace"), "a.yaml"))

    assert (form is None) == any(problem.is_error for problem in problems)
    for problem in problems:
        assert problem.place is not None
        assert problem.place.line <= text.count("\n") + text.count("\r") + 1


@settings(max_examples=300)
@given(st.sampled_from(sorted(Fields.model_fields)), st.text(st.characters(codec=None), max_size=60))
def test_any_text_in_any_field_is_a_value_or_a_problem(field: str, text: str) -> None:
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)

    form, problems = bind(Fields, parse_document(f'{field}: "{escaped}"'.encode(), "a.yaml"))

    assert (form is None) == any(problem.is_error for problem in problems)
    value = getattr(form, field) if form else None
    if value is not None and field != "prose":
        said = str(value.get("de") if isinstance(value, Localized) else value)
        assert said.isprintable() or all(
            c.isprintable() or c in "\u200d\u200c\u200e\u200f\xad" or ord(c) > 0x9F for c in said
        )
        assert not {"\n", "\r", "\x00", "\x1b", "\x85", "\u2028"} & set(said)


@settings(max_examples=200)
@given(st.text(max_size=120))
def test_a_quoted_text_is_read_back(text: str) -> None:
    escaped = "".join(f"\\U{ord(character):08x}" for character in text)

    document = parse_document(f'a: "{escaped}"\n'.encode(), "a.yaml")

    assert document.problems == ()
    assert str(getattr(document.node("a"), "text", None)) == text
