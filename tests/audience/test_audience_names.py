"""Names as lists write them: whole names in one column, titles, and names that greet oddly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.audience import Contact, read_contacts, salutation
from ccmail.audience.name_cells import is_plain, read_names
from ccmail.audience.person_name import PersonName, as_usually_written, oddity, split_name, without_titles
from ccmail.audience.summary import Manner, summarise_list
from ccmail.languages import load_languages
from ccmail.problems import Problem

LANGUAGES = load_languages([Path(__file__).parents[2] / "templates" / "words"])
GERMAN, ENGLISH = LANGUAGES["de"], LANGUAGES["en"]

Read = Callable[[str], tuple[list[Contact], list[Problem]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads a list into people and problems."""

    def read(text: str) -> tuple[list[Contact], list[Problem]]:
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        found = list(read_contacts(path, "list.csv"))
        return [x for x in found if isinstance(x, Contact)], [x for x in found if isinstance(x, Problem)]

    return read


# ── whole names ───────────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = {
    "Dr. Müller, Jana": ("", "Dr.", "Jana", "Müller"),
    "Müller, Dr. Jana": ("", "Dr.", "Jana", "Müller"),
    "Prof. Dr. Eva Lang": ("", "Prof. Dr.", "Eva", "Lang"),
    "Mr. Raimond Tamm": ("Mr.", "", "Raimond", "Tamm"),
    "Weiß, Jörg": ("", "", "Jörg", "Weiß"),
    "Frau Dr. Anna von der Lippe": ("Frau", "Dr.", "Anna", "von der Lippe"),
    "von der Lippe, Anna": ("", "", "Anna", "von der Lippe"),
    "Lippe, Anna von der": ("", "", "Anna", "von der Lippe"),
    "MÜLLER Jana": ("", "", "Jana", "MÜLLER"),
    "Jana MÜLLER": ("", "", "Jana", "MÜLLER"),
    "VAN DYK Pieter": ("", "", "Pieter", "VAN DYK"),
    "Herr Bürgermeister Klein": ("Herr", "Bürgermeister", "", "Klein"),
    "Jean-Pierre de la Tour": ("", "", "Jean-Pierre", "de la Tour"),
    "O'Brien, Sinéad": ("", "", "Sinéad", "O'Brien"),
    "Nino Beridze": ("", "", "Nino", "Beridze"),
    "ნინო ბერიძე": ("", "", "ნინო", "ბერიძე"),
    "Эва Ланг": ("", "", "Эва", "Ланг"),
    "Omar al-Rashid": ("", "", "Omar", "al-Rashid"),
    "Yusuf ibn Said": ("", "", "Yusuf", "ibn Said"),
    "Maria dos Santos": ("", "", "Maria", "dos Santos"),
    "Karl von und zu Berg": ("", "", "Karl", "von und zu Berg"),
    "Eva Lang-Weiß": ("", "", "Eva", "Lang-Weiß"),
    "John F. Kent": ("", "", "John F.", "Kent"),
    "Anna Huber, MBA": ("", "MBA", "Anna", "Huber"),
    "Huber, Anna, M.A.": ("", "M.A.", "Anna", "Huber"),
    "Martin Kent Jr.": ("", "Jr.", "Martin", "Kent"),
    "Dipl.-Ing. (FH) Uwe Kraft": ("", "Dipl.-Ing. (FH)", "Uwe", "Kraft"),
    "Dr. h. c. Eva Lang": ("", "Dr. h. c.", "Eva", "Lang"),
    "Dr. Phil Lang": ("", "Dr.", "Phil", "Lang"),
    "Lang, Oberbürgermeisterin": ("", "Oberbürgermeisterin", "", "Lang"),
    "Jun.-Prof. Dr. Eva Lang": ("", "Jun.-Prof. Dr.", "Eva", "Lang"),
    "apl. Prof. Eva Lang": ("", "apl. Prof.", "Eva", "Lang"),
    "Mgr. Eva Langová": ("", "Mgr.", "Eva", "Langová"),
    "Dott.ssa Anna Neri": ("", "Dott.ssa", "Anna", "Neri"),
    "Teamleiterin Eva Lang": ("", "Teamleiterin", "Eva", "Lang"),
    "Eva Lang, Teamleiterin": ("", "Teamleiterin", "Eva", "Lang"),
    "Eva Lang, MdL": ("", "MdL", "Eva", "Lang"),
    "Uwe Kraft, Landrat a.D.": ("", "Landrat a.D.", "Uwe", "Kraft"),
    "Eva Lang Dr.": ("", "Dr.", "Eva", "Lang"),
    "Lang, Eva Dr.": ("", "Dr.", "Eva", "Lang"),
    "Karl v. Berg": ("", "", "Karl", "v. Berg"),
    "A.B.C. Kent": ("", "", "A.B.C.", "Kent"),
    "Hrn. Lang": ("Hrn.", "", "", "Lang"),
    "Señora Eva Prado": ("Señora", "", "Eva", "Prado"),
    "Pani Ewa Lis": ("Pani", "", "Ewa", "Lis"),
    "пані Ольга Ланг": ("пані", "", "Ольга", "Ланг"),
    "Sehr geehrter Herr Lang": ("Sehr geehrter Herr", "", "", "Lang"),
    "von der Lippe": ("", "", "", "von der Lippe"),
    "Beridze": ("", "", "", "Beridze"),
}
UNSURE = (
    "Roberto Zambrana Flores",
    "Anna Maria Huber",
    "Ludwig Mies van der Rohe",
    "Van Gogh",
    "Nguyen Thi Mai",
    "Pan Wei",
    "M. Blanc",
)
NOBODY = (
    "Müller (Presse)",
    "Eva Lang & Jörg Weiß",
    "Herr und Frau Lang",
    "Eva Lang / Uwe Kraft",
    "Team Kommunikation",
    "Stadt Ulm",
    "Landkreis Görlitz",
    "Referat 12",
    "Familie Lang",
    "Eheleute Lang",
    "Eva Lang, Stadt Ulm",
    "Die Bürgermeisterin",
    "Gartenamt Ulm",
    "Lang GmbH",
    "Lang AG",
    "eva@ulm.example",
    '"Eva Lang"',
    "Frau",
    "Lang, Eva, Uwe",
)


