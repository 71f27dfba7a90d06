"""The lines of addresses: the same as in a dictionary, in a fifth of the memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccmail.audience.seen_addresses import LinesSeen


@given(st.lists(st.text(max_size=3)))
def test_the_first_line_of_each_address_is_remembered(addresses: list[str]) -> None:
    seen, known = LinesSeen(), dict[str, int]()

    for line, address in enumerate(addresses, 2):
        assert (address in seen) == (address in known)
        assert seen.note(address, line) == known.get(address)
        known.setdefault(address, line)

    assert len(seen) == len(known)


def test_it_grows_with_the_list_and_forgets_nobody() -> None:
    seen = LinesSeen()
    addresses = [f"anna.alt{number}@x.example" for number in range(10_000)]

    before = [seen.note(address, line) for line, address in enumerate(addresses, 2)]
    again = [seen.note(address, 1) for address in addresses]

    assert before == [None] * 10_000
    assert again == list(range(2, 10_002))
    assert "otto.alt@x.example" not in seen
