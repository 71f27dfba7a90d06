from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest

from ccmail.problems import Problem, Severity
from ccmail.yamlfile import (
    FilePath,
    Line,
    Localized,
    MailAddress,
    Prose,
    SourceText,
    WebLink,
    Written,
    Zone,
    bind,
    parse_document,
)


class Form(Written):
    line: Line | None = None
    prose: Prose | None = None
    address: MailAddress | None = None
    link: WebLink | None = None
    path: FilePath | None = None
    zone: Zone | None = None
    words: Localized | None = None


Fill = Callable[..., tuple[Any, tuple[Problem, ...]]]


@pytest.fixture
def fill() -> Fill:
    """Fill in one field of the form, and return its value and the problems."""

    def fill_in(name: str, written: str, **context: Any) -> tuple[Any, tuple[Problem, ...]]:
        document = parse_document(f"{name}: {written}\n".encode(), "a.yaml")
        form, problems = bind(Form, document, context=context)
        return (getattr(form, name) if form else None), problems

    return fill_in


def quoted(text: str) -> str:
    """Return any text as YAML writes it in double quotes."""
    return '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'


class TestLine:
    def test_blanks_around_and_decomposed_umlauts_are_tidied(self, fill: Fill) -> None:
        assert fill("line", quoted("  Sta\u0308dte\tund  \n Land "))[0] == "Städte und Land"

    @pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\r"])
    def test_a_line_break_from_word_becomes_a_blank_with_a_note(self, fill: Fill, character: str) -> None:
        line, problems = fill("line", quoted(f"Stadt{character}Land"))

        assert line == "Stadt Land"
        assert [(p.code, p.severity) for p in problems] == [("C219", Severity.NOTE)]

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\ufffe"])
    def test_what_cannot_be_seen_is_refused(self, fill: Fill, character: str) -> None:
        _, problems = fill("line", quoted(f"Stadt{character}Land"))

        assert [p.code for p in problems] == ["C220"]
        assert f"U+{ord(character):04X}" in problems[0].message

    @pytest.mark.parametrize(
        "word",
        [
            "=?utf-8?q?hi=0ABcc=3A_evil=40x.test?=",
            "=?UTF-8?B?aGkKQmNjOiBldmlsQHgudGVzdA==?=",
            "Hallo =?utf-8?q?=00?= Welt",
            "=?utf-8?b?!!!?=",
            "=?nonsense?q?a?=",
        ],
    )
    def test_an_encoded_word_never_gets_through(self, fill: Fill, word: str) -> None:
        line, problems = fill("line", f"'{word}'")

        assert line is None
        assert [p.code for p in problems] == ["C222"]

    def test_an_encoded_word_without_harm_is_shown_decoded(self, fill: Fill) -> None:
        _, problems = fill("line", "=?utf-8?q?M=C3=BCller?=")

        assert problems[0].marks[0].label == "did you mean “Müller”?"

    def test_a_text_of_many_thousand_characters_is_no_line(self, fill: Fill) -> None:
        assert [p.code for p in fill("line", "x" * 10_000)[1]] == ["C221"]

    def test_a_comment_after_one_blank_is_a_warning_with_the_text_that_was_meant(self, fill: Fill) -> None:
        line, problems = fill("line", "Raum # 3 im Rathaus   # ein Hinweis")

        assert line == "Raum"
        assert [(p.code, p.severity) for p in problems] == [("Y106", Severity.WARNING)]
        assert problems[0].hint.endswith('"Raum # 3 im Rathaus"')

    def test_fields_of_the_reader_stay_as_they_are(self, fill: Fill) -> None:
        assert fill("line", '"{{ first_name }}, guten Tag"')[0] == "{{ first_name }}, guten Tag"


class TestProse:
    def test_lines_and_their_indentation_stay(self, fill: Fill) -> None:
        prose, problems = fill("prose", "|\n  eins\n    zwei\n\n  drei")

        assert problems == ()
        assert prose == "eins\n  zwei\n\ndrei"
        assert prose.line_of(4).line == 5

    def test_control_characters_are_refused(self, fill: Fill) -> None:
        assert [p.code for p in fill("prose", quoted("a\x1b[2J"))[1]] == ["C220"]


