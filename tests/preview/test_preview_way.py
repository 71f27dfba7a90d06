"""The way to an approval on the page: the list of all, all variants, what is new, comments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ccmail import clock, pipeline
from ccmail.audience import address_key
from ccmail.comments import Remark, add_comment, comment_files, read_comments
from ccmail.delivery import Outbox
from ccmail.ledger import Purpose, SendingKind, State, StateChange, open_ledger
from ccmail.planning.approved_mails import NOBODY, approved_files
from ccmail.preview.changes import Changes
from ccmail.preview.choice import Choice, View
from ccmail.preview.live_campaign import LiveCampaign
from ccmail.report.next_steps import Why
from ccmail.sending.new import plan_new
from ccmail.sending.run import begin
from ccmail.workspace import open_workspace
from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.preview.conftest import Edit, Visit, token_of
from tests.small_workspace import ADA, BO, CAMPAIGN, SmallWorkspace

FILE = f"campaigns/{ANNOUNCEMENT}.yaml"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def approve(folder: Path, by: str = "Ria Kraft") -> str:
    """Approve the announcement as it is, and return its version."""
    workspace = open_workspace(folder)
    version = pipeline.preview(workspace, ANNOUNCEMENT).version
    with open_ledger(workspace.ledger_file) as ledger:
        pipeline.approve(workspace, ledger, ANNOUNCEMENT, version, by)
    return version


def changes_of(folder: Path, name: str = ANNOUNCEMENT, **choice: str) -> Changes:
    found = LiveCampaign(folder, name).page_state(Choice(view=View.CHANGES, **choice)).changes  # type: ignore[arg-type]
    assert found is not None
    return found


def post(client: TestClient, action: str, **wish: object) -> tuple[int, str]:
    headers = {"X-Ccmail-Token": token_of(client)}
    answer = client.post(f"/{ANNOUNCEMENT}/{action}", json=wish, headers=headers)
    return answer.status_code, answer.json()["said"]


# ── the list of all ──


def test_the_list_says_title_day_and_stage_before_any_mail_is_made(visit: Visit, edit: Edit) -> None:
    edit(f"campaigns/{REVIEW}.yaml", "published: 6.4.2021", "published: neulich")

    page = visit().get("/?all", headers={"Accept-Language": "de"}).text

    assert "Digitalisierung von kommunalen Dienstleistungen" in page
    assert "Veranstaltung am 07.10.2020" in page
    assert re.search(r'<span class="pill bad">1 Fehler</span>', page)
    assert f"<code>ccmail check {REVIEW}</code>" in page
    assert "<iframe" not in page


def test_what_is_sent_stands_under_what_is_to_do(visit: Visit, small: SmallWorkspace) -> None:
    (small.folder / "campaigns" / "later.yaml").write_bytes((small.folder / f"campaigns/{CAMPAIGN}.yaml").read_bytes())
    workspace = small.workspace
    with open_ledger(workspace.ledger_file) as ledger:
        sending = begin(workspace, ledger, plan_new(small.request(ledger)), 4, Outbox(workspace.outbox / CAMPAIGN))
        changes = [StateChange(claim.position, State.ACCEPTED, "end", 250) for claim in ledger.claim(sending, 9)]
        ledger.record(sending, changes)

    page = visit(folder=small.folder).get("/?all").text

    assert page.index("To do: 1 campaign") < page.index('href="/later"') < page.index("Sent: 1 campaign")
    assert re.search(r"sent on 21\.09\.2020 [\d:]+ CEST: 4 of 4", page)


def test_a_card_has_people_version_and_next_step(visit: Visit, folder: Path, edit: Edit) -> None:
    client = visit()
    untested = client.get(f"/{ANNOUNCEMENT}/card").json()
    approve(folder)
    add_comment(open_workspace(folder), ANNOUNCEMENT, Remark("Ada", "x"))
    approved = client.get(f"/{ANNOUNCEMENT}/card").json()
    edit(FILE, "title: Digitalisierung", "title: Die Digitalisierung")

    changed = client.get(f"/{ANNOUNCEMENT}/card").json()

    assert "11 people" in untested["people"]
    assert f'data-copy="ccmail test {ANNOUNCEMENT}"' in untested["next"]
    assert f'src="/{ANNOUNCEMENT}/thumb"' in untested["thumb"]
    assert "approved by Ria Kraft" in approved["stage"]
    assert "1 open comment" in approved["people"]
    assert "draft" in changed["stage"]


def test_a_card_of_a_broken_campaign_says_so_and_shows_no_mail(visit: Visit, edit: Edit) -> None:
    edit(FILE, "date: 7.10.2020", "date: irgendwann")

    card = visit().get(f"/{ANNOUNCEMENT}/card").json()

    assert "1 error" in card["stage"]
    assert f"ccmail check {ANNOUNCEMENT}" in card["next"]
    assert card["thumb"].strip() == ""


def test_a_look_at_all_keeps_no_campaign_up_to_date(visit: Visit) -> None:
    client = visit()

    for name in (ANNOUNCEMENT, REVIEW):
        assert client.get(f"/{name}/card").status_code == 200
        assert "Connective Cities" in client.get(f"/{name}/thumb").text

    assert client.get("/no-such/card").status_code == client.get("/no-such/thumb").status_code == 404


# ── all variants ──


def test_all_variants_stand_in_one_view_with_subject_and_people(visit: Visit) -> None:
    panel = visit().get(f"/{ANNOUNCEMENT}/pieces?view=variants").json()["pieces"]["panel"]

    assert re.findall(r'href="/[^"]+\?variant=([^"]+)"', panel) == ["german.de", "international.en", "international.de"]
    assert "Invitation: Digitalisation of municipal services, 7 October 2020" in panel
    assert f'data-load="/{ANNOUNCEMENT}.update/grid"' in panel


def test_the_variants_of_a_mail_for_nobody_say_why(visit: Visit) -> None:
    assert "nobody has got" in visit().get(f"/{ANNOUNCEMENT}.update/grid").text


# ── what is new ──


def test_without_an_earlier_version_the_page_says_so(visit: Visit) -> None:
    panel = visit().get(f"/{ANNOUNCEMENT}/pieces?view=changes").json()["pieces"]["panel"]

    assert "none was approved or sent yet" in panel


def test_what_was_approved_is_compared_with_the_mail_of_today(visit: Visit, folder: Path, edit: Edit) -> None:
    version = approve(folder)
    edit(FILE, "13:00–15:30", "14:00–16:30")
    edit(FILE, 'subject: "Einladung: Digitalisierung', 'subject: "Einladung: Die Digitalisierung')

    client = visit()
    panel = client.get(f"/{ANNOUNCEMENT}/pieces?view=changes").json()["pieces"]["panel"]

    assert version in panel
    assert "<del>13:00–15:30</del><ins>14:00–16:30</ins>" in panel
    assert "<ins>Die </ins>" in panel or "<ins> Die</ins>" in panel
    sides = [client.get(f"/{ANNOUNCEMENT}/earlier?view=changes&side={side}").text for side in ("before", "now")]
    assert [("13:00" in side, "14:00" in side) for side in sides] == [(True, False), (False, True)]
    pictures = {path for side in sides for path in re.findall(r'src="(/-/part/[^"]+)"', side)}
    assert pictures
    assert all(client.get(path).status_code == 200 for path in pictures)


def test_the_approved_mails_are_nobodys_and_the_last_ones_only(folder: Path, edit: Edit) -> None:
    approve(folder)
    edit(FILE, "13:00–15:30", "14:00–16:30")
    version = approve(folder)

    files = approved_files(open_workspace(folder))

    assert {path.parent.name for path in files} == {version}
    assert len(files) == 4  # two segments, two languages
    people = [line.split(",")[0] for line in (folder / "recipients/german.csv").read_text("utf-8").splitlines()[1:]]
    for content in (path.read_bytes() for path in files):
        assert NOBODY.email.encode() in content
        assert not any(address.encode() in content for address in people if address)


def test_what_was_sent_is_compared_from_the_frozen_mails(small: SmallWorkspace) -> None:
    workspace = small.workspace
    with open_ledger(workspace.ledger_file) as ledger:
        begin(workspace, ledger, plan_new(small.request(ledger)), 4, Outbox(workspace.outbox / CAMPAIGN))
    small.edit("campaigns/news.yaml", "Die Sonne scheint.", "Die Sonne scheint nicht.")

    chosen = changes_of(small.folder, CAMPAIGN, reader=address_key(BO))
    first = changes_of(small.folder, CAMPAIGN, reader="nobody@x.example")

    assert (chosen.reader, first.reader) == ("Bo Weiß", "Ada Weiß")
    assert chosen.before
    assert BO.partition("@")[0] in chosen.before.header("To").lower()
    texts = [stretch.text for part in chosen.text for stretch in part.stretches if stretch.fate.value == "in"]
    assert "".join(texts).strip() == "nicht"


def test_somebody_who_was_erased_is_not_shown_again(small: SmallWorkspace) -> None:
    from ccmail.privacy.erasure import erase_recipient

    workspace = small.workspace
    with open_ledger(workspace.ledger_file) as ledger:
        sending = begin(workspace, ledger, plan_new(small.request(ledger)), 4, Outbox(workspace.outbox / CAMPAIGN))
        changes = [StateChange(claim.position, State.ACCEPTED, "end", 250) for claim in ledger.claim(sending, 9)]
        ledger.record(sending, changes)
        assert ledger.latest(CAMPAIGN, SendingKind.SMTP, Purpose.CAMPAIGN)
    erase_recipient(workspace, ADA)

    assert changes_of(small.folder, CAMPAIGN, reader=ADA).reader == "Bo Weiß"


def test_the_next_step_of_a_campaign_is_known_after_its_check(folder: Path, edit: Edit) -> None:
    live = LiveCampaign(folder, ANNOUNCEMENT)
    before = live.page_state(Choice()).steps
    live.check()
    after = live.page_state(Choice()).steps
    edit(FILE, "date: 7.10.2020", "date: irgendwann")
    live.refresh(clock.now())

    assert before == ()
    assert [step.why for step in after] == [Why.TEST]
    assert [step.why for step in live.page_state(Choice()).steps] == [Why.REPAIR]


# ── comments ──


def test_a_comment_is_written_and_shown_and_done(visit: Visit, folder: Path) -> None:
    client = visit()

    said = post(client, "comment", place="de.text/3", text="Bitte den Link nennen.", by="Ria Kraft")

    (comment,), _ = read_comments(open_workspace(folder), ANNOUNCEMENT)
    assert said == (200, "The comment is noted.")
    assert comment.remark.words.startswith("Während der Veranstaltung werden")  # of the file, not of a reader's mail
    shown = client.get(f"/{ANNOUNCEMENT}/pieces").json()["pieces"]["comments"]
    assert "Bitte den Link nennen." in shown
    assert "line 43" in shown
    assert post(client, "settle", id=comment.id, done=True, by="Jana") == (200, "Noted as done.")
    assert "1 done" in client.get(f"/{ANNOUNCEMENT}/pieces").json()["pieces"]["comments"]


def test_a_comment_changes_no_version(visit: Visit, folder: Path) -> None:
    before = pipeline.preview(open_workspace(folder), ANNOUNCEMENT).version

    post(visit(), "comment", place="de.title", text="x", by="Ria")

    assert pipeline.preview(open_workspace(folder), ANNOUNCEMENT).version == before


def test_a_comment_whose_place_is_gone_is_still_shown(visit: Visit, folder: Path, edit: Edit) -> None:
    client = visit()
    post(client, "comment", place="de.subtitle", text="Wirklich?", by="Ria")
    edit(FILE, "  subtitle: Online-Veranstaltung als Reaktion auf die COVID-19 Pandemie\n", "")

    shown = visit().get(f"/{ANNOUNCEMENT}/pieces").json()["pieces"]["comments"]

    assert "Wirklich?" in shown
    assert "its place is gone" in shown
    assert "Online-Veranstaltung als Reaktion" in shown  # the words that it was about


def test_while_the_file_cannot_be_read_comments_and_the_next_step_are_there(folder: Path, edit: Edit) -> None:
    add_comment(open_workspace(folder), ANNOUNCEMENT, Remark("Ria", "Stimmt der Titel?", "en.title", "x"))
    edit(FILE, "date: 7.10.2020", "date: irgendwann")

    page_state = LiveCampaign(folder, ANNOUNCEMENT).page_state(Choice())

    assert [(one.comment.remark.text, one.is_lost) for one in page_state.comments] == [("Stimmt der Titel?", False)]
    assert [step.command for step in page_state.steps] == [f"ccmail check {ANNOUNCEMENT}"]


def test_markup_in_a_comment_is_text(visit: Visit, folder: Path) -> None:
    client = visit()
    post(client, "comment", place=SCRIPT, text=SCRIPT, by=SCRIPT)

    page = client.get(f"/{ANNOUNCEMENT}").text

    assert SCRIPT not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3
    assert len(comment_files(open_workspace(folder), ANNOUNCEMENT)) == 1


@pytest.mark.parametrize("action", ["comment", "settle"])
@pytest.mark.parametrize("headers", [{}, {"X-Ccmail-Token": "guessed"}, {"Origin": "http://evil.example"}])
def test_only_the_page_itself_can_comment(visit: Visit, folder: Path, action: str, headers: dict[str, str]) -> None:
    client = visit()
    given = {"X-Ccmail-Token": token_of(client), **headers} if "Origin" in headers else headers

    answer = client.post(f"/{ANNOUNCEMENT}/{action}", json={"text": "x", "by": "Eve", "id": "1"}, headers=given)

    assert answer.status_code == 403
    assert comment_files(open_workspace(folder), ANNOUNCEMENT) == ()


@pytest.mark.parametrize(
    ("action", "wish", "said"),
    [
        ("comment", {"text": "", "by": "Ria"}, "the comment is empty"),
        ("comment", {"text": "x", "by": ""}, "the comment has no name"),
        ("comment", {"text": "x" * 4001, "by": "Ria"}, "more than 4,000"),
        ("settle", {"id": "00000000", "by": "Ria"}, "is not in the file any more"),
    ],
)
def test_what_is_no_comment_is_refused_in_words(
    visit: Visit, folder: Path, action: str, wish: dict[str, object], said: str
) -> None:
    code, words = post(visit(), action, **wish)

    assert (code, said in words) == (400, True)
    assert comment_files(open_workspace(folder), ANNOUNCEMENT) == ()


def test_the_file_for_colleagues_has_neither_comments_nor_forms(visit: Visit, folder: Path) -> None:
    client = visit()
    post(client, "comment", place="de.title", text="Nur für uns.", by="Ria")

    exported = client.get(f"/{ANNOUNCEMENT}/export.html").text

    assert "Nur für uns." not in exported
    assert not re.search(r"<(?:form|textarea|dialog|button|script)\b", exported)


def test_mails_of_the_outbox_have_no_such_views(visit: Visit, folder: Path) -> None:
    from click.testing import CliRunner

    from ccmail.cli.app import ccmail

    CliRunner().invoke(ccmail, ["-C", str(folder), "send", ANNOUNCEMENT])

    client = visit(outbox=True)

    page = client.get(f"/{ANNOUNCEMENT}").text
    assert 'id="tab-text"' in page
    assert not re.search(r'id="(?:tab-variants|tab-changes|comments|comment)"', page)
    assert client.get(f"/{ANNOUNCEMENT}/card").status_code == 404
