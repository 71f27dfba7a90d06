"""Pseudonyms of people who were erased."""

from __future__ import annotations

import re
import sys

import pytest

from ccmail.ledger.pseudonym import is_erased
from ccmail.problems import CcmailError
from ccmail.suppression.pseudonym import Pseudonymiser, find_pseudonymiser, make_pseudonymiser, missing_key
from tests.small_workspace import ADA, BO, SmallWorkspace


def test_a_pseudonym_is_always_the_same_for_one_key_and_person() -> None:
    first, again = Pseudonymiser(b"secret"), Pseudonymiser(b"secret")

    assert first(ADA) == first(ADA) == again(ADA)
    assert first(ADA) != first(BO)


def test_another_key_makes_other_pseudonyms() -> None:
    assert Pseudonymiser(b"secret")(ADA) != Pseudonymiser(b"another")(ADA)


def test_a_pseudonym_has_nothing_of_the_address() -> None:
    pseudonym = Pseudonymiser(b"secret")(ADA)

    assert re.fullmatch(r"erased:[0-9a-f]{32}", pseudonym)
    assert is_erased(pseudonym)
    assert not is_erased(ADA)


def test_the_pseudonym_of_a_pseudonym_is_itself() -> None:
    pseudonymise = Pseudonymiser(b"secret")

    assert pseudonymise(pseudonymise(ADA)) == pseudonymise(ADA)


def test_pseudonyms_stay_what_they_are_from_release_to_release() -> None:
    assert Pseudonymiser(b"secret")("ada@bonn.example") == "erased:8a97c9ee83ec1bdfabc4876a72e10b6e"


def test_the_hash_of_a_person_and_their_pseudonym_differ_in_their_beginning_only() -> None:
    pseudonymise = Pseudonymiser(b"secret")

    assert pseudonymise.person(ADA) == "person:8a97c9ee83ec1bdfabc4876a72e10b6e"
    assert pseudonymise.names(ADA) == (ADA, pseudonymise.person(ADA), pseudonymise(ADA))


def test_what_is_a_hash_already_stays_one() -> None:
    pseudonymise = Pseudonymiser(b"secret")
    person, pseudonym = pseudonymise.person(ADA), pseudonymise(ADA)

    assert (pseudonymise.person(person), pseudonymise(person)) == (person, person)
    assert pseudonymise.person(pseudonym) == pseudonym
    assert pseudonymise.names(pseudonym) == (pseudonym,)


# ── the key of a workspace ──


def test_where_nobody_was_ever_erased_there_is_no_key(small: SmallWorkspace) -> None:
    assert find_pseudonymiser(small.workspace) is None
    assert not (small.workspace.state / "erasure.key").exists()


def test_a_workspace_keeps_the_key_that_it_once_made(small: SmallWorkspace) -> None:
    made = make_pseudonymiser(small.workspace)
    again = make_pseudonymiser(small.workspace)
    found = find_pseudonymiser(small.workspace)

    assert found is not None
    assert made(ADA) == again(ADA) == found(ADA)


def test_two_workspaces_have_two_keys(small: SmallWorkspace) -> None:
    first = make_pseudonymiser(small.workspace)(ADA)
    (small.workspace.state / "erasure.key").unlink()

    assert make_pseudonymiser(small.workspace)(ADA) != first


@pytest.mark.skipif(sys.platform == "win32", reason="rights are those of POSIX")
def test_the_key_is_for_nobody_elses_eyes(small: SmallWorkspace) -> None:
    make_pseudonymiser(small.workspace)

    assert (small.workspace.state / "erasure.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_cannot_be_read_is_refused(small: SmallWorkspace) -> None:
    (small.workspace.state / "erasure.key").mkdir()

    with pytest.raises(CcmailError) as refused:
        find_pseudonymiser(small.workspace)

    assert refused.value.code == "W763"


def test_a_missing_key_says_what_would_come_of_going_on() -> None:
    error = missing_key()

    assert error.code == "W791"
    assert ".ccmail/erasure.key" in error.message
    assert "put it back from a copy of .ccmail" in error.hint
