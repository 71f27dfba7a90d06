from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font

from ccmail.audience import Reason, Suppression, address_key
from ccmail.languages.catalogue import read_catalogue
from ccmail.problems import Place
from ccmail.suppression.list_file import Suppressions, read_suppressions
from tests.audience.workbooks import book_of

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, content: str, encoding: str = "utf-8") -> Suppressions:
    path = folder / "unsubscribed.csv"
    path.write_bytes(content.encode(encoding))
    return read_suppressions(path, "recipients/unsubscribed.csv")


@pytest.mark.parametrize(
    "content",
    [
        "email\nA@x.example\nb@fürth.example\n",
        "A@x.example\nb@fürth.example\n",
        "a@X.example;b@xn--frth-0ra.example\n",
        "E-Mail;Datum\nAnna <a@x.example>;2020-01-01\nb(at)fürth.example;2020-01-02\n",
        "Abgemeldet\n\nE-Mail\na@x.example, b@fürth.example\n",
        "sep=;\nDatum;E-Mail\n2020-01-01;a@x.example\n2020-01-02;mailto:b@fürth.example\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_addresses_are_found_in_any_spelling(tmp_path: Path, content: str, encoding: str) -> None:
    suppressions = read(tmp_path, content, encoding)

    assert set(suppressions) == {address_key("a@x.example"), address_key("b@fürth.example")}


def test_a_reason_that_speaks_of_a_bounce_makes_it_one(tmp_path: Path) -> None:
    suppressions = read(tmp_path, "email,reason\na@x.example,bounced: 550 5.1.1\nb@x.example,per Mail\n")

    assert suppressions["a@x.example"] == Suppression(
        Reason.BOUNCED, "bounced: 550 5.1.1", Place("recipients/unsubscribed.csv", 2)
    )
    assert suppressions["b@x.example"].reason is Reason.UNSUBSCRIBED
    assert suppressions["b@x.example"].detail == "per Mail"


def test_the_first_of_two_rows_counts(tmp_path: Path) -> None:
    suppressions = read(tmp_path, "email\na@x.example\nA@x.example\n")

    assert [(s.place.line if s.place else 0) for s in suppressions.values()] == [2]


def test_a_file_that_is_not_there_suppresses_nobody(tmp_path: Path) -> None:
    suppressions = read_suppressions(tmp_path / "none.csv", "none.csv")

    assert (len(suppressions), suppressions.problems) == (0, ())


def test_an_empty_file_suppresses_nobody(tmp_path: Path) -> None:
    suppressions = read(tmp_path, "")

    assert (len(suppressions), suppressions.problems) == (0, ())


def test_an_address_that_nothing_can_be_sent_to_is_suppressed_all_the_same(tmp_path: Path) -> None:
    assert "jörg@x.example" in read(tmp_path, "Jörg@x.example\n")


def test_a_row_that_names_nobody_is_an_error(tmp_path: Path) -> None:
    suppressions = read(tmp_path, "email\na@x.example\nFrau Müller\n")

    assert [(p.code, p.is_error, str(p.place)) for p in suppressions.problems] == [
        ("R511", True, "recipients/unsubscribed.csv:3:1")
    ]


def test_an_open_quote_is_an_error_and_the_next_rows_count(tmp_path: Path) -> None:
    suppressions = read(tmp_path, 'email;name\na@x.example;"Anna\nb@x.example;Bea\n')

    assert "b@x.example" in suppressions
    assert [p.code for p in suppressions.problems] == ["R504"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary())
def test_no_file_makes_reading_fail(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)

    assert isinstance(read_suppressions(path, "any"), Suppressions)


def test_hidden_and_struck_rows_of_a_workbook_get_no_mail(tmp_path: Path) -> None:
    book = book_of(("Abgemeldet", [["E-Mail", "Grund"], ["a@x.example", ""], ["b@x.example", ""], ["c@x.example", ""]]))
    sheet = book["Abgemeldet"]
    sheet.row_dimensions[2].hidden = True
    sheet["A3"].font = Font(strike=True)
    sheet["A4"].comment = Comment("möchte keine Mails", "Kim")
    book.save(tmp_path / "unsubscribed.xlsx")

    found = read_suppressions(tmp_path / "unsubscribed.xlsx", "unsubscribed.csv")

    assert set(found) == {"a@x.example", "b@x.example", "c@x.example"}
    assert [(problem.message, problem.hint) for problem in found.problems] == [
        (
            "1 of 3 rows is hidden in Excel and gets no mail: row 2",
            "show all rows, and delete those who should get mails",
        ),
        (
            "1 of 3 rows is struck through in Excel and gets no mail: row 3",
            "delete those who should get mails, or remove the line through the others",
        ),
    ]
    assert read_catalogue("de").text(found.problems[0].message) == (
        "1 von 3 Zeilen ist in Excel ausgeblendet und bekommt keine Mail: Zeile 2"
    )
