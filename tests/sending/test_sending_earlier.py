"""A campaign whose file was renamed or copied is known again: nobody gets the same mail twice without a word."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections import Counter
from typing import Any

import pytest

from ccmail import pipeline
from ccmail.ledger import State, write_receipt
from ccmail.planning.load import load_or_refuse
from ccmail.problems import CcmailError, Problem
from ccmail.sending.earlier import Likeness, Repeat, Topic, topic_of
from ccmail.sending.request import check_before, make_request
from ccmail.sending.send_plan import SendOptions
from tests.sending.conftest import MORNING, Begun
from tests.small_workspace import ADA, BO, CY, EVE

WORDS = Counter(
    ["wir", "laden", "sie", "herzlich", "zu", "unserer", "werkstatt", "über", "radwege", "in", "kassel", "ein"]
)
OTHER_WORDS = Counter(["noch", "drei", "tage:", "bitte", "melden", "sie", "sich", "an"])
WORKSHOP = Topic(
    kind="Kind.ANNOUNCEMENT",
    titles=frozenset({"radwege"}),
    days="7 oct 2027",
    time="13:00",
    place="kassel",
    words={"de": WORDS},
)
NEWS = dataclasses.replace(WORKSHOP, kind="Kind.REVIEW", days="", time="", place="")
SAME, ABOUT, NO = Likeness.SAME_MAIL, Likeness.SAME_EVENT, None


# ── which mails are alike ──


@pytest.mark.parametrize(
    ("change", "while_there", "when_gone"),
    [
        pytest.param({}, SAME, SAME, id="the file has another name"),
        pytest.param({"titles": frozenset({"radverkehr"})}, SAME, SAME, id="a copy with the title corrected"),
        pytest.param({"place": "kassel, rathaus"}, SAME, SAME, id="a copy with the place corrected"),
        pytest.param({"time": "14:00"}, SAME, SAME, id="a copy with the time corrected"),
        pytest.param({"words": {"de": WORDS + Counter(["bald"])}}, SAME, SAME, id="a copy with a word more"),
        pytest.param({"words": {"de": WORDS, "en": OTHER_WORDS}}, SAME, SAME, id="a copy with one more language"),
        pytest.param({"words": {"de": OTHER_WORDS}}, ABOUT, SAME, id="its title and event with a text of its own"),
        pytest.param({"words": {"en": WORDS}}, ABOUT, SAME, id="in another language"),
        pytest.param(
            {"words": {"de": OTHER_WORDS}, "titles": frozenset({"erinnerung"})}, ABOUT, ABOUT, id="a reminder"
        ),
        pytest.param({"days": "6 oct 2028"}, NO, NO, id="next year's event"),
        pytest.param({"kind": "Kind.REVIEW"}, NO, NO, id="a review after its announcement"),
        pytest.param(
            {"titles": frozenset({"wasser"}), "place": "ulm"}, NO, NO, id="another event on that day, in the same words"
        ),
    ],
)
def test_the_same_mail_is_known_again_and_others_are_not(
    change: dict[str, Any], while_there: Likeness | None, when_gone: Likeness | None
) -> None:
    now = dataclasses.replace(WORKSHOP, **change)

    found = [now.likeness(WORKSHOP, is_gone=is_gone) for is_gone in (False, True)]

    assert found == [while_there, when_gone]


@pytest.mark.parametrize(
    ("change", "while_there", "when_gone"),
    [
        pytest.param({}, SAME, SAME, id="the file has another name"),
        pytest.param({"titles": frozenset({"radverkehr"})}, SAME, SAME, id="a copy with the title corrected"),
        pytest.param({"words": {"de": OTHER_WORDS}}, NO, SAME, id="the next issue, which has the same title"),
        pytest.param({"words": {"de": OTHER_WORDS}, "titles": frozenset({"anderes"})}, NO, NO, id="another one"),
    ],
)
def test_mails_without_an_event_are_known_by_title_and_text(
    change: dict[str, Any], while_there: Likeness | None, when_gone: Likeness | None
) -> None:
    now = dataclasses.replace(NEWS, **change)

    found = [now.likeness(NEWS, is_gone=is_gone) for is_gone in (False, True)]

    assert found == [while_there, when_gone]


def test_capitals_and_blanks_do_not_matter(begun: Begun) -> None:
    content = json.loads(begun.small.request(begun.ledger).content)
    before = topic_of(json.dumps(content).encode())
    content["campaign"]["texts"]["de"]["title"] = " NACHRICHTEN\n"

    after = topic_of(json.dumps(content).encode())

    assert after == before


def test_a_manifest_of_an_older_ccmail_that_lacks_something_is_like_nothing() -> None:
    bare = topic_of(b'{"campaign": {}}')

    assert bare.likeness(WORKSHOP, is_gone=True) is None


# ── how many of the readers ──


@pytest.mark.parametrize(
    ("had", "readers", "served", "what"),
    [
        pytest.param(3, 3, 3, "refused", id="all"),
        pytest.param(40, 2000, 40, "refused", id="all who had it, when the sending was interrupted early"),
        pytest.param(1, 1, 2000, "refused", id="the only reader who is meant"),
        pytest.param(50, 100, 200, "refused", id="half of the readers"),
        pytest.param(3, 100, 200, "said", id="a few who are on both lists"),
    ],
)
def test_a_mail_is_refused_if_most_have_it(had: int, readers: int, served: int, what: str) -> None:
    repeat = Repeat(SAME, "old", MORNING.date(), had=had, readers=readers, served=served, is_gone=False)

    assert repeat.is_refused is (what == "refused")
    assert not dataclasses.replace(repeat, likeness=ABOUT).is_refused


# ── in a workspace ──


def rename(begun: Begun) -> None:
    (begun.small.folder / "campaigns" / "news.yaml").rename(begun.small.folder / "campaigns" / "letter.yaml")


def copy(begun: Begun) -> None:
    shutil.copy(begun.small.folder / "campaigns" / "news.yaml", begun.small.folder / "campaigns" / "letter.yaml")


def look(begun: Begun, **options: Any) -> tuple[Problem, ...]:
    """Return what is said before the sending of “letter”."""
    workspace = begun.small.workspace
    loaded, _ = load_or_refuse(workspace, "letter")
    return check_before(make_request(workspace, begun.ledger, loaded, SendOptions(**options)), None)


def test_a_renamed_file_does_not_send_again(begun: Begun) -> None:
    begun.settle(BO, State.IN_DOUBT)
    rename(begun)

    with pytest.raises(CcmailError) as refused:
        look(begun)

    assert refused.value.code == "W810"
    assert refused.value.message == (
        "2 of these 4 people have had this mail on 21 Sep 2020 "
        "(campaign news, whose file is not among the campaigns any more). Nothing was sent."
    )
    assert refused.value.hint.startswith("renamed?")
    assert "--again" in refused.value.hint


def test_nor_does_a_copy(begun: Begun) -> None:
    copy(begun)

    with pytest.raises(CcmailError) as refused:
        look(begun, only=ADA)

    assert refused.value.code == "W810"
    assert refused.value.message.startswith("this person has had this mail on 21 Sep 2020 (campaign news)")
    assert refused.value.hint.startswith("a copy?")


def test_who_wants_that_can_have_it_and_is_told(begun: Begun) -> None:
    rename(begun)

    said = look(begun, again=True)

    assert [(problem.code, problem.is_warning) for problem in said] == [("W810", True)]


@pytest.mark.parametrize("options", [{"rehearse": True}, {"only": CY}, {"segment": "international"}])
def test_whoever_has_not_had_it_may_get_it(begun: Begun, options: dict[str, Any]) -> None:
    rename(begun)

    assert look(begun, **options) == ()


def test_a_text_of_its_own_about_the_event_is_a_warning(begun: Begun) -> None:
    copy(begun)
    for old, new in (("Nachrichten", "Nachtrag"), ("Die Sonne scheint.", "Nun die Bilder aller Tische.")):
        begun.small.edit("campaigns/letter.yaml", old, new)
    for old, new in (("News", "Afterwards"), ("The sun is shining.", "Here are pictures of all tables.")):
        begun.small.edit("campaigns/letter.yaml", old, new)

    said = look(begun)

    assert [(problem.code, problem.is_warning) for problem in said] == [("W811", True)]


def test_a_check_warns_of_what_a_sending_would_refuse(begun: Begun) -> None:
    write_receipt(begun.small.workspace.state, begun.sending, 4, 1)
    before = pipeline.check(begun.small.workspace, "news").problems
    rename(begun)

    after = pipeline.check(begun.small.workspace, "letter").problems

    assert "W810" not in {problem.code for problem in before}
    assert [(p.code, p.is_warning, str(p.place)) for p in after if p.code == "W810"] == [
        ("W810", True, "campaigns/letter.yaml")
    ]


# ── receipts of what the ledger does not know ──


@pytest.mark.parametrize(
    ("campaign", "accepted", "code"),
    [
        pytest.param("other", 3, "W740", id="another campaign, of which the ledger knows nothing"),
        pytest.param("news", 3, "W741", id="this one, of which it knows less"),
        pytest.param("news", 1, None, id="this one, as the ledger has it"),
    ],
)
def test_a_ledger_that_knows_less_than_the_receipts_is_named_by_check_and_plan(
    begun: Begun, campaign: str, accepted: int, code: str | None
) -> None:
    sending = dataclasses.replace(begun.sending, campaign=campaign)
    write_receipt(begun.small.workspace.state, sending, 4, accepted)

    checked = pipeline.check(begun.small.workspace, "news").problems
    planned = check_before(begun.small.request(begun.ledger), begun.sending)

    found = [p for p in checked if p.code in {"W740", "W741"}]
    assert [p.code for p in found] == [p.code for p in planned] == ([code] if code else [])
    assert all(campaign in p.message for p in found)


def test_a_workspace_without_its_ledger_is_named_by_a_check(begun: Begun) -> None:
    write_receipt(begun.small.workspace.state, begun.sending, 4, 1)
    for file in begun.small.workspace.state.glob("ledger.sqlite*"):
        file.unlink()

    found = pipeline.check(begun.small.workspace, "news").problems

    assert "W740" in {problem.code for problem in found}
    assert not begun.small.workspace.ledger_file.exists()


def test_new_readers_of_an_old_campaign_are_no_repeat(begun: Begun) -> None:
    begun.small.put("german", EVE)
    copy(begun)

    assert look(begun, segment="german") == ()
