"""Soft hyphens stand in the words of the HTML part that are longer than a phone's line, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccmail.languages.hyphenation import SOFT_HYPHEN
from ccmail.rendering import soft_hyphens
from ccmail.rendering.environment import MailEnvironment
from ccmail.rendering.slots import FieldTracker, tracker_of
from ccmail.rendering.soft_hyphens import hyphens_kept, with_soft_hyphens
from ccmail.workspace import TextCache

LONG = "Nachhaltigkeitsberichterstattung"


def test_a_long_word_can_be_broken_and_a_short_one_cannot() -> None:
    text = with_soft_hyphens(f"Dienstleistungen der {LONG}, {LONG}-Verfahren", "de")

    assert text.replace(SOFT_HYPHEN, "·") == (
        "Dienstleistungen der Nach·hal·tig·keits·be·richt·er·stat·tung, "
        "Nach·hal·tig·keits·be·richt·er·stat·tung-Verfahren"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"https://city.example/{LONG}",
        f"{LONG}@city.example",
        f"www.{LONG}.example",
        f"city.example/{LONG}",
        f"{LONG}.pdf",
        "Nachhaltig\u00adkeitsberichterstattung",
        "COVID-19",
        f"{LONG}_2027",
    ],
)
def test_addresses_and_what_its_author_has_hyphenated_stay_as_they_are(text: str) -> None:
    assert with_soft_hyphens(text, "de") == text


def test_a_word_with_a_field_of_the_reader_stays_as_it_is() -> None:
    marker = FieldTracker({"city": "Bonn"}).mark_field("city")
    text = f"{LONG}{marker} {marker}{LONG} {marker}"

    assert with_soft_hyphens(text, "de") == text


@pytest.mark.parametrize("compiled", [True, False])
def test_the_filter_leaves_slots_and_markup_alone(*, compiled: bool) -> None:
    template = MailEnvironment(None, autoescape=True).from_string(
        "{{ title | hyphenate('de') }}|{{ city | hyphenate('de') }}|"
        "{{ ('<b>' ~ title ~ '</b>') | safe | hyphenate('de') }}"
    )
    tracker = FieldTracker({"city": LONG}, compiled=compiled)

    with tracker_of(tracker):
        text = tracker.finish(template.render(title=f"{LONG} & mehr", **tracker.slots()))

    first, second, third = text.split("|")
    assert SOFT_HYPHEN in first
    assert first.endswith("&amp; mehr")
    assert SOFT_HYPHEN not in second
    assert third == f"<b>{LONG} & mehr</b>"


def test_a_word_that_is_in_the_cache_is_not_hyphenated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hyphens_kept(TextCache(tmp_path)):
        first = with_soft_hyphens(LONG, "de")
    monkeypatch.setattr(soft_hyphens, "hyphenated", lambda word, _locale: pytest.fail(word))

    with hyphens_kept(TextCache(tmp_path)):
        assert with_soft_hyphens(LONG, "de") == first != LONG
