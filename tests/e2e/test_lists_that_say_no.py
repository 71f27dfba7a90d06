"""Lists that say no, and columns that ccmail.yaml names, as a person sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.shell import REVIEW, Shell, connect

Server = Any
KIM, TAMM = "kim.muster@leipzig.example", "r.tamm@tartu.example"


def add_column(shell: Shell, name: str, header: str, value: str, marked: str, mark: str) -> None:
    """Give every row of a list a value in a new column, and one person another one."""
    path = shell.folder / "recipients" / f"{name}.csv"
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    changed = [f"{row},{mark if marked in row else value}" for row in rows]
    path.write_text("\n".join([f"{first},{header}", *changed, ""]), encoding="utf-8")


def test_check_and_the_plan_say_how_many_a_column_leaves_out_and_how_columns_are_read(shell: Shell) -> None:
    add_column(shell, "german", "Status", "aktiv", KIM, "abgemeldet")

    checked = shell.run("check", REVIEW).stdout
    plan = shell.run("send", "-n", REVIEW).stdout

    for said in (checked, plan):
        assert "1 unsubscribed (column Status)" in said
        assert "recipients/german.csv" in said
        assert "decide who gets no mail: Status" in said
    [group] = [g for g in shell.json("send", "-n", REVIEW)["left_out"] if g["reason"] == "unsubscribed"]
    assert (group["people"], group["examples"], group["columns"]) == (1, [KIM], ["Status"])


def test_a_column_that_is_not_used_is_named(shell: Shell) -> None:
    add_column(shell, "german", "Status", "Mitglied", KIM, "Gast")

    assert "not used: Status" in shell.run("check", REVIEW).stdout


def test_a_value_that_nobody_can_read_fails_the_check_and_the_others_get_their_mail(shell: Shell) -> None:
    before = int(shell.json("send", "-n", REVIEW)["recipients"])
    add_column(shell, "german", "Newsletter", "ja", KIM, "siehe Akte")

    assert "error[R512]" in shell.run("check", REVIEW, code=1).stdout
    assert shell.json("send", "-n", REVIEW)["recipients"] == before - 1


def test_find_says_which_list_leaves_a_person_out(shell: Shell) -> None:
    add_column(shell, "german", "Abgemeldet am", "", KIM, "3.4.2020")

    said = shell.run("recipients", "find", KIM).stdout

    assert "gets nothing: unsubscribed (column Abgemeldet am: “3.4.2020”)" in said
    assert "1 unsubscribed (column Abgemeldet am)" in shell.run("recipients", "check", code=1).stdout


def test_ccmail_yaml_names_columns(shell: Shell) -> None:
    add_column(shell, "german", "Kontakt 2", "", KIM, "kim@neu.example")
    shell.edit(
        "ccmail.yaml",
        "recipients: recipients/german.csv",
        "recipients: recipients/german.csv\n    columns: {email: Kontakt 2, further: [email]}",
    )

    assert "Kontakt 2 → email" in shell.run("check", REVIEW).stdout

    shell.edit("ccmail.yaml", "email: Kontakt 2", "email: Kontakt 3")
    said = shell.run("check", REVIEW, code=1).stdout
    assert "error[R513]" in said
    assert "did you mean “Kontakt 2”?" in said


def test_a_field_that_no_list_has_is_refused_with_the_nearest_one(shell: Shell) -> None:
    shell.edit(
        "ccmail.yaml",
        "recipients: recipients/german.csv",
        "recipients: recipients/german.csv\n    columns: {langage: X}",
    )

    done = shell.run("check", REVIEW, code=1)

    assert "did you mean “language”?" in done.stdout + done.stderr


@pytest.mark.slow
def test_a_no_that_is_found_in_the_middle_of_a_sending_counts(news: Shell, smtpd: Server) -> None:
    connect(news, smtpd)
    everybody = int(news.left("news"))
    news.run("send", "news", "--untested", "--confirm", "1", "--limit", "1", code=4)
    add_column(news, "international", "opt out", "0", TAMM, "1")

    news.run("send", "news", "--untested", "--confirm", news.left("news"))

    assert TAMM not in smtpd.recipients
    assert len(smtpd.recipients) == everybody - 1