@pytest.mark.parametrize(("text", "expected"), WHOLE.items())
def test_a_whole_name_has_title_first_and_last_name(text: str, expected: tuple[str, str, str, str]) -> None:
    assert split_name(text) == PersonName(*expected)


@pytest.mark.parametrize("text", UNSURE)
def test_what_cannot_be_split_for_certain_stays_whole(text: str) -> None:
    name = split_name(text)

    assert (name.last_name, name.is_person) == (text, True)
    assert "for certain" in name.doubt


@pytest.mark.parametrize("text", NOBODY)
def test_what_does_not_name_one_person_is_never_split(text: str) -> None:
    name = split_name(text)

    assert name[:4] == ("", "", "", text)
    assert name.doubt
    assert not name.is_person


PIECES = st.sampled_from(
    [
        *(
            "Dr.",
            "Prof.",
            "Herr",
            "Frau",
            "Anna",
            "Eva",
            "von",
            "der",
            "Van",
            "al-",
            "MBA",
            "Jr.",
            "M.A.",
            ",",
            "(",
            "&",
        ),
        *("und", "Lang", "MÜLLER", "O'Brien", "GmbH", "Stadt", "J.", "7", "Sehr", "Bürgermeisterin", "ნინო", "ı", "@"),
        *("-", "h.", "c."),
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=7).map(" ".join), st.text(max_size=20)))
def test_splitting_neither_loses_nor_invents_a_letter(text: str) -> None:
    written = sorted(c for c in text if not c.isspace() and c != ",")

    for name in (split_name(text), without_titles(text)):
        assert sorted(c for c in "".join(name[:4]) if not c.isspace() and c != ",") == written


@given(st.lists(PIECES, max_size=5).map(" ".join), st.lists(PIECES, max_size=5).map(" ".join), st.booleans())
def test_a_flagged_name_is_greeted_with_the_words_of_the_list(first: str, last: str, is_whole: bool) -> None:  # noqa: FBT001
    read = read_names(first, last, is_whole=is_whole, has_first_names=not is_whole)

    written = f"{first} {last}".replace(",", " , ").split()
    greeted = " ".join(read.in_greeting(is_addressed=is_whole)).replace(",", " , ").split()
    assert not Counter(greeted) - Counter(written)


