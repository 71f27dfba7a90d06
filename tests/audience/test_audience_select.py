from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import Contact, LeftOut, Reason, SegmentList, Selected, Suppression, address_key, select_audience
from ccmail.audience.list_problems import mistake
from ccmail.problems import Place, Problem
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def person(email: str, line: int, language: str = "") -> Contact:
    return Contact(email, language=language, place=Place("list.csv", line))


def select(
    *segments: SegmentList,
    suppressed: Mapping[str, Suppression] | frozenset[str] = frozenset(),
    languages: Iterable[str] = ("de", "en"),
) -> tuple[list[Selected], list[LeftOut], list[Problem]]:
    found = list(select_audience(segments, suppressed, tuple(languages)))
    return (
        [x for x in found if isinstance(x, Selected)],
        [x for x in found if isinstance(x, LeftOut)],
        [x for x in found if isinstance(x, Problem)],
    )


def german(*entries: Contact | Problem) -> SegmentList:
    return SegmentList("german", ("de",), entries)


def international(*entries: Contact | Problem) -> SegmentList:
    return SegmentList("international", ("en",), entries)


def test_everybody_gets_the_mail_of_the_segment() -> None:
    selected, left_out, problems = select(german(person("a@x.example", 2)), international(person("b@x.example", 2)))

    assert [(s.contact.email, s.segment, s.languages) for s in selected] == [
        ("a@x.example", "german", ("de",)),
        ("b@x.example", "international", ("en",)),
    ]
    assert (left_out, problems) == ([], [])


def test_a_person_twice_in_a_list_gets_one_mail() -> None:
    selected, left_out, _ = select(
        german(person("jana.mueller@x.example", 2), person("Jana.Mueller@x.example", 7), person("b@x.example", 8))
    )

    assert [s.contact.place.line for s in selected] == [2, 8]
    assert [(x.email, x.reason, x.detail, x.place) for x in left_out] == [
        (
            "Jana.Mueller@x.example",
            Reason.DUPLICATE,
            "same person as line 2 (case differs)",
            Place("list.csv", 7),
        )
    ]


def test_a_repeated_row_is_a_duplicate_without_a_difference() -> None:
    _, left_out, _ = select(german(person("Jana@x.example", 2), person("Jana@x.example", 3)))

    assert [x.detail for x in left_out] == ["same person as line 2"]


def test_a_domain_in_two_spellings_is_one_person() -> None:
    selected, _, _ = select(german(person("a@fürth.example", 2), person("a@xn--frth-0ra.example", 3)))

    assert len(selected) == 1


def test_the_first_segment_wins() -> None:
    selected, left_out, _ = select(german(person("a@x.example", 2)), international(person("A@x.example", 5)))

    assert [s.segment for s in selected] == ["german"]
    assert [(x.segment, x.reason, x.detail) for x in left_out] == [
        ("international", Reason.OTHER_SEGMENT, "gets the german mail")
    ]


def test_the_order_of_the_segments_decides() -> None:
    selected, _, _ = select(international(person("a@x.example", 5)), german(person("a@x.example", 2)))

    assert [s.segment for s in selected] == ["international"]


def test_who_has_unsubscribed_gets_nothing_by_any_list() -> None:
    suppressed = {
        "a@x.example": Suppression(Reason.UNSUBSCRIBED, "by mail"),
        "b@x.example": Suppression(Reason.BOUNCED, "550 5.1.1"),
    }

    selected, left_out, _ = select(
        german(person("A@x.example", 2), person("b@x.example", 3)),
        international(person("a@x.example", 2)),
        suppressed=suppressed,
    )

    assert selected == []
    assert [(x.email, x.segment, x.reason, x.detail) for x in left_out] == [
        ("A@x.example", "german", Reason.UNSUBSCRIBED, "by mail"),
        ("b@x.example", "german", Reason.BOUNCED, "550 5.1.1"),
        ("a@x.example", "international", Reason.UNSUBSCRIBED, "by mail"),
    ]


def test_a_plain_set_of_keys_suppresses_too() -> None:
    _, left_out, _ = select(german(person("A@x.example", 2)), suppressed=frozenset({address_key("a@X.example")}))

    assert [x.reason for x in left_out] == [Reason.UNSUBSCRIBED]


