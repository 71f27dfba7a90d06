"""The pages of a campaign's update, reminder and cancellation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccmail.campaign.event_facts import EventFact
from ccmail.cli.app import ccmail
from ccmail.cli.snippet import snippet
from ccmail.ledger import Purpose, open_ledger
from ccmail.preview.choice import Choice
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.preview.page_name import PageName, read_page_name
from ccmail.preview.page_state import PageState
from ccmail.preview.pages import Pages
from ccmail.preview.reload import Reloading
from ccmail.preview.translations import read_translations
from ccmail.sending.occasion_news import EntryChange
from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.preview.conftest import Edit, Visit, token_of

CAMPAIGN = f"campaigns/{ANNOUNCEMENT}.yaml"
UPDATE, REMINDER, CANCELLATION = (f"{ANNOUNCEMENT}.{end}" for end in ("update", "reminder", "cancellation"))
GERMAN = {"Accept-Language": "de"}


def run(folder: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(ccmail, ["-C", str(folder), *words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def rehearsed(folder: Path) -> Path:
    """The example workspace after a rehearsal of the announcement."""
    run(folder, "send", ANNOUNCEMENT)
    return folder


@pytest.fixture
def moved(rehearsed: Path, edit: Edit) -> Path:
    """The same after the event was moved by an hour."""
    edit(CAMPAIGN, "13:00–15:30", "14:00–16:30")
    return rehearsed


def everybody(live: LiveCampaign) -> dict[str, bytes]:
    """Return the mails on a page, by the reader's address."""
    rows = live.page_state(Choice()).rows
    shown = (live.page_state(Choice(row.name, one.key)).shown for row in rows for one in row.mail_choices)
    return {one.mail_choice.key: one.mail.raw for one in shown if one}


def written(folder: Path, name: str) -> dict[str, bytes]:
    """Return the mails in a folder of the outbox, by the reader's address."""
    files = (folder / ".ccmail" / "outbox" / name).glob("*.eml")
    return {file.stem.partition("-")[2]: file.read_bytes() for file in files}


def without_date(mails: dict[str, bytes]) -> dict[str, bytes]:
    return {address: re.sub(rb"(?m)^Date: .*$", b"", raw) for address, raw in mails.items()}


def codes(page_state: PageState) -> list[str]:
    return [problem.code for problem in page_state.broken]


# ── the mails, and their readers ──


@pytest.mark.parametrize(("command", "name"), [("update", UPDATE), ("cancel", CANCELLATION)])
def test_the_mails_are_those_that_the_command_writes(moved: Path, command: str, name: str) -> None:
    shown = everybody(LiveCampaign(moved, name))

    run(moved, command, ANNOUNCEMENT)

    assert len(shown) == 11
    assert without_date(shown) == without_date(written(moved, name))


def test_a_reminder_is_that_of_the_command(rehearsed: Path) -> None:
    shown = everybody(LiveCampaign(rehearsed, REMINDER))

    run(rehearsed, "remind", ANNOUNCEMENT)

    assert len(shown) == 11
    assert without_date(shown) == without_date(written(rehearsed, REMINDER))


def test_the_readers_are_the_people_who_have_the_event(moved: Path, edit: Edit) -> None:
    edit("recipients/german.csv", "kim.muster@leipzig.example", "new@leipzig.example")

    live = LiveCampaign(moved, UPDATE)

    readers = everybody(live).keys()
    assert "kim.muster@leipzig.example" in readers
    assert "new@leipzig.example" not in readers
    assert [mail.label for _, mail in live.find("leipzig")] == ["Kim Muster, Leipzig"]


def test_who_has_unsubscribed_since_is_left_out_and_counted(moved: Path) -> None:
    (moved / "recipients" / "unsubscribed.csv").write_text("email\njoerg.weiss@koeln.example\n", encoding="utf-8")
    live = LiveCampaign(moved, UPDATE)

    page_state = live.page_state(Choice())
    live.check()

    assert page_state.people == 10
    assert live.page_state(Choice()).left_out == (("unsubscribed", 1),)