@given(st.text(max_size=8), st.text(max_size=8))
def test_a_plain_name_is_read_as_it_stands(first: str, last: str) -> None:
    if is_plain(first, last):
        read = read_names(first, last, is_whole=False, has_first_names=True)

        assert read.name[:4] in {("", "", first, last), read.name[:4] if read.odd else ()}


# ── greetings ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "german", "english", "codes"),
    [
        ("Dr. Müller, Jana", "Guten Tag Dr. Jana Müller,", "Dear Dr Müller,", []),
        ("Herr Bürgermeister Klein", "Sehr geehrter Herr Bürgermeister Klein,", "Dear Mr Klein,", []),
        ("Mr. Raimond Tamm", "Sehr geehrter Herr Tamm,", "Dear Mr Tamm,", []),
        ("Kim Muster", "Guten Tag Kim Muster,", "Dear Kim Muster,", []),
        ("Presseamt", "Sehr geehrte Damen und Herren,", "Dear colleagues,", []),
        ("Roberto Zambrana Flores", "Guten Tag Roberto Zambrana Flores,", "Dear Roberto Zambrana Flores,", ["R537"]),
        ("Van Gogh", "Guten Tag Van Gogh,", "Dear Van Gogh,", ["R537"]),
        ("Landrätin Lang", "Sehr geehrte Damen und Herren,", "Dear colleagues,", ["R538"]),
        ("Dipl.-Ing. Kraft", "Sehr geehrte Damen und Herren,", "Dear colleagues,", ["R538"]),
        ("Liebe Eva", "Sehr geehrte Damen und Herren,", "Dear colleagues,", ["R538"]),
        ("Frau Frau Lang", "Sehr geehrte Frau Lang,", "Dear Ms Lang,", []),
        ("Sig.ra Neri", "Sehr geehrte Frau Neri,", "Dear Ms Neri,", []),
        ("Frl. Lang", "Sehr geehrte Frau Lang,", "Dear Ms Lang,", []),
        ("Eva Lang, Uwe Kraft", "Guten Tag Uwe Kraft Eva Lang,", "Dear Uwe Kraft Eva Lang,", ["R537"]),
        ("Müller (Presse)", "Sehr geehrte Damen und Herren,", "Dear colleagues,", ["R537"]),
        ("Eva Lang & Jörg Weiß", "Sehr geehrte Damen und Herren,", "Dear colleagues,", ["R537"]),
        ("Team Kommunikation", "Sehr geehrte Damen und Herren,", "Dear colleagues,", ["R537"]),
        ("MÜLLER Jana", "Guten Tag Jana MÜLLER,", "Dear Jana MÜLLER,", ["R538"]),
    ],
)
def test_a_column_of_whole_names_greets_as_a_letter_would(
    read: Read, name: str, german: str, english: str, codes: list[str]
) -> None:
    [person], problems = read(f"Name;E-Mail\n{name};a@x.example\n")

    assert (salutation(person, GERMAN), salutation(person, ENGLISH)) == (german, english)
    assert [(p.code, p.place and p.place.line) for p in problems] == [(code, 2) for code in codes]


@pytest.mark.parametrize(
    ("cells", "german"),
    [
        ("Dr.;Anna;Huber", "Guten Tag Dr. Anna Huber,"),
        ("Prof.;Jörg;Weiß", "Guten Tag Professor Jörg Weiß,"),
        ("Professorin;Eva;Lang", "Guten Tag Professorin Eva Lang,"),
        ("Dipl.-Ing.;Eva;Lang", "Guten Tag Eva Lang,"),
        ("Herr Prof. Dr.;Jörg;Weiß", "Sehr geehrter Herr Professor Weiß,"),
        ("Frau Bürgermeisterin;Eva;Lang", "Sehr geehrte Frau Bürgermeisterin Lang,"),
        ("Frau Landrätin Dr.;Eva;Lang", "Sehr geehrte Frau Landrätin Dr. Lang,"),
        ("Mr. Dr.;Raimond;Tamm", "Sehr geehrter Herr Dr. Tamm,"),
        ("Ms;Eva;Lang", "Sehr geehrte Frau Lang,"),
        ("Sehr geehrte Frau;Eva;Lang", "Sehr geehrte Frau Lang,"),
        (";Dr. Eva;Lang", "Guten Tag Dr. Eva Lang,"),
        ("Frau;Eva;Dr. Lang", "Sehr geehrte Frau Dr. Lang,"),
        ("Frau;Eva;Lang, MBA", "Sehr geehrte Frau Lang,"),
        (";Herr Uwe;Kraft", "Sehr geehrter Herr Kraft,"),
        (";Hr;Kraft", "Sehr geehrter Herr Kraft,"),
        ("Frau;-;Lang", "Sehr geehrte Frau Lang,"),
        ("Frau Teamleiterin;Eva;Lang", "Sehr geehrte Frau Lang,"),
        ("woman;Eva;Lang", "Sehr geehrte Frau Lang,"),
        ("Señor;Uwe;Kraft", "Sehr geehrter Herr Kraft,"),
        ("o. A.;Eva;Lang", "Guten Tag Eva Lang,"),
        ("Herr;;Weiß, Jörg", "Sehr geehrter Herr Weiß,"),
    ],
)
def test_titles_are_read_in_every_column(read: Read, cells: str, german: str) -> None:
    [person], problems = read(f"Anrede;Vorname;Nachname;E-Mail\n{cells};a@x.example\n")

    assert salutation(person, GERMAN) == german
    assert problems == []


