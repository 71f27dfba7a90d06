"""Words with soft hyphens where a language breaks them."""

from __future__ import annotations

import pytest

from ccmail.languages.hyphenation import SOFT_HYPHEN, hyphenated


@pytest.mark.parametrize(
    ("word", "locale", "expected"),
    [
        ("Digitalisierungsstrategie", "de", "Digi·ta·li·sie·rungs·stra·tegie"),
        ("Stadtentwicklungsgesellschaft", "de", "Stadt·ent·wick·lungs·ge·sell·schaft"),
        ("internationalisation", "en_GB", "inter·na·tion·al·isa·tion"),
        ("anticonstitutionnellement", "fr", "anti·cons·ti·tu·tion·nel·le·ment"),
        ("internacionalización", "es", "inter·na·cio·na·li·za·ción"),
    ],
)
def test_a_word_may_be_broken_as_its_language_does(word: str, locale: str, expected: str) -> None:
    assert hyphenated(word, locale).replace(SOFT_HYPHEN, "·") == expected


@pytest.mark.parametrize(
    ("word", "locale"), [("муніципалітетський", "uk"), ("فاستخدمناهاوالمستقبل", "ar"), ("x" * 20, "zz")]
)
def test_a_word_stays_whole_where_the_places_are_unknown_or_wrong(word: str, locale: str) -> None:
    assert hyphenated(word, locale) == word


def test_a_break_that_would_change_letters_is_none() -> None:
    assert hyphenated("összeesküvéselmélet", "hu").replace(SOFT_HYPHEN, "") == "összeesküvéselmélet"
