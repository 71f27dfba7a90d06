"""The lists of a campaign as a stream of people."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import LeftOut, Reason, Selected
from ccmail.ledger import SuppressionEntry, SuppressionReason
from ccmail.planning.audience import count_rows, list_fingerprint, read_audience
from ccmail.problems import Problem, Severity
from tests.small_workspace import ADA, BO, CY, DEE, EVE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def audience(small: SmallWorkspace, ledger: Ledger | None = None) -> list[Selected | LeftOut | Problem]:
    return list(read_audience(small.workspace, small.loaded().campaign, ledger))


def selected(items: list[Selected | LeftOut | Problem]) -> list[tuple[str, str]]:
    return [(item.contact.email, item.segment) for item in items if isinstance(item, Selected)]


def left_out(items: list[Selected | LeftOut | Problem]) -> list[tuple[str, Reason]]:
    return [(item.email, item.reason) for item in items if isinstance(item, LeftOut)]


def fingerprint(small: SmallWorkspace) -> str:
    return list_fingerprint(small.loaded().campaign)


# ── who is on the lists ──


def test_the_lists_are_read_segment_by_segment(small: SmallWorkspace) -> None:
    people = audience(small)

    assert selected(people) == [
        (ADA, "german"),
        (BO, "german"),
        (CY, "international"),
        (DEE, "international"),
    ]


def test_the_unsubscribed_of_file_and_ledger_are_left_out(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA)
    ledger.suppress([SuppressionEntry(CY, SuppressionReason.BOUNCED, MORNING, "a bounce")])

    people = audience(small, ledger)

    assert [address for address, _ in selected(people)] == [BO, DEE]
    assert left_out(people) == [(ADA, Reason.UNSUBSCRIBED), (CY, Reason.BOUNCED)]


def test_without_a_ledger_the_file_alone_counts(small: SmallWorkspace) -> None:
    small.unsubscribe(ADA)

    people = audience(small)

    assert left_out(people) == [(ADA, Reason.UNSUBSCRIBED)]


def test_a_row_of_the_unsubscribed_that_names_nobody_is_an_error_about_the_whole_list(small: SmallWorkspace) -> None:
    small.unsubscribe(ADA, "somebody from Bonn")

    first, *_ = audience(small)

    assert isinstance(first, Problem)
    assert (first.code, first.is_error) == ("R511", True)
    assert first.place is not None
    assert (first.place.file, first.place.line) == ("recipients/unsubscribed.csv", 3)


def test_a_list_of_the_unsubscribed_that_cannot_be_read_is_the_same_error(small: SmallWorkspace) -> None:
    (small.folder / "recipients" / "unsubscribed.csv").mkdir()

    first, *_ = audience(small)

    assert isinstance(first, Problem)
    assert (first.code, first.severity) == ("R511", Severity.ERROR)


# ── how many rows there are ──


def test_the_rows_of_text_files_are_their_lines(small: SmallWorkspace) -> None:
    rows = count_rows(small.loaded().campaign)

    assert rows == 6  # two headers, four people


def test_a_list_that_two_segments_share_is_counted_once(small: SmallWorkspace) -> None:
    small.edit("ccmail.yaml", "recipients/international.csv", "recipients/german.csv")

    rows = count_rows(small.loaded().campaign)

    assert rows == 3


def test_the_rows_of_a_workbook_are_guessed_from_its_size(small: SmallWorkspace) -> None:
    small.edit("ccmail.yaml", "recipients/international.csv", "recipients/international.xlsx")
    campaign = small.loaded().campaign
    (small.folder / "recipients" / "international.xlsx").write_bytes(b"\n" * 6000)

    rows = count_rows(campaign)

    assert rows == 3 + 100


def test_a_list_that_is_not_there_has_no_rows(small: SmallWorkspace) -> None:
    campaign = small.loaded().campaign
    (small.folder / "recipients" / "german.csv").unlink()

    rows = count_rows(campaign)

    assert rows == 3


# ── the fingerprint ──


def test_lists_that_nobody_touched_have_the_same_fingerprint(small: SmallWorkspace) -> None:
    before = fingerprint(small)
    os.utime(small.folder / "recipients" / "german.csv", (0, 0))
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")

    assert fingerprint(small) == before
    assert len(before) == 16


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("recipients/german.csv", ADA, EVE),
        ("recipients/international.csv", "Dee,Weiß", "Dee,Weiss"),
        ("ccmail.yaml", "international.csv, language: en", "international.csv, language: de"),
        ("ccmail.yaml", "international.csv, language: en", "international.csv, language: [en, de]"),
        ("ccmail.yaml", "  international: {", "  others: {"),
        ("ccmail.yaml", "recipients/international.csv", "recipients/german.csv"),
        ("campaigns/news.yaml", "type: review", "type: review\nsegments: [german]"),
        ("campaigns/news.yaml", "type: review", "type: review\nsegments: [international, german]"),
    ],
)
def test_another_list_segment_or_language_has_another_fingerprint(
    small: SmallWorkspace, file: str, old: str, new: str
) -> None:
    before = fingerprint(small)
    small.edit(file, old, new)

    assert fingerprint(small) != before


def test_a_list_that_has_gone_has_another_fingerprint(small: SmallWorkspace) -> None:
    campaign = small.loaded().campaign
    before = list_fingerprint(campaign)
    (small.folder / "recipients" / "german.csv").unlink()

    assert list_fingerprint(campaign) != before


# ── several lists of one segment ──


def test_somebody_on_two_lists_of_a_segment_is_one_person_and_the_first_list_counts(small: SmallWorkspace) -> None:
    small.edit(
        "ccmail.yaml", "recipients: recipients/german.csv", "recipients: [recipients/german.csv, recipients/b.csv]"
    )
    rows = f"email,last_name\n{EVE},Grün\n{ADA},Schwarz\n{CY},Rot\n"
    (small.folder / "recipients" / "b.csv").write_text(rows, encoding="utf-8")

    people = audience(small)

    assert selected(people) == [
        (ADA, "german"),
        (BO, "german"),
        (EVE, "german"),
        (CY, "german"),
        (DEE, "international"),
    ]
    out = [(item.email, item.reason, item.detail, str(item.place)) for item in people if isinstance(item, LeftOut)]
    assert out == [
        (ADA, Reason.DUPLICATE, "same person as in recipients/german.csv", "recipients/b.csv:3:1"),
        (CY, Reason.OTHER_SEGMENT, "gets the german mail", "recipients/international.csv:2:1"),
    ]


def test_a_mark_in_the_second_list_counts_in_the_first(small: SmallWorkspace) -> None:
    small.edit(
        "ccmail.yaml", "recipients: recipients/german.csv", "recipients: [recipients/german.csv, recipients/b.csv]"
    )
    (small.folder / "recipients" / "b.csv").write_text(f"email,abgemeldet\n{ADA},ja\n{EVE},\n", encoding="utf-8")

    assert [address for address, _ in selected(audience(small))] == [BO, EVE, CY, DEE]


def test_a_campaign_can_have_several_lists_of_its_own(small: SmallWorkspace) -> None:
    for name, address in (("a", EVE), ("b", DEE)):
        (small.folder / "recipients" / f"{name}.csv").write_text(f"email\n{address}\n", encoding="utf-8")
    small.edit(
        "campaigns/news.yaml", "de:", "segments: {german: {recipients: [recipients/a.csv, recipients/b.csv]}}\nde:"
    )

    assert selected(audience(small)) == [(EVE, "german"), (DEE, "german")]


def test_the_fingerprint_changes_with_each_list_of_a_segment(small: SmallWorkspace) -> None:
    small.edit(
        "ccmail.yaml", "recipients: recipients/german.csv", "recipients: [recipients/german.csv, recipients/b.csv]"
    )
    other = small.folder / "recipients" / "b.csv"
    other.write_text(f"email\n{EVE}\n", encoding="utf-8")
    before = fingerprint(small), count_rows(small.loaded().campaign)

    other.write_text(f"email\n{EVE}\nmore@bonn.example\n", encoding="utf-8")

    assert fingerprint(small) != before[0]
    assert count_rows(small.loaded().campaign) == before[1] + 1
