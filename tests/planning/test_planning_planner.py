"""A stream of people becomes a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

from ccmail.audience import Contact, LeftOut, Reason, Selected
from ccmail.planning import planner as module
from ccmail.planning.assembler import make_assembler
from ccmail.planning.planner import AudiencePlanner, PlannedMail
from ccmail.problems import InputError, Mark, Place, Problem, Severity
from tests.small_workspace import SmallWorkspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ccmail.campaign import Variant
    from ccmail.messages import Message, NumberedMail

VERSION = "7f3a-91c2"
Item = Selected | LeftOut | Problem
MakePlanner = Callable[..., AudiencePlanner]


@pytest.fixture
def make_planner(small: SmallWorkspace) -> MakePlanner:
    """Return a function that makes a planner of the campaign as its files are then; it takes the planner's hooks."""

    def make(*, lists: str = "", **hooks: Callable[..., object]) -> AudiencePlanner:
        loaded = small.loaded()
        assembler = make_assembler(small.workspace, loaded, VERSION)
        return AudiencePlanner(loaded, VERSION, assembler, lists=lists, **hooks)  # type: ignore[arg-type]

    return make


def contact(name: str, line: int = 2) -> Contact:
    return Contact(f"{name.lower()}@x.example", first_name=name, last_name="Weiß", place=Place("list.csv", line))


def german(name: str, language: str = "de", line: int = 2) -> Selected:
    return Selected(contact(name, line), "german", (language,))


def international(name: str, language: str = "en") -> Selected:
    return Selected(contact(name), "international", (language,))


def out(name: str, reason: Reason = Reason.UNSUBSCRIBED) -> LeftOut:
    return LeftOut(f"{name}@x.example", "german", reason)


def odd(number: int, severity: Severity = Severity.WARNING) -> Problem:
    return Problem("R532", "odd", severity, (Mark(Place("list.csv", number)),))


def run_through(planner: AudiencePlanner, stream: Iterable[Item]) -> AudiencePlanner:
    for _ in planner.people(stream):
        pass
    return planner


# ── what is counted ──


def test_everybody_is_counted_under_their_segment_and_languages(make_planner: MakePlanner) -> None:
    stream = [german("Ada"), international("Cy"), german("Bo"), german("Kim", "en")]

    plan = run_through(make_planner(), stream).plan()

    counted = [(p.variant.segment.name, p.variant.languages, p.people) for p in plan.variants]
    assert counted == [("german", ("de",), 2), ("german", ("en",), 1), ("international", ("en",), 1)]
    assert (plan.recipients, plan.version) == (4, VERSION)


def test_variants_stand_in_the_order_of_the_campaign_whoever_comes_first(make_planner: MakePlanner) -> None:
    stream = [international("Cy", "de"), international("Dee"), german("Kim", "en"), german("Ada")]

    plan = run_through(make_planner(), stream).plan()

    in_order = [(p.variant.segment.name, p.variant.languages) for p in plan.variants]
    assert in_order == [
        ("german", ("de",)),
        ("german", ("en",)),
        ("international", ("en",)),
        ("international", ("de",)),
    ]


def test_a_variant_is_shown_by_its_first_reader(make_planner: MakePlanner) -> None:
    planner = make_planner()
    messages = [p.message for p in planner.people([german("Ada"), german("Bo")]) if isinstance(p, PlannedMail)]

    (shown,) = planner.plan().variants

    assert shown.first == german("Ada")
    assert "Ada" in shown.begins
    assert shown.size == len(messages[0].as_bytes())


def test_who_answers_for_a_variant_is_the_contact_person_or_else_the_sender(make_planner: MakePlanner) -> None:
    plan = run_through(make_planner(), [german("Ada"), international("Cy")]).plan()

    assert [shown.contact for shown in plan.variants] == ["Fatina Toukan", "Städtenetz"]


def test_a_plan_of_nobody_is_empty(make_planner: MakePlanner) -> None:
    plan = make_planner().plan()

    assert (plan.variants, plan.left_out, plan.recipients, plan.problems) == ((), (), 0, ())


# ── who is left out ──


def test_people_are_left_out_in_groups_by_reason_in_one_order(make_planner: MakePlanner) -> None:
    stream = [out("a", Reason.MISTAKE), out("b"), out("c", Reason.MISTAKE), out("d", Reason.BOUNCED)]

    plan = run_through(make_planner(), stream).plan()

    assert [(group.reason, group.people) for group in plan.left_out] == [
        ("unsubscribed", 1),
        ("bounced", 1),
        ("mistake", 2),
    ]


