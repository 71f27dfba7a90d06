"""Readers without a proof of their consent are counted, where a list has a column for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.planned import plan_mails
from tests.small_workspace import SmallWorkspace

if TYPE_CHECKING:
    from ccmail.problems import Problem


def said(small: SmallWorkspace, *rows: str) -> list[Problem]:
    path = small.folder / "recipients" / "german.csv"
    people = "".join(f"p{n}@x.example,Ada,Weiß,{row}\n" for n, row in enumerate(rows, 1))
    path.write_text(f"email,first_name,last_name,DOI date,Opt-in source\n{people}", encoding="utf-8")
    plan = plan_mails(small.workspace, small.loaded(), None)
    return [problem for problem in plan.problems if problem.code == "W843"]


def test_those_of_whom_the_list_says_nothing_are_counted_and_get_the_mail(small: SmallWorkspace) -> None:
    (problem,) = said(small, "1.2.2020,", ",", ",card", ",", ",", ",")

    assert problem.is_warning
    assert problem.message == ("4 of 6 readers have no proof of consent in recipients/german.csv (lines 3, 5, 6, …)")
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == ("recipients/german.csv", 3)


def test_one_alone_is_named_by_the_line(small: SmallWorkspace) -> None:
    (problem,) = said(small, "1.2.2020,", ",")

    assert problem.message == "1 of 2 readers has no proof of consent in recipients/german.csv (line 3)"


def test_where_everybody_is_proven_nothing_is_said(small: SmallWorkspace) -> None:
    assert said(small, "1.2.2020,", ",card") == []


def test_a_list_without_such_a_column_is_not_asked(small: SmallWorkspace) -> None:
    plan = plan_mails(small.workspace, small.loaded(), None)

    assert "W843" not in {problem.code for problem in plan.problems}
