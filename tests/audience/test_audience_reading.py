from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.audience import Contact, Salutation, read_contacts
from ccmail.audience.cell_text import clean_line, forbidden, is_clean
from ccmail.audience.damage import damage
from ccmail.audience.list_problems import MEANINGS
from ccmail.audience.sources import is_list, read_rows
from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from pathlib import Path

Read: TypeAlias = Callable[[str | bytes], tuple[list[Contact], list[Problem]]]

EXCEL_EXPORT = """\
Anrede;Titel;Vorname;Nachname;E-Mail;Kommune;Land
Frau;Dr.;Jana;Müller;jana.mueller@stadt-bonn.example;Bonn;Deutschland
Herr;Prof. Dr.;Jörg;Weiß;joerg.weiss@koeln.example;Köln;Deutschland
;;Kim;Muster;kim.muster@leipzig.example;Leipzig;Deutschland
Herr;;Thomas;Größer;" Thomas.Groesser@Stadt-Fürth.example ";Fürth;Deutschland
Frau;;Ayse;Yilmaz;"Ayse Yilmaz <ayse.yilmaz@mannheim.example>";Mannheim;Deutschland
Frau;Dr.;Jana;Müller;Jana.Mueller@stadt-bonn.example;Bonn;Deutschland
Herr;;Uwe;Kraft;uwe.kraft@stadt-ulm,example;Ulm;Deutschland
Frau;;Petra;Lang;petra.lang(at)ulm.example;Ulm;Deutschland
;;;;;;
Frau;;Sabine;Vogt;sabine.vogt@kiel.example, stadtplanung@kiel.example;Kiel;Deutschland
;;;Presseamt;presse@rostock.example;Rostock;Deutschland
"""
TWO = "E-Mail,Vorname,Nachname,Ort\njana@bonn.example,Jana,Müller,Bonn\nkim@köln.example,Kim,Weiß,Köln\n"


@pytest.fixture(name="read")
def _read(tmp_path: Path) -> Read:
    """Write a list, read it, and return its people and its problems."""

    def read(content: str | bytes) -> tuple[list[Contact], list[Problem]]:
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = list(read_contacts(path, "recipients/list.csv"))
        return [x for x in found if isinstance(x, Contact)], [x for x in found if isinstance(x, Problem)]

    return read


def said(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(problem.code, problem.place.line) for problem in problems if problem.place]


def test_a_german_excel_export_is_read_without_an_option(read: Read) -> None:
    people, problems = read(EXCEL_EXPORT.replace("\n", "\r\n").encode("cp1252"))

    assert [person.email for person in people] == [
        "jana.mueller@stadt-bonn.example",
        "joerg.weiss@koeln.example",
        "kim.muster@leipzig.example",
        "Thomas.Groesser@stadt-fürth.example",
        "ayse.yilmaz@mannheim.example",
        "Jana.Mueller@stadt-bonn.example",
        "petra.lang@ulm.example",
        "sabine.vogt@kiel.example",
        "stadtplanung@kiel.example",
        "presse@rostock.example",
    ]
    assert said(problems) == [("R568", 0), ("R521", 5), ("R521", 6), ("R501", 8), ("R521", 9), ("R522", 11)]


def test_a_row_becomes_a_contact(read: Read) -> None:
    people, _ = read(EXCEL_EXPORT)

    jana = people[0]
    assert (jana.gender, jana.title) == (Salutation.MS, "Dr.")
    assert (jana.first_name, jana.last_name) == ("Jana", "Müller")
    assert (jana.organisation, jana.country, jana.language) == ("Bonn", "DE", "")
    assert (jana.place.file, jana.place.line) == ("recipients/list.csv", 2)


def test_the_second_address_of_a_cell_goes_without_the_name(read: Read) -> None:
    people, _ = read(EXCEL_EXPORT)

    sabine, office = (person for person in people if person.email.endswith("kiel.example"))
    assert (sabine.first_name, sabine.gender) == ("Sabine", Salutation.MS)
    assert (office.first_name, office.last_name, office.gender) == ("", "", Salutation.NONE)
    assert (office.organisation, office.country) == ("Kiel", "DE")


