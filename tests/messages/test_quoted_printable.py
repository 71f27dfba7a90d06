"""With or without slots the bytes equal those of the whole text, and every decoder gives the text back."""

from __future__ import annotations

import dataclasses
import quopri
from collections.abc import Callable, Mapping
from operator import itemgetter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccmail.messages.quoted_printable import encode

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\r\0")
TEXTS = st.lists(
    st.one_of(
        st.text(CHARACTERS, max_size=200),
        st.sampled_from([".", "From ", " ", "\t", "=", "\n", "...", "x" * 75, "x" * 76, "ü" * 26, "From From "]),
    ),
    max_size=8,
)


@dataclasses.dataclass(frozen=True)
class Slot:
    name: str

    def filler(self) -> Callable[[Mapping[str, str]], str]:
        return itemgetter(self.name)


def encoded(text: list[str | Slot], fields: Mapping[str, str] = {}) -> bytes:
    return b"".join(c if isinstance(c, bytes) else c.filler()(fields) for c in encode(text))


@given(TEXTS)
@example(["." * 80])
@example(["x" * 74 + ".From "])
@example(["ü" * 100])
def test_decoders_read_back_what_was_encoded(parts: list[str]) -> None:
    text = "".join(parts)

    data = encoded([text])

    expected = text.encode() if text.endswith("\n") or not text else text.encode() + b"\n"
    assert quopri.decodestring(data.replace(b"\r\n", b"\n")) == expected


@given(TEXTS)
def test_lines_are_short_seven_bit_and_need_no_stuffing(parts: list[str]) -> None:
    data = encoded(["".join(parts)])

    lines = data.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert not any(line.startswith((b".", b"From ")) for line in lines)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert not any(line[-1:] in {b" ", b"\t"} for line in lines)


@given(st.lists(st.tuples(st.text(CHARACTERS, max_size=90), st.text(CHARACTERS, max_size=90)), max_size=6))
def test_filling_slots_gives_the_bytes_of_the_whole_text(pairs: list[tuple[str, str]]) -> None:
    slotted: list[str | Slot] = []
    for index, (text, _) in enumerate(pairs):
        slotted += [text, Slot(str(index))]
    fields = {str(index): value for index, (_, value) in enumerate(pairs)}
    whole = "".join(text + value for text, value in pairs)
    if whole.endswith("\n") or not whole:
        slotted, whole = [*slotted, "."], whole + "."

    assert encoded(slotted, fields) == encoded([whole])


@pytest.mark.parametrize("value", ["", "eine Zeile", "zwei\nZeilen", ".", "From x"])
def test_only_lines_with_slots_are_made_again(value: str) -> None:
    chunks = encode(["fest\n" * 3 + "Hallo ", Slot("n"), "!\nfest\n"])

    assert [isinstance(c, bytes) for c in chunks] == [True, False, True]
    assert encoded(["fest\n" * 3 + "Hallo ", Slot("n"), "!\nfest\n"], {"n": value}) == encoded(
        [f"fest\nfest\nfest\nHallo {value}!\nfest\n"]
    )
