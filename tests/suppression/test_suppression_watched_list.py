"""The list of the unsubscribed is watched while a sending runs."""

from __future__ import annotations

import pytest

from ccmail.problems import InputError
from ccmail.suppression.watched_list import WatchedList
from tests.small_workspace import ADA, CY, SmallWorkspace


class Watch:
    """A watched list, with a clock that moves a second with each look."""

    def __init__(self, small: SmallWorkspace) -> None:
        self.now = 0.0
        self.listed = WatchedList(small.workspace, clock=lambda: self.now)

    def look(self) -> dict[str, str]:
        self.now += 1.0
        return dict(self.listed())


@pytest.fixture
def watch(small: SmallWorkspace) -> Watch:
    return Watch(small)


def test_who_is_added_is_known_at_the_next_look(small: SmallWorkspace, watch: Watch) -> None:
    before = watch.look()
    small.unsubscribe(ADA)

    assert before == {}
    assert watch.look() == {ADA: "unsubscribed"}


def test_the_file_is_looked_at_once_a_second_only(small: SmallWorkspace, watch: Watch) -> None:
    watch.look()
    small.unsubscribe(ADA)

    assert watch.listed() == {}


def test_whoever_stood_there_once_gets_nothing_from_this_run(small: SmallWorkspace, watch: Watch) -> None:
    small.unsubscribe(ADA)
    watch.look()
    small.workspace.unsubscribed_file.write_text("email\n", encoding="utf-8")  # an editor saves the list
    emptied = watch.look()
    small.workspace.unsubscribed_file.write_text(f"email\n{CY}\n", encoding="utf-8")

    assert emptied.keys() == {ADA}
    assert watch.look().keys() == {ADA, CY}


def test_a_list_that_stays_unreadable_ends_the_run(small: SmallWorkspace, watch: Watch) -> None:
    small.unsubscribe(ADA)
    watch.look()
    small.workspace.unsubscribed_file.write_bytes(b"PK\x03\x04 half")

    assert watch.look().keys() == {ADA}, "it may be half written: the next look will tell"
    with pytest.raises(InputError):
        watch.look()


def test_a_list_that_was_half_written_is_read_when_it_is_whole(small: SmallWorkspace, watch: Watch) -> None:
    small.workspace.unsubscribed_file.write_bytes(b"PK\x03\x04 half")
    watch.look()
    small.workspace.unsubscribed_file.write_text(f"email\n{CY}\n", encoding="utf-8")

    assert watch.look().keys() == {CY}