def test_a_mistyped_address_is_shown_in_its_row(read: Read) -> None:
    _, problems = read(EXCEL_EXPORT)

    [problem] = [p for p in problems if p.is_error]
    assert (problem.code, problem.message) == (
        "R501",
        "“uwe.kraft@stadt-ulm,example” is not a mail address",
    )
    assert problem.marks[0].label == "did you mean uwe.kraft@stadt-ulm.example?"
    place = problem.place
    assert place is not None
    assert str(place) == "recipients/list.csv:8, column E-Mail"
    assert place.text == "Herr;;Uwe;Kraft;uwe.kraft@stadt-ulm,example;Ulm;Deutschland"
    assert (place.column, place.width) == (17, 27)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TWO.encode(), id="UTF-8, comma, LF"),
        pytest.param(TWO.replace("\n", "\r\n").encode("utf-8-sig"), id="UTF-8 with BOM, CRLF"),
        pytest.param(TWO.replace(",", ";").replace("\n", "\r\n").encode("cp1252"), id="Windows-1252"),
        pytest.param(b"\xff\xfe" + TWO.replace(",", "\t").encode("utf-16-le"), id="UTF-16 LE, tab"),
        pytest.param(b"\xfe\xff" + TWO.replace(",", "\t").encode("utf-16-be"), id="UTF-16 BE, tab"),
        pytest.param(TWO.replace(",", "\t").encode("utf-16-le"), id="UTF-16 LE without BOM"),
        pytest.param(TWO.replace(",", "\t").encode("utf-16-be"), id="UTF-16 BE without BOM"),
        pytest.param(f"sep=;\r\n{TWO}".replace(",", ";").encode(), id="sep=;"),
        pytest.param(f'"sep=|"\n{TWO}'.replace(",", "|").encode(), id="quoted sep=|"),
        pytest.param(f"Verteiler, Stand 2020\n\n{TWO}".encode(), id="title row above"),
        pytest.param(TWO.replace(",", ";").replace("\n", ";\n").encode(), id="separator at the end"),
        pytest.param(TWO.replace("\n", "\r").encode(), id="CR only"),
        pytest.param(TWO.replace(",", ", ").encode(), id="a blank after the comma"),
        pytest.param(f"\n\n{TWO}\n , , ,\n\n,,,\n".encode(), id="empty rows"),
        pytest.param(f'"{TWO.strip()}"'.replace(",", '","').replace("\n", '"\n"').encode(), id="quoted"),
        pytest.param(TWO.strip().encode(), id="no line end at the end"),
    ],
)  # fmt: skip
def test_a_list_is_read_as_it_comes(read: Read, content: bytes) -> None:
    people, problems = read(content)

    assert [(p.email, p.first_name, p.last_name, p.city) for p in people] == [
        ("jana@bonn.example", "Jana", "Müller", "Bonn"),
        ("kim@köln.example", "Kim", "Weiß", "Köln"),
    ]
    assert [p.code for p in problems if p.code != "R568"] == ["R521"]  # köln.example is sent to xn--…


def test_windows_1252_is_noticed_far_into_the_file(read: Read) -> None:
    rows = "".join(f"a{n}@x.example,Anna,Alt\n" for n in range(60_000))

    people, problems = read(f"email,first_name,last_name\n{rows}".encode() + "z@x.example,Jörg,Alt\n".encode("cp1252"))

    assert (len(people), people[-1].first_name) == (60_001, "Jörg")
    assert [p.message for p in problems] == ["read as Windows-1252 (Western): “Jörg”"]


def test_a_list_of_one_column_is_read(read: Read) -> None:
    people, problems = read("E-Mail\na@x.example, b@x.example\n\nMüller; Anna <c@x.example>\n")

    assert [p.email for p in people] == ["a@x.example", "b@x.example", "c@x.example"]
    assert said(problems) == [("R522", 2), ("R521", 4)]


def test_other_columns_are_kept(read: Read) -> None:
    people, _ = read("email;Consent at;Bemerkung\na@x.example;2020-01-01;{{ x }}\n")

    assert people[0].extra == {"consent_at": "2020-01-01", "bemerkung": "{{ x }}"}


