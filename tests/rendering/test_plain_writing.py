"""What people write without thinking of Markdown comes out as they wrote it, in both parts."""

from __future__ import annotations

import html as entities
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from ccmail.rendering.environment import ProseEnvironment
from ccmail.rendering.markdown import marks_left, render_markdown
from ccmail.rendering.plain_writing import as_markdown
from ccmail.rendering.slots import FieldTracker, filler_of, tracker_of

LOREM = (
    "Wir treffen uns in diesem Jahr zum ersten Mal nicht im Rathaus, sondern in der alten Feuerwache am Fluss, und "
    "sprechen dort über Radwege, Brücken und alles, was dazwischen liegt, ehe wir am Abend gemeinsam essen. "
)


def passage(source: str, **fields: str) -> tuple[str, str]:
    tracker = FieldTracker(fields)
    with tracker_of(tracker):
        text = ProseEnvironment().from_string(as_markdown(source)).render(tracker.slots())
        found = render_markdown(text, tracker)
    return (
        "".join(p if isinstance(p, str) else str(escape(p.filler()(fields))) for p in tracker.pieces(found.html)),
        filler_of(tracker.pieces(found.plain))(fields),
    )


def shown(html: str) -> str:
    """Return the lines that a browser would show."""
    lines = re.sub(r"\s+", " ", html)
    lines = re.sub(r"<br />|</(?:p|li|h\d|td|th|tr|pre)>|<hr />|<(?:ul|ol)>", "\n", lines)
    found = (" ".join(entities.unescape(re.sub(r"<[^>]+>", "", line)).split()) for line in lines.split("\n"))
    return "\n".join(line for line in found if line)


def wrapped(text: str, width: int) -> str:
    return re.sub(rf"(.{{1,{width}}})(?: |$)", r"\1\n", text).rstrip()


@pytest.mark.parametrize(
    "text",
    [
        "Alle Lehrer*innen und Schüler*innen, jede*r Einzelne.",
        "Die Saalgröße ist 2*3*4 Meter, der Name datei_name_neu.",
        "Kolleg_innen, Mieter:innen, Nachbar*innenschaft und ihr*e Freund*in.",
        "Ein 4* Hotel und ein 5* Hotel.",
        "*innen-Formen sind erlaubt.",
    ],
)
def test_a_star_in_a_word_is_a_star(text: str) -> None:
    html, plain = passage(text)

    assert html == f"<p>{text}</p>"
    assert plain == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*leise* und **laut**", "<em>leise</em> und <strong>laut</strong>"),
        ("**alle Bürger*innen**", "<strong>alle Bürger*innen</strong>"),
        ("*die Leser*innen und Hörer*innen*", "<em>die Leser*innen und Hörer*innen</em>"),
        ("Rad**weg**netz", "Rad<strong>weg</strong>netz"),
        ("~~gestern~~ heute", "<s>gestern</s> heute"),
        ("_leise_, __laut__ und (_so_)", "<em>leise</em>, <strong>laut</strong> und (<em>so</em>)"),
    ],
)
def test_what_was_emphasised_stays_so(text: str, html: str) -> None:
    assert passage(text)[0] == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "lines",
    [
        ("12. Februar 2031: Auftakt", "3. März 2031: Halbzeit", "28. März 2031: Schluss"),
        ("7. Okt. Ulm", "9. Okt. Hof", "11. Okt. Suhl"),
        ("2. June: Riga", "3. June: Tartu"),
        ("1. bis 3. Mai: Messe", "4./5. Mai: Tagung", "6. und 7. Mai: Fest"),
        ("1. 10. 2031 Ulm", "2. 10. 2031 Hof"),
        ("2031. war es so.", "2032. wird es anders."),
        ("1. Ziel", "1. Weg", "1. Ende"),
        ("1. Ziel", "3. Weg", "4. Ende"),
        ("01. Ziel", "02. Weg"),
        ("50. Jubiläum der Partnerschaft",),
        ("1. Bürgermeisterin Roth eröffnet die Tagung.",),
    ],
)
def test_what_begins_with_another_number_than_a_list_would_print_is_no_list(lines: tuple[str, ...]) -> None:
    html, plain = passage("Unsere Termine:\n\n" + "\n".join(lines))

    assert "<ol" not in html
    assert shown(html).split("\n") == ["Unsere Termine:", *lines]
    assert plain.split("\n") == ["Unsere Termine:", "", *lines]