class TestLocalized:
    def test_one_text_is_the_same_in_every_language(self, fill: Fill) -> None:
        words, _ = fill("words", "online", languages=("de", "en"))

        assert (words.get("de"), words.get("xx"), words.languages) == ("online", "online", ())
        assert list(words) == [("", "online")]

    def test_each_language_has_its_text(self, fill: Fill) -> None:
        words, _ = fill("words", "{en: Town hall, de: Rathaus}", languages=("de", "en"))

        assert (words.get("de"), words.get("fr")) == ("Rathaus", None)
        assert words.languages == ("en", "de")
        assert isinstance(words.get("de"), SourceText)
        assert words == Localized({"de": "Rathaus", "en": "Town hall"})
        assert hash(Localized("a")) == hash(Localized("a"))

    def test_a_comma_in_braces_is_explained_with_the_line_as_it_was_meant(self, fill: Fill) -> None:
        _, problems = fill("words", "{de: Rathaus, Tartu, en: Town hall}", languages=("de", "en"))

        assert [p.code for p in problems] == ["C206"]
        assert problems[0].message == "“Tartu” is not a language"
        assert problems[0].marks[0].label == "a comma inside { } ends the text"
        assert problems[0].hint.endswith('{de: "Rathaus, Tartu", en: Town hall}')

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("{de: Rathaus, Tartu, Estland, en: Town hall}", '{de: "Rathaus, Tartu, Estland", en: Town hall}'),
            ("{de: Luft, Wasser, en: Air, water, soil}", '{de: "Luft, Wasser", en: "Air, water, soil"}'),
            ("{en: Town hall, de: Rathaus, Saal 2}", '{en: Town hall, de: "Rathaus, Saal 2"}'),
            ('{de: Der "alte" Saal, Bonn, en: Hall}', "{de: 'Der \"alte\" Saal, Bonn', en: Hall}"),
        ],
    )
    def test_several_commas_are_repaired_as_fix_does(self, fill: Fill, written: str, meant: str) -> None:
        _, problems = fill("words", written, languages=("de", "en"))

        assert problems[0].hint.endswith(meant)
        assert fill("words", meant, languages=("de", "en"))[1] == ()

    def test_every_wrong_language_is_named(self, fill: Fill) -> None:
        _, problems = fill("words", "{dee: a, fr: b, en: {x: y}}", languages=("de", "en"))

        assert [(p.code, p.marks[0].label) for p in problems] == [
            ("C206", "did you mean “de”?"),
            ("C206", ""),
            ("C205", ""),
        ]

    def test_a_list_is_no_text(self, fill: Fill) -> None:
        assert [p.code for p in fill("words", "[a]")[1]] == ["C205"]


class TestMailAddress:
    @pytest.mark.parametrize(
        ("written", "address"),
        [
            ("Anna.Huber@Stadt-Graz.example", "Anna.Huber@stadt-graz.example"),
            ("irakli.samkharadze(at)giz.de", "irakli.samkharadze@giz.de"),
            ("a [at] b.example", "a@b.example"),
            ("'a at b.example'", "a@b.example"),
            ("mailto:x@y.example", "x@y.example"),
            ("post@Stadt-Fürth.example", "post@stadt-fürth.example"),
            ("post@xn--stadt-frth-geb.example", "post@stadt-fürth.example"),
            ("a\u200b@b.example", "a@b.example"),
        ],
    )
    def test_an_address_is_normalised(self, fill: Fill, written: str, address: str) -> None:
        assert fill("address", written) == (address, ())

    @pytest.mark.parametrize(
        ("written", "label"),
        [
            ("uwe.kraft@stadt-ulm,example", "did you mean uwe.kraft@stadt-ulm.example?"),
            ("Anna Huber <anna@graz.example>", "did you mean anna@graz.example?"),
            ("anna", ""),
            ("a..b@c.example", ""),
            ("a@b", ""),
            ("'a@b.example> AUTH=<c'", ""),
            ("a@b.example c@d.example", ""),
            (f"{'x' * 65}@b.example", ""),
            ("ü@b.example", ""),
            ("'a@b.example\n\n  Bcc: c'", ""),
        ],
    )
    def test_what_is_no_address_is_refused(self, fill: Fill, written: str, label: str) -> None:
        address, problems = fill("address", written)

        assert address is None
        assert [p.code for p in problems] == ["C223"]
        assert problems[0].marks[0].label.replace("“", "").replace("”", "") == label