def test_people_who_joined_the_lists_since_change_the_readers_of_the_campaign_only(moved: Path, edit: Edit) -> None:
    own, update = LiveCampaign(moved, ANNOUNCEMENT), LiveCampaign(moved, UPDATE)
    before = own.page_state(Choice()).people, update.page_state(Choice()).people

    with (moved / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.write("neu@ulm.example,Frau,,Ria,Weg,,Ulm,DE,de\n")
    for live in (own, update):
        live.refresh()

    assert before == (11, 11)
    assert (own.page_state(Choice()).people, update.page_state(Choice()).people) == (12, 11)


# ── what has changed ──


def test_old_and_new_and_the_people_of_each_state_are_news(moved: Path) -> None:
    news = LiveCampaign(moved, UPDATE).page_state(Choice()).news

    assert news is not None
    assert news.before is not None
    assert [(news.before.text(fact), news.facts.text(fact)) for fact in news.changed] == [
        ("13:00", "14:00"),
        ("15:30", "16:30"),
    ]
    assert [(state.people, state.is_current, state.changed) for state in news.states] == [
        (11, False, (EventFact.BEGINS, EventFact.ENDS))
    ]
    assert (news.entry, news.sequence_before, news.sequence) == (EntryChange.MOVES, 0, 1)


def test_the_campaigns_own_page_has_no_news(moved: Path) -> None:
    assert LiveCampaign(moved, ANNOUNCEMENT).page_state(Choice()).news is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What has changed", "Begin", "11 people have the state that was sent last", "the entry moves")),
        ("de", ("Was sich geändert hat", "Beginn", "11 Personen haben den Stand", "Der Eintrag wird verschoben")),
    ],
)
def test_the_page_says_what_has_changed_in_its_language(
    visit: Visit, moved: Path, language: str, words: tuple[str, ...]
) -> None:
    page = visit().get(f"/{UPDATE}", headers={"Accept-Language": language}).text

    for word in (*words, "13:00", "14:00", "SEQUENCE 0 → 1"):
        assert word in page


def test_days_are_written_as_on_the_rest_of_the_page(visit: Visit, rehearsed: Path, edit: Edit) -> None:
    edit(CAMPAIGN, "date: 7.10.2020", "date: 8.-9.10.2020")

    news = visit().get(f"/{UPDATE}/pieces", headers=GERMAN).json()["pieces"]["news"]

    assert re.search(r"Datum</th><td>07\.10\.2020</td>.*<strong>08\.10\.2020 – 09\.10\.2020<", news)


def test_a_cancellation_names_the_event_as_people_have_it(visit: Visit, moved: Path) -> None:
    news = visit().get(f"/{CANCELLATION}/pieces").json()["pieces"]["news"]

    assert "07.10.2020, 13:00" in news
    assert "the entry is called off" in news
    assert "14:00" not in news


# ── nobody to tell ──


@pytest.mark.parametrize("name", [UPDATE, REMINDER, CANCELLATION])
def test_where_nobody_has_it_the_page_says_so_and_what_to_do(visit: Visit, name: str) -> None:
    page = visit().get(f"/{name}", headers=GERMAN).text

    assert "Diese Mail geht jetzt an niemanden." in page
    assert "W852" in page
    assert f"ccmail send {ANNOUNCEMENT} " in page
    assert 'id="test-open" disabled' in page
    assert f'href="/{ANNOUNCEMENT}"' in page


def test_where_nothing_has_changed_the_check_does_not_praise_the_mail(visit: Visit, rehearsed: Path) -> None:
    live = LiveCampaign(rehearsed, UPDATE)
    live.page_state(Choice())

    live.check()

    page_state = live.page_state(Choice())
    assert (codes(page_state), page_state.shown, page_state.rows) == (["W853"], None, ())
    assert [problem.code for problem in page_state.checks or ()] == ["W853"]
    assert "change the event in its file" in visit().get(f"/{UPDATE}").text


def test_a_reminder_of_an_event_that_has_changed_waits_for_the_update(moved: Path) -> None:
    page_state = LiveCampaign(moved, REMINDER).page_state(Choice())

    assert codes(page_state) == ["W854"]
    assert page_state.is_for_nobody


def test_after_a_change_was_undone_the_last_mail_stays_under_the_reason(moved: Path, edit: Edit) -> None:
    live = LiveCampaign(moved, UPDATE)
    before = live.page_state(Choice()).shown
    edit(CAMPAIGN, "14:00–16:30", "13:00–15:30")

    live.refresh()

    page_state = live.page_state(Choice())
    assert codes(page_state) == ["W853"]
    assert page_state.is_for_nobody
    assert before is not None
    assert page_state.shown is not None
    assert page_state.shown.mail.raw == before.mail.raw


