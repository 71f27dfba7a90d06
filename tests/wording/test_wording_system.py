from __future__ import annotations

import errno
import os
import sys

import pytest

from ccmail.languages.catalogue import read_catalogue
from ccmail.wording.system import KNOWN, words_of


@pytest.mark.skipif(sys.platform != "linux", reason="other systems say it in other words")
def test_the_usual_words_are_those_of_the_system() -> None:
    assert {number: str(words) for number, words in KNOWN.items()} == {number: os.strerror(number) for number in KNOWN}


def test_the_words_of_the_system_can_be_translated() -> None:
    words = words_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    assert read_catalogue("de").text(words) == "auf dem Datenträger ist kein Platz mehr"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ECHILD, "No child processes"), "No child processes"),
        (OSError("no number"), "no number"),
        (ValueError("embedded null byte"), "embedded null byte"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_what_is_rare_stays_as_it_is(error: Exception, words: str) -> None:
    assert words_of(error) == words
