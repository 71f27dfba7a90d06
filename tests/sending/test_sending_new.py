"""The plan of a sending that begins."""

from __future__ import annotations

import datetime as dt
import zlib
from typing import TYPE_CHECKING

import pytest

from ccmail.ledger import RecipientFilter, SendingKind, State
from ccmail.problems import InputError, LedgerFailure, UsageError
from ccmail.sending.new import plan_new
from tests.sending.conftest import MORNING, dump
from tests.small_workspace import ADA, BO, CY, DEE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger


def test_the_number_of_a_plan_is_that_of_the_frozen_rows(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(BO)

    plan = plan_new(small.request(ledger))

    assert plan.sending is not None
    rows = {row.email: (row.state, row.reason) for row in ledger.rows(plan.sending)}
    assert rows == {
        ADA: (State.QUEUED, ""),
        BO: (State.LEFT_OUT, "unsubscribed"),
        CY: (State.QUEUED, ""),
        DEE: (State.QUEUED, ""),
    }
    assert (plan.people, plan.joining, plan.gone, plan.again) == (3, 0, 0, ())
    assert (plan.audience.recipients, plan.going_on, plan.counts) == (3, False, None)


def test_a_draft_keeps_what_its_mails_are_made_of(small: SmallWorkspace, ledger: Ledger) -> None:
    request = small.request(ledger)

    draft = plan_new(request).sending

    assert draft is not None
    kept = ledger.manifest(draft, request.version)
    assert kept is not None
    assert zlib.decompress(kept) == request.content
    assert ledger.last_mail(draft) == 2
    assert (draft.version, draft.lists, draft.dtstamp, draft.confirmed) == (
        request.version,
        request.lists,
        MORNING,
        None,
    )


def test_a_draft_keeps_its_web_versions_where_there_are_public_pages(small: SmallWorkspace, ledger: Ledger) -> None:
    without = plan_new(small.request(ledger)).sending
    assert without is not None
    assert ledger.web_versions(without, without.version) == ()
    small.edit("ccmail.yaml", "test: {", "serve: {public_url: https://news.city.example}\ntest: {")

    draft = plan_new(small.request(ledger)).sending

    assert draft is not None
    kept = ledger.web_versions(draft, draft.version)
    assert [(web.segment, web.languages) for web in kept] == [
        ("german", ("de",)),
        ("german", ("en",)),
        ("international", ("en",)),
        ("international", ("de",)),
    ]
    assert all(ledger.mail(draft, web.mail) for web in kept)
    assert ledger.web_versions(draft, "0000-0000") == ()
    assert ledger.variants_sent(draft) == frozenset()


def test_a_draft_is_no_sending_yet_and_the_next_one_takes_its_place(small: SmallWorkspace, ledger: Ledger) -> None:
    plan_new(small.request(ledger))
    small.put("german", ADA)

    second = plan_new(small.request(ledger)).sending

    assert second is not None
    assert [row.email for row in ledger.rows(second)] == [ADA, CY, DEE]
    assert sum(line.startswith('INSERT INTO "recipient"') for line in dump(small)) == 3
    assert ledger.sendings() == ()


def test_who_only_looks_writes_nothing(small: SmallWorkspace, ledger: Ledger) -> None:
    before = dump(small)

    plan = plan_new(small.request(ledger, look_only=True))

    assert (plan.people, plan.sending, plan.going_on) == (4, None, False)
    assert dump(small) == before


# ── whom the options mean ──


def test_a_segment_counts_alone_but_everybody_is_frozen(small: SmallWorkspace, ledger: Ledger) -> None:
    small.put("international", CY)

    plan = plan_new(small.request(ledger, segment="international"))

    assert plan.sending is not None
    assert (plan.people, plan.recipients) == (1, RecipientFilter(segments=("international",)))
    assert len(list(ledger.rows(plan.sending))) == 3
    assert plan.audience.recipients == 3


@pytest.mark.parametrize("look_only", [False, True])
def test_one_address_counts_alone_in_whatever_spelling(
    small: SmallWorkspace, ledger: Ledger, *, look_only: bool
) -> None:
    plan = plan_new(small.request(ledger, only=CY.upper(), look_only=look_only))

    assert plan.people == 1


@pytest.mark.parametrize("who", ["nobody@x.example", BO])
def test_an_address_that_gets_nothing_is_a_mistake_of_the_command(
    small: SmallWorkspace, ledger: Ledger, who: str
) -> None:
    small.unsubscribe(BO)

    with pytest.raises(UsageError) as refused:
        plan_new(small.request(ledger, only=who))

    assert refused.value.message == f"“{who}” gets nothing. Nothing was sent."
    assert refused.value.hint == "ccmail send -n -v news names who is left out, and why"


def test_an_address_of_another_segment_gets_nothing(small: SmallWorkspace, ledger: Ledger) -> None:
    with pytest.raises(UsageError):
        plan_new(small.request(ledger, only=ADA, segment="international"))


def test_a_segment_of_which_nobody_gets_anything_is_planned_for_nobody(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(CY, DEE)

    assert plan_new(small.request(ledger, segment="international")).people == 0


@pytest.mark.parametrize(("limit", "people"), [(1, 1), (3, 3), (4, 4), (99, 4)])
def test_a_limit_is_the_number_if_there_are_more_people(
    small: SmallWorkspace, ledger: Ledger, limit: int, people: int
) -> None:
    assert plan_new(small.request(ledger, limit=limit)).people == people


# ── what is refused ──


def test_mails_that_are_wrong_are_not_sent(small: SmallWorkspace, ledger: Ledger) -> None:
    small.edit("templates/review.html.j2", "<title>{{ mail.subject }}</title>", "")

    with pytest.raises(InputError) as refused:
        plan_new(small.request(ledger))

    assert "H110" in {problem.code for problem in refused.value.problems if problem.is_error}


def test_lists_without_anybody_are_not_sent_to(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA, BO, CY, DEE)

    with pytest.raises(InputError) as refused:
        plan_new(small.request(ledger))

    assert [problem.code for problem in refused.value.problems if problem.is_error]


def test_a_row_that_is_no_address_leaves_one_person_out_and_refuses_nobody_else(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    small.put("german", ADA, "no address at all")

    plan = plan_new(small.request(ledger))

    assert plan.people == 3
    assert [(group.reason, group.people) for group in plan.audience.left_out] == [("mistake", 1)]


def test_a_list_of_the_unsubscribed_that_nobody_can_read_refuses_all(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe("somebody from Bonn")

    with pytest.raises(InputError) as refused:
        plan_new(small.request(ledger))

    assert "R511" in {problem.code for problem in refused.value.problems}


# ── a ledger that is gone ──


def receipt(small: SmallWorkspace) -> None:
    (small.workspace.state / "news.sent").write_text('{"people": 4}', encoding="utf-8")


def test_a_campaign_that_people_have_does_not_begin_again_by_an_empty_ledger(
    small: SmallWorkspace, ledger: Ledger
) -> None:
    receipt(small)

    with pytest.raises(LedgerFailure) as refused:
        plan_new(small.request(ledger))

    assert refused.value.code == "W740"


def test_it_may_be_rehearsed(small: SmallWorkspace, ledger: Ledger) -> None:
    receipt(small)

    plan = plan_new(small.request(ledger, rehearse=True))

    assert plan.sending is not None
    assert (plan.real, plan.people, plan.sending.delivery) == (False, 4, SendingKind.OUTBOX)


# ── who has seen it ──


def test_a_plan_knows_the_test_and_the_approval_of_its_version(small: SmallWorkspace, ledger: Ledger) -> None:
    version = small.request(ledger).version
    ledger.mark_tested("news", version, ("fatina@netz.example",), real=True)
    ledger.approve("news", version, "Fatina")

    plan = plan_new(small.request(ledger))
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")
    changed = plan_new(small.request(ledger))

    assert plan.tested is not None
    assert plan.approved is not None
    assert (changed.tested, changed.approved) == (None, None)


def test_a_test_into_the_outbox_counts_for_a_rehearsal_only(small: SmallWorkspace, ledger: Ledger) -> None:
    ledger.mark_tested("news", small.request(ledger).version, ("fatina@netz.example",), real=False)

    assert plan_new(small.request(ledger)).tested is None
    assert plan_new(small.request(ledger, rehearse=True)).tested is not None


def test_a_plan_knows_until_when_mails_may_leave(small: SmallWorkspace, ledger: Ledger) -> None:
    small.edit("campaigns/news.yaml", "type: review", "type: review\nsend_until: 21.9.2020 18:00")

    plan = plan_new(small.request(ledger))
    whenever = plan_new(small.request(ledger, allow_past=True))

    assert plan.until == dt.datetime(2020, 9, 21, 16, 0, tzinfo=dt.UTC)
    assert whenever.until is None


def test_a_person_who_is_left_out_of_two_lists_is_booked_twice(small: SmallWorkspace, ledger: Ledger) -> None:
    small.unsubscribe(ADA)
    small.put("international", ADA, CY)

    sending = plan_new(small.request(ledger)).sending

    assert sending is not None
    booked = [(row.segment, row.reason) for row in ledger.rows(sending, keys=[ADA])]
    assert booked == [("german", "unsubscribed"), ("international", "unsubscribed")]
