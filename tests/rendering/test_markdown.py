"""Markdown becomes HTML and wrapped text; a reader's name is never Markdown."""

from __future__ import annotations

import pytest
from markupsafe import escape

from ccmail.rendering.environment import ProseEnvironment
from ccmail.rendering.markdown import render_markdown
from ccmail.rendering.slots import FieldTracker, filler_of, tracker_of


def passage(source: str, **fields: str) -> tuple[str, str]:
    tracker = FieldTracker(fields)
    with tracker_of(tracker):
        text = ProseEnvironment().from_string(source).render(tracker.slots())
        found = render_markdown(text, tracker)
    return (
        "".join(p if isinstance(p, str) else str(escape(p.filler()(fields))) for p in tracker.pieces(found.html)),
        filler_of(tracker.pieces(found.plain))(fields),
    )


def test_paragraphs_lists_and_headings_have_both_forms() -> None:
    html, plain = passage("# Kopf\n\nErster Satz\nweiter.\n\n- eins\n- zwei\n\n3. drei\n4. vier\n")

    assert "<h3>Kopf</h3>" in html
    assert "<li>eins</li>" in html
    assert plain == "Kopf\n----\n\nErster Satz weiter.\n\n- eins\n- zwei\n\n3. drei\n4. vier"


@pytest.mark.parametrize("name", ["Kim", "Kim" + " Kim" * 30])
@pytest.mark.parametrize(
    "source",
    [
        "- {{ name }} eins\n- zwei {{ name }}\n",
        "3. Punkt für {{ name }}\n\n   Noch ein Absatz, {{ name }}.\n",
        "- außen\n  - innen {{ name }}\n",
        "> Zitat von {{ name }}\n> - {{ name }}\n",
        f"- {'Wort ' * 40}{{{{ name }}}}\n",
    ],
)
def test_a_readers_name_stands_in_lists_and_quotations_as_any_word_does(source: str, name: str) -> None:
    _, filled = passage(source, name=name)
    _, written = passage(source.replace("{{ name }}", name))

    assert filled == written


def test_a_link_stands_on_a_line_of_its_own_after_its_label() -> None:
    html, plain = passage("Mehr im [Programm](https://x.example/p?a=1&b=2) und danach.")

    assert '<a href="https://x.example/p?a=1&amp;b=2">Programm</a>' in html
    assert plain == "Mehr im Programm\nhttps://x.example/p?a=1&b=2\nund danach."


def test_the_full_stop_behind_a_link_has_no_line_of_its_own() -> None:
    _, plain = passage("Mehr im [Programm](https://x.example/p). Bis bald (siehe [Karte](https://x.example/k)).")
    _, end = passage("Mehr im [Programm](https://x.example/p).")

    assert plain.endswith("Karte\nhttps://x.example/k\n).")
    assert end == "Mehr im Programm\nhttps://x.example/p"


def test_a_mail_address_stays_in_its_sentence() -> None:
    _, plain = passage("Fragen an [Fatina](mailto:f@x.example) oder <i@x.example>.")

    assert plain == "Fragen an Fatina (f@x.example) oder i@x.example."


def test_long_lines_are_wrapped_but_never_inside_an_address() -> None:
    address = "https://x.example/" + "a-b" * 40

    _, plain = passage(f"{'Wort ' * 40}<{address}>")

    assert address in plain.split("\n")
    assert all(len(line) <= 76 for line in plain.split("\n") if line != address)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "vbscript:x", "data:text/html,x", "file:///etc/passwd"])
def test_a_link_that_runs_something_is_no_link(link: str) -> None:
    html, _ = passage(f"[klick]({link})")

    assert "<a" not in html


def test_raw_html_is_text() -> None:
    html, plain = passage("<script>alert(1)</script> und <b>fett</b>")

    assert "<script" not in html
    assert "<b>" not in html
    assert "<b>fett</b>" in plain


@pytest.mark.parametrize("name", ["*Stern*", "_unter_", "<b>", "[x](y)", "# Kopf", "", "a & b", "{{ 7*7 }}", "1. x"])
@pytest.mark.parametrize(
    "source", ["Liebe {{ n }}, gut.", "**{{ n }}**", "{{ n }}", "- {{ n }}\n- x", "Ja {{ n | upper }}."]
)
def test_a_readers_name_is_text_never_markdown(source: str, name: str) -> None:
    html, plain = passage(source, n=name)

    shown = name.upper() if "upper" in source else name
    assert str(escape(shown)) in html
    assert shown.strip() in plain
    assert "<h3>" not in html


def test_a_field_inside_a_links_address_is_quoted() -> None:
    html, plain = passage("[x](https://x.example/?c={{ c }})", c="Bad Köstritz&x=1")

    assert 'href="https://x.example/?c=Bad%20K%C3%B6stritz%26x%3D1"' in html
    assert "https://x.example/?c=Bad%20K%C3%B6stritz%26x%3D1" in plain


def test_conditions_choose_markdown() -> None:
    html, _ = passage("{% if c == 'DE' %}**Willkommen**{% else %}Hello{% endif %}", c="DE")

    assert html == "<p><strong>Willkommen</strong></p>"


def test_a_wide_table_has_the_colons_of_its_language() -> None:
    wide = "x" * 64
    table = f"| Ville | Projet |\n|---|---|\n| Bonn am Rhein | {wide} |\n"

    passage = render_markdown(table, FieldTracker({}), colon="\u00a0:")

    assert passage.plain == f"Ville\u00a0: Bonn am Rhein\nProjet\u00a0: {wide}"


def test_a_no_break_space_stays_where_a_paragraph_is_wrapped() -> None:
    passage = render_markdown(f"{'mot ' * 17}Date\u00a0: demain et encore.", FieldTracker({}))

    assert "\n" in passage.plain
    assert "Date\u00a0:" in passage.plain