@pytest.mark.parametrize("source", ["1. eins\n2. zwei", "7) sieben\n8) acht", "0. null\n1. eins", "1. eins\n\n2. zwei"])
def test_a_list_that_counts_on_is_one_and_keeps_its_numbers(source: str) -> None:
    html, plain = passage(source)

    first = int(source[0])
    assert re.findall(r'<ol(?: start="(\d+)")?>', html) == ["" if first == 1 else str(first)]
    assert plain.split("\n") == [line for line in source.split("\n") if line]


def test_a_day_at_the_beginning_of_a_wrapped_line_begins_no_list() -> None:
    text = f"{LOREM}Der Beginn ist am 1. Oktober 2031, also an einem Mittwoch, und das Ende am 2. November. {LOREM}"

    for width in range(50, 121):
        html, _ = passage(wrapped(text, width))
        assert shown(html) == text.strip(), width


@pytest.mark.parametrize("width", range(56, 121, 4))
@pytest.mark.parametrize("sign", ["|", "two paragraphs", "with a field"])
def test_lines_that_an_editor_wrapped_are_joined(width: int, sign: str) -> None:
    text = LOREM * 2 if sign != "with a field" else f"{LOREM}Das ist {{{{ organisation or 'Ihre Stadt' }}}}. {LOREM}"
    source = wrapped(text, width)
    if sign == "two paragraphs":
        source += "\n\n" + wrapped(LOREM, width)

    html, _ = passage(source, organisation="Ulm")

    assert "<br" not in html


