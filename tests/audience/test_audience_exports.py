from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from ccmail.audience import Contact, MarkedContact, Salutation, list_problems, read_contacts
from ccmail.audience.columns import find_columns
from ccmail.audience.columns_read import read_columns
from ccmail.audience.headers import address_rank
from ccmail.problems import Problem
from ccmail.workspace.list_format import ListFormat, NamedColumns

if TYPE_CHECKING:
    from pathlib import Path

Read: TypeAlias = Callable[..., tuple[list[Contact], list[Problem]]]


@pytest.fixture(name="read")
def _read(tmp_path: Path) -> Read:
    def read(content: str, named: NamedColumns | None = None) -> tuple[list[Contact], list[Problem]]:
        path = tmp_path / "list.csv"
        path.write_text(content, encoding="utf-8")
        found = list(read_contacts(path, "list.csv", ListFormat(columns=named or NamedColumns())))
        people = [x for x in found if isinstance(x, Contact)]
        return people, [x for x in found if isinstance(x, Problem) and x.code != list_problems.NAMES_MISSING]

    return read


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


EXPORTS = {
    "Outlook, German": (
        '"Anrede","Vorname","Weitere Vornamen","Nachname","Suffix","Firma","Ort geschäftlich",'
        '"Land/Region geschäftlich","E-Mail-Adresse","E-Mail-Typ","E-Mail 2: Adresse","Geschlecht"\n'
        '"Frau","Rita","","Vogel","","Stadt Linz","Linz","Österreich","rita@linz.example","SMTP","","Keine Angabe"\n'
    ),
    "Outlook, English": (
        "Title,First Name,Last Name,Company,Job Title,Business City,Business Country/Region,E-mail Address,"
        "E-mail 2 Address,Gender\nMs.,Rita,Vogel,Stadt Linz,Mayor,Linz,Austria,rita@linz.example,,Unspecified\n"
    ),
    "Google, old": (
        "Name,Given Name,Family Name,Name Prefix,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Value,"
        "Organization 1 - Name,Address 1 - City,Address 1 - Country\n"
        "Rita Vogel,Rita,Vogel,Ms,* Work,rita@linz.example,,Stadt Linz,Linz,Austria\n"
    ),
    "Google, new": (
        "First Name,Last Name,Name Prefix,Organization Name,E-mail 1 - Label,E-mail 1 - Value,Address 1 - City,"
        "Address 1 - Country\nRita,Vogel,Frau,Stadt Linz,Work,rita@linz.example,Linz,AT\n"
    ),
    "Thunderbird": (
        "First Name,Last Name,Display Name,Primary Email,Secondary Email,Work City,Work Country,Organization,Gender\n"
        "Rita,Vogel,Rita Vogel,rita@linz.example,r@home.example,Linz,Austria,Stadt Linz,f\n"
    ),
    "CiviCRM": (
        "Contact ID,Individual Prefix,First Name,Last Name,Current Employer,Email,City,Country,Do Not Email\n"
        "7,Frau,Rita,Vogel,Stadt Linz,rita@linz.example,Linz,Austria,No\n"
    ),
    "Indico": (
        "Title,First Name,Last Name,Email Address,Affiliation,City,Country\n"
        "Ms,Rita,Vogel,rita@linz.example,Stadt Linz,Linz,Austria\n"
    ),
    "pretix": (
        "Order code,Email,Attendee name: Given name,Attendee name: Family name,Attendee email,Attendee company,"
        "Anrede,City,Country\nA1,orders@linz.example,Rita,Vogel,rita@linz.example,Stadt Linz,Frau,Linz,AT\n"
    ),
    "listmonk": (
        "uuid,email,name,attributes,status\n"
        '1,rita@linz.example,Vogel,"{""first_name"": ""Rita"", ""company"": ""Stadt Linz"", '
        '""city"": ""Linz""}",enabled\n'
    ),
    "Mailchimp": (
        "Email Address,FNAME,LNAME,Company,City,Country,MEMBER_RATING,OPTIN_TIME\n"
        "rita@linz.example,Rita,Vogel,Stadt Linz,Linz,Austria,4,2020-01-02 10:00:00\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_the_export_of_a_program_is_read_as_it_is(export: str, read: Read) -> None:
    [rita], problems = read(export)

    assert (rita.email, rita.first_name, rita.last_name) == ("rita@linz.example", "Rita", "Vogel")
    assert (rita.organisation, rita.city, rita.country or "AT") == ("Stadt Linz", "Linz", "AT")
    knows_salutation = "FNAME" not in export and "uuid" not in export
    assert rita.gender is (Salutation.MS if knows_salutation else Salutation.NONE)
    assert set(codes(problems)) <= {"R524"}


@pytest.mark.parametrize(
    "lines",
    [
        "email;firstname;lastname;language;optout\na@x.example;Anna;Huber;en;N\nb@x.example;Ole;Berg;de;Y\n",
        "email,confirmed,blacklisted\na@x.example,1,0\nb@x.example,1,1\n",
        "Email Address,First Name,MEMBER_RATING,UNSUB_TIME,UNSUB_REASON\n"
        "a@x.example,A,2,,\nb@x.example,B,2,2020-01-02 03:04:05,NORMAL\n",
        "Email,Status\na@x.example,active\nb@x.example,unsubscribed\n",
        "EMAIL,VORNAME,BLACKLIST\na@x.example,Anna,\nb@x.example,Ole,1\n",
        "Email,Marketing contact status,Unsubscribed from all email\n"
        "a@x.example,Marketing contact,\nb@x.example,Marketing contact,true\n",
    ],
    ids=["LimeSurvey", "phpList", "Mailchimp", "Keila", "Brevo", "HubSpot"],
)  # fmt: skip
def test_the_export_of_a_mailing_program_says_who_has_left(lines: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(lines, encoding="utf-8")

    found = [x for x in read_contacts(tmp_path / "list.csv", "list.csv") if not isinstance(x, Problem)]

    assert [type(x) for x in found] == [Contact, MarkedContact]


def test_a_form_that_asks_for_the_address_has_it_in_its_own_column(read: Read) -> None:
    people, problems = read(
        "ID;E-Mail;Ihre E-Mail-Adresse;Nachname\n1;anonymous;a@x.example;Huber\n2;b@x.example;-;Berg\n"
    )

    assert [p.email for p in people] == ["a@x.example", "b@x.example"]
    assert codes(problems) == ["R524"]


@pytest.mark.parametrize(
    "header",
    [
        "Adresse e-mail;Prénom;Nom;Ville;Langue",
        "Correo electrónico;Nombre;Apellidos;Ciudad;Idioma",
        "Adres e-mail;Imię;Nazwisko;Miasto;Język",
        "Електронна пошта;Ім'я;Прізвище;Місто;Мова",
        "E-posta;Ad;Soyad;Şehir;Dil",
        "E-mail cím;Keresztnév;Vezetéknév;Város;Nyelv",
        "ელფოსტა;სახელი;გვარი;ქალაქი;ენა",
        "البريد الإلكتروني;الاسم الأول;اسم العائلة;المدينة;اللغة",
    ],
)
def test_headers_are_known_in_other_languages(header: str, read: Read) -> None:
    [rita], problems = read(f"{header}\nrita@linz.example;Rita;Vogel;Linz;de\n")

    assert (rita.email, rita.first_name, rita.last_name, rita.city, rita.language) == (
        "rita@linz.example", "Rita", "Vogel", "Linz", "de",
    )  # fmt: skip
    assert problems == []


@pytest.mark.parametrize(
    ("salutation", "language", "expected"),
    [
        ("السيدة", "العربية", (Salutation.MS, "ar")),
        ("السيد", "arabe", (Salutation.MR, "ar")),
        ("пані", "українська", (Salutation.MS, "uk")),
        ("Sra.", "francés", (Salutation.MS, "fr")),
        ("Monsieur", "espagnol", (Salutation.MR, "es")),
    ],
)
def test_salutations_and_languages_are_known_in_the_languages_of_the_mails(
    salutation: str, language: str, expected: tuple[Salutation, str], read: Read
) -> None:
    [person], problems = read(f"Email;Anrede;Name;Sprache\na@x.example;{salutation};Haddad;{language}\n")

    assert (person.gender, person.language) == expected
    assert problems == []


def test_a_prefix_may_be_a_title(read: Read) -> None:
    people, problems = read("Email,Name Prefix\na@x.example,Prof. Dr.\nb@x.example,Frau Dr.\n")

    assert [(p.gender, p.title) for p in people] == [(Salutation.NONE, "Prof. Dr."), (Salutation.MS, "Dr.")]
    assert problems == []


# ── several addresses ──


def test_the_first_address_that_is_filled_counts(read: Read) -> None:
    people, problems = read("E-Mail 2: Adresse;E-Mail-Adresse\nb@x.example;a@x.example\nc@x.example;\n;d@x.example\n")

    assert [p.email for p in people] == ["a@x.example", "c@x.example", "d@x.example"]
    assert codes(problems) == ["R524"]
    assert problems[0].message == "“E-Mail-Adresse” is the address; “E-Mail 2: Adresse” only where that is empty"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("E-Mail", "E-Mail 2"),
        ("Primary Email", "Email"),
        ("E-mail 1 - Value", "E-mail 2 - Value"),
        ("Email", "Work Email"),
        ("E-Mail", "E-Mail privat"),
        ("Haupt-E-Mail", "Weitere E-Mail"),
        ("E-Mail dienstlich", "Alternative E-Mail"),
        ("Attendee email", "Email"),
    ],
)
def test_one_column_of_addresses_is_plainly_the_first(first: str, second: str) -> None:
    columns = find_columns([(1, [second, first])])

    assert columns is not None
    assert (columns.emails, columns.rivals) == ((1, 0), (1,))


@pytest.mark.parametrize(
    "pair", [("E-Mail", "Mail"), ("E-Mail privat", "E-Mail dienstlich"), ("Home Email", "Work Email")]
)
def test_of_two_equal_columns_neither_is_chosen(pair: tuple[str, str], read: Read) -> None:
    people, [problem] = read(f"{';'.join(pair)}\na@x.example;b@x.example\n")

    assert people == []
    assert problem.code == "R503"
    assert f"columns: {{email: {pair[0]}}}" in problem.hint


@pytest.mark.parametrize("header", ["E-mail 1 - Type", "E-Mail: Angezeigter Name", "Email status", "E-Mail-Verteiler"])
def test_a_column_beside_the_address_is_no_address(header: str) -> None:
    assert address_rank(header) is None


def test_googles_three_colons_are_two_addresses(read: Read) -> None:
    people, problems = read("E-mail 1 - Value\na@x.example ::: b@y.example\n")

    assert [p.email for p in people] == ["a@x.example", "b@y.example"]
    assert codes(problems) == ["R522"]


# ── languages ──


@pytest.mark.parametrize(
    "header", ["Preferred Language", "preferred_locale", "Bevorzugte Sprache", "E-Mail-Sprache", "language", "Locale"]
)
@pytest.mark.parametrize("value", ["English", "Englisch", "en", "en_GB", "English (United Kingdom)"])
def test_a_language_is_known_by_many_names(header: str, value: str, read: Read) -> None:
    [person], problems = read(f"Email;{header}\na@x.example;{value}\n")

    assert (person.language, problems) == ("en", [])


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Idiom", ("German", "English", "")),
        ("spricht", ("Deutsch", "Französisch", "Georgisch")),
        ("L", ("de", "en", "en")),
        ("kommt aus", ("Deutschland", "Estland", "Georgien")),
    ],
)
def test_a_column_full_of_languages_that_is_not_used_is_a_warning(
    header: str, values: tuple[str, ...], read: Read
) -> None:
    rows = "".join(f"p{n}@x.example;{value}\n" for n, value in enumerate(values))

    _, [problem] = read(f"Email;{header}\n{rows}")

    assert (problem.code, problem.is_warning) == ("R543", True)
    assert f"column {header} looks like" in problem.message


