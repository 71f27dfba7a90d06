"""The facts of an event: kept as plain values, compared, and put back into a campaign."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.campaign import Campaign, load_campaign
from ccmail.campaign.event_facts import EventFact, EventFacts
from tests.small_workspace import SmallWorkspace

FACTS = EventFacts(
    first=dt.date(2020, 10, 7),
    last=dt.date(2020, 10, 7),
    begins=dt.time(13),
    ends=dt.time(15, 30),
    zone="Europe/Berlin",
    place={"de": "Rathaus", "en": "Town hall"},
    link="",
    register="https://netz.example/r",
    titles={"de": "Rad", "en": "Cycling"},
)
times = st.none() | st.times().map(lambda time: time.replace(second=0, microsecond=0, tzinfo=None, fold=0))
texts = st.dictionaries(st.sampled_from(["", "de", "en"]), st.text(min_size=1, max_size=20), max_size=2)


def changed(**values: Any) -> tuple[EventFact, ...]:
    import dataclasses

    return FACTS.changed(dataclasses.replace(FACTS, **values))


@pytest.mark.parametrize(
    ("values", "facts"),
    [
        ({}, ()),
        ({"first": dt.date(2020, 10, 6)}, (EventFact.DATE,)),
        ({"last": dt.date(2020, 10, 8)}, (EventFact.DATE,)),
        ({"begins": dt.time(14)}, (EventFact.BEGINS,)),
        ({"begins": None, "ends": None}, (EventFact.BEGINS, EventFact.ENDS)),
        ({"zone": "Asia/Tbilisi"}, (EventFact.ZONE,)),
        ({"place": {"": "online"}}, (EventFact.PLACE,)),
        ({"link": "https://meet.example/x"}, (EventFact.LINK,)),
        ({"register": ""}, (EventFact.REGISTER,)),
        ({"titles": {"de": "Rad!", "en": "Cycling"}}, (EventFact.TITLE,)),
    ],
)
def test_each_fact_that_differs_is_named(values: dict[str, Any], facts: tuple[EventFact, ...]) -> None:
    assert changed(**values) == facts


@given(
    st.builds(
        EventFacts,
        first=st.dates(),
        last=st.dates(),
        begins=times,
        ends=times,
        zone=st.sampled_from(["Europe/Berlin", "America/La_Paz", "UTC"]),
        place=texts,
        link=st.text(max_size=20),
        register=st.text(max_size=20),
        titles=texts,
    )
)
def test_facts_are_the_same_after_json(facts: EventFacts) -> None:
    assert EventFacts.from_json(json.loads(json.dumps(facts.as_json()))) == facts


@pytest.mark.parametrize(
    "damage",
    [{"first": "7.10.2020"}, {"zone": "Europe/Bonn"}, {"place": "Rathaus"}, {"titles": None}, {"begins": 13}],
    ids=str,
)
def test_damaged_facts_are_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        EventFacts.from_json({**FACTS.as_json(), **damage})


def test_facts_that_are_not_complete_are_refused() -> None:
    kept = FACTS.as_json()
    del kept["link"]

    with pytest.raises(ValueError, match="link"):
        EventFacts.from_json(kept)


def campaign(small: SmallWorkspace, event: str) -> Campaign:
    small.edit("campaigns/news.yaml", "type: review", "type: announcement")
    small.edit("campaigns/news.yaml", "event: {date: 12.3.2020, place: Tartu}", f"event: {event}")
    loaded, problems = load_campaign(small.folder / "campaigns" / "news.yaml", small.workspace)
    assert loaded is not None, problems
    return loaded


@pytest.mark.parametrize(
    "event",
    [
        "{date: 12.10.2020, time: '13:00–15:30', place: Rathaus, link: 'https://meet.example/x'}",
        "{date: 12.–14.10.2020, place: {de: Rathaus, en: Town hall}}",
        "{date: 12.10.2020, time: '13:00', place: online, register: 'https://netz.example/r', timezone: Asia/Tbilisi}",
        "{date: 12.10.2020}",
    ],
)
def test_what_is_put_into_a_campaign_is_what_it_says(small: SmallWorkspace, event: str) -> None:
    facts = EventFacts.of(campaign(small, event))
    small.edit("campaigns/news.yaml", event, "{date: 1.12.2020, time: '9:00–10:00', place: Gyumri}")
    other, _ = load_campaign(small.folder / "campaigns" / "news.yaml", small.workspace)
    assert facts is not None
    assert other is not None

    back = facts.put_into(other)

    assert EventFacts.of(back) == facts
    assert back.event is not None
    assert back.event.is_online == facts.is_online


def test_a_campaign_without_an_event_has_no_facts(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "event: {date: 12.3.2020, place: Tartu}\n", "")
    loaded, _ = load_campaign(small.folder / "campaigns" / "news.yaml", small.workspace)
    assert loaded is not None

    assert EventFacts.of(loaded) is None