@pytest.mark.parametrize(
    "lines",
    [
        ("Stadt Ulm", "Amt für Mobilität", "Münsterplatz 1", "89073 Ulm"),
        ("Mit freundlichen Grüßen", "Ihre Rita Roth"),
        ("Der Fluss, er fließt,", "der Radler gießt", "sich einen Kaffee ein."),
        ("Haus der Begegnung, Großer Saal im zweiten Obergeschoss links, Aufgang B", "Am Fluss 3", "89073 Ulm"),
        ("Ort: Ulm", "Zeit: 13 Uhr", "Kosten: keine"),
        ("13:00 Begrüßung durch die Oberbürgermeisterin der Stadt Ulm und die Partner",
         "14:00 Podium mit Vertreterinnen und Vertretern aus Riga, Tartu und Tiflis",
         "15:00 Gespräche an Tischen über Radwege, Brücken und den öffentlichen Nahverkehr"),
        ("a) Plenum", "b) Werkstatt"), ("(1) Plenum", "(2) Werkstatt"), ("i. Plenum", "ii. Werkstatt"),
        ("✓ barrierefrei", "✓ kostenlos"),
        ("Rita Roth | Amt für Verkehr", "Leiterin der Abteilung für Radverkehr und Stadtgrün der Stadt Ulm",
         "Am Fluss 3 | 89073 Ulm", "Tel. 0731 555 123 | roth@ulm.example"),
        ("Anmeldung unter", "https://ulm.example/anmeldung/veranstaltungen/2031/herbst", "bis 1. Oktober"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("beside", ["", LOREM, wrapped(LOREM, 100)])
def test_lines_that_the_author_broke_stay(lines: tuple[str, ...], beside: str) -> None:
    html, plain = passage(f"{beside}\n\n" + "\n".join(lines))

    assert shown(html).split("\n")[-len(lines) :] == list(lines)
    assert len(plain.split("\n")) >= len(lines)


def test_a_line_wider_than_any_editor_makes_it_was_broken_by_hand() -> None:
    lines = [LOREM.strip(), f"Danach {LOREM[:100]}und so weiter.", "Bis dann."]

    assert shown(passage("\n".join(lines))[0]).split("\n") == lines


@pytest.mark.parametrize("empty", ["\xa0", "\u200b", "\t \xa0", "\xad\ufeff"])
def test_a_line_in_which_nobody_sees_anything_is_empty(empty: str) -> None:
    html, plain = passage(f"{LOREM}\n{empty}\n{LOREM}")

    assert html == f"<p>{LOREM.strip()}</p>\n<p>{LOREM.strip()}</p>"
    assert plain.count("\n\n") == 1


def test_a_short_last_line_in_a_wrapped_paragraph_is_broken_where_it_was() -> None:
    html, _ = passage(wrapped(LOREM, 90) + "\nBis dann.\nIhr Team")

    assert html.count("<br />") == 2
    assert html.endswith("essen.<br />\nBis dann.<br />\nIhr Team</p>")


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("• Bahn\n• Rad\n• Bus", "- Bahn\n- Rad\n- Bus"),
        ("\uf0b7\tBahn\n\uf0b7\tRad", "- Bahn\n- Rad"),
        ("–\tBahn\n–\tRad", "- Bahn\n- Rad"),
        ("· Bahn\n· Rad", "- Bahn\n- Rad"),
        ("➢ Bahn\n➢ Rad", "- Bahn\n- Rad"),
        ("•\tBahn\no\tzweite Klasse\no\terste Klasse\n•\tRad", "- Bahn\n  - zweite Klasse\n  - erste Klasse\n- Rad"),
        ("Anreise:\n\t• Bahn\n\t• Rad", "Anreise:\n\n- Bahn\n- Rad"),
        ("Anreise:\n    - Bahn\n    - Rad", "Anreise:\n\n- Bahn\n- Rad"),
        ("- Bahn\n- Rad\nBis bald!", "- Bahn\n- Rad\n\nBis bald!"),
        ("1. Bahn\n  - erste Klasse\n2. Rad", "1. Bahn\n   - erste Klasse\n2. Rad"),
        ("§\tBahn\n§\tRad", "- Bahn\n- Rad"),
        ("ü\tBahn\nØ\tRad", "- Bahn\n  - Rad"),
        ("ü Bahn\nü Rad", "- Bahn\n- Rad"),
        ("\u200b• Bahn\n\u200b• Rad", "- Bahn\n- Rad"),
    ],
)
def test_bullets_of_any_kind_are_lists(source: str, plain: str) -> None:
    html, said = passage(source)

    assert "<li>" in html
    assert said == plain


@pytest.mark.parametrize(
    "text",
    [
        "* Pflichtfeld", "+ 49 731 1234", "> 50 Städte sind dabei.", "– ein Strich am Anfang", "#Radverkehr", "#1",
        "Felder mit (*) und solche ohne (*).", "Das Zeichen „_“, nicht „*“, auch nicht „_“ oder „*“.",
        ">> Zur Anmeldung <<",
        "__init__.py, @_rad_ulm_ und _alt_/neu", "Rock`n`Roll, D`Artagnan und `n Rad", "§ 3 gilt.", "<Ort:Ulm>",
        r"S:\Pläne\_alt und S:\Pläne\*.txt", r"\\server\_neu\#1", "haupt/amt@ulm.example",
    ],
)  # fmt: skip
def test_a_sign_that_stands_alone_is_that_sign(text: str) -> None:
    html, plain = passage(text)

    assert shown(html) == text
    assert html.startswith("<p>")
    assert plain == text


def test_a_plus_before_a_number_is_no_bullet() -> None:
    html, plain = passage("Zuschuss:\n+ 500 Euro\n+ 30 Euro je Kind")

    assert shown(html).split("\n") == plain.split("\n") == ["Zuschuss:", "+ 500 Euro", "+ 30 Euro je Kind"]


def test_a_quotation_in_a_quotation_ends_where_it_ended() -> None:
    _, plain = passage("> Wir kommen.\n>> Wann?\n> Morgen.")

    assert plain == "> Wir kommen.\n\n> > Wann?\n\n> Morgen."


@pytest.mark.parametrize(
    "source", ["    13:00 Beginn\n    14:00 Ende", "\t13:00 Beginn\n\t14:00 Ende", "     13:00 Beginn\n     14:00 Ende"]
)
def test_blanks_in_front_make_no_code(source: str) -> None:
    assert passage(f"Zeiten:\n\n{source}")[0] == "<p>Zeiten:</p>\n<p>13:00 Beginn<br />\n14:00 Ende</p>"


def test_only_three_backticks_make_code_and_nothing_in_it_is_read() -> None:
    html, plain = passage("```\n  • a*b*c\n1. Mai https://x.example\n```\n\nDanach.")

    assert html == "<pre><code>  • a*b*c\n1. Mai https://x.example\n</code></pre>\n<p>Danach.</p>"
    assert plain == "      • a*b*c\n    1. Mai https://x.example\n\nDanach."


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("https://ulm.example/a_(b)?c=1&d=2#e", "https://ulm.example/a_(b)?c=1&amp;d=2#e"),
        ("http://ulm.example", "http://ulm.example"),
        ("www.ulm.example/rad", "https://www.ulm.example/rad"),
        ("rad@ulm.example", "mailto:rad@ulm.example"),
        ("o'brien@ulm.example", "mailto:o'brien@ulm.example"),
        ("rad&fuss@ulm.example", "mailto:rad&amp;fuss@ulm.example"),
        ("stadt-ulm.de/rad?a=b", "https://stadt-ulm.de/rad?a=b"),
        ("https://grünstadt.example/ä", "https://xn--grnstadt-75a.example/%C3%A4"),
        ("https://ulm.example/_intern_/x*y*z", "https://ulm.example/_intern_/x*y*z"),
    ],
)
@pytest.mark.parametrize(
    "around", ["Siehe {}.", "({})", "Siehe {}, dann", "„{}“", "**{}**", "{}!", "- {}\n- x", "E-Mail:{}"]
)
def test_a_bare_address_is_a_link_and_stands_in_the_text_once(written: str, target: str, around: str) -> None:
    html, plain = passage(around.format(written))

    assert f'<a href="{target}">{entities.escape(written, quote=False)}</a>' in html
    assert plain.count(written) == 1
    assert "http" not in plain.replace(written, "", 1)


