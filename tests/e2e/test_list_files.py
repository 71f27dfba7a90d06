"""What is odd about the file of a list stands in `check` and in the plan of `send`."""

from __future__ import annotations

import json

import pytest

from tests.audience.workbooks import HEADER, PEOPLE, book_of
from tests.e2e.shell import ANNOUNCEMENT, Shell

GERMAN = "recipients/german"


def with_sheets(shell: Shell) -> None:
    """Make the German list a workbook of two sheets, with a hidden row on the first."""
    book = book_of(("Referenten", [HEADER, *PEOPLE]), ("Gäste", [HEADER, ["neu@x.example", "", "", "Neu", "Jena"]]))
    book["Referenten"].row_dimensions[3].hidden = True
    book.save(shell.folder / f"{GERMAN}.xlsx")
    shell.edit("ccmail.yaml", f"{GERMAN}.csv", f"{GERMAN}.xlsx")


def test_hidden_rows_and_further_sheets_stand_in_check_and_plan(shell: Shell) -> None:
    with_sheets(shell)

    check = shell.run("check", ANNOUNCEMENT).stdout
    plan = shell.run("send", ANNOUNCEMENT, "-n").stdout

    for said in (
        "1 of 4 rows is hidden in Excel and gets the mail: row 3",
        "sheet “Gäste” has 1 address more, only “Referenten” is read",
    ):
        assert said in check
        assert f"{said}   {GERMAN}.xlsx" in plan


def test_the_plan_as_data_has_what_is_said_about_lists(shell: Shell) -> None:
    with_sheets(shell)

    data = json.loads(shell.run("--json", "send", ANNOUNCEMENT, "-n").stdout)

    assert [problem["code"] for problem in data["lists"]] == ["R560", "R561"]


def test_the_sheet_of_ccmail_yaml_is_read(shell: Shell) -> None:
    with_sheets(shell)
    version = json.loads(shell.run("--json", "check", ANNOUNCEMENT).stdout)["campaigns"][0]["version"]
    shell.edit("ccmail.yaml", f"{GERMAN}.xlsx", f"{GERMAN}.xlsx\n    sheet: Gäste")

    found = json.loads(shell.run("--json", "send", ANNOUNCEMENT, "-n").stdout)

    [german] = [v for v in found["variants"] if v["segment"] == "german"]
    assert german["people"] == 1
    assert found["lists"] == []
    assert found["version"] == version  # readers do not see where they stand


def test_a_sheet_that_is_not_there_stops_the_sending_at_its_line(shell: Shell) -> None:
    with_sheets(shell)
    shell.edit("ccmail.yaml", f"{GERMAN}.xlsx", f"{GERMAN}.xlsx\n    sheet: Gaeste")

    refused = shell.run("send", ANNOUNCEMENT, "-n", code=1)

    assert "R566" in refused.stderr
    assert "did you mean “Gäste”?" in refused.stderr
    assert "ccmail.yaml:" in refused.stderr


def test_an_encoding_is_named_and_two_of_them_stop_the_sending(shell: Shell) -> None:
    path = shell.folder / f"{GERMAN}.csv"
    path.write_bytes("E-Mail;Nachname\na@x.example;Šimić\nb@x.example;Kovačević\n".encode("cp1250"))

    assert "read as Windows-1250 (Central European): “Šimić”" in shell.run("check", ANNOUNCEMENT).stdout
    assert (
        f"read as Windows-1250 (Central European): “Šimić”   {GERMAN}.csv"
        in shell.run("send", ANNOUNCEMENT, "-n").stdout
    )

    path.write_bytes("E-Mail;Nachname\na@x.example;Peč\n".encode("cp1250"))
    refused = shell.run("send", ANNOUNCEMENT, "-n", code=1)
    assert "R567" in refused.stderr

    shell.edit("ccmail.yaml", f"{GERMAN}.csv", f"{GERMAN}.csv\n    encoding: windows-1250")
    assert "as ccmail.yaml says: “Peč”" in shell.run("send", ANNOUNCEMENT, "-n").stdout


def test_warnings_about_single_rows_are_counted_in_the_plan(shell: Shell) -> None:
    path = shell.folder / f"{GERMAN}.csv"
    path.write_text("E-Mail;Nachname\na@x.example;J√§ger\n", encoding="utf-8")

    assert "warning[R534]" in shell.run("send", ANNOUNCEMENT, "-n").stdout


@pytest.mark.parametrize("encoding", ["windows-125", "base64", "rot13"])
def test_an_encoding_that_is_none_is_an_error_at_its_line(shell: Shell, encoding: str) -> None:
    shell.edit("ccmail.yaml", f"{GERMAN}.csv", f"{GERMAN}.csv\n    encoding: {encoding}")

    refused = shell.run("check", ANNOUNCEMENT, code=1)

    assert "W786" in refused.stderr + refused.stdout


def test_a_list_of_the_unsubscribed_on_two_sheets_stops_the_sending(shell: Shell) -> None:
    book = book_of(("Ab", [["E-Mail"], ["x@x.example"]]), ("Alt", [["E-Mail"], ["y@x.example"]]))
    book.save(shell.folder / "recipients" / "unsubscribed.csv")

    refused = shell.run("send", ANNOUNCEMENT, "-n", code=1)

    assert "R511" in refused.stderr
    assert "sheet “Alt” has 1 address more, only “Ab” is read" in refused.stderr


def test_letters_around_the_addresses_of_the_unsubscribed_do_not_matter(shell: Shell) -> None:
    path = shell.folder / "recipients" / "unsubscribed.csv"
    path.write_bytes("E-Mail;Name\nx@x.example;Peč\n".encode("cp1250"))

    shell.run("send", ANNOUNCEMENT, "-n")


def test_a_text_for_a_new_campaign_is_read_in_its_encoding(shell: Shell) -> None:
    text = shell.folder / "text.txt"
    text.write_bytes("Liebe Gäste,\r\nwir begrüßen Sie in Köln.\r\n".encode("cp850"))

    shell.run("new", "announcement", "Gäste", "--from", "text.txt")

    [made] = (shell.folder / "campaigns").glob("*-gaeste.yaml")
    assert "wir begrüßen Sie in Köln." in made.read_text(encoding="utf-8")


def test_a_text_that_could_be_read_in_two_ways_makes_no_campaign(shell: Shell) -> None:
    (shell.folder / "text.txt").write_bytes("Ort: Peč\n".encode("cp1250"))

    refused = shell.run("new", "announcement", "Ort", "--from", "text.txt", code=2)

    assert "W787" in refused.stderr
    assert not list((shell.folder / "campaigns").glob("*-ort.yaml"))