def test_a_broken_file_is_no_mail_for_nobody(moved: Path, edit: Edit) -> None:
    live = LiveCampaign(moved, UPDATE)
    live.page_state(Choice())
    edit(CAMPAIGN, "date: 7.10.2020", "date: 7.13.2020")

    live.refresh()

    page_state = live.page_state(Choice())
    assert page_state.broken
    assert not page_state.is_for_nobody


def test_a_sending_shows_without_a_saved_file(folder: Path) -> None:
    live = LiveCampaign(folder, CANCELLATION)
    before = codes(live.page_state(Choice()))

    run(folder, "send", ANNOUNCEMENT)

    assert before == ["W852"]
    assert live.page_state(Choice()).people == 11


def test_while_nobody_sends_the_ledger_is_not_read_again(moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveCampaign(moved, UPDATE)
    live.page_state(Choice())
    live.check()
    refreshed = list[object]()
    monkeypatch.setattr(live, "refresh", refreshed.append)

    live.page_state(Choice())

    assert refreshed == []


def test_a_review_has_no_such_mails(visit: Visit) -> None:
    client = visit()

    assert "W851" in client.get(f"/{REVIEW}.update").text
    assert f'href="/{REVIEW}.update"' not in client.get(f"/{REVIEW}").text


async def test_of_all_pages_that_were_opened_the_one_that_is_looked_at_is_made_first(moved: Path) -> None:
    saved = list[str]()
    reloading = Reloading(moved, lambda one: saved.append(one.campaign), lambda name: LiveCampaign(moved, name))
    for name in (ANNOUNCEMENT, CANCELLATION, UPDATE):
        reloading.live_campaign(name)
    looking = reloading.events(CANCELLATION)
    await anext(looking)

    await reloading.saved([moved / CAMPAIGN])

    reloading.close()
    await looking.aclose()  # type: ignore[attr-defined]
    assert saved == [CANCELLATION, ANNOUNCEMENT, UPDATE]


# ── names of pages ──


def test_the_mails_of_an_announcement_are_a_click_away_with_the_choice(visit: Visit, moved: Path) -> None:
    page = visit().get(f"/{UPDATE}?variant=international.en&view=text", headers=GERMAN).text

    links = re.findall(r'<a href="/([^"?]+)\?([^"]+)"( aria-current="page")?>(\w+)</a>', page)
    assert [(name, bool(current), label) for name, _, current, label in links] == [
        (ANNOUNCEMENT, False, "Einladung"),
        (UPDATE, True, "Änderung"),
        (REMINDER, False, "Erinnerung"),
        (CANCELLATION, False, "Absage"),
    ]
    assert {query for _, query, _, _ in links} == {"variant=international.en&amp;view=text"}


@pytest.mark.parametrize("name", [f"{REVIEW}x.update", ".update", f"{ANNOUNCEMENT}.test", f"{UPDATE}.update"])
def test_no_other_name_is_a_page(visit: Visit, name: str) -> None:
    assert visit().get(f"/{name}").status_code == 404


def test_a_file_with_such_a_name_is_itself(folder: Path) -> None:
    (folder / CAMPAIGN).with_name("x.update.yaml").write_text("", encoding="utf-8")

    assert read_page_name("x.update", folder) == PageName("x.update")
    assert read_page_name("y.update", folder) == PageName("y", Purpose.UPDATE)
    assert str(PageName("y", Purpose.REMINDER)) == "y.reminder"


# ── tests, approval, the next command ──


def test_a_test_from_the_page_is_one_of_that_mail(visit: Visit, moved: Path) -> None:
    client = visit()
    wish = {"to": ["fatina.toukan@giz.de"], "other": "", "confirmed": False, "what": "all", "variant": "", "as": ""}

    answer = client.post(f"/{UPDATE}/test", json=wish, headers={"X-Ccmail-Token": token_of(client, UPDATE)})

    assert answer.json()["done"], answer.json()
    with open_ledger(moved / ".ccmail" / "ledger.sqlite") as ledger:
        (tested,) = ledger.tests(ANNOUNCEMENT)
    live = LiveCampaign(moved, UPDATE)
    assert tested.version == live.page_state(Choice()).version
    live.check()
    assert live.page_state(Choice()).status.tested is not None
    assert tested.version != LiveCampaign(moved, ANNOUNCEMENT).page_state(Choice()).version


def test_the_test_of_the_mail_on_the_page_is_its_readers(visit: Visit, moved: Path) -> None:
    client = visit()
    wish = {"to": ["fatina.toukan@giz.de"], "other": "", "confirmed": False, "what": "this"}
    shown = {"variant": "international.en", "as": "r.tamm@tartu.example"}

    answer = client.post(f"/{UPDATE}/test", json=wish | shown, headers={"X-Ccmail-Token": token_of(client, UPDATE)})

    assert answer.json()["done"], answer.json()
    (raw,) = written(moved, f"{ANNOUNCEMENT}.test").values()
    assert b"Dear Raimond Tamm" in raw
    assert b"14:00" in raw


def test_no_test_goes_to_somebody_who_has_the_event_and_has_left_the_lists(
    visit: Visit, moved: Path, edit: Edit
) -> None:
    edit("recipients/german.csv", "kim.muster@leipzig.example", "new@leipzig.example")
    client = visit()
    wish = {"to": [], "other": "kim.muster@leipzig.example", "confirmed": True, "what": "this"}

    answer = client.post(
        f"/{UPDATE}/test", json=wish | {"variant": "german.de"}, headers={"X-Ccmail-Token": token_of(client, UPDATE)}
    )

    assert answer.status_code == 400
    assert "a test never goes to readers" in answer.json()["said"]


def test_the_commands_on_the_page_are_those_of_its_mail(moved: Path) -> None:
    with (moved / "ccmail.yaml").open("a", encoding="utf-8") as file:
        file.write("\napproval: required\n")
    live = LiveCampaign(moved, UPDATE)
    version = live.page_state(Choice()).version
    live.check()

    pieces = Pages(snippet, moved).pieces(live.page_state(Choice()), Choice(), read_translations("en"))["pieces"]

    assert f"<code>ccmail update {ANNOUNCEMENT}</code>" in pieces["who"]
    assert f"<code>ccmail approve {ANNOUNCEMENT} {version} --of update --by NAME</code>" in pieces["checks"]


def test_an_approval_of_the_mail_is_shown_on_its_page_only(moved: Path) -> None:
    own, update = LiveCampaign(moved, ANNOUNCEMENT), LiveCampaign(moved, UPDATE)
    version = update.page_state(Choice()).version
    own.page_state(Choice())

    run(moved, "approve", ANNOUNCEMENT, version, "--of", "update", "--by", "Ria Kraft")

    for live in (own, update):
        live.check()
    approved = update.page_state(Choice()).status.approved
    assert approved is not None
    assert approved.by == "Ria Kraft"
    assert own.page_state(Choice()).status.approved is None


# ── the command ──


def test_the_export_is_the_campaigns_own_mail_or_that_of_the_option(moved: Path, tmp_path: Path) -> None:
    own, update = tmp_path / "own.html", tmp_path / "update.html"

    run(moved, "preview", ANNOUNCEMENT, "--export", str(own))
    said = run(moved, "preview", ANNOUNCEMENT, "--of", "update", "--export", str(update)).output

    version = LiveCampaign(moved, UPDATE).page_state(Choice()).version
    assert version in update.read_text(encoding="utf-8")
    assert version not in own.read_text(encoding="utf-8")
    assert f"ccmail approve {ANNOUNCEMENT} {version} --of update --by NAME" in said


def test_an_export_of_a_mail_for_nobody_is_refused(rehearsed: Path, tmp_path: Path) -> None:
    file = tmp_path / "update.html"

    done = run(rehearsed, "preview", ANNOUNCEMENT, "--of", "update", "--export", str(file), code=1)

    assert "W853" in done.output
    assert not file.exists()


def test_the_option_opens_the_page_at_that_mail(visit: Visit, moved: Path) -> None:
    client = visit(ANNOUNCEMENT, purpose=Purpose.UPDATE)

    assert client.get("/", follow_redirects=False).headers["location"] == f"/{UPDATE}"


def test_with_the_outbox_the_option_opens_the_folder_of_that_mail(visit: Visit, moved: Path) -> None:
    run(moved, "update", ANNOUNCEMENT)

    client = visit(ANNOUNCEMENT, purpose=Purpose.UPDATE, outbox=True)

    assert client.get("/", follow_redirects=False).headers["location"] == f"/{UPDATE}"
    assert "14:00" in client.get(f"/{UPDATE}?view=text").text


def test_the_option_needs_a_campaign(folder: Path) -> None:
    done = run(folder, "preview", "--of", "update", code=2)

    assert "W748" in done.output