def test_the_first_five_of_a_group_are_named(make_planner: MakePlanner) -> None:
    plan = run_through(make_planner(), [out(str(number)) for number in range(7)]).plan()

    (group,) = plan.left_out
    assert group.people == 7
    assert group.examples == tuple(f"{number}@x.example" for number in range(5))


def test_who_is_left_out_is_passed_on_as_they_come(make_planner: MakePlanner) -> None:
    passed = list(make_planner().people([out("a"), german("Ada"), out("b")]))

    assert passed[0] == out("a")
    assert isinstance(passed[1], PlannedMail)
    assert passed[2] == out("b")


# ── entries of the ledger ──


def test_an_entry_has_all_that_a_mail_needs_when_the_lists_are_gone(make_planner: MakePlanner) -> None:
    planner = make_planner()

    (entry,) = planner.entries([Selected(Contact("Ada@X.example", first_name="Ada"), "german", ("de",))])

    assert (entry.key, entry.email, entry.segment, entry.languages) == (
        "ada@x.example",
        "Ada@X.example",
        "german",
        ("de",),
    )
    assert entry.contact == {"email": "Ada@X.example", "first_name": "Ada"}
    assert entry.message_id.endswith("@netz.example>")
    assert (entry.mail, entry.left_out) == (1, "")
    assert any(b"Ada" in part for part in entry.personal_parts)


def test_an_entry_has_the_hash_of_its_person(make_planner: MakePlanner) -> None:
    planner = make_planner(person=lambda key: f"person:{key}")

    (entry,) = planner.entries([german("Ada")])

    assert entry.person == f"person:{entry.key}"


def test_the_entry_of_somebody_left_out_says_why_and_holds_nothing_else_of_them(make_planner: MakePlanner) -> None:
    (entry,) = make_planner().entries([LeftOut("Kim@X.example", "german", Reason.BOUNCED, "550 5.1.1")])

    assert (entry.key, entry.email, entry.left_out) == ("kim@x.example", "Kim@X.example", "bounced")
    assert (entry.contact, entry.message_id, entry.mail, tuple(entry.personal_parts)) == ({}, "", 0, ())


def test_who_gets_the_same_mail_shares_its_number(make_planner: MakePlanner) -> None:
    entries = make_planner().entries([german("Ada"), international("Cy"), german("Bo")])

    assert [entry.mail for entry in entries] == [1, 2, 1]


# ── mails that cannot be made ──


def test_a_reader_whose_mail_cannot_be_made_becomes_a_problem_and_no_entry(make_planner: MakePlanner) -> None:
    bad = Selected(Contact("b@x.example", last_name="Weiß\r\nBcc: c", place=Place("list.csv", 3)), "german", ("de",))
    planner = make_planner()

    entries = list(planner.entries([german("Ada"), bad]))

    plan = planner.plan()
    (problem,) = plan.problems
    assert [entry.key for entry in entries] == ["ada@x.example"]
    assert (problem.code, problem.place, problem.is_error) == ("M703", Place("list.csv", 3), True)
    assert problem.marks[0].label == "in this reader's mail"
    assert problem.hint
    assert [(p.people, p.variant.languages) for p in plan.variants] == [(1, ("de",))]


def test_a_variant_for_which_no_mail_can_be_made_is_in_no_plan(make_planner: MakePlanner) -> None:
    bad = Selected(Contact("no address"), "german", ("de",))

    plan = run_through(make_planner(), [bad]).plan()

    assert (plan.variants, plan.recipients) == ((), 0)
    assert [problem.code for problem in plan.problems] == ["M701"]


def test_a_text_that_is_wrong_ends_the_planning(small: SmallWorkspace, make_planner: MakePlanner) -> None:
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "'{{ frist_name }}'")

    with pytest.raises(InputError):
        run_through(make_planner(), [german("Ada")])


# ── problems ──


def test_problems_of_the_lists_are_kept_in_the_order_of_their_places(make_planner: MakePlanner) -> None:
    plan = run_through(make_planner(), [odd(7), german("Ada"), odd(3)]).plan()

    assert plan.problems == (odd(3), odd(7))


