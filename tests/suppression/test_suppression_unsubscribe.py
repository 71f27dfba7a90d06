"""People are written into the list of the unsubscribed."""

from __future__ import annotations

import datetime as dt
import re
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccmail.ledger import take_turns
from ccmail.problems import InputError, UsageError
from ccmail.suppression.list_file import read_suppressions
from ccmail.suppression.unsubscribe import add_rows, rows_of, take_out

TODAY = dt.date(2020, 9, 21)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recipients" / "unsubscribed.csv"


def written(path: Path, before: bytes | None, *addresses: str) -> bytes:
    """Return the file after these people were added."""
    path.parent.mkdir(exist_ok=True)
    if before is not None:
        path.write_bytes(before)
    add_rows(path, "unsubscribed.csv", addresses, TODAY)
    assert [p.name for p in path.parent.iterdir()] == ["unsubscribed.csv"]
    return path.read_bytes()


def test_a_list_that_is_not_there_is_made_with_a_header(path: Path) -> None:
    after = written(path, None, "A@x.example", "b@x.example")

    assert after == b"email,date\nA@x.example,2020-09-21\nb@x.example,2020-09-21\n"


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of POSIX")
def test_a_new_list_is_for_nobody_else_and_an_old_one_keeps_its_rights(path: Path) -> None:
    written(path, None, "a@x.example")
    assert path.stat().st_mode & 0o777 == 0o600

    path.chmod(0o664)
    add_rows(path, "u", ["b@x.example"], TODAY)

    assert path.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a@x.example\n", b"a@x.example\nb@x.example\n"),
        (b"a@x.example", b"a@x.example\nb@x.example\n"),
        (b"E-Mail;Grund\r\na@x.example;will nicht\r\n", b"E-Mail;Grund\r\na@x.example;will nicht\r\nb@x.example;\r\n"),
        (b"Datum;Ort;E-Mail\n1.1.;M;a@x.example", b"Datum;Ort;E-Mail\n1.1.;M;a@x.example\n2020-09-21;;b@x.example\n"),
        (b"\xef\xbb\xbfemail\r\n", b"\xef\xbb\xbfemail\r\nb@x.example\r\n"),
        ("E-Mail\nJörg <a@x.example>\n".encode("cp1252"), "E-Mail\nJörg <a@x.example>\nb@x.example\n".encode("cp1252")),
        (b"", b"email,date\nb@x.example,2020-09-21\n"),
    ],
)  # fmt: skip
def test_encoding_separator_columns_and_line_ends_stay(path: Path, before: bytes, after: bytes) -> None:
    assert written(path, before, "b@x.example") == after


def test_a_list_in_utf_16_stays_one(path: Path) -> None:
    after = written(path, "email\r\na@x.example\r\n".encode("utf-16"), "b@x.example")

    assert after == "email\r\na@x.example\r\nb@x.example\r\n".encode("utf-16")


def test_a_domain_that_the_encoding_does_not_know_is_written_in_ascii(path: Path) -> None:
    after = written(path, "E-Mail\nJörg <a@x.example>\n".encode("cp1252"), "b@łódź.example")

    assert after.splitlines()[-1] == b"b@" + "łódź.example".encode("idna")


def test_nobody_is_written_twice_in_whatever_spelling(path: Path) -> None:
    before = b"email\nAnna@X.example\n"

    after = written(path, before, "anna@x.example", "ANNA@x.example")

    assert after == before


def test_what_came_of_it_is_told(path: Path) -> None:
    written(path, None, "a@x.example")

    done = add_rows(path, "u", ["A@x.example", "b@x.example", "B@x.example"], TODAY)

    assert done.added == ("B@x.example",)
    assert done.known == ("A@x.example",)


@pytest.mark.parametrize("wrong", ["nobody", "=?utf-8?q?b?=@x.example", "b@x.example> AUTH=<c", "b%0d%0a@x.example"])
def test_one_address_that_is_none_keeps_all_from_being_written(path: Path, wrong: str) -> None:
    path.parent.mkdir()

    with pytest.raises(UsageError, match=f"“{re.escape(wrong)}” is not a mail address"):
        add_rows(path, "u", ["a@x.example", wrong], TODAY)

    assert not path.exists()


def test_an_excel_sheet_is_refused(path: Path) -> None:
    import openpyxl

    path.parent.mkdir()
    book = openpyxl.Workbook()
    book.active.append(["email"])
    book.active.append(["a@x.example"])
    book.save(path)
    before = path.read_bytes()

    with pytest.raises(UsageError, match="Excel sheet"):
        add_rows(path, "u", ["b@x.example"], TODAY)

    assert path.read_bytes() == before