@pytest.mark.parametrize(
    "text",
    [
        "z.B. Nr.5, plan.pdf, ulm.example",
        "rad (at) ulm.example",
        "a@b und @ulm",
        "http:// und www. allein",
        "10.00 Uhr/h",
        "Preis inkl.MwSt/Netto, z.B./d.h. und plan.pdf/Seite 3, Fr./Sa.",
        "o’brien@ulm.example",
    ],
)
def test_nothing_else_is_a_link(text: str) -> None:
    assert "<a" not in passage(text)[0]


@pytest.mark.parametrize(
    ("pasted", "said", "targets"),
    [
        ("Anmeldung<https://ulm.example/a> und", "Anmeldung https://ulm.example/a und", ["https://ulm.example/a"]),
        ("rad@ulm.example<mailto:rad@ulm.example>", "rad@ulm.example", ["mailto:rad@ulm.example"]),
        ("www.ulm.example<http://www.ulm.example/>", "www.ulm.example", ["https://www.ulm.example"]),
        ("Roth<mailto:roth@ulm.example>", "Roth roth@ulm.example", ["mailto:roth@ulm.example"]),
        ("0731 1234<tel:+497311234>", "0731 1234", []),
        ("https://ulm.exam\u00adple/a\u200b", "https://ulm.example/a", ["https://ulm.example/a"]),
        ("mailto:rad@ulm.example?subject=Ja", "rad@ulm.example", ["mailto:rad@ulm.example?subject=Ja"]),
    ],
)
def test_an_address_is_whole_as_it_comes_out_of_other_programs(pasted: str, said: str, targets: list[str]) -> None:
    html, plain = passage(pasted)

    assert shown(html) == plain == said
    assert re.findall('href="([^"]*)"', html) == targets


