from __future__ import annotations

import json

from ccmail.cli.formats import as_github, as_sarif
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


def test_github_gets_a_workflow_command_for_each_problem() -> None:
    assert as_github([SLIP, NOWHERE, WHOLE_FILE]).split("\n") == [
        "::warning file=campaigns/x.yaml,title=T312 the sentence says “16 Länder”%2C but%3A names 17,line=47,col=31,"
        "endColumn=40::the sentence says “16 Länder”, but: names 17%0Acorrect the number,%0Aor the list: 100 %25",
        "::error title=W762 no server::no server",
        "::error file=campaigns/x.yaml,title=Y122 UTF-16::UTF-16",
    ]


def test_sarif_has_a_rule_for_each_code_and_a_result_for_each_problem() -> None:
    log = json.loads(as_sarif([SLIP, NOWHERE, WHOLE_FILE]))

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
    assert json.loads(as_sarif([]))["runs"][0]["results"] == []
