"""The assembler of a campaign's mails, as they would be if they were sent now."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from ccmail.audience import Contact
from ccmail.calendar import Method
from ccmail.campaign import Variant
from ccmail.checks.planned import plan_mails
from ccmail.planning.assembler import first_mails, make_assembler
from ccmail.rendering import LoadedCampaign
from tests.small_workspace import ADA, CY, SmallWorkspace

VERSION = "7f3a-91c2"


def announcement(small: SmallWorkspace, calendar: str) -> LoadedCampaign:
    """Return the campaign as an invitation to an event of the coming month."""
    small.edit("campaigns/news.yaml", "type: review", f"type: announcement\ncalendar: {calendar}")
    small.edit("campaigns/news.yaml", "{date: 12.3.2020,", '{date: 12.10.2020, time: "13:00–14:00",')
    return small.loaded()


def test_mails_are_dated_now_by_the_clocks_of_the_workspace(small: SmallWorkspace) -> None:
    assembler = make_assembler(small.workspace, small.loaded(), VERSION)

    assert assembler.stamp.date == dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
    assert assembler.stamp.date.isoformat() == "2020-09-21T11:00:00+02:00"


def test_the_version_makes_the_boundaries(small: SmallWorkspace) -> None:
    assembler = make_assembler(small.workspace, small.loaded(), VERSION)

    assert assembler.stamp.seed == VERSION


@pytest.mark.parametrize(("calendar", "method"), [("rsvp", Method.REQUEST), ("attachment", Method.PUBLISH)])
def test_an_invitation_asks_for_an_answer_only_if_the_campaign_wants_one(
    small: SmallWorkspace, calendar: str, method: Method
) -> None:
    loaded = announcement(small, calendar)

    assembler = make_assembler(small.workspace, loaded, VERSION)

    revision = assembler.stamp.revision
    assert (revision.sequence, revision.method) == (0, method)
    assert revision.dtstamp == dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)


def test_a_test_asks_nobody_for_an_answer(small: SmallWorkspace) -> None:
    loaded = dataclasses.replace(announcement(small, "rsvp"), is_test=True)

    assembler = make_assembler(small.workspace, loaded, VERSION)

    assert assembler.stamp.revision.method is Method.PUBLISH


@pytest.mark.parametrize(("calendar", "has_key"), [("rsvp", True), ("attachment", False)])
def test_the_key_of_the_tokens_is_made_when_an_invitation_needs_it_and_not_before(
    small: SmallWorkspace, calendar: str, *, has_key: bool
) -> None:
    loaded = announcement(small, calendar)

    make_assembler(small.workspace, loaded, VERSION)

    assert (small.workspace.state / "tokens.key").exists() is has_key


def test_numbers_of_compiled_mails_go_on_where_the_sending_has_come_to(small: SmallWorkspace) -> None:
    loaded = small.loaded()
    variant = Variant(loaded.campaign.segments[0], ("de",))

    assembler = make_assembler(small.workspace, loaded, VERSION, compiled_before=4)

    assert assembler.assemble(Contact(ADA), variant).compiled.number == 5


def test_links_to_unsubscribe_are_signed_by_the_key_of_the_workspace(small: SmallWorkspace) -> None:
    small.edit("ccmail.yaml", "address: stop@netz.example", "address: stop@netz.example, url: https://netz.example/u")
    loaded = small.loaded()
    variant = Variant(loaded.campaign.segments[0], ("de",))

    first, again = (
        make_assembler(small.workspace, loaded, VERSION).fields(Contact(ADA), variant)["unsubscribe"] for _ in range(2)
    )
    (small.workspace.state / "unsubscribe.key").write_text("another key that is long enough", encoding="ascii")
    other = make_assembler(small.workspace, loaded, VERSION).fields(Contact(ADA), variant)["unsubscribe"]

    assert first.startswith("https://netz.example/u/")
    assert first == again != other


def test_the_first_mail_of_every_variant_is_made_for_its_first_reader(small: SmallWorkspace) -> None:
    plan = plan_mails(small.workspace, small.loaded(), None)

    mails = dict(first_mails(small.workspace, plan))

    assert list(mails) == ["german·de", "international·en"]
    assert ADA.encode() in mails["german·de"]
    assert CY.encode() in mails["international·en"]


def test_a_variant_of_two_languages_is_named_by_both(small: SmallWorkspace) -> None:
    small.edit("ccmail.yaml", "german.csv, language: de", "german.csv, language: [de, en]")
    plan = plan_mails(small.workspace, small.loaded(), None)

    names = [name for name, _ in first_mails(small.workspace, plan)]

    assert names == ["german·de+en", "international·en"]
