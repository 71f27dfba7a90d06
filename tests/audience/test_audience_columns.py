from __future__ import annotations

import pytest

from ccmail.audience.columns import find_columns, is_email_header


@pytest.mark.parametrize(
    "header",
    [
        "email",
        "E-Mail",
        "E-Mail-Adresse",
        "e-mail adresse",
        "Mail",
        "MAIL",
        "Email address",
        "E-Mail Address",
        " eMail ",
        "E-Mail (dienstlich)",
        "E-Mail 1",
        "Mailadresse",
    ],
)
def test_the_address_column_is_known_by_many_names(header: str) -> None:
    assert is_email_header(header)


@pytest.mark.parametrize("header", ["", "Name", "Mailing", "E-Mail-Verteiler", "mail@x.example", "Emil"])
def test_other_columns_are_no_address_columns(header: str) -> None:
    assert not is_email_header(header)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Anrede", "salutation"),
        ("ANREDE", "salutation"),
        ("Salutation", "salutation"),
        ("Titel", "title"),
        ("Title", "title"),
        ("Vorname", "first_name"),
        ("first_name", "first_name"),
        ("First Name", "first_name"),
        ("Nachname", "last_name"),
        ("Name", "last_name"),
        ("last_name", "last_name"),
        ("Surname", "last_name"),
        ("Organisation", "organisation"),
        ("Kommune", "organisation"),
        ("Institution", "organisation"),
        ("Stadt", "city"),
        ("Ort", "city"),
        ("City", "city"),
        ("Land", "country"),
        ("Country", "country"),
        ("Sprache", "language"),
        (" language ", "language"),
        ("Briefanrede", "greeting"),
        ("Greeting", "greeting"),
        ("Zeitzone", "timezone"),
        ("Time zone", "timezone"),
    ],
)
def test_columns_are_known_in_german_and_english(header: str, field: str) -> None:
    columns = find_columns([(1, ["email", header])])

    assert columns is not None
    assert columns.fields == {field: 1}


def test_the_clearer_of_two_names_wins() -> None:
    columns = find_columns([(1, ["Name", "E-Mail", "Nachname"])])

    assert columns is not None
    assert columns.fields == {"last_name": 2}
    assert columns.extra == (("name", 0),)


def test_the_header_is_the_first_row_with_an_address_column() -> None:
    columns = find_columns([(1, ["Verteiler 2020", ""]), (3, ["Ort", "Mail"]), (4, ["Mail", "Ort"])])

    assert columns is not None
    assert (columns.line, columns.emails) == (3, (1,))


def test_other_columns_are_kept_under_plain_names() -> None:
    columns = find_columns([(1, ["E-Mail", "Straße & Nr.", "Consent at", "", "consent-at", "№"])])

    assert columns is not None
    assert columns.extra == (("strasse_nr", 1), ("consent_at", 2), ("consent_at_5", 4), ("column_6", 5))


def test_rows_without_an_address_column_are_no_header() -> None:
    assert find_columns([(1, ["Vorname", "Nachname"])]) is None
