from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ccmail.cli.formats import as_github, as_sarif, in_repository
from ccmail.problems import Mark, Place, Problem, Severity

SLIP = Problem(
    "T312",
    "the sentence says “16 Länder”, but: names 17",
    Severity.WARNING,
    (Mark(Place("campaigns/x.yaml", 47, 31, 9)), Mark(Place("campaigns/x.yaml", 82, 6, 12), "the same here")),
    "correct the number,\nor the list: 100 %",
)
NOWHERE = Problem("W762", "no server")
WHOLE_FILE = Problem("Y122", "UTF-16", marks=(Mark(Place("campaigns/x.yaml")),))


SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


def sarif(*problems: Problem) -> Any:
    """Return the log of these problems, which keeps to the standard."""
    log = json.loads(as_sarif(problems))
    hold_to_the_standard(log)
    return log


def hold_to_the_standard(log: Any) -> None:
    jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(log)


def fingerprint(problem: Problem) -> str:
    return str(sarif(problem)["runs"][0]["results"][0]["partialFingerprints"]["ccmailLine/v1"])


def moved(problem: Problem, **values: Any) -> Problem:
    (mark,) = problem.marks
    return dataclasses.replace(problem, marks=(Mark(dataclasses.replace(mark.place, **values)),))


def test_github_gets_a_workflow_command_for_each_problem() -> None:
    assert as_github([SLIP, NOWHERE, WHOLE_FILE]).split("\n") == [
        "::warning file=campaigns/x.yaml,title=T312 the sentence says “16 Länder”%2C but%3A names 17,line=47,col=31,"
        "endColumn=40::the sentence says “16 Länder”, but: names 17%0Acorrect the number,%0Aor the list: 100 %25",
        "::error title=W762 no server::no server",
        "::error file=campaigns/x.yaml,title=Y122 UTF-16::UTF-16",
    ]


def test_sarif_has_a_rule_for_each_code_and_a_result_for_each_problem() -> None:
    log = sarif(SLIP, NOWHERE, WHOLE_FILE)

    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["T312", "W762", "Y122"]
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("T312", "warning"),
        ("W762", "error"),
        ("Y122", "error"),
    ]
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "campaigns/x.yaml"},
        "region": {"startLine": 47, "startColumn": 31, "endColumn": 40},
    }
    assert run["results"][0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 82
    assert "locations" not in run["results"][1]
    assert "region" not in run["results"][2]["locations"][0]["physicalLocation"]


def test_nothing_wrong_is_an_empty_log() -> None:
    assert as_github([]) == ""
    assert sarif()["runs"][0]["results"] == []


@pytest.mark.parametrize(("part", "wrong"), [("region", {"startLine": 0}), ("artifactLocation", {"uri": "a b"})])
def test_the_schema_would_notice_a_place_that_is_none(part: str, wrong: dict[str, Any]) -> None:
    log = sarif(SLIP)
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"][part] = wrong

    with pytest.raises(jsonschema.ValidationError):
        hold_to_the_standard(log)


def test_each_result_leads_to_its_rule_which_says_what_it_means_and_what_to_do() -> None:
    (run,) = sarif(NOWHERE, SLIP)["runs"]

    rules = [run["tool"]["driver"]["rules"][result["ruleIndex"]] for result in run["results"]]

    assert [rule["id"] for rule in rules] == ["W762", "T312"]
    assert "no mail server" in rules[0]["shortDescription"]["text"]
    assert rules[0]["fullDescription"] == rules[0]["shortDescription"]
    assert rules[0]["help"]["text"].endswith("`ccmail explain W762` says this, too.")


def test_what_a_further_place_has_to_do_with_it_is_said() -> None:
    (related,) = sarif(SLIP)["runs"][0]["results"][0]["relatedLocations"]

    assert related["message"] == {"text": "the same here"}


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("recipients/Städte 2020.csv", "recipients/St%C3%A4dte%202020.csv"),
        ("recipients/100%#1.csv", "recipients/100%25%231.csv"),
        ("templates\\mail.html.j2", "templates/mail.html.j2"),
        ("/elsewhere/a list.csv", "file:///elsewhere/a%20list.csv"),
    ],
)
def test_a_file_is_named_by_a_uri(file: str, uri: str) -> None:
    (result,) = sarif(moved(WHOLE_FILE, file=file))["runs"][0]["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


LINE = Problem("C213", "no date", marks=(Mark(Place("campaigns/x.yaml", 4, 9, 5, "  date: soon")),))


def test_a_problem_keeps_its_fingerprint_when_its_line_moves() -> None:
    assert fingerprint(LINE) == fingerprint(moved(LINE, line=17, column=11, text="    date: soon"))


@pytest.mark.parametrize("values", [{"file": "campaigns/y.yaml"}, {"text": "  date: later"}])
def test_other_lines_have_other_fingerprints(values: dict[str, str]) -> None:
    assert fingerprint(LINE) != fingerprint(moved(LINE, **values))


def test_two_problems_of_one_line_have_two_fingerprints() -> None:
    results = sarif(LINE, moved(LINE, column=12))["runs"][0]["results"]

    assert len({result["partialFingerprints"]["ccmailLine/v1"] for result in results}) == 2


def test_problems_without_a_line_are_told_apart_by_their_words() -> None:
    assert fingerprint(WHOLE_FILE) != fingerprint(dataclasses.replace(WHOLE_FILE, message="UTF-32"))


def test_files_are_named_from_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    outside = moved(WHOLE_FILE, file="/elsewhere/mail.html.j2")

    found = in_repository([WHOLE_FILE, NOWHERE, outside], tmp_path / "city" / "news")

    assert [p.place and p.place.file for p in found] == [
        "city/news/campaigns/x.yaml",
        None,
        "/elsewhere/mail.html.j2",
    ]


def test_a_workspace_in_no_repository_is_the_top_itself(tmp_path: Path) -> None:
    assert in_repository([SLIP], tmp_path) == (SLIP,)