def test_a_list_in_which_the_new_row_would_get_lost_is_refused(path: Path) -> None:
    before = b'email;name\na@x.example;"Anna\n'  # the open quote would swallow it

    with pytest.raises(UsageError, match="nothing can be added"):
        written(path, before, "b@x.example")

    assert path.read_bytes() == before


def test_a_folder_in_the_place_of_the_list_is_refused(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(InputError):
        add_rows(path, "u", ["b@x.example"], TODAY)


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_link_goes_on_to_lead_to_the_list(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    real = tmp_path / "shared.csv"
    real.write_bytes(b"email\n")
    path.symlink_to(real)

    add_rows(path, "u", ["a@x.example"], TODAY)

    assert path.is_symlink()
    assert real.read_bytes() == b"email\na@x.example\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such lock")
def test_many_at_once_are_all_written(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()

    def add(number: int) -> None:
        with take_turns(tmp_path / ".ccmail", "unsubscribed"):
            add_rows(path, "u", [f"person{number}@x.example"], TODAY)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(read_suppressions(path, "u")) == 12


@settings(max_examples=60)
@given(st.binary(max_size=60))
@example(b"\x00pc")  # half a character of UTF-16
def test_a_list_of_any_bytes_is_added_to_or_stays(tmp_path_factory: pytest.TempPathFactory, before: bytes) -> None:
    path = tmp_path_factory.mktemp("u") / "unsubscribed.csv"
    path.write_bytes(before)

    try:
        add_rows(path, "u", ["new@x.example"], TODAY)
    except (UsageError, InputError):
        assert path.read_bytes() == before
    else:
        assert path.read_bytes().startswith(before)
        assert "new@x.example" in read_suppressions(path, "u")


# ── out again ──


def left(path: Path, before: bytes, address: str = "b@x.example") -> bytes:
    """Return the file after somebody was taken out of it."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(before)
    take_out(path, "unsubscribed.csv", rows_of(path, "unsubscribed.csv", address))
    assert [p.name for p in path.parent.iterdir()] == ["unsubscribed.csv"]
    return path.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a@x.example\nb@x.example\nc@x.example\n", b"a@x.example\nc@x.example\n"),
        (b"a@x.example\nb@x.example", b"a@x.example\n"),
        (b"B@X.example\n", b""),
        (b"email\n\nb@x.example\n\n", b"email\n\n\n"),
        (b"E-Mail;Grund\r\nb@x.example;weg\r\na@x.example;neu\r\n", b"E-Mail;Grund\r\na@x.example;neu\r\n"),
        (b'email;comment\nb@x.example;"one\ntwo"\na@x.example;\n', b"email;comment\na@x.example;\n"),
        (b"b@x.example\na@x.example\nB <b@x.example>\n", b"a@x.example\n"),
        (b"\xef\xbb\xbfemail\r\nb@x.example\r\n", b"\xef\xbb\xbfemail\r\n"),
        ("E-Mail\nJörg <b@x.example>\nÖ <a@x.de>\n".encode("cp1252"), "E-Mail\nÖ <a@x.de>\n".encode("cp1252")),
        ("email\r\nb@x.example\r\n".encode("utf-16"), "email\r\n".encode("utf-16")),
    ],
)  # fmt: skip
def test_who_is_taken_out_leaves_all_others_to_the_byte(path: Path, before: bytes, after: bytes) -> None:
    assert left(path, before) == after


@pytest.mark.parametrize("row", [b"a@x.example, b@x.example\n", b"email;email\na@x.example;b@x.example\n"])
def test_a_row_that_means_others_too_is_for_a_person_to_edit(path: Path, row: bytes) -> None:
    with pytest.raises(UsageError, match="keeps others from getting mails") as refused:
        left(path, row)

    assert refused.value.code == "W795"
    assert path.read_bytes() == row


def test_nobody_is_taken_out_of_an_excel_sheet(path: Path) -> None:
    import openpyxl

    path.parent.mkdir()
    book = openpyxl.Workbook()
    book.active.append(["b@x.example"])
    book.save(path)

    with pytest.raises(UsageError, match="Excel sheet: nobody can be taken out"):
        rows_of(path, "u", "b@x.example")


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_from_a_list_of_any_bytes_only_who_is_meant_is_taken_out(
    tmp_path_factory: pytest.TempPathFactory, before: bytes
) -> None:
    path = tmp_path_factory.mktemp("u") / "unsubscribed.csv"
    path.write_bytes(before + b"\nb@x.example\na@x.example\n")
    others = set(read_suppressions(path, "u")) - {"b@x.example"}

    try:
        rows = rows_of(path, "u", "b@x.example")
        take_out(path, "u", rows)
    except (UsageError, InputError):
        assert path.read_bytes() == before + b"\nb@x.example\na@x.example\n"
    else:
        assert set(read_suppressions(path, "u")) - {"b@x.example"} == others
        assert "b@x.example" not in read_suppressions(path, "u")
