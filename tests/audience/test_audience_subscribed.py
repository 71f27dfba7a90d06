"""The list of those who have subscribed: written by ccmail, corrected by people, read by each segment."""

from __future__ import annotations

import dataclasses
import os
import stat
from pathlib import Path

import pytest

from ccmail.audience import Contact, read_contacts
from ccmail.audience.subscribed import HEADER, append_row, remove_rows, unfit_fields
from ccmail.problems import CcmailError, Problem
from ccmail.workspace.list_format import OF_SUBSCRIBED

OF_GERMAN = dataclasses.replace(OF_SUBSCRIBED, segment="german")
EVE = {
    "email": "eve@kassel.example",
    "first_name": "Eve",
    "last_name": "Weiß",
    "language": "de",
    "segment": "german",
    "consent": "0123456789ab",
    "confirmed_at": "2020-09-21T09:00:00Z",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recipients" / "subscribed.csv"


def append(path: Path, **values: str) -> None:
    append_row(path, "subscribed.csv", EVE | values)


def read(path: Path) -> tuple[list[Contact], list[Problem]]:
    found = list(read_contacts(path, "subscribed.csv", OF_GERMAN))
    return [f for f in found if isinstance(f, Contact)], [f for f in found if isinstance(f, Problem)]


def test_what_is_written_is_read_without_a_word(path: Path) -> None:
    append(path)
    append(path, email="bo@bonn.example", organisation='Stadt "Köln", Amt 3')

    contacts, problems = read(path)

    assert [(c.email, c.last_name, c.language, c.organisation) for c in contacts] == [
        ("eve@kassel.example", "Weiß", "de", ""),
        ("bo@bonn.example", "Weiß", "de", 'Stadt "Köln", Amt 3'),
    ]
    assert problems == []


def test_before_anybody_has_subscribed_there_is_nobody_and_nothing_wrong(path: Path) -> None:
    assert read(path) == ([], [])
    append(path, segment="international")
    assert read(path) == ([], [])
    remove_rows(path, "subscribed.csv", [EVE["email"]])
    for list_format in (OF_GERMAN, OF_SUBSCRIBED):
        assert list(read_contacts(path, "subscribed.csv", list_format)) == []


def test_of_a_person_the_last_row_of_the_segment_counts(path: Path) -> None:
    append(path, language="en")
    append(path, segment="international", language="fr")
    append(path, email="EVE@kassel.example")

    [contact], _ = read(path)

    assert (contact.place.line, contact.language) == (4, "de")


@pytest.mark.parametrize(
    ("encoding", "separator"), [("cp1252", ";"), ("utf-8-sig", ";"), ("utf-8", ","), ("utf-8", "\t")]
)
def test_a_list_that_a_spreadsheet_has_saved_gets_rows_in_its_own_form(
    path: Path, encoding: str, separator: str
) -> None:
    path.parent.mkdir()
    row = ["bo@bonn.example", "Bö", "Müller", "", "", "", "de", "german", "x", "2020-09-20T09:00:00Z", "note"]
    lines = [separator.join([*HEADER, "remark"]), separator.join(row)]
    path.write_bytes("\r\n".join(lines).encode(encoding))  # the last line has no end

    append(path)

    contacts, problems = read(path)
    assert [(c.first_name, c.last_name) for c in contacts] == [("Bö", "Müller"), ("Eve", "Weiß")]
    assert not [problem for problem in problems if problem.is_error]


def test_a_list_of_somebody_else_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("E-Mail;Name\na@b.example;Ada\n", encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(CcmailError) as error:
        append(path)

    assert (error.value.code, path.read_bytes()) == ("W921", before)


def test_utf_16_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes("\t".join(HEADER).encode("utf-16"))

    with pytest.raises(CcmailError) as error:
        append(path)

    assert error.value.code == "W921"


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_rows_of_a_person_are_removed_and_all_else_stays(path: Path) -> None:
    for email in ("eve@kassel.example", "bo@bonn.example", "Eve@Kassel.example"):
        append(path, email=email)
    path.chmod(0o640)
    lines = path.read_bytes().splitlines(keepends=True)

    assert remove_rows(path, "subscribed.csv", ["eve@kassel.example"]) == 2

    assert path.read_bytes() == lines[0] + lines[2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert remove_rows(path.with_name("none.csv"), "none.csv", ["eve@kassel.example"]) == 0


def test_a_new_list_is_for_its_owner_only(path: Path) -> None:
    append(path)

    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_would_stop_a_sending_is_found_before_it_gets_into_the_list() -> None:
    assert unfit_fields(EVE) == frozenset()
    assert unfit_fields(EVE | {"city": "x" * 1001}) == {"city"}
    assert unfit_fields(EVE | {"email": "eve"}) == {"email"}
