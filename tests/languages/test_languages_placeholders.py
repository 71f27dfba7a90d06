from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.languages import fill
from ccmail.languages.placeholders import has_stray_brace, names_in


def test_names_are_replaced_by_their_values() -> None:
    assert fill("{times} in {place}", times="13:00", place="Georgien") == "13:00 in Georgien"


def test_a_value_with_braces_stays_text() -> None:
    assert fill("Dear {name}, {name}", name="{name} {0.__class__}") == "Dear {name} {0.__class__}, {name} {0.__class__}"


@given(st.text(), st.text())
def test_values_arrive_as_they_are(first: str, second: str) -> None:
    assert fill("{a}|{b}", a=first, b=second) == f"{first}|{second}"


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{time}", times="13:00")


def test_names_are_listed_in_their_order() -> None:
    assert names_in("{b} {a} {b}") == ("b", "a", "b")


@pytest.mark.parametrize("pattern", ["{times", "times}", "}{"])
def test_a_brace_without_partner_is_found(pattern: str) -> None:
    assert has_stray_brace(pattern)


def test_paired_braces_are_no_stray_ones() -> None:
    assert not has_stray_brace("{a} {b}")