def test_no_address_is_a_link_inside_a_link() -> None:
    html, plain = passage("[www.ulm.example und rad@ulm.example](https://ulm.example/x)")

    assert html.count("<a ") == 1
    assert plain == "www.ulm.example und rad@ulm.example\nhttps://ulm.example/x"


def test_a_field_in_a_bare_address_is_quoted_in_both_parts() -> None:
    html, plain = passage("Hier: https://ulm.example/?ort={{ city }}", city="Bad Urach")

    assert html.count("https://ulm.example/?ort=Bad%20Urach") == 2
    assert plain == "Hier: https://ulm.example/?ort=Bad%20Urach"


TABLE = "| Zeit | Thema |\n|---|--:|\n| 9:00 | Rad \\| Fuß |\n| 10:00 | [Bus](https://ulm.example) |"


def test_a_table_is_one_in_both_parts() -> None:
    html, plain = passage(TABLE + "\nDanach geht es weiter.")

    assert html.count('<th scope="col"') == 2
    assert 'style="text-align:right">Rad | Fuß</td>' in html
    assert html.endswith("<p>Danach geht es weiter.</p>")
    assert plain.split("\n")[:4] == [
        "Zeit   Thema", "-----  -----------------------", "9:00   Rad | Fuß", "10:00  Bus https://ulm.example",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["{{ city }}", "Wort " * 20])
def test_a_table_that_has_no_columns_in_the_text_part_has_lines(cell: str) -> None:
    _, plain = passage(f"| Ort | Zeit |\n|---|---|\n| {cell} | 9:00 |", city="Ulm")

    assert plain.startswith("Ort: ")
    assert plain.endswith("\nZeit: 9:00")


@pytest.mark.parametrize(
    "broken", ["| a | b |\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 |", "| a | b |\n|---|---|\n| 1 | 2 | 3 |"]
)
def test_a_table_that_would_lose_a_cell_is_none(broken: str) -> None:
    html, _ = passage(broken)

    assert "<table" not in html
    assert re.findall(r"\d", shown(html)) == re.findall(r"\d", broken)


@pytest.mark.parametrize(
    "rule", ["---", "----------", "=====", "~~~~~~", "–––", "***", "___", "* * *", "═══".replace("═", "━")]
)
@pytest.mark.parametrize("above", ["Titel\n", "Titel\n\n", f"{LOREM}\n"])
def test_a_line_of_dashes_is_a_rule_and_what_is_above_stays_text(rule: str, above: str) -> None:
    html, plain = passage(f"{above}{rule}\nDanach.")

    assert html == f"<p>{above.strip()}</p>\n<hr />\n<p>Danach.</p>"
    assert plain.endswith("\n\n----------\n\nDanach.")


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# A\n\n### B\n\n## C\n\n# D", "3443"),
        ("### A\n\n###### B", "34"),
        ("## A\n\n# B\n\n# C", "333"),
        ("# A\n## B\n### C", "345"),
    ],
)
def test_headings_begin_at_h3_and_skip_none(source: str, levels: str) -> None:
    assert re.findall(r"<h(\d)>", passage(source)[0]) == list(levels)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Im Raum\n# 3 ist frei", "Im Raum # 3 ist frei"),
        ("#", "#"),
        ("A&nbsp;B &amp; C &copy; AT&T", "A B & C © AT&T"),
        ("\\*kein\\* C:\\Temp \\\\server\\x", "*kein* C:\\Temp \\\\server\\x"),
        ("Ulm\\\nHof\\\n", "Ulm\nHof"),
        ("Ulm  \nHof", "Ulm\nHof"),
        ("[Hinweis]: Bitte kommen.", "[Hinweis]: Bitte kommen."),
        ("[1]: https://ulm.example", "[1]: https://ulm.example"),
        ("```\nnie zu", "```\nnie zu"),
        ("> Worte\n> und Werke\nDanach.", "Worte\nund Werke\nDanach."),
    ],
)
def test_odd_signs_say_what_was_meant(source: str, said: str) -> None:
    html, _ = passage(source)

    assert "<h3" not in html
    assert shown(html).replace("\xa0", " ").split() == said.split()