@pytest.mark.parametrize("values", [("Deutsch", "Rathaus"), ("Nord", "Süd"), ("", "")])
def test_a_column_of_other_words_is_left_alone(values: tuple[str, str], read: Read) -> None:
    _, problems = read(f"Email;Abteilung\na@x.example;{values[0]}\nb@x.example;{values[1]}\n")

    assert problems == []


# ── attributes ──


def test_attributes_become_fields(read: Read) -> None:
    [person], problems = read(
        "email,name,attributes\n"
        'a@x.example,Huber,"{""language"": ""English"", ""Straße"": ""Am Ring"", ""n"": [1, null]}"\n'
    )

    assert person.language == "en"
    assert person.extra == {"strasse": "Am Ring", "n": "1"}
    assert problems == []


@pytest.mark.parametrize("text", ["{city: Bonn}", '"[1, 2]"', "Bonn", '"{""a"": "'])
def test_attributes_that_are_not_json_are_said(text: str, read: Read) -> None:
    [person], problems = read(f"email,attributes\na@x.example,{text}\n")

    assert person.email == "a@x.example"
    assert "R544" in codes(problems)


# ── named in ccmail.yaml ──


NAMED = NamedColumns((("email", "Kontakt 2"), ("last_name", "Familie"), ("language", "Pref. Lang.")))