def test_no_more_than_five_hundred_warnings_are_kept_but_every_error(make_planner: MakePlanner) -> None:
    warnings = [odd(number) for number in range(1, 601)]
    errors = [odd(number, Severity.ERROR) for number in (700, 701)]

    plan = run_through(make_planner(), [*warnings, *errors]).plan()

    assert plan.problems == (*warnings[:500], *errors)


def test_readers_are_looked_at_until_there_are_problems_enough(make_planner: MakePlanner) -> None:
    seen: list[Place] = []

    def examine(fields: Mapping[str, str], place: Place) -> list[Problem]:
        assert fields["greeting_de"]
        seen.append(place)
        return [odd(place.line)]

    planner = make_planner(examine_reader=examine)
    warnings = [odd(number) for number in range(1, 499)]

    plan = run_through(planner, [*warnings, *(german("Ada", line=line) for line in (901, 902, 903))]).plan()

    assert seen == [Place("list.csv", 901), Place("list.csv", 902)]
    assert plan.problems == (*warnings, odd(901), odd(902))


# ── compiled mails ──


def test_a_compiled_mail_is_kept_once_before_the_first_entry_that_belongs_to_it(make_planner: MakePlanner) -> None:
    events: list[str] = []

    def keep(mail: NumberedMail) -> None:
        events.append(f"keep {mail.number}")

    for entry in make_planner(keep=keep).entries([german("Ada"), german("Bo"), international("Cy"), german("Kim")]):
        name = entry.contact["first_name"]
        events.append(f"{name} {entry.mail}")

    assert events == ["keep 1", "Ada 1", "Bo 1", "keep 2", "Cy 2", "Kim 1"]


def test_the_first_message_of_every_compiled_mail_is_examined(make_planner: MakePlanner) -> None:
    examined: list[tuple[str, str]] = []

    def examine(message: Message, variant: Variant) -> list[Problem]:
        examined.append((message.to, variant.segment.name))
        return [Problem("H111", f"about {message.to}", Severity.WARNING)]

    planner = make_planner(examine=examine)

    plan = run_through(planner, [german("Ada"), german("Bo"), international("Cy")]).plan()

    assert examined == [("ada@x.example", "german"), ("cy@x.example", "international")]
    assert [problem.message for problem in plan.problems] == ["about ada@x.example", "about cy@x.example"]


def test_texts_that_look_into_each_reader_are_warned_of(
    small: SmallWorkspace, make_planner: MakePlanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FEW", 4)
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "'{{ first_name | upper }}'")
    people = [german(name) for name in ("Ada", "Bo", "Kim", "Lu")]

    few = run_through(make_planner(), people[:3]).plan()
    many = run_through(make_planner(), people).plan()

    assert few.problems == ()
    (warning,) = many.problems
    assert (warning.code, warning.severity) == ("H107", Severity.WARNING)
    assert warning.message.endswith("look into first_name")


def test_texts_that_many_readers_share_are_no_reason_to_warn(
    make_planner: MakePlanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FEW", 4)
    people = [german(name) for name in ("Ada", "Bo", "Kim", "Lu", "Mo")]

    plan = run_through(make_planner(), people).plan()

    assert plan.problems == ()


def test_a_mail_that_is_not_what_its_templates_say_is_an_error_at_the_reader(
    small: SmallWorkspace, make_planner: MakePlanner
) -> None:
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "'{{ range(99999) | random }}.'")

    plan = run_through(make_planner(), [german("Ada", line=7)]).plan()

    (problem,) = plan.problems
    assert (problem.code, problem.is_error, problem.place) == ("H109", True, Place("list.csv", 7))


@pytest.mark.parametrize(("lists", "compared"), [("same", 1), ("", 2)])
def test_mails_are_compared_again_only_if_the_lists_may_have_changed(
    make_planner: MakePlanner, monkeypatch: pytest.MonkeyPatch, lists: str, compared: int
) -> None:
    looks: list[AudiencePlanner] = []
    compare = AudiencePlanner._compare

    def noted(planner: AudiencePlanner) -> str:
        looks.append(planner)
        return compare(planner)

    monkeypatch.setattr(AudiencePlanner, "_compare", noted)

    for _ in range(2):
        run_through(make_planner(lists=lists), [german("Ada")]).plan()

    assert len(looks) == compared
