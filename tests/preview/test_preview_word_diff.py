"""What was taken out of a text, and what was put in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.preview.word_diff import Fate, Paragraph, compare_texts, compare_words

TEXTS = st.text("ab c\n.–", max_size=60)


def marked(paragraph: Paragraph) -> str:
    signs = {Fate.SAME: "{}", Fate.IN: "[+{}]", Fate.OUT: "[-{}]"}
    return "".join(signs[stretch.fate].format(stretch.text) for stretch in paragraph.stretches)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Zeit: 13:00–15:30 Uhr", "Zeit: 14:00–15:30 Uhr", ["Zeit: [-13:00–15:30][+14:00–15:30] Uhr"]),
        ("eins zwei\ndrei", "eins\nzwei drei", ["eins\nzwei drei"]),  # only broken otherwise
        ("a\n\nb", "a\n\nneu\n\nb", ["a", "[+neu]", "b"]),
        ("a\n\nalt\n\nb", "a\n\nb", ["a", "[-alt]", "b"]),
        ("", "ganz neu", ["[+ganz neu]"]),
        ("COVID-19 geht", "COVID-20 geht", ["[-COVID-19][+COVID-20] geht"]),
    ],
)
def test_words_are_marked(before: str, after: str, shown: list[str]) -> None:
    assert [marked(paragraph) for paragraph in compare_texts(before, after)] == shown


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_marks(before: str, after: str) -> None:
    stretches = compare_words(before, after)

    kept = "".join(stretch.text for stretch in stretches if stretch.fate is not Fate.OUT)
    was = "".join(stretch.text for stretch in stretches if stretch.fate is not Fate.IN)
    assert kept == after
    assert was.split() == before.split()
