from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from ccmail.cli.snippet import harmless, snippet
from ccmail.problems import Mark, Place, Problem, Severity


def drawn(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_a_problem_is_drawn_with_its_line_a_caret_and_help() -> None:
    place = Place("campaigns/a.yaml", 20, 8, 1, "  title: COVID-19: Tartu")

    said = snippet(
        Problem("Y101", "a colon ends the text", marks=(Mark(place, "here"),), hint='use quotes\ntitle: "…"')
    )

    assert said == drawn("""
        error[Y101] a colon ends the text
           ╭─ campaigns/a.yaml:20:8
           │
        20 │   title: COVID-19: Tartu
           │        ^ here
           ╰─ help: use quotes
              title: "…"
    """)


def test_a_warning_without_label_and_help_is_shorter() -> None:
    place = Place("a.yaml", 3, 1, 4, "name: x")

    said = snippet(Problem("T312", "count again", Severity.WARNING, (Mark(place),)))

    assert said == drawn("""
        warning[T312] count again
          ╭─ a.yaml:3:1
          │
        3 │ name: x
          │ ^^^^
    """)


def test_what_is_about_no_file_is_drawn_without_one() -> None:
    said = snippet(Problem("R523", "2 people have no language", Severity.NOTE, (Mark(Place("")),), hint="write it"))

    assert said == "note[R523] 2 people have no language\n  help: write it"


def test_two_marks_are_drawn_from_top_to_bottom_under_the_place_that_counts() -> None:
    marks = (
        Mark(Place("a.yaml", 12, 1, 5, "place: Bonn"), "again"),
        Mark(Place("a.yaml", 7, 1, 5, "place: online"), "first here"),
    )

    said = snippet(Problem("C203", "twice", marks=marks, hint="keep one of them"))

    assert said == drawn("""
        error[C203] twice
           ╭─ a.yaml:12:1
           │
         7 │ place: online
           │ ^^^^^ first here
           ⋮
        12 │ place: Bonn
           │ ^^^^^ again
           ╰─ help: keep one of them
    """)


def test_two_marks_in_one_line_share_it() -> None:
    line = "a: b, c"
    marks = (Mark(Place("a.yaml", 1, 1, 1, line), "one"), Mark(Place("a.yaml", 1, 7, 1, line), "two"))

    assert snippet(Problem("C1", "x", marks=marks)).count(line) == 1


def test_marks_in_two_files_are_drawn_under_their_files() -> None:
    marks = (
        Mark(Place("a.yaml", 1, 1, 1, "a: b"), "here"),
        Mark(Place("b.yaml", 2, 1, 1, "c: d"), "and here"),
    )

    said = snippet(Problem("C1", "x", marks=marks))

    assert "╭─ a.yaml:1:1" in said
    assert "├─ b.yaml:2:1" in said


def test_a_row_of_a_list_is_named_by_its_column() -> None:
    row = "Herr;;Uwe;Kraft;uwe.kraft@stadt-ulm,example;Ulm"
    place = Place("recipients/german.csv", 8, 17, 27, row, field="E-Mail")

    said = snippet(Problem("R501", "no address", marks=(Mark(place, "did you mean …?"),)))

    assert said == drawn("""
        error[R501] no address
          ╭─ recipients/german.csv:8, column E-Mail
          │
        8 │ Herr;;Uwe;Kraft;uwe.kraft@stadt-ulm,example;Ulm
          │                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^ did you mean …?
    """)


def test_a_file_as_a_whole_has_no_line() -> None:
    said = snippet(Problem("Y120", "too large", marks=(Mark(Place("a.yaml"), "2 MB"),), hint="shorten it"))

    assert said == drawn("""
        error[Y120] too large
          ╭─ a.yaml
          │ 2 MB
          ╰─ help: shorten it
    """)


def test_a_problem_without_a_place_is_one_sentence_with_help() -> None:
    assert snippet(Problem("", "nobody is left", hint="look\ntwice")) == "error nobody is left\n  help: look\n  twice"


def test_a_long_line_is_cut_at_its_end() -> None:
    place = Place("a.yaml", 1, 1, 300, "x" * 300)

    source, carets = snippet(Problem("C1", "x", marks=(Mark(place),))).splitlines()[-2:]

    assert source == "1 │ " + "x" * 100 + "…"
    assert carets == "  │ " + "^" * 101


def test_a_place_far_to_the_right_is_brought_into_view() -> None:
    place = Place("a.yaml", 1, 301, 3, "x" * 300 + "abc" + "y" * 300)

    source, carets = snippet(Problem("C1", "x", marks=(Mark(place, "here"),))).splitlines()[-2:]

    start = carets.index("^")
    assert source[start : start + 3] == "abc"
    assert source.startswith("1 │ …xxx")
    assert source.endswith("yyy…")


def test_wide_and_combining_characters_do_not_move_the_caret() -> None:
    place = Place("a.yaml", 1, 4, 2, "京u\u0308ab")

    carets = snippet(Problem("C1", "x", marks=(Mark(place),))).splitlines()[-1]

    assert carets == "  │ " + " " * 3 + "^^"


def test_a_tab_is_shown_as_an_arrow_of_the_same_width() -> None:
    place = Place("a.yaml", 7, 1, 1, "\tplace: online")

    assert snippet(Problem("Y102", "x", marks=(Mark(place),))).splitlines()[-2:] == [
        "7 │ →place: online",
        "  │ ^",
    ]


def test_nothing_from_a_file_can_act_on_the_terminal() -> None:
    evil = "\x1b]8;;http://x\x07a\x1bc\x9b2J\u202eb\u2028c"
    place = Place(f"{evil}.yaml", 1, 1, 1, evil, field=evil)

    said = snippet(Problem("C1", evil, marks=(Mark(place, evil),), hint=evil))

    assert not set("\x1b\x07\x9b\u202e\u2028") & set(said)
    assert len(said.splitlines()) == 6


@given(st.text(), st.integers(0, 50), st.integers(-5, 500), st.integers(-5, 500))
def test_any_place_can_be_drawn(text: str, line: int, column: int, width: int) -> None:
    said = snippet(Problem("C1", text, marks=(Mark(Place(text, line, column, width, text), text),), hint="x"))

    assert said.startswith("error[C1]")
    assert said.splitlines()[-1].endswith("help: x")


@given(st.text())
def test_every_character_stays_one_character(text: str) -> None:
    assert len(harmless(text)) == len(text)
