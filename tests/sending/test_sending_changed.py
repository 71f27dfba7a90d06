"""What is said of a campaign that was changed while people already have it."""

from __future__ import annotations

import sqlite3

import pytest

from ccmail.ledger import State
from ccmail.problems import CcmailError
from ccmail.sending.changed import campaign_changed
from tests.sending.conftest import Begun
from tests.small_workspace import BO

WAYS_ON = [
    "undo the change to go on with the same text,",
    "or --finish-old sends the old text to the rest,",
    "or --confirm-change sends the new text to all who do not have the old one",
]


def said(begun: Begun) -> CcmailError:
    return campaign_changed(begun.small.request(begun.ledger), begun.sending)


def change(begun: Begun, old: str, new: str, file: str = "campaigns/news.yaml") -> list[str]:
    """Change a text, and return the lines about the differences."""
    begun.small.edit(file, old, new)
    *differences, first, second, third = said(begun).hint.splitlines()
    assert [first, second, third] == WAYS_ON
    return differences


def test_the_message_says_who_has_it_which_version_and_who_does_not(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)
    before = begun.sending.version
    begun.small.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")
    now = begun.small.request(begun.ledger).version

    error = said(begun)

    assert error.code == "M610"
    assert error.message == (
        f"this campaign changed after 1 person got it: version {before} was sent, now it is {now}; "
        "still without it: 2 people"
    )


def test_every_difference_is_shown_with_what_was_and_what_is(begun: Begun) -> None:
    begun.small.edit("campaigns/news.yaml", "The sun is shining.", "It is raining.")

    shown = change(begun, "title: News", "title: Bad news")

    assert shown == ["en.text: “The sun is shining.” → “It is raining.”", "en.title: “News” → “Bad news”"]


def test_differences_outside_of_the_campaign_name_their_file(begun: Begun) -> None:
    shown = change(begun, "<title>", "<title>Neu: ", "templates/review.html.j2")

    assert len(shown) == 1
    assert shown[0].startswith("templates: review.html.j2, line 3: “<title>")


def test_what_is_new_was_nothing_before(begun: Begun) -> None:
    shown = change(begun, "de: {title: Nachrichten", "de: {title: Nachrichten, subtitle: Vom Wetter")

    assert shown == ["de.subtitle: (nothing) → “Vom Wetter”"]


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 60 + "…")])
def test_long_texts_are_shortened(begun: Begun, length: int, shown: str) -> None:
    differences = change(begun, "Die Sonne scheint.", "x" * length)

    assert differences == [f"de.text: “Die Sonne scheint.” → “{shown}”"]


def names(count: int) -> str:
    """Return so many people for ccmail.yaml."""
    return "people:\n" + "".join(f"  p{number}: {{name: Person {number}}}\n" for number in range(count))


def test_ten_differences_are_all_shown(begun: Begun) -> None:
    shown = change(begun, "people:\n", names(10), "ccmail.yaml")

    assert len(shown) == 10
    assert shown[-1].startswith("ccmail.yaml: people.p9")


def test_of_more_than_ten_differences_the_rest_is_counted(begun: Begun) -> None:
    shown = change(begun, "people:\n", names(12), "ccmail.yaml")

    assert len(shown) == 11
    assert shown[-1] == "and 2 more"


def test_where_nothing_was_kept_of_the_old_text_only_the_ways_on_are_said(begun: Begun) -> None:
    with sqlite3.connect(begun.small.workspace.ledger_file) as connection:
        connection.execute("DELETE FROM content")
    connection.close()

    assert change(begun, "Die Sonne scheint.", "Es regnet.") == []