class TestWebLink:
    @pytest.mark.parametrize(
        "link",
        ["https://a.example/x?y=1#z", "http://a.example", "mailto:a@b.example", "https://bücher.example/ü"],
    )
    def test_an_absolute_link_is_taken_as_it_is(self, fill: Fill, link: str) -> None:
        assert fill("link", link) == (link, ())

    @pytest.mark.parametrize(
        "link",
        [
            '"javascript:alert(1)"',
            "data:text/html,x",
            "/relative",
            '"#top"',
            "ftp://a.example",
            "https://",
            "https://a b.example",
            "https://user:password@a.example",
            "https://a.example:port",
            '"https://[::1"',
            '"https://a.example/{{ x }}"',
            '"https://a.example/\\nBcc: x"',
            "file:///etc/passwd",
        ],
    )
    def test_what_may_not_be_a_link_in_a_mail_is_refused(self, fill: Fill, link: str) -> None:
        value, problems = fill("link", link)

        assert value is None
        assert [p.code for p in problems] == ["C224"]

    @pytest.mark.parametrize(
        ("pasted", "link"),
        [
            ('"<https://treff.example/r/19%3aabc>"', "https://treff.example/r/19%3aabc"),
            ('"(https://treff.example/r)"', "https://treff.example/r"),
            ('"https://treff.example/r?c={1}"', "https://treff.example/r?c=%7B1%7D"),
            ("'https://treff.example/a|b\"c^d'", "https://treff.example/a%7Cb%22c%5Ed"),
            ('"https://treff.example/\u200br\u00ad"', "https://treff.example/r"),
        ],
    )
    def test_what_was_pasted_around_a_link_is_taken_off(self, fill: Fill, pasted: str, link: str) -> None:
        assert fill("link", pasted) == (link, ())

    @pytest.mark.parametrize(
        ("pasted", "taken", "meant"),
        [
            ("https://treff.example/r.", "https://treff.example/r", "https://treff.example/r"),
            ("https://treff.example/r),", "https://treff.example/r", "https://treff.example/r"),
            ("https://treff.example/r%3E", "https://treff.example/r%3E", "https://treff.example/r"),
            (
                "https://eur07.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftreff.example%2F19%253a&data=kim",
                "https://eur07.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftreff.example%2F19%253a&data=kim",
                "https://treff.example/19%3a",
            ),
            (
                "https://urldefense.com/v3/__https://treff.example/r__;!!x",
                "https://urldefense.com/v3/__https://treff.example/r__;!!x",
                "https://treff.example/r",
            ),
        ],
    )
    def test_a_link_that_was_hardly_meant_is_a_warning_with_the_right_one(
        self, fill: Fill, pasted: str, taken: str, meant: str
    ) -> None:
        link, (problem,) = fill("link", f'"{pasted}"')

        assert link == taken
        assert (problem.code, problem.is_warning, problem.hint) == ("C246", True, f"write {meant}")

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("https://treff.example/a b", "a blank in it; if that belongs there, write %20"),
            ("'https://treff.example/a\\b'", "“\\” in it; if that belongs there, write %5C"),
            ("'https://treff.example/{{ email }}'", "the same for all"),
        ],
    )
    def test_a_sign_that_no_link_has_is_named(self, fill: Fill, written: str, said: str) -> None:
        _, (problem,) = fill("link", written)

        assert said in problem.hint

    def test_a_bare_host_gets_its_https_proposed(self, fill: Fill) -> None:
        _, problems = fill("link", "www.stadt.example/x")

        assert problems[0].marks[0].label == "did you mean “https://www.stadt.example/x”?"


class TestFilePath:
    @pytest.mark.parametrize(
        ("written", "path"),
        [
            ("photos/a.jpg", "photos/a.jpg"),
            ("./photos//a.jpg", "photos/a.jpg"),
            ("photos\\a.jpg", "photos/a.jpg"),
            ("../recipients/a.csv", "../recipients/a.csv"),
        ],
    )
    def test_a_path_inside_the_workspace_is_tidied(self, fill: Fill, written: str, path: str) -> None:
        assert fill("path", written, folder="campaigns") == (path, ())

    @pytest.mark.parametrize(
        "path",
        [
            "../../a",
            "/etc/passwd",
            "~/a",
            "C:\\a",
            "file:///etc/passwd",
            "..",
            "a/../../../b",
            quoted("a\x00b"),
        ],
    )
    def test_a_path_out_of_the_workspace_is_refused(self, fill: Fill, path: str) -> None:
        value, problems = fill("path", path, folder="campaigns")

        assert value is None
        assert [p.code for p in problems] == ["C225"]


class TestZone:
    def test_a_zone_is_found_by_its_name(self, fill: Fill) -> None:
        assert fill("zone", "Asia/Tbilisi") == (zoneinfo.ZoneInfo("Asia/Tbilisi"), ())

    @pytest.mark.parametrize(
        ("written", "near"),
        [("MESZ", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"), ("Tbilissi", "Asia/Tbilisi")],
    )
    def test_what_is_no_zone_is_refused_with_the_nearest(self, fill: Fill, written: str, near: str) -> None:
        _, problems = fill("zone", written)

        assert [(p.code, p.marks[0].label) for p in problems] == [("C226", f"did you mean “{near}”?")]

    @pytest.mark.parametrize("written", ["../../etc/passwd", "/etc/localtime", "Europe", "a/../b"])
    def test_a_path_is_no_zone(self, fill: Fill, written: str) -> None:
        assert [p.code for p in fill("zone", written)[1]] == ["C226"]
