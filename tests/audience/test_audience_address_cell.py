from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.audience.address_cell import Cell, plain_address, read_cell
from ccmail.mail_address import parse_address


@pytest.mark.parametrize(
    ("cell", "addresses", "said"),
    [
        (
            " Thomas.Groesser@Stadt-Fürth.example ",
            ("Thomas.Groesser@stadt-fürth.example",),
            ("trimmed", "sent to Thomas.Groesser@xn--stadt-frth-geb.example"),
        ),
        (
            "Ayse Yilmaz <ayse.yilmaz@mannheim.example>",
            ("ayse.yilmaz@mannheim.example",),
            ("address taken out of “Name <…>”",),
        ),
        ("petra.lang(at)ulm.example", ("petra.lang@ulm.example",), ("(at) → @",)),
        ("petra.lang [at] ulm.example", ("petra.lang@ulm.example",), ("(at) → @",)),
        ("petra.lang(ät)ulm.example", ("petra.lang@ulm.example",), ("(at) → @",)),
        ("petra.lang at ulm.example", ("petra.lang@ulm.example",), ("“ at ” → @",)),
        (
            "petra.lang(at)ulm(dot)example",
            ("petra.lang@ulm.example",),
            ("(at) → @", "(dot) → ."),
        ),
        ("petra @ ulm.example", ("petra@ulm.example",), ("blanks around the @ taken out",)),
        ("mailto:x@y.example", ("x@y.example",), ("mailto: taken off",)),
        ("MAILTO:x@y.example?subject=Hi there", ("x@y.example",), ("mailto: taken off",)),
        ("a@b.example\u200b", ("a@b.example",), ("an invisible character (U+200B) taken out",)),
        ("\u00a0a@b.example\u00a0", ("a@b.example",), ("trimmed",)),
        ("“a@b.example”", ("a@b.example",), ("quotes or punctuation around it taken off",)),
        ("„a@b.example“", ("a@b.example",), ("quotes or punctuation around it taken off",)),
        ("a@b.example.", ("a@b.example",), ("quotes or punctuation around it taken off",)),
        ("o’brien@b.example", ("o'brien@b.example",), ("’ → '",)),
        (
            'Müller, J "x" <evil@x.example>',
            ("evil@x.example",),
            ("address taken out of “Name <…>”",),
        ),
    ],
)
def test_an_odd_cell_is_understood_and_what_was_done_is_said(
    cell: str, addresses: tuple[str, ...], said: tuple[str, ...]
) -> None:
    read = read_cell(cell)

    assert read.addresses == addresses
    assert read.repairs == said
    assert not read.mistakes


@pytest.mark.parametrize(
    "cell",
    [
        "a@kiel.example, b@kiel.example",
        "a@kiel.example; b@kiel.example",
        "a@kiel.example b@kiel.example",
        "a@kiel.example / b@kiel.example",
        "a@kiel.example und b@kiel.example",
        "a@kiel.example\nb@kiel.example",
        "A <a@kiel.example>, B <b@kiel.example>",
    ],
)
def test_two_addresses_in_a_cell_are_two(cell: str) -> None:
    assert read_cell(cell).addresses == ("a@kiel.example", "b@kiel.example")


def test_the_same_address_twice_in_a_cell_is_one() -> None:
    assert read_cell("a@x.example, a@x.example").addresses == ("a@x.example",)


@pytest.mark.parametrize("cell", ["", " ", "\u00a0", "\u200b", "\t"])
def test_a_cell_without_text_is_neither_address_nor_mistake(cell: str) -> None:
    read = read_cell(cell)

    assert (read.addresses, read.mistakes) == ((), ())


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        ("uwe.kraft@stadt-ulm,example", "uwe.kraft@stadt-ulm.example"),
        ("uwe..kraft@ulm.example", "uwe.kraft@ulm.example"),
        ("uwe@@ulm.example", "uwe@ulm.example"),
        ("uwe.@ulm.example", "uwe@ulm.example"),
        ("Uwe Kraft uwe@ulm.example", "uwe@ulm.example"),
        ("jörg@ulm.example", ""),
        ("uwe@ulm", ""),
        ("kommt noch", ""),
        ("a@b> AUTH=<c", ""),
        ("alice@x)bob@y", ""),
    ],
)
def test_a_mistake_comes_with_what_was_probably_meant(cell: str, suggestion: str) -> None:
    read = read_cell(cell)

    assert read.addresses == ()
    assert [(m.text, m.suggestion) for m in read.mistakes] == [(cell, suggestion)]


def test_a_good_address_beside_a_bad_one_is_kept() -> None:
    read = read_cell("a@x.example; b@y")

    assert read.addresses == ("a@x.example",)
    assert [m.text for m in read.mistakes] == ["b@y"]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("jana@gmial.com", "gmail.com"),
        ("jana@gmal.com", "gmail.com"),
        ("jana@gmail.con", "gmail.com"),
        ("jana@hotmial.com", "hotmail.com"),
        ("jana@t-onlin.de", "t-online.de"),
    ],
)
def test_a_slip_of_the_finger_is_asked_about(cell: str, meant: str) -> None:
    [doubt] = read_cell(cell).doubts

    assert doubt.label == f"did you mean {meant}?"
    assert doubt.is_typo


@pytest.mark.parametrize("cell", ["a@gmail.com", "a@mail.com", "a@ymail.com", "a@gmx.de", "a@web.de"])
def test_a_real_provider_is_not_asked_about(cell: str) -> None:
    assert read_cell(cell) == Cell((cell,))


def test_letters_of_another_alphabet_are_named() -> None:
    [doubt] = read_cell("a@gm\u0430il.com").doubts

    assert doubt.label == "“\u0430” is U+0430 CYRILLIC SMALL LETTER A"


def test_a_domain_in_one_foreign_alphabet_is_no_mix() -> None:
    assert read_cell("a@почта.example").doubts == ()


@given(st.text())
def test_reading_a_cell_never_fails_and_gives_addresses_only(cell: str) -> None:
    read = read_cell(cell)

    assert all(parse_address(address) == address for address in read.addresses)


@given(st.lists(st.sampled_from(["a@b.example", "(at)", "@", " ", ",", "<", ">", '"', "mailto:", ".", "ä", "\n"])))
def test_whatever_is_near_an_address_never_fails(parts: list[str]) -> None:
    read = read_cell("".join(parts))

    assert all(parse_address(address) == address for address in read.addresses)


@given(st.text())
def test_the_quick_way_is_the_same_as_the_long_one(cell: str) -> None:
    plain = plain_address(cell)

    assert plain is None or read_cell(cell).addresses == (plain,)
