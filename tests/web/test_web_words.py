"""The words of the public pages: the same in all languages."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest

from ccmail.web import translations
from ccmail.web.translations import LANGUAGES, read_words

FOLDER = Path(translations.__file__).parent / "words"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_the_words_of_english_with_the_same_placeholders(code: str) -> None:
    english, theirs = read_words("en").words, read_words(code).words

    assert theirs.keys() == english.keys()
    assert {name: placeholders(text) for name, text in theirs.items()} == {
        name: placeholders(text) for name, text in english.items()
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_stands_in_two_topics(code: str) -> None:
    names = [name for file in (FOLDER / code).glob("*.json") for name in json.loads(file.read_text(encoding="utf-8"))]

    assert len(names) == len(set(names))