def test_countries_languages_and_zones_are_understood(read: Read) -> None:
    people, problems = read(
        "email,country,language,timezone\n"
        "a@x.example,Tschechische Republik,Deutsch,Europe/Prague\n"
        "b@x.example,Estnland,Wookiee,Europe/Prag\n"
    )

    assert [(p.country, p.language, p.timezone) for p in people] == [
        ("CZ", "de", "Europe/Prague"),
        ("", "Wookiee", ""),
    ]
    assert said(problems) == [("R532", 3), ("R535", 3)]
    assert problems[0].marks[0].label == "did you mean “EE” (Estonia)?"


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/passwd", "Europe", "\x41" * 300])
def test_a_zone_is_never_read_from_elsewhere(read: Read, zone: str) -> None:
    people, problems = read(f"email,timezone\na@x.example,{zone}\n")

    assert people[0].timezone == ""
    assert [p.code for p in problems] == ["R535"]


def test_an_unknown_salutation_is_a_warning(read: Read) -> None:
    people, problems = read("email,Anrede\na@x.example,Familie\n")

    assert people[0].gender is Salutation.NONE
    assert [(p.code, p.severity) for p in problems] == [("R533", Severity.WARNING)]


def test_a_title_beside_the_salutation_is_a_title(read: Read) -> None:
    people, _ = read("email,Anrede,Nachname\na@x.example,Frau Dr.,Müller\n")

    assert (people[0].gender, people[0].title) == (Salutation.MS, "Dr.")


def test_a_row_without_an_address_is_noted(read: Read) -> None:
    people, problems = read("email,Vorname\n,Anna\n")

    assert people == []
    assert [(p.code, p.severity) for p in problems] == [("R520", Severity.NOTE)]


def test_names_become_clean_lines(read: Read) -> None:
    people, problems = read(
        "email,first_name,last_name\na@x.example,  Anna \u00a0 Maria ,Mu\u0308ller\u200b\u2028Lang\n"
    )

    assert (people[0].first_name, people[0].last_name) == ("Anna Maria", "Müller Lang")
    assert problems == []


@pytest.mark.parametrize(
    "name",
    [
        "Anna\x00",
        "Anna\x07",
        "Anna\x1b]8;;x",
        "\u202eannA",
        "Anna\x7f",
        "=?utf-8?q?a=0ABcc=3A_evil=40x.test?=",
        "=?utf-8?B?YQpCY2M6?=",
        "Hi =?x?Q?a?= there",
    ],
)
def test_what_could_become_a_header_is_an_error_and_not_passed_on(read: Read, name: str) -> None:
    people, problems = read(f"email,first_name\na@x.example,{name}\nb@x.example,Bea\n")

    assert [p.email for p in people] == ["b@x.example"]
    assert said(problems) == [("R506", 2)]


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?a?=@x.example", "a%0d%0abcc@x.example", "Amt <=?utf-8?b?YQ==?=@x.example>"]
)
def test_an_address_that_hides_something_is_a_mistake_of_its_row(read: Read, address: str) -> None:
    people, problems = read(f"email,first_name\n{address},Anna\nb@x.example,Bea\n")

    assert [p.email for p in people] == ["b@x.example"]
    assert said(problems) == [("R501", 2)]


@pytest.mark.parametrize(
    "value",
    ["%0d%0aBcc: x", "{{7*7}}", "=1+1", "<script>", "Kosten=?", "a\\nb", "Wer kommt?", "https://x.example/?a=b", "F&E"],
)
def test_what_only_looks_dangerous_is_kept_as_it_is(read: Read, value: str) -> None:
    people, problems = read(f"email,Bemerkung\na@x.example,{value}\n")

    assert people[0].extra == {"bemerkung": value}
    assert problems == []


@pytest.mark.parametrize(
    ("name", "label"), [("MÃ¼ller", "did you mean “Müller”?"), ("M\ufffdller", "a letter is lost")]
)
def test_a_damaged_letter_is_a_warning(read: Read, name: str, label: str) -> None:
    people, problems = read(f"email,Nachname\na@x.example,{name}\n")

    assert people[0].last_name == name
    assert [(p.code, p.marks[0].label) for p in problems] == [("R534", label)]


@pytest.mark.parametrize("name", ["Ägir", "Ângela", "São", "Łódź", "Αθήνα", "თბილისი", "Nguyễn"])
def test_letters_of_all_languages_are_whole(read: Read, name: str) -> None:
    people, problems = read(f"email,Nachname\na@x.example,{name}\n")

    assert people[0].last_name == name
    assert problems == []