def test_columns_are_what_ccmail_yaml_says(read: Read) -> None:
    [person], problems = read(
        "E-Mail;Kontakt 2;Name;Familie;Pref Lang\nb@x.example;a@x.example;N;Huber;English\n", NAMED
    )

    assert (person.email, person.last_name, person.language) == ("a@x.example", "Huber", "en")
    assert codes(problems) == ["R524"]


@pytest.mark.parametrize("header", ["Kontakt 2;Famlie;Pref. Lang.", "Kontakt2;Familie;Sprache", "Kontakt;Familie;X"])
def test_a_named_column_that_is_not_there_is_an_error(header: str, read: Read) -> None:
    people, problems = read(f"{header}\na@x.example;Huber;en\n", NAMED)

    assert people == []
    assert set(codes(problems)) == {"R513"}


def test_a_misspelt_column_is_shown_the_one_that_is_meant(read: Read) -> None:
    _, [problem] = read("Kontakt 2;Famlie;Pref. Lang.\na@x.example;Huber;en\n", NAMED)

    assert problem.marks[0].label == "did you mean “Famlie”?"
    assert "Pref. Lang." in problem.hint


def test_ccmail_yaml_says_which_columns_decide(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "E-Mail;Status;Raus;Drin\na@x.example;gesperrt;;ja\nb@x.example;Gast;x;ja\nc@x.example;Gast;;nein\n",
        encoding="utf-8",
    )
    named = NamedColumns(unsubscribed=("Raus",), subscribed=("Drin",), further=("Status",))

    found = list(read_contacts(path, "list.csv", ListFormat(columns=named)))

    assert [type(x) for x in found if not isinstance(x, Problem)] == [Contact, MarkedContact, MarkedContact]
    columns = read_columns(path, "list.csv", ListFormat(columns=named))
    assert columns is not None
    assert (columns.deciding, columns.unused) == (("Raus", "Drin"), ("Status",))