@pytest.mark.parametrize("text", ["**offen", "vorn** **", "~~offen", "```\noffen", "gut **so** und **"])
def test_marks_without_partner_are_found(text: str) -> None:
    assert [text[position:].startswith(mark) for position, mark in marks_left(text)] == [True]


@pytest.mark.parametrize("text", ["**so**", "a `**` b", "\\*\\*", "```\n** ~~\n```", "~~~~", "Bürger*innen"])
def test_marks_with_partner_and_none_are_not(text: str) -> None:
    assert marks_left(text) == []


WORD = st.text("abcdefghijklmnopqrstuvwxyzäöüßABCDEFÄÖÜ,;:!?()%&„“’", min_size=1, max_size=12).filter(
    lambda word: not re.search(r"&\w+;", word)  # &gt; is a sign by its name
)
NUMBERED = st.builds("{}{} {}".format, st.integers(0, 2100), st.sampled_from([".", ")", ""]), WORD)
BULLETS = st.builds("{} {}".format, st.sampled_from("-–•*+"), WORD)
# “o ” and “ü ” at the beginning of several lines are bullets of Word
PLAIN_LINE = st.lists(WORD, min_size=1, max_size=14).filter(lambda words: words[0] not in {"o", "ü"}).map(" ".join)
TEXT = st.lists(st.one_of(PLAIN_LINE, NUMBERED, st.just("")), min_size=1, max_size=12).map("\n".join)


@given(TEXT)
def test_no_word_of_a_plain_text_is_lost_or_changed_and_no_number_at_a_beginning(text: str) -> None:
    html, plain = passage(text)

    items = iter(re.findall(r"^\s*(\d+[.)])", text, re.MULTILINE))
    listed = _with_numbers(html)
    assert plain.split() == text.split()
    assert listed.replace(")", ".").split() == text.replace(")", ".").split(), list(items)


def _with_numbers(html: str) -> str:
    """Return the words of HTML with the numbers that lists print."""

    def numbered(found: re.Match[str]) -> str:
        number = int(found[1] or 1) - 1

        def item(_: re.Match[str]) -> str:
            nonlocal number
            number += 1
            return f"\n{number}. "

        return re.sub("<li>", item, found[2])

    flat = re.sub(r"<ol(?: start=\"(\d+)\")?>(.*?)</ol>", numbered, html, flags=re.DOTALL)
    return entities.unescape(re.sub(r"<[^>]+>", " ", flat))


@given(st.text("*_~`#>-+•–|[]()<>!&\\ \n\t1.aäB:/@{}%", max_size=80))
def test_no_text_of_signs_stops_it(text: str) -> None:
    tracker = FieldTracker({})
    with tracker_of(tracker):
        render_markdown(as_markdown(text), tracker)
    marks_left(text)


@pytest.mark.parametrize(
    "deep", ["- " * 60 + "x", "1. " * 60 + "x", "> " * 60 + "x", "\n".join(" " * n + "- x" for n in range(60))]
)
def test_lists_in_lists_take_no_time(deep: str) -> None:
    assert "x" in passage(deep)[1] or len(deep) > 100