def test_a_name_of_ten_thousand_characters_is_an_error(read: Read) -> None:
    people, problems = read(f"email,Vorname\na@x.example,{'x' * 10_000}\nb@x.example,Bea\n")

    assert [p.email for p in people] == ["b@x.example"]
    assert said(problems) == [("R505", 2)]


def test_a_line_that_is_far_too_long_costs_itself_only(read: Read) -> None:
    people, problems = read(f"email,x\na@x.example,{'x' * 3_000_000}\nb@x.example,\n")

    assert [(p.email, p.place.line) for p in people] == [("b@x.example", 3)]
    assert said(problems) == [("R505", 2)]


def test_a_row_with_too_many_cells_is_an_error(read: Read) -> None:
    people, problems = read("email,Ort,Land\na@x.example,Halle, Saale,Deutschland\nb@x.example,Ulm,DE,,\n")

    assert [p.email for p in people] == ["b@x.example"]
    assert said(problems) == [("R507", 2)]


def test_a_row_with_too_few_cells_is_read(read: Read) -> None:
    people, _ = read("email,Ort,Land\na@x.example\n")

    assert (people[0].email, people[0].city) == ("a@x.example", "")


@pytest.mark.parametrize(
    "row",
    [
        'b@x.example;"Bea;Berg;Ulm',
        '"b@x.example;Bea;Berg;Ulm',
        'b@x.example;Bea;"Berg;Ulm',
        'b@x.example;Bea;Berg;"Ulm',
    ],
)
def test_an_open_quote_costs_its_own_row_only(read: Read, row: str) -> None:
    people, problems = read(
        f"E-Mail;Vorname;Nachname;Kommune\na@x.example;Anna;Alt;Ulm\n{row}\nc@x.example;Cem;Can;Ulm\n"
        'd@x.example;"Dora";Duck;"Neu-Ulm"\ne@x.example;Emil;Eck;Ulm\n'
    )

    assert [(p.email, p.place.line) for p in people] == [
        ("a@x.example", 2),
        ("c@x.example", 4),
        ("d@x.example", 5),
        ("e@x.example", 6),
    ]
    assert said(problems) == [("R504", 3)]
    assert problems[0].place is not None
    assert problems[0].place.text == row
    assert problems[0].place.column == row.index('"') + 1


def test_an_open_quote_does_not_swallow_a_long_list(read: Read) -> None:
    rows = "".join(f"a{n}@x.example;Anna;Alt\n" for n in range(20_000))

    people, problems = read(f'email;Vorname;Nachname\nb@x.example;"Bea;Berg\n{rows}')

    assert len(people) == 20_000
    assert said(problems) == [("R504", 2)]


def test_a_line_break_in_an_organisation_is_a_blank(read: Read) -> None:
    people, problems = read(
        'email;Kommune;"Bemerkung\nintern"\na@x.example;"Stadt Ulm\nBauamt";"eins\n\nzwei"\nb@x.example;Bonn;\n'
    )

    assert [(p.email, p.organisation, p.place.line) for p in people] == [
        ("a@x.example", "Stadt Ulm Bauamt", 3),
        ("b@x.example", "Bonn", 7),
    ]
    assert people[0].extra == {"bemerkung_intern": "eins zwei"}
    assert problems == []


def test_a_quote_in_the_middle_of_a_name_is_a_quote(read: Read) -> None:
    people, problems = read('email;Vorname\na@x.example;Hans "Hansi"\n')

    assert people[0].first_name == 'Hans "Hansi"'
    assert problems == []


def test_a_list_without_an_address_column_names_its_columns(read: Read) -> None:
    _, [problem] = read("Vorname;Nachname\nAnna;Alt\n")

    assert problem.code == "R502"
    assert problem.message == "no column with mail addresses; the columns are “Vorname”, “Nachname”"


def test_a_list_without_a_header_says_so(read: Read) -> None:
    _, [problem] = read("a@x.example;Anna\nb@x.example;Bea\n")

    assert problem.code == "R502"
    assert "no header" in problem.message


def test_two_address_columns_are_an_error(read: Read) -> None:
    people, [problem] = read("E-Mail dienstlich;Vorname;Mail privat\na@x.example;Anna;b@x.example\n")

    assert people == []
    assert problem.code == "R503"
    assert problem.message == "2 columns hold mail addresses: “E-Mail dienstlich” and “Mail privat”"
    assert problem.place is not None
    assert problem.place.column == 27


