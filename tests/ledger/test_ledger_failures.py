from __future__ import annotations

import errno
import sqlite3

import pytest

from ccmail.languages.catalogue import read_catalogue
from ccmail.ledger.failures import Unreadable, failure_of, in_words, lost
from ccmail.problems import LedgerFailure
from ccmail.wording import say

LEDGER = "/srv/.ccmail/ledger.sqlite"


@pytest.mark.parametrize(
    ("error", "code", "english", "german"),
    [
        (
            sqlite3.OperationalError("database is locked"),
            "W731",
            f"another program holds the ledger {LEDGER}",
            f"ein anderes Programm hält das Hauptbuch {LEDGER} fest",
        ),
        (
            sqlite3.DatabaseError("file is not a database"),
            "W732",
            f"the ledger {LEDGER} is damaged: file is not a database",
            f"das Hauptbuch {LEDGER} ist beschädigt: file is not a database",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            "W733",
            f"the ledger {LEDGER} cannot be written",
            f"das Hauptbuch {LEDGER} kann nicht geschrieben werden",
        ),
        (
            sqlite3.OperationalError("something {new}"),
            "W739",
            f"the ledger {LEDGER} fails: something {{new}}",
            f"das Hauptbuch {LEDGER} versagt: something {{new}}",
        ),
    ],
    ids=["locked", "damaged", "forbidden", "otherwise"],
)
def test_a_failure_names_the_ledger_and_the_damage_in_both_languages(
    error: Exception, code: str, english: str, german: str
) -> None:
    failure = failure_of(error, LEDGER)

    assert (failure.code, failure.message) == (code, english)
    assert read_catalogue("de").text(failure.message) == german


def test_the_repair_ends_with_the_promise_in_both_languages() -> None:
    hint = failure_of(OSError(errno.ENOSPC, "No space left on device"), LEDGER).hint

    assert hint == "make room on the disk; nothing is lost: mend this, then run the same command again"
    assert read_catalogue("de").text(hint) == (
        "auf der Platte Platz schaffen; nichts ist verloren: das beheben, dann denselben Befehl noch einmal geben"
    )


def test_what_is_wrong_with_a_value_is_said_in_the_other_language_too() -> None:
    with pytest.raises(LedgerFailure) as stopped, in_words(LEDGER):
        raise Unreadable(
            say("{value} stands where {text_or_number} should", value="'x'", text_or_number=say("a number"))
        )

    assert stopped.value.message == f"the ledger {LEDGER} is damaged: 'x' stands where a number should"
    assert (
        read_catalogue("de")
        .text(stopped.value.message)
        .endswith("ist beschädigt: 'x' steht, wo eine Zahl stehen sollte")
    )


@pytest.mark.parametrize("saved", ["", f"{LEDGER}.saved"])
def test_a_lost_ledger_is_to_be_put_back_before_anything_is_sent(saved: str) -> None:
    hint = lost(LEDGER, saved).hint

    assert saved in hint
    assert "before you send again, or people would get the mail twice; then `ccmail status`" in hint
    assert "bevor wieder gesendet wird" in read_catalogue("de").text(hint)