@pytest.mark.parametrize(
    "cells",
    [
        "Frau;ANNA;HUBER",
        "Frau;Anna;HUBER-LANG",
        "Herr;ole;berg",
        "Herr;Ole;von der lippe",
        "Frau;-;-",
        "Frau;;.",
        "Frau;Eva;eva@ulm.example",
        'Frau;Eva;"""Lang"""',
        "Frau;Eva;Lang GmbH",
        ";Stadt;Ulm",
        "Frau;;Presseamt",
        "Frau;Eva;Lang (Presse)",
        "Frau;Eva;Lang & Weiß",
        "Frau;Eva;Lang, Uwe",
        "Frau;Herr Eva;Lang",
        "Frau;;Anna Huber",
        "Frau;Familie;Lang",
        "Frau;Eva;lANG",
        "Frau;Eva;LaNG",
        "Frau;Eva;Lang-WEISS",
        "Frau;Eva;Lang geb. Weiß",
        "Frau;Eva;Lang - Weiß",
        "Frau;Eva;Lang-",
        "Frau;Eva;L.",
        "Frau;Eva;Eva Lang",
        "Frau;Eva Lang;Eva Lang",
        "Frau;Eva;Bürgermeister",
        "Herr;Uwe;Bauverwaltung",
        ";Sekretariat;Lang",
        ";Kulturamt;Ulm",
        ";Dr.Eva;Lang",
        ";Eva Lang;",
        ";;Zambrana Flores",
    ],
)
def test_a_name_that_greets_oddly_is_a_warning_with_its_row(read: Read, cells: str) -> None:
    _, [problem] = read(f"Anrede;Vorname;Nachname;E-Mail\n{cells};a@x.example\n")

    assert problem.code in {"R537", "R538"}
    assert problem.is_warning
    assert problem.place is not None
    assert problem.place.line == 2


@pytest.mark.parametrize(
    "name",
    [
        *("von der Lippe", "McGregor", "D'Angelo", "van Gogh", "ÖZ", "Li", "K", "O’Brien", "Lang-Weiß", "de la Tour"),
        *(
            "al-Rashid",
            "ბერიძე",
            "Ланг",
            "Işık",
            "İnan",
            "Ng",
            "MacDonald",
            "St. John",
            "'t Hooft",
            "Kreis",
            "Graf",
            "李",
            *("McDonald", "DeLaCruz", "hUiginn", "v. Berg", "Ó Briain", "Kim-Lang", "Samt", "Rat", "Leiter"),
        ),
    ],
)
def test_a_usual_name_is_never_flagged_nor_changed(read: Read, name: str) -> None:
    [person], problems = read(f"Anrede;Vorname;Nachname;E-Mail\nFrau;Eva;{name};a@x.example\n")

    assert person.last_name == name
    assert problems == []
    assert as_usually_written(name) == name


