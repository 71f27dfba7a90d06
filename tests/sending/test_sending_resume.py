"""The plan of a sending that goes on: who is still to get it, who has joined, who gets nothing any more."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import address_key
from ccmail.ledger import (
    STAGED,
    NewRecipient,
    Preference,
    SendingKind,
    State,
    StateChange,
    SuppressionEntry,
    SuppressionReason,
)
from ccmail.privacy.erasure import erase_recipient
from ccmail.problems import CcmailError, InputError, LedgerFailure
from ccmail.sending.frozen_mails import frozen_mails
from ccmail.sending.new import plan_new
from ccmail.sending.resume import NOT_LISTED, find_unfinished, plan_resumed
from ccmail.sending.send_plan import SendPlan
from ccmail.suppression.keep import name_people
from ccmail.suppression.preferences import keep_preference
from ccmail.suppression.resubscribe import resubscribe
from tests.sending.conftest import Begun
from tests.small_workspace import ADA, BO, CY, DEE, EVE, SmallWorkspace

if TYPE_CHECKING:
    from ccmail.ledger import Sending
    from ccmail.ledger.store import Ledger

MORNING = dt.datetime(2020, 9, 21, 9, 0, tzinfo=dt.UTC)
Change = Callable[[Begun], None]


def numbers(plan: SendPlan) -> tuple[int, int, int]:
    return plan.people, plan.joining, plan.gone


def change_text(begun: Begun) -> None:
    begun.small.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")
    begun.small.edit("campaigns/news.yaml", "The sun is shining.", "It is raining.")


def rain(begun: Begun) -> set[str]:
    """Return the addresses of those whose frozen mail has the new text."""
    fill = frozen_mails(begun.ledger, begun.sending)
    rows = [row for row in begun.ledger.rows(begun.sending) if row.state is not State.LEFT_OUT]
    mails = {row.email: b"".join(fill(begun.ledger.claim_at(begun.sending, row.position), MORNING)) for row in rows}
    return {address for address, mail in mails.items() if b"Es regnet." in mail or b"It is raining." in mail}


# ── which sending goes on ──


def test_without_a_sending_a_new_one_begins(small: SmallWorkspace, ledger: Ledger) -> None:
    assert find_unfinished(small.request(ledger)) is None


def test_a_draft_is_not_gone_on_with(small: SmallWorkspace, ledger: Ledger) -> None:
    plan_new(small.request(ledger))

    assert find_unfinished(small.request(ledger)) is None


def test_a_real_sending_stays_the_campaigns_even_when_all_have_it(begun: Begun) -> None:
    for address in (BO, CY, DEE):
        begun.settle(address, State.ACCEPTED)
    change_text(begun)
    begun.small.put("german", ADA, EVE)

    assert find_unfinished(begun.small.request(begun.ledger)) == begun.sending


def test_a_rehearsal_is_not_the_real_sending(begun: Begun) -> None:
    assert find_unfinished(begun.small.request(begun.ledger, rehearse=True)) is None


def test_what_a_dead_process_left_behind_is_set_in_order(begun: Begun) -> None:
    begun.settle(BO, State.CLAIMED)
    begun.settle(CY, State.IN_FLIGHT)

    find_unfinished(begun.small.request(begun.ledger))

    assert begun.states() == {ADA: "accepted", BO: "queued", CY: "in_doubt", DEE: "queued"}


def test_who_only_looks_leaves_it_as_it_is(begun: Begun) -> None:
    begun.settle(BO, State.CLAIMED)
    begun.settle(CY, State.IN_FLIGHT)

    found = find_unfinished(begun.small.request(begun.ledger, look_only=True))

    assert found == begun.sending
    assert begun.states() == {ADA: "accepted", BO: "claimed", CY: "in_flight", DEE: "queued"}


@pytest.fixture
def rehearsal(small: SmallWorkspace, ledger: Ledger) -> Sending:
    """A rehearsal of four mails, of which none is written yet."""
    draft = plan_new(small.request(ledger, rehearse=True)).sending
    assert draft is not None
    return ledger.confirm(draft, 4)


def test_a_rehearsal_of_the_same_words_and_people_goes_on(
    small: SmallWorkspace, ledger: Ledger, rehearsal: Sending
) -> None:
    assert find_unfinished(small.request(ledger, rehearse=True)) == rehearsal


def test_a_rehearsal_of_other_words_starts_anew(small: SmallWorkspace, ledger: Ledger, rehearsal: Sending) -> None:
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")

    assert find_unfinished(small.request(ledger, rehearse=True)) is None


def test_a_rehearsal_for_other_people_starts_anew(small: SmallWorkspace, ledger: Ledger, rehearsal: Sending) -> None:
    small.put("german", ADA, BO, EVE)

    assert find_unfinished(small.request(ledger, rehearse=True)) is None


def test_a_rehearsal_that_is_over_starts_anew(small: SmallWorkspace, ledger: Ledger, rehearsal: Sending) -> None:
    claims = ledger.claim(rehearsal, 4)
    ledger.record(rehearsal, [StateChange(claim.position, State.ACCEPTED) for claim in claims])

    assert find_unfinished(small.request(ledger, rehearse=True)) is None


# ── nothing has changed ──


def test_those_are_left_who_do_not_have_it_yet(begun: Begun) -> None:
    plan = begun.resume()

    assert numbers(plan) == (3, 0, 0)
    assert (plan.going_on, plan.sending, plan.again) == (True, begun.sending, ())
    assert plan.counts is not None
    assert (plan.counts.candidates, plan.counts.people(State.ACCEPTED)) == (4, 1)


def test_whoever_pauses_is_left_out_and_comes_back_when_the_pause_is_over(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = MORNING + dt.timedelta(days=2)
    name_people(begun.small.workspace, begun.ledger, begun.sending)
    keep_preference(begun.small.workspace, begun.ledger, Preference(address_key(BO), (), "", until, MORNING))

    looked, paused = begun.resume(look_only=True), begun.resume()
    state = begun.states()[BO]
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-23T09:00")
    back = begun.resume()

    assert numbers(looked)[0] == numbers(paused)[0] == 2
    assert state == "paused"
    assert numbers(back)[:2] == (3, 1)
    assert BO in {row.email for row in begun.ledger.rows(begun.go_on(back), State.QUEUED)}


def test_the_plan_shows_what_was_frozen_at_the_beginning(begun: Begun) -> None:
    audience = begun.resume().audience

    shown = [(v.variant.segment.name, v.variant.languages, v.people, v.first.contact.email) for v in audience.variants]
    assert shown == [("german", ("de",), 2, ADA), ("international", ("en",), 2, CY)]
    assert all(variant.size > 1000 and variant.begins for variant in audience.variants)
    assert (audience.recipients, audience.left_out, audience.version) == (4, (), begun.sending.version)


def test_what_was_confirmed_for_nobody_any_more_needs_no_mails(begun: Begun) -> None:
    for address in (BO, CY, DEE):
        begun.settle(address, State.ACCEPTED)
    with sqlite3.connect(begun.small.workspace.ledger_file) as connection:
        connection.execute("DELETE FROM compiled")
    connection.close()

    plan = begun.resume()

    assert plan.people == 0
    assert [variant.size for variant in plan.audience.variants] == [0, 0]


def test_the_lists_are_not_read_again_where_nobody_can_have_joined_or_gone(begun: Begun) -> None:
    begun.small.unsubscribe(BO)
    begun.resume()
    looked_at: list[int] = []
    request = dataclasses.replace(begun.small.request(begun.ledger), report=lambda done, _of: looked_at.append(done))

    plan_resumed(request, begun.sending)

    assert begun.states()[BO] == "unsubscribed"
    assert looked_at == []


@pytest.mark.parametrize(
    ("state", "people"),
    [
        (State.DEFERRED, 3),
        (State.CLAIMED, 3),
        (State.IN_FLIGHT, 2),
        (State.IN_DOUBT, 2),
        (State.REFUSED, 2),
        (State.ACCEPTED, 2),
    ],
)
def test_who_may_have_it_is_not_counted(begun: Begun, state: State, people: int) -> None:
    begun.settle(BO, state)

    assert begun.resume(look_only=True).people == people


@pytest.mark.parametrize(
    ("options", "people"),
    [
        ({"segment": "german"}, 1),
        ({"segment": "international"}, 2),
        ({"only": "CY@Tartu.example"}, 1),
        ({"only": ADA}, 0),
        ({"only": EVE}, 0),
        ({"limit": 2}, 2),
        ({"limit": 99}, 3),
        ({"limit": 1, "segment": "international"}, 1),
    ],
)
def test_the_options_say_which_of_them_are_meant(begun: Begun, options: dict[str, str | int], people: int) -> None:
    assert begun.resume(**options).people == people


# ── who joins ──


def test_who_is_new_on_the_lists_joins_by_a_word_only(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)

    plan = begun.resume()
    waiting = begun.states()[EVE]
    begun.go_on(plan)

    assert numbers(plan) == (4, 1, 0)
    assert waiting == STAGED
    assert begun.states()[EVE] == "queued"


def test_those_who_wait_for_a_word_are_not_shown_as_left_out(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)

    plan = begun.resume()

    assert plan.audience.left_out == ()
    assert plan.audience.recipients == 4


def test_a_plan_that_nobody_confirms_lets_nobody_in(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)
    begun.resume()
    begun.small.put("german", ADA, BO)

    plan = begun.resume()

    assert numbers(plan) == (3, 0, 0)


def test_who_moves_to_another_list_does_not_get_it_twice(begun: Begun) -> None:
    begun.small.put("german", BO)
    begun.small.put("international", CY, DEE, ADA.upper())

    assert numbers(begun.resume()) == (3, 0, 0)


def test_after_newcomers_were_let_in_they_are_no_newcomers(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)
    begun.go_on(begun.resume())

    assert numbers(begun.resume()) == (4, 0, 0)


def test_newcomers_of_a_segment_alone_are_counted(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)

    assert numbers(begun.resume(segment="german")) == (2, 1, 0)
    assert numbers(begun.resume(segment="international")) == (2, 0, 0)
    assert numbers(begun.resume(only=EVE)) == (1, 1, 0)


def test_newcomers_are_refused_with_mails_that_are_wrong(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)
    begun.small.unsubscribe("somebody from Bonn")

    with pytest.raises(InputError) as refused:
        begun.resume()

    assert "R511" in {problem.code for problem in refused.value.problems}


# ── who gets nothing any more ──


def test_who_has_left_the_lists_gets_nothing(begun: Begun) -> None:
    begun.small.put("german", ADA)

    plan = begun.resume()

    assert numbers(plan) == (2, 0, 1)
    assert begun.states()[BO] == NOT_LISTED


def test_who_has_it_already_has_not_gone(begun: Begun) -> None:
    begun.small.put("german", BO)

    assert numbers(begun.resume()) == (3, 0, 0)
    assert begun.states()[ADA] == "accepted"


def test_who_is_in_doubt_has_not_gone(begun: Begun) -> None:
    begun.settle(BO, State.IN_DOUBT)
    begun.small.put("german", ADA)

    assert numbers(begun.resume()) == (2, 0, 0)
    assert begun.states()[BO] == "in_doubt"


def test_who_was_deferred_and_leaves_the_lists_gets_nothing(begun: Begun) -> None:
    begun.settle(BO, State.DEFERRED)
    begun.small.put("german", ADA)

    assert numbers(begun.resume()) == (2, 0, 1)


def test_who_went_is_counted_once(begun: Begun) -> None:
    begun.small.put("german", ADA)
    begun.resume()

    assert numbers(begun.resume()) == (2, 0, 0)


def test_who_comes_back_to_the_very_list_of_the_beginning_joins(begun: Begun) -> None:
    begun.small.put("german", ADA)
    begun.resume()  # whether anybody confirms it or not: Bo has gone
    begun.small.put("german", ADA, BO)

    looked = begun.resume(look_only=True)
    plan = begun.resume()
    begun.go_on(plan)

    assert numbers(looked) == numbers(plan) == (3, 1, 0)
    assert [row.state for row in begun.ledger.rows(begun.sending, keys=[address_key(BO)])] == [
        State.LEFT_OUT,
        State.QUEUED,
    ]
    assert numbers(begun.resume()) == (3, 0, 0)


def test_who_comes_back_to_another_list_joins(begun: Begun) -> None:
    begun.small.put("german", ADA)
    begun.resume()
    begun.small.put("international", CY, DEE, BO)

    assert numbers(begun.resume()) == (3, 1, 0)


def test_who_has_unsubscribed_meanwhile_gets_nothing(begun: Begun) -> None:
    begun.small.unsubscribe(BO)

    plan = begun.resume()

    assert numbers(plan) == (2, 0, 0)
    assert begun.states()[BO] == "unsubscribed"
    assert [(group.reason, group.people) for group in begun.resume().audience.left_out] == [("unsubscribed", 1)]


def test_whose_mail_has_come_back_meanwhile_gets_nothing(begun: Begun) -> None:
    begun.ledger.suppress([SuppressionEntry(CY, SuppressionReason.BOUNCED, MORNING, "a bounce")])

    assert numbers(begun.resume()) == (2, 0, 0)
    assert begun.states()[CY] == "bounced"


def test_who_has_it_and_unsubscribes_then_is_in_the_books_as_before(begun: Begun) -> None:
    begun.small.unsubscribe(ADA)

    assert numbers(begun.resume()) == (3, 0, 0)
    assert begun.states()[ADA] == "accepted"


def test_who_has_unsubscribed_and_left_the_lists_has_unsubscribed(begun: Begun) -> None:
    begun.small.unsubscribe(BO)
    begun.small.put("german", ADA)

    assert numbers(begun.resume()) == (2, 0, 0)
    assert begun.states()[BO] == "unsubscribed"


# ── who wants mails again ──


@pytest.fixture
def without_bo(small: SmallWorkspace, ledger: Ledger) -> Begun:
    """A sending that began while Bo was on the list of the unsubscribed."""
    small.unsubscribe(BO)
    begun = Begun(small, ledger)
    begun.go_on(plan_new(small.request(ledger)))
    return begun


def test_who_wants_mails_again_joins_though_the_lists_are_the_same(without_bo: Begun) -> None:
    resubscribe(without_bo.small.workspace, BO, "a letter")

    plan = without_bo.resume()
    without_bo.go_on(plan)

    assert numbers(plan) == (4, 1, 0)
    assert without_bo.states() == {ADA: "queued", CY: "queued", DEE: "queued", BO: "queued"}
    assert numbers(without_bo.resume()) == (4, 0, 0)


def test_who_is_still_unsubscribed_does_not_join(without_bo: Begun) -> None:
    without_bo.small.put("german", BO, ADA)

    assert numbers(without_bo.resume()) == (3, 0, 0)


def test_who_wants_mails_again_and_is_on_no_list_does_not_join(without_bo: Begun) -> None:
    without_bo.small.put("german", ADA)
    without_bo.go_on(without_bo.resume(limit=1))
    resubscribe(without_bo.small.workspace, BO, "a letter")

    assert numbers(without_bo.resume()) == (3, 0, 0)


def test_who_wants_mails_again_and_is_on_no_list_is_no_reason_to_ask_about_a_change(without_bo: Begun) -> None:
    without_bo.small.put("german", ADA)
    without_bo.small.put("international", CY)
    without_bo.go_on(without_bo.resume())
    for address in (ADA, CY):
        without_bo.settle(address, State.ACCEPTED)
    with sqlite3.connect(without_bo.small.workspace.ledger_file) as connection:
        lists = without_bo.small.request(without_bo.ledger).lists
        connection.execute("UPDATE sending SET lists = ?", (lists,))  # as after newcomers of these lists have joined
    connection.close()
    resubscribe(without_bo.small.workspace, BO, "a letter")
    change_text(without_bo)

    assert numbers(without_bo.resume()) == (0, 0, 0)


def test_a_person_who_is_served_by_another_row_has_not_come_back(begun: Begun) -> None:
    begun.ledger.add(begun.sending, [NewRecipient(ADA, ADA, "international", left_out="unsubscribed")])
    for address in (BO, CY, DEE):
        begun.settle(address, State.ACCEPTED)
    change_text(begun)

    plan = begun.resume()  # nobody is to hear of the change

    assert numbers(plan) == (0, 0, 0)


# ── who was refused ──


def test_who_was_refused_is_counted_only_if_they_are_to_be_tried_again(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)

    plainly = begun.resume()
    again = begun.resume(retry_refused=True)

    assert (plainly.people, plainly.again) == (2, ())
    assert (again.people, again.again) == (3, (2,))


def test_the_options_say_which_of_the_refused_are_meant(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)
    begun.settle(CY, State.REFUSED)

    assert begun.resume(retry_refused=True, segment="german").again == (2,)
    assert begun.resume(retry_refused=True, only=CY).again == (3,)


@pytest.mark.parametrize("look_only", [False, True])
def test_who_was_refused_and_has_unsubscribed_or_gone_is_not_tried_again(begun: Begun, *, look_only: bool) -> None:
    begun.settle(BO, State.REFUSED)
    begun.settle(CY, State.REFUSED)
    begun.small.unsubscribe(CY)
    begun.small.put("german", ADA)

    plan = begun.resume(retry_refused=True, look_only=look_only)

    assert (plan.people, plan.again, plan.gone) == (1, (), 0)


def test_who_was_refused_does_not_join_with_a_changed_list(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)
    begun.small.put("german", ADA, BO, EVE)

    assert numbers(begun.resume()) == (3, 1, 0)


# ── people who were erased ──


def forget_suppressions(begun: Begun) -> None:
    with sqlite3.connect(begun.small.workspace.ledger_file) as connection:
        assert connection.execute("DELETE FROM suppression").rowcount
    connection.close()


def test_who_was_erased_does_not_get_it_again(begun: Begun) -> None:
    erase_recipient(begun.small.workspace, ADA)
    begun.small.put("german", BO, ADA, EVE)

    assert numbers(begun.resume()) == (4, 1, 0)


def test_who_was_erased_is_known_by_the_pseudonym_in_the_sending_itself(begun: Begun) -> None:
    erase_recipient(begun.small.workspace, ADA)
    forget_suppressions(begun)
    begun.small.put("german", BO, ADA, EVE)

    assert numbers(begun.resume()) == (4, 1, 0)


def test_who_was_refused_and_erased_is_not_tried_again(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)
    erase_recipient(begun.small.workspace, BO)
    forget_suppressions(begun)

    assert begun.resume(retry_refused=True).again == ()


def test_somebody_who_was_erased_is_nobodys_example(begun: Begun) -> None:
    erase_recipient(begun.small.workspace, ADA)

    (german, _) = begun.resume().audience.variants

    assert (german.first.contact.email, german.people) == (BO, 2)


def test_without_the_key_of_pseudonyms_nothing_goes_on(begun: Begun) -> None:
    erase_recipient(begun.small.workspace, ADA)
    (begun.small.workspace.state / "erasure.key").unlink()

    with pytest.raises(CcmailError) as refused:
        begun.resume()

    assert refused.value.code == "W791"


# ── the text has changed ──


def test_a_changed_text_is_sent_to_nobody_without_a_word(begun: Begun) -> None:
    change_text(begun)
    before = begun.dump()

    with pytest.raises(CcmailError) as refused:
        begun.resume()

    assert refused.value.code == "M610"
    assert begun.dump() == before


def test_newcomers_alone_are_reason_enough_to_ask(begun: Begun) -> None:
    for address in (BO, CY, DEE):
        begun.settle(address, State.ACCEPTED)
    change_text(begun)
    begun.small.put("german", ADA, BO, EVE)

    with pytest.raises(CcmailError) as refused:
        begun.resume()

    assert refused.value.code == "M610"


def test_a_change_of_which_nobody_is_to_hear_is_no_reason_to_ask(begun: Begun) -> None:
    for address in (BO, CY):
        begun.settle(address, State.ACCEPTED)
    begun.small.unsubscribe(DEE)
    change_text(begun)

    assert numbers(begun.resume()) == (0, 0, 0)


def test_the_old_text_goes_to_the_rest_of_the_old_list(begun: Begun) -> None:
    change_text(begun)
    begun.small.put("german", ADA, EVE)

    plan = begun.resume(finish_old=True)
    begun.go_on(plan)

    assert numbers(plan) == (2, 0, 1)
    assert plan.version == begun.sending.version
    assert EVE not in begun.states()
    assert rain(begun) == set()


def test_the_new_text_goes_to_all_who_do_not_have_the_old_one(begun: Begun) -> None:
    change_text(begun)
    begun.small.put("german", ADA, BO, EVE)
    version = begun.sending.version

    plan = begun.resume(confirm_change=True)
    begun.go_on(plan)

    assert numbers(plan) == (4, 4, 0)
    assert plan.version == plan.audience.version == begun.sending.version != version
    assert [(v.variant.segment.name, v.people) for v in plan.audience.variants] == [("german", 2), ("international", 2)]
    assert rain(begun) == {BO, CY, DEE, EVE}
    assert begun.states() == {ADA: "accepted", BO: "queued", CY: "queued", DEE: "queued", EVE: "queued"}


def test_the_new_text_can_be_compared_with_a_later_one(begun: Begun) -> None:
    change_text(begun)
    request = begun.small.request(begun.ledger)

    begun.resume(confirm_change=True)

    assert begun.ledger.manifest(begun.sending, request.version) is not None


@pytest.mark.parametrize(("retry", "people"), [(False, 2), (True, 3)])
def test_who_was_refused_gets_the_new_text_only_if_they_are_tried_again(
    begun: Begun, *, retry: bool, people: int
) -> None:
    begun.settle(BO, State.REFUSED)
    change_text(begun)

    plan = begun.resume(confirm_change=True, retry_refused=retry)
    begun.go_on(plan)

    assert (plan.people, plan.joining) == (people, 2)
    assert begun.states()[BO] == ("queued" if retry else "refused")
    assert BO in rain(begun)


def test_who_is_in_doubt_does_not_get_the_new_text(begun: Begun) -> None:
    begun.settle(BO, State.IN_DOUBT)
    change_text(begun)

    plan = begun.resume(confirm_change=True)

    assert numbers(plan) == (2, 2, 0)


def test_to_confirm_a_change_where_there_is_none_changes_nothing(begun: Begun) -> None:
    plan = begun.resume(confirm_change=True)

    assert numbers(plan) == (3, 0, 0)
    assert plan.audience.version == begun.sending.version


def test_mails_that_an_older_ccmail_has_kept_in_its_own_way_are_made_again(begun: Begun) -> None:
    with sqlite3.connect(begun.small.workspace.ledger_file) as connection:
        connection.executescript("DELETE FROM compiled; DELETE FROM parts;")
    connection.close()

    with pytest.raises(LedgerFailure) as refused:
        begun.resume()
    plan = begun.resume(confirm_change=True)

    assert refused.value.code == "W742"
    assert numbers(plan) == (3, 3, 0)


def test_a_segment_that_the_campaign_has_no_more_is_not_shown(begun: Begun) -> None:
    begun.settle(CY, State.ACCEPTED)
    begun.small.edit("campaigns/news.yaml", "type: review", "type: review\nsegments: [german]")

    plan = begun.resume(finish_old=True)

    assert [variant.variant.segment.name for variant in plan.audience.variants] == ["german"]
    assert numbers(plan) == (1, 0, 1)


# ── an older ledger ──


def receipt(begun: Begun, accepted: int) -> None:
    text = f'{{"people": 4, "accepted": {accepted}}}'
    (begun.small.workspace.state / "news.sent").write_text(text, encoding="utf-8")


def test_a_ledger_that_knows_of_fewer_mails_than_were_sent_is_not_gone_on_with(begun: Begun) -> None:
    receipt(begun, accepted=2)

    with pytest.raises(LedgerFailure) as refused:
        begun.resume()

    assert refused.value.code == "W741"


def test_a_ledger_that_knows_of_all_of_them_is(begun: Begun) -> None:
    receipt(begun, accepted=1)

    assert begun.resume().people == 3


# ── who only looks ──


def joins(begun: Begun) -> None:
    begun.small.put("german", ADA, BO, EVE)


def goes(begun: Begun) -> None:
    begun.small.put("german", ADA)


def goes_and_joins(begun: Begun) -> None:
    begun.small.put("german", ADA, EVE)


def unsubscribes(begun: Begun) -> None:
    begun.small.unsubscribe(BO)


def unsubscribes_and_goes(begun: Begun) -> None:
    begun.small.unsubscribe(BO)
    begun.small.put("german", ADA)


def was_refused(begun: Begun) -> None:
    begun.settle(BO, State.REFUSED)
    begun.settle(CY, State.DEFERRED)
    begun.small.put("international", DEE)


def unchanged(_begun: Begun) -> None:
    pass


LOOKS = [
    (unchanged, {}, (3, 0, 0)),
    (joins, {}, (4, 1, 0)),
    (goes, {}, (2, 0, 1)),
    (goes, {"segment": "german"}, (0, 0, 1)),
    (goes, {"segment": "international"}, (2, 0, 1)),
    (goes_and_joins, {}, (3, 1, 1)),
    (unsubscribes, {}, (2, 0, 0)),
    (unsubscribes, {"only": BO}, (0, 0, 0)),
    (unsubscribes_and_goes, {}, (2, 0, 0)),
    (was_refused, {"retry_refused": True}, (2, 0, 1)),
    (change_text, {"finish_old": True}, (3, 0, 0)),
    (change_text, {"confirm_change": True}, (3, 3, 0)),
]
"""What has happened since, the options, and the numbers of the plan."""


@pytest.mark.parametrize(("change", "options", "expected"), LOOKS)
def test_who_only_looks_sees_the_numbers_and_writes_nothing(
    begun: Begun, change: Change, options: dict[str, str | bool], expected: tuple[int, int, int]
) -> None:
    change(begun)
    before = begun.dump()

    looked = begun.resume(look_only=True, **options)

    assert numbers(looked) == expected
    assert begun.dump() == before


@pytest.mark.parametrize(("change", "options", "expected"), LOOKS)
def test_who_plans_to_send_sees_the_same_numbers(
    begun: Begun, change: Change, options: dict[str, str | bool], expected: tuple[int, int, int]
) -> None:
    change(begun)

    assert numbers(begun.resume(**options)) == expected


def test_the_number_of_a_plan_is_that_of_the_rows_that_are_sent(begun: Begun) -> None:
    goes_and_joins(begun)
    begun.small.unsubscribe(CY)

    plan = begun.resume()
    begun.go_on(plan)

    assert len(begun.ledger.claim(begun.sending, 99)) == plan.people == 2


def test_a_rehearsal_leaves_the_real_sending_alone(begun: Begun) -> None:
    goes_and_joins(begun)
    before = begun.states()

    plan = plan_new(begun.small.request(begun.ledger, rehearse=True))

    assert plan.sending is not None
    assert plan.sending.delivery is SendingKind.OUTBOX
    assert EVE in {row.key for row in begun.ledger.rows(plan.sending)}
    assert begun.states() == before
