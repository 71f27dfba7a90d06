"""Rules: what the decorator makes of a function, and what all of them have."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from ccmail.checks import all_rules, campaign, readers, texts
from ccmail.checks.rule import Flaw, Rule, apply, rules_of
from ccmail.problems import Mark, Place, Problem, Severity, Subject
from ccmail.wording import say

PLACE = Place("c.yaml", 3)
BOTH = (Severity.ERROR, Severity.WARNING)


def made(find: object, *severities: Severity) -> Rule:
    """Return a rule that no registry has."""
    return Rule("X100", severities, "", "", Subject.ROW, find, ("word",))  # type: ignore[arg-type]


def loud(word: str) -> Iterator[Flaw | Problem]:
    if word.isupper():
        yield Flaw(say("{word} is loud", word=word), (Mark(PLACE),), say("say it quietly"))
    if word.istitle():
        yield Flaw(say("{word} is half loud", word=word), severity=Severity.WARNING)
    if word == "?":
        yield Problem("X200", "a question")


def test_a_flaw_becomes_a_problem_with_what_its_rule_says() -> None:
    assert list(made(loud, *BOTH)(word="HALLO")) == [
        Problem("X100", "HALLO is loud", Severity.ERROR, (Mark(PLACE),), "say it quietly", Subject.ROW)
    ]


def test_a_flaw_may_be_less_bad_than_others_of_its_rule() -> None:
    (problem,) = made(loud, *BOTH)(word="Hallo")

    assert problem.severity is Severity.WARNING
    assert problem.is_warning


def test_a_rule_with_one_severity_has_flaws_of_that_severity() -> None:
    (problem,) = made(loud, Severity.WARNING)(word="HALLO")

    assert problem.severity is Severity.WARNING


def test_a_problem_of_another_code_is_passed_on() -> None:
    assert list(made(loud, *BOTH)(word="?")) == [Problem("X200", "a question")]


def test_a_rule_takes_what_it_looks_at_of_what_is_offered() -> None:
    assert len(list(apply([made(loud, *BOTH)], word="HALLO", mail=None))) == 1


def test_the_decorator_reads_the_function() -> None:
    rule = campaign.event_over

    assert rule.what == "An invitation to an event that is over: a wrong year, or the wrong campaign"
    assert rule.looks_at == ("loaded", "now")
    assert rule.about is Subject.CAMPAIGN
    assert rule in rules_of(campaign)


def test_rules_belong_to_their_module_and_its_package() -> None:
    assert {rule.code for rule in rules_of(texts.dates)} == {"T310", "T311", "T313", "T317"}
    assert set(rules_of(texts.dates)) < set(rules_of(texts))
    assert set(rules_of(texts)).isdisjoint(rules_of(campaign))


def test_no_code_is_of_two_rules() -> None:
    rules = all_rules()

    assert len({rule.code for rule in rules}) == len(rules) > 80


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_says_what_it_finds_how_bad_that_is_and_why_it_looks(rule: Rule) -> None:
    assert rule.what
    assert rule.why
    assert rule.severities in {BOTH, *((severity,) for severity in BOTH)}


def test_what_is_odd_about_a_row_is_about_the_row() -> None:
    assert {rule.code for rule in all_rules() if rule.about is Subject.ROW} == {r.code for r in rules_of(readers)}


def test_rules_about_mails_are_loaded_with_the_first_mail() -> None:
    program = "import sys, ccmail.checks; print([m for m in sys.modules if m.startswith('ccmail.checks.')])"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert "ccmail.checks.campaign" in loaded
    assert "ccmail.checks.headers" not in loaded
    assert "ccmail.checks.mail" not in loaded