def test_the_language_of_the_row_wins() -> None:
    selected, _, _ = select(international(person("a@x.example", 2, "de"), person("b@x.example", 3, "en")))

    assert [s.languages for s in selected] == [("de",), ("en",)]


def test_a_segment_in_two_languages_sends_both_in_one_mail() -> None:
    segment = SegmentList("all", ("de", "en"), [person("a@x.example", 2), person("b@x.example", 3, "en")])

    selected, _, _ = select(segment)

    assert [s.languages for s in selected] == [("de", "en"), ("en",)]


@pytest.mark.parametrize("language", ["fr", "Wookiee"])
def test_a_language_that_the_campaign_does_not_have_is_an_error(language: str) -> None:
    selected, left_out, problems = select(german(person("a@x.example", 4, language), person("b@x.example", 5, "de")))

    assert [s.contact.email for s in selected] == ["b@x.example"]
    assert [(x.reason, x.place) for x in left_out] == [(Reason.NO_LANGUAGE, Place("list.csv", 4))]
    assert [(p.code, p.is_error, p.message) for p in problems] == [
        ("R510", True, f"“{language}” is not a language of this campaign (de, en)")
    ]
    assert str(problems[0].place) == "list.csv:4, column language"


def test_a_segment_in_a_language_that_is_not_written_is_said_once() -> None:
    people = [person(f"a{line}@x.example", line) for line in range(2, 1002)]

    selected, left_out, problems = select(international(*people), languages=["de"])

    assert selected == []
    assert {x.reason for x in left_out} == {Reason.NO_LANGUAGE}
    assert [(p.code, p.message) for p in problems] == [
        ("R510", "1,000 people of international would get en, which this campaign does not have")
    ]


def test_rows_without_a_language_among_others_are_said_once() -> None:
    _, _, problems = select(german(person("a@x.example", 2, "de"), person("b@x.example", 3), person("c@x.example", 4)))

    assert [(p.code, p.is_error, p.message) for p in problems] == [
        ("R523", False, "2 people of german have no language in the list and get de")
    ]


def test_a_mistake_in_a_row_costs_that_person_the_mail() -> None:
    place = Place("list.csv", 8, 17, 15, "Herr;;Uwe;Kraft;uwe@ulm,example;Ulm", "E-Mail")
    problem = mistake("R501", say("“{text}” is not a mail address", text="uwe@ulm,example"), place)

    selected, left_out, problems = select(german(problem, person("b@x.example", 9)))

    assert len(selected) == 1
    assert left_out == [
        LeftOut("uwe@ulm,example", "german", Reason.MISTAKE, "“uwe@ulm,example” is not a mail address", place)
    ]
    assert problems == [problem]


def test_a_row_without_an_address_is_left_out() -> None:
    problem = mistake("R520", say("no address in this row"), Place("list.csv", 3))

    _, left_out, _ = select(german(problem))

    assert [x.reason for x in left_out] == [Reason.NO_ADDRESS]


@pytest.mark.parametrize("code", ["R502", "R508", "R521", "R530"])
def test_a_problem_that_costs_nobody_the_mail_is_passed_on(code: str) -> None:
    problem = mistake(code, "…", Place("list.csv"))

    assert select(german(problem)) == ([], [], [problem])


def test_lists_are_read_no_faster_than_the_audience_is_asked_for() -> None:
    asked: list[int] = []

    def entries() -> Iterator[Contact]:
        for line in range(2, 100):
            asked.append(line)
            yield person(f"a{line}@x.example", line)

    audience = select_audience([SegmentList("german", ("de",), entries())], frozenset(), ["de"])
    next(audience)
    next(audience)

    assert asked == [2, 3]


@pytest.mark.slow
def test_memory_holds_less_than_an_address_for_each_person() -> None:
    people = (person(f"anna.alt{n}@x.example", n) for n in range(100_000))
    tracemalloc.start()

    for _ in select_audience([SegmentList("german", ("de",), people)], frozenset(), ["de"]):
        taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < 40 * 100_000  # bytes
