"""The audit finds every bug that is planted into ccmail, by the promise that it breaks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.faults.audit import audit
from tests.faults.driver import Scenario, drive
from tests.faults.planted import BUGS, Bug, plant, scenario_of

pytestmark = pytest.mark.slow
_HONEST = tuple(dict.fromkeys(dataclasses.replace(scenario_of(bug), bug="", is_hurried=False) for bug in BUGS.values()))


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str, tmp_path: Path) -> None:
    history = drive(scenario_of(BUGS[name]), tmp_path)

    assert audit(history).broken[BUGS[name].promise], audit(history)


@pytest.mark.parametrize("scenario", _HONEST, ids=lambda scenario: " ".join((*scenario.only, *scenario.deeds)))
def test_the_same_run_finds_nothing_in_ccmail_as_it_is(scenario: Scenario, tmp_path: Path) -> None:
    assert not audit(drive(scenario, tmp_path)).findings


def test_a_bug_that_finds_nothing_to_take_the_place_of_is_an_error() -> None:
    bug = Bug((("ccmail.delivery.connection:Connection.no_such_thing", lambda there: there),), "losses")

    with pytest.raises(AttributeError):
        plant(bug)