@pytest.mark.parametrize(
    ("cells", "german", "codes"),
    [
        ("Ms;;Lang", "Sehr geehrte Frau Lang,", []),
        ("Dipl.-Ing.;;Lang", "Sehr geehrte Damen und Herren,", ["R538"]),
        ("Frau;Eva;Lang", "Sehr geehrte Frau Lang,", []),
    ],
)
def test_a_title_without_a_greeting_of_its_own_is_said(read: Read, cells: str, german: str, codes: list[str]) -> None:
    [person], problems = read(f"Titel;Vorname;Nachname;E-Mail\n{cells};a@x.example\n")

    assert salutation(person, GERMAN) == german
    assert [p.code for p in problems] == codes


def test_a_title_that_says_another_salutation_is_said(read: Read) -> None:
    _, [problem] = read("Anrede;Titel;Vorname;Nachname;E-Mail\nFrau;Herr;Eva;Lang;a@x.example\n")

    assert problem.code == "R533"
    assert "“Herr”" in problem.message


def test_a_list_of_first_names_alone_is_one_warning_and_not_one_for_each_row(read: Read) -> None:
    rows = "".join(f"a{n}@x.example;Anna Lena\n" for n in range(5))

    assert [p.code for p in read(f"E-Mail;Vorname\n{rows}")[1]] == ["R539"]


def test_a_name_without_a_letter_is_no_name(read: Read) -> None:
    [person], _ = read("Anrede;Vorname;Nachname;E-Mail\nFrau;-;-;a@x.example\n")

    assert salutation(person, GERMAN) == "Sehr geehrte Damen und Herren,"


def test_the_greeting_of_the_list_makes_its_name_no_matter(read: Read) -> None:
    _, problems = read("Nachname;Briefanrede;E-Mail\nHUBER;Liebe Anna,;a@x.example\n")

    assert problems == []


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("HUBER", "Huber"),
        ("berg", "Berg"),
        ("VON DER LIPPE", "von der Lippe"),
        ("MCGREGOR", "McGregor"),
        ("O'BRIEN", "O'Brien"),
        ("LANG-WEISS", "Lang-Weiss"),
        ("IŞIK", "Işık"),
        ("İLKER", "İlker"),
        ("Huber", "Huber"),
        ("eva@ulm.example", "eva@ulm.example"),
    ],
)
def test_the_usual_writing_of_a_name_is_proposed(name: str, usual: str) -> None:
    assert as_usually_written(name) == usual


@given(st.text(max_size=12))
def test_what_is_not_odd_stays_as_it_is(name: str) -> None:
    if not oddity("", name):
        assert as_usually_written(name) == name


# ── whole lists ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("header", "row", "why"),
    [
        ("E-Mail;Vorname", "Jana", "no column has last names"),
        ("E-Mail;Name", "Presseamt", "“Name” alone, in one word, may be an office"),
        ("E-Mail;Anrede;Vorname;Nachname", ";;Muster", "they have no name, or only one without Anrede and first name"),
    ],
)
def test_a_list_whose_people_are_greeted_as_offices_is_one_warning(read: Read, header: str, row: str, why: str) -> None:
    _, problems = read(header + "\n" + "".join(f"a{n}@x.example;{row}\n" for n in range(40)))

    [problem] = [p for p in problems if p.code == "R539"]
    assert problem.message == f"40 of 40 people are greeted without a name: {why}"
    assert f"they are “{header.replace(';', '”, “')}”" in problem.hint
    assert str(problem.place) == "list.csv"


def test_a_few_offices_on_a_list_are_no_warning(read: Read) -> None:
    rows = "".join(f"a{n}@x.example;Eva;Lang\n" for n in range(3)) + "p@x.example;;Presseamt\nq@x.example;;Bauamt\n"

    assert read(f"E-Mail;Vorname;Nachname\n{rows}")[1] == []


def test_the_summary_says_how_people_are_really_greeted(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "E-Mail;Anrede;Titel;Vorname;Nachname\na@x.example;;Dipl.-Ing.;;Huber\nb@x.example;;Dr.;;Lang\n"
        "c@x.example;Frau;;;Weiß\nd@x.example;;;Kim;Muster\n",
        encoding="utf-8",
    )

    summary = summarise_list(path, "list.csv", GERMAN)

    assert [(g.manner, g.people, g.example) for g in summary.greetings] == [
        (Manner.FORMAL, 1, "Sehr geehrte Frau Weiß,"),
        (Manner.NAMED, 2, "Guten Tag Dr. Lang,"),
        (Manner.OFFICE, 1, "Sehr geehrte Damen und Herren,"),
    ]