@pytest.mark.parametrize("content", ["", "\n\n", " ; ;\n", "\ufeff"])
def test_an_empty_file_says_so(read: Read, content: str) -> None:
    _, [problem] = read(content)

    assert (problem.code, problem.message) == ("R502", "this list is empty")


def test_a_list_with_nobody_in_it_says_so(read: Read) -> None:
    _, [problem] = read("email,first_name\n,\n")

    assert (problem.code, problem.severity) == ("R536", Severity.ERROR)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    found = list(read_contacts(tmp_path / "none.csv", "none.csv"))

    assert [x.code for x in found if isinstance(x, Problem)] == ["R508"]


def test_a_folder_is_not_a_list(tmp_path: Path) -> None:
    [found] = read_contacts(tmp_path, "recipients")

    assert isinstance(found, Problem)


def test_reading_stops_where_nobody_asks_for_more(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email\n" + "".join(f"a{n}@x.example\n" for n in range(1000)), encoding="utf-8")

    first = next(iter(read_contacts(path, "list.csv")))

    assert isinstance(first, Contact)
    assert first.email == "a0@x.example"


def test_every_code_has_a_meaning() -> None:
    assert all(code.startswith("R5") and meaning for code, (_, meaning) in MEANINGS.items())
    assert len(MEANINGS) == len({meaning for _, meaning in MEANINGS.values()})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary())
def test_no_file_makes_reading_fail(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)

    assert all(isinstance(x, Contact | Problem) for x in read_contacts(path, "any"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.text(), st.sampled_from(['"', ";", "\n", "a@x.example", "\x00", ",", "=?x?q?a?="]))))
def test_no_row_makes_reading_fail(tmp_path: Path, parts: list[str]) -> None:
    path = tmp_path / "any"
    path.write_text("E-Mail;Vorname;Land;Sprache;Zeitzone;Anrede\n" + "".join(parts), "utf-8", "surrogatepass")

    for found in read_contacts(path, "any"):
        if isinstance(found, Contact):
            values = [found.first_name, found.country, found.language, found.timezone, found.email]
            assert all(value == "" or value.isprintable() or not value.isascii() for value in values)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("email,Vorname,Nachname,Land\n")
        file.writelines(f"anna.alt{n}@stadt-{n % 900}.example,Jörg,Müller{n},DE\n" for n in range(20_000))

    blocks = [
        sys.getallocatedblocks() for number, _ in enumerate(read_contacts(path, "list.csv")) if number % 2000 == 1000
    ]

    assert len(blocks) == 10
    # objects; a contact has a dozen. By the fourth time the caches of words are full
    assert max(blocks) - blocks[3] < 5000


def test_what_is_taken_for_clean_needs_no_cleaning() -> None:
    clean = [c for c in map(chr, range(sys.maxunicode + 1)) if is_clean(c)]

    assert set("Öß–ЩїΣავՀ") <= set(clean)
    assert not set("â\xa0\u0301\u200b") & set(clean)
    assert all(clean_line(f"x{c}x") == f"x{c}x" and not forbidden(c) and not damage(c) for c in clean)


# ── the file ──


@pytest.mark.parametrize(
    ("there", "hint"),
    [
        (["members.ods", "~$members.xlsx"], "did you mean “members.ods”?"),
        (
            ["~$members.xlsx", "._members.xlsx"],
            "put the list there, or name another file at its segment in ccmail.yaml",
        ),
    ],
)
def test_a_list_that_is_missing_is_said_with_the_file_that_may_be_meant(
    tmp_path: Path, there: list[str], hint: str
) -> None:
    for name in there:
        (tmp_path / name).touch()

    (problem,) = read_rows(tmp_path / "members.xlsx", "members.xlsx")

    assert isinstance(problem, Problem)
    assert (problem.code, problem.message, problem.hint) == ("R508", "there is no file members.xlsx", hint)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.csv", True), ("A.XLSX", True), ("~$a.xlsx", False), (".~lock.a.ods#", False), ("._a.csv", False)],
)
def test_what_programs_lay_beside_an_open_list_is_none(tmp_path: Path, name: str, *, expected: bool) -> None:
    assert is_list(tmp_path / name) is expected
