"""Words with a number behind a hyphen stay on one line."""

from __future__ import annotations

import pytest

from ccmail.rendering.kept_together import keep_together
from ccmail.rendering.slots import FieldTracker


def test_a_word_with_a_number_is_not_broken_behind_its_hyphen() -> None:
    html = keep_together("<p>Die COVID-19-Pandemie, COVID-19.</p>")

    kept = '<span style="white-space:nowrap">COVID-19</span>'
    assert html == f"<p>Die {kept}-Pandemie, {kept}.</p>"


def test_hours_stay_together() -> None:
    html = keep_together("<td>09:30–10:30 Uhr</td><td>1:00–2:00</td><td>Nr. 4:2–5:3</td>")

    first, second = (f'<span style="white-space:nowrap">{hours}</span>' for hours in ("09:30–10:30", "1:00–2:00"))
    assert html == f"<td>{first} Uhr</td><td>{second}</td><td>Nr. 4:2–5:3</td>"


@pytest.mark.parametrize(
    "html",
    [
        "<title>COVID-19</title>",
        "<style>.a-1{color:#000000}</style>",
        '<div class="preheader">COVID-19</div>',
        '<a href="https://cities.example/covid-19" title="COVID-19">Bericht</a>',
        "<a>https://cities.example/covid-19</a>",
        "<a>covid-19@cities.example</a>",
        "<a>covid-19.cities.example</a>",
        "<!--[if mso]>COVID-19<![endif]-->",
        "<p>13-15 Uhr, ein Donaudampfschiff-19, E-Mail</p>",
    ],
)
def test_what_nobody_reads_addresses_and_long_words_stay_as_they_are(html: str) -> None:
    assert keep_together(html) == html


def test_a_word_that_holds_a_field_of_the_reader_stays_as_it_is() -> None:
    marker = FieldTracker({"city": "Bonn"}).mark_field("city")

    html = f"<p>{marker}-19, COVID-1{marker}</p>"

    assert keep_together(html) == html
