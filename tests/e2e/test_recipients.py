"""`ccmail recipients` as a person runs it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from ccmail.ledger import Feedback, current_sender, open_ledger, sole_sender
from ccmail.workspace.cache import PLACE
from tests.conftest import Smtpd
from tests.e2e.shell import Shell, connect
from tests.e2e.terminal import at_a_terminal

pytestmark = pytest.mark.slow

KIM = "kim.muster@leipzig.example"
JANA = "jana.mueller@stadt-bonn.example"
RAIMOND = "r.tamm@tartu.example"


def send(shell: Shell, smtpd: Smtpd, campaign: str = "news", *options: str) -> None:
    connect(shell, smtpd)
    shell.run("send", campaign, "--confirm", shell.left(campaign, *options), "--untested", *options)


def files_with(folder: Path, *texts: str) -> list[str]:
    """Return the files in .ccmail, or in a cache, that contain one of the texts."""
    state = folder / ".ccmail"
    found = [p for p in (state if state.exists() else folder).rglob("*") if p.is_file()]
    return [p.name for p in found if any(t.encode() in p.read_bytes() or t in p.name for t in texts)]


# ── check ──


def test_check_says_what_is_read_and_what_is_wrong(shell: Shell) -> None:
    said = shell.run("recipients", "check", "recipients/german-as-exported-by-excel.csv", code=1).stdout

    assert "10 people · 1 error · 5 notes" in said
    assert "Anrede → salutation" in said
    assert "with Frau or Herr   7 people   Sehr geehrte Frau Dr. Müller," in said
    assert "did you mean uwe.kraft@stadt-ulm.example?" in said


def test_check_looks_through_all_lists_of_a_workspace(shell: Shell) -> None:
    (shell.folder / "recipients" / "unsubscribed.csv").write_text(f"{KIM}\nsomebody\n", encoding="utf-8")

    found = shell.json("recipients", "check", code=1)

    assert [one["file"] for one in found["lists"]] == [
        "recipients/german.csv",
        "recipients/international.csv",
        "recipients/german-as-exported-by-excel.csv",
    ]
    assert found["unsubscribed"] == 1
    assert {problem["code"] for problem in found["problems"] if problem["severity"] == "error"} == {"R501", "R511"}


def test_fix_writes_a_copy_once_and_leaves_the_list_alone(shell: Shell) -> None:
    source = shell.folder / "recipients" / "german-as-exported-by-excel.csv"
    before = source.read_bytes()

    fixed = shell.run("recipients", "check", str(source), "--fix", code=1).stdout
    again = shell.json("recipients", "check", str(source), "--fix", code=2)
    copy = shell.json("recipients", "check", "recipients/german-as-exported-by-excel.clean.csv", "--fix")

    assert "line 8   uwe.kraft@stadt-ulm,example → uwe.kraft@stadt-ulm.example   a guess: look at it" in fixed
    assert source.read_bytes() == before
    assert again["error"]["code"] == "W793"
    assert [(one["people"], one["repairs"], one["clean"]) for one in copy["lists"]] == [(11, [], None)]


def test_shared_options_may_stand_anywhere(shell: Shell) -> None:
    for words in (
        ["--json", "recipients", "find", KIM],
        ["recipients", "--json", "find", KIM],
        ["recipients", "find", KIM, "--json"],
    ):
        assert json.loads(shell.run(*words).stdout)["address"] == KIM


# ── find ──


def test_find_names_every_place_where_somebody_stands(news: Shell, smtpd: Smtpd) -> None:
    send(news, smtpd)
    news.run("send", "news", "--rehearse")
    (news.folder / "recipients" / "unsubscribed.csv").write_text(f"email,reason\n{KIM},moved\n", encoding="utf-8")

    found = news.json("recipients", "find", KIM.upper())
    text = news.run("recipients", "find", KIM).stdout

    assert [(one["file"], one["line"]) for one in found["lists"]] == [
        ("recipients/german.csv", 4),
        ("recipients/german-as-exported-by-excel.csv", 4),
    ]
    assert found["lists"][0]["data"]["last_name"] == "Muster"
    assert [(one["file"], one["line"], one["reason"]) for one in found["barred"]] == [
        ("recipients/unsubscribed.csv", 2, "moved")
    ]
    assert [(one["delivery"], one["state"]) for one in found["sendings"]] == [
        ("outbox", "accepted"),
        ("smtp", "accepted"),
    ]
    assert len(found["mails"]) == 1
    (mail,) = (mail for mail in smtpd.mails if mail.envelope_to == (KIM,))
    assert found["sendings"][1]["message_id"].encode() in mail.content
    assert f"Message-ID {found['sendings'][1]['message_id']}" in text


def test_find_shows_proofs_and_what_came_back_and_forget_leaves_the_outcome(news: Shell, smtpd: Smtpd) -> None:
    path = news.folder / "recipients" / "german.csv"
    proven = f"{KIM},Kim,Muster,12.3.2020,Messe Ulm"
    path.write_text(f"email,first_name,last_name,DOI date,Opt-in source\n{proven}\n", encoding="utf-8")
    send(news, smtpd)
    at = dt.datetime(2020, 9, 22, 7, 30, tzinfo=dt.UTC)
    details = {"class": "soft", "traces": ["verp", "rfc3464"], "said": f"<{KIM}>: \x1b[31mfull"}
    with open_ledger(news.folder / ".ccmail" / "ledger.sqlite") as ledger:
        (sending,) = ledger.sendings("news")
        ledger.add_feedback([Feedback("1", "bounce", at, at, sending.id, 1, KIM, details)])

    found = news.run("recipients", "find", KIM).stdout
    news.run("recipients", "forget", KIM, "--yes")
    left = news.run("recipients", "find", KIM).stdout
    data = news.json("recipients", "find", KIM)

    assert "consent at: 12.3.2020, consent day: 2020-03-12, consent source: Messe Ulm" in found
    assert "news   came back: bounce   22 Sep 2020" in found
    assert f"class: soft, traces: verp, rfc3464, said: <{KIM}>:" in found
    assert "\x1b" not in found
    assert "came back: bounce   22 Sep 2020" in left
    assert "full" not in left
    assert data["sendings"][0]["purpose"] == "campaign"
    assert data["feedback"][0]["details"] == {"class": "soft", "traces": ["verp", "rfc3464"]}


def test_find_says_that_nothing_is_held(shell: Shell) -> None:
    found = shell.run("recipients", "find", "nobody@x.example")

    assert found.stdout.startswith("ccmail knows nothing about nobody@x.example.\n\nNext   ccmail recipients check")
    assert not (shell.folder / ".ccmail" / "ledger.sqlite").exists()


def test_find_knows_contact_persons_and_rows_that_cannot_be_read(shell: Shell) -> None:
    assert shell.json("recipients", "find", "fatina.toukan@giz.de")["people"] == ["fatina"]

    wrong = shell.json("recipients", "find", "uwe.kraft@stadt-ulm,example")

    assert [(one["line"], one["data"]) for one in wrong["lists"]] == [(8, {})]


def approve(shell: Shell, by: str) -> str:
    """Approve the version that would be sent, in the name of a person; return it."""
    version = str(shell.json("send", "news", "-n")["version"])
    shell.run("approve", "news", version, "--by", by)
    return version


@pytest.mark.parametrize("by", ["Fatina Toukan", "fatina", "Fatina.Toukan@giz.de", "F. Toukan <fatina.toukan@giz.de>"])
def test_find_knows_what_somebody_has_approved(news: Shell, by: str) -> None:
    version = approve(news, by)
    approve(news, "Irakli Samkharadze")

    found = news.json("recipients", "find", "fatina.toukan@giz.de")
    text = news.run("recipients", "find", "fatina.toukan@giz.de").stdout

    assert [(one["campaign"], one["version"], one["by"]) for one in found["approvals"]] == [("news", version, by)]
    assert f"news   version {version}, approved by “{by}”   21 Sep 2020" in text


def test_find_knows_what_somebody_got_as_a_tester_and_names_no_other(news: Shell) -> None:
    tested = news.json("test", "news", "--to", KIM, "--to", "other@x.example")

    found = news.json("recipients", "find", KIM)

    assert [(one["campaign"], one["version"]) for one in found["tests"]] == [("news", tested["version"])]
    assert "other@x.example" not in json.dumps(found)


# ── unsubscribe ──


def test_who_is_unsubscribed_gets_nothing_from_then_on(news: Shell, smtpd: Smtpd) -> None:
    done = news.json("recipients", "unsubscribe", KIM, RAIMOND)
    send(news, smtpd)

    assert done["added"] == [KIM, RAIMOND]
    assert not {KIM, RAIMOND} & set(smtpd.recipients)
    assert len(smtpd.recipients) == 9


def test_a_campaign_that_is_being_sent_is_named(news: Shell) -> None:
    with sole_sender(news.folder / ".ccmail", "news"):
        assert current_sender(news.folder / ".ccmail", "news")
        done = news.run("recipients", "unsubscribe", KIM)

    assert "news is being sent right now: who has no mail of it yet gets none" in done.stdout


# ── resubscribe ──

NOTE = "mail of 20 Sep to Fatina"


def resubscribe(shell: Shell, *words: str, code: int = 0) -> Any:
    return shell.json("recipients", "resubscribe", KIM, "--note", NOTE, *words, code=code)


def test_who_asks_for_mails_again_gets_them_and_the_ledger_knows_when_and_why(news: Shell, smtpd: Smtpd) -> None:
    news.run("recipients", "unsubscribe", KIM, RAIMOND)

    done = resubscribe(news, "--yes")
    found = news.json("recipients", "find", KIM)
    text = news.run("recipients", "find", KIM).stdout
    send(news, smtpd)

    assert (done["address"], done["was"], done["note"]) == (KIM, "unsubscribed", NOTE)
    assert (done["file"], done["lines"]) == ("recipients/unsubscribed.csv", [2])
    assert found["barred"] == []
    assert [(one["was"], one["note"]) for one in found["resubscriptions"]] == [("unsubscribed", NOTE)]
    assert f"asked for mails again (unsubscribed before)   21 Sep 2020 11:00 CEST: {NOTE}" in text
    assert KIM in smtpd.recipients
    assert RAIMOND not in smtpd.recipients


def test_who_was_left_out_of_a_sending_joins_it_once_their_number_is_typed(news: Shell, smtpd: Smtpd) -> None:
    news.run("recipients", "unsubscribe", KIM)
    send(news, smtpd)
    assert dict(news.books("news")["totals"]) == {"accepted": 10, "left_out": 1}

    resubscribe(news, "--yes")
    news.run("send", "news", "--confirm", "1", "--untested")

    assert smtpd.recipients.count(KIM) == 1
    assert len(smtpd.recipients) == 11
    assert dict(news.books("news")["totals"]) == {"accepted": 11}
    assert news.json("send", "news", "-n")["recipients"] == 0


def test_who_unsubscribed_in_the_middle_of_a_sending_and_comes_back_gets_their_mail(news: Shell, smtpd: Smtpd) -> None:
    connect(news, smtpd)
    news.run("send", "news", "--confirm", "1", "--limit", "1", "--untested", code=4)
    news.run("recipients", "unsubscribe", RAIMOND)
    news.run("send", "news", "--confirm", news.left("news"), "--untested")
    assert RAIMOND not in smtpd.recipients

    news.run("recipients", "resubscribe", RAIMOND, "--note", NOTE, "--yes")
    news.run("send", "news", "--confirm", "0+1", "--untested")

    assert smtpd.recipients.count(RAIMOND) == 1
    assert len(smtpd.recipients) == 11


def test_whom_nothing_keeps_from_mails_cannot_be_let_in(news: Shell) -> None:
    assert resubscribe(news, "--yes", code=2)["error"]["code"] == "W796"
    assert news.json("recipients", "find", KIM)["resubscriptions"] == []


def test_who_was_erased_gets_nothing_whatever_is_said(news: Shell, smtpd: Smtpd) -> None:
    news.run("recipients", "forget", KIM, "--yes")

    assert resubscribe(news, "--yes", code=2)["error"]["code"] == "W797"

    send(news, smtpd)
    assert KIM not in smtpd.recipients


def test_without_a_word_on_how_we_know_nobody_gets_mails_again(news: Shell) -> None:
    news.run("recipients", "unsubscribe", KIM)

    news.run("recipients", "resubscribe", KIM, "--yes", code=2)
    news.run("recipients", "resubscribe", KIM, "--note", " ", "--yes", code=2)

    assert news.json("recipients", "find", KIM)["barred"]


def test_without_a_terminal_and_without_yes_nobody_gets_mails_again(news: Shell) -> None:
    news.run("recipients", "unsubscribe", KIM)

    assert resubscribe(news, code=3)["error"]["code"] == "W705"
    assert news.json("recipients", "find", KIM)["barred"]


@pytest.mark.parametrize(("typed", "code"), [(KIM, 0), ("yes", 3)])
def test_at_a_terminal_the_address_of_who_asks_has_to_be_typed(news: Shell, typed: str, code: int) -> None:
    news.run("recipients", "unsubscribe", KIM)

    words = ["recipients", "resubscribe", KIM, "--note", NOTE]
    screen, ended = at_a_terminal(news, words, "anything else to stop: ", typed)

    assert ended == code
    assert "recipients/unsubscribed.csv:2   gets nothing: unsubscribed" in screen
    assert bool(news.json("recipients", "find", KIM)["barred"]) is (code != 0)


# ── forget ──


def test_who_is_forgotten_is_gone_from_all_that_ccmail_has_written(news: Shell, smtpd: Smtpd) -> None:
    send(news, smtpd)
    news.run("send", "news", "--rehearse")
    assert files_with(news.folder, KIM, "Kim")

    left = news.json("recipients", "forget", KIM, "--yes")

    assert files_with(news.folder, KIM, "Kim") == []
    assert (left["lists"][0]["file"], left["lists"][0]["line"]) == ("recipients/german.csv", 4)
    assert [(one["state"], one["erased"], one["data"], one["message_id"]) for one in left["sendings"]] == [
        ("accepted", True, {}, "")
    ] * 2
    books = news.books("news")
    assert books["candidates"] == 11
    assert dict(books["totals"]) == {"accepted": 11}


def test_who_is_forgotten_is_gone_from_what_is_kept_for_the_next_run(news: Shell) -> None:
    cache = news.folder.parent / "cache"
    news.environment |= {PLACE: str(cache)}
    news.edit("campaigns/news.yaml", "Die Sonne scheint.", "'Die Sonne scheint, {{ first_name|upper }}.'")
    news.run("check", "news")
    kept = files_with(cache, "KIM")

    news.run("recipients", "forget", KIM, "--yes")

    assert kept
    assert files_with(cache, "KIM") == []


@pytest.mark.parametrize("who", [KIM, JANA])  # JANA is the first one of the list
def test_who_is_forgotten_gets_no_mail_twice_and_no_other_although_the_lists_still_have_them(
    news: Shell, smtpd: Smtpd, who: str
) -> None:
    send(news, smtpd)
    news.run("recipients", "forget", who, "--yes")

    with (news.folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.write("new@bonn.example,Frau,,Anna,Neu,,Bonn,DE,de\n")
    news.run("send", "news", "--confirm", news.left("news"), "--untested")
    other = (news.folder / "campaigns" / "news.yaml").read_text(encoding="utf-8")
    (news.folder / "campaigns" / "other.yaml").write_text(other, encoding="utf-8")
    send(news, smtpd, "other", "--again")

    assert smtpd.recipients.count(who) == 1
    assert smtpd.recipients.count("new@bonn.example") == 2
    assert smtpd.recipients.count(RAIMOND) == 2


def test_who_is_forgotten_does_not_get_a_changed_text_either(news: Shell, smtpd: Smtpd) -> None:
    smtpd.replies = {"rcpt": {KIM: "550 5.1.1 unknown"}}
    send(news, smtpd)
    news.run("recipients", "forget", KIM, "--yes")
    smtpd.replies = {}
    news.edit("campaigns/news.yaml", "Die Sonne scheint.", "Es regnet.")

    news.run("send", "news", "--confirm-change", "--retry-refused", "--confirm", "0", "--untested")

    assert KIM not in smtpd.recipients


@pytest.mark.smtpd(end={KIM: "hang up"})
def test_who_is_forgotten_in_doubt_stays_so_and_is_not_sent_to_again(news: Shell, smtpd: Smtpd) -> None:
    connect(news, smtpd)
    news.run("send", "news", "--confirm", news.left("news"), "--untested", code=6)
    news.run("recipients", "forget", KIM, "--yes")

    resolved = news.json("resolve", "news", "--all", "--send-again")

    assert resolved["resolved"] == []
    assert len(resolved["in_doubt"]) == 1
    assert resolved["in_doubt"][0]["email"].startswith("erased:")


def test_without_the_key_nothing_is_sent_that_could_go_to_somebody_who_was_erased(news: Shell, smtpd: Smtpd) -> None:
    news.run("recipients", "forget", KIM, "--yes")
    (news.folder / ".ccmail" / "erasure.key").unlink()
    connect(news, smtpd)

    refused = news.json("send", "news", "--confirm", "10", "--untested", code=1)

    assert refused["error"]["code"] == "W791"
    assert smtpd.recipients == []


def test_a_campaign_that_is_being_sent_is_waited_for(news: Shell, smtpd: Smtpd) -> None:
    send(news, smtpd)

    with sole_sender(news.folder / ".ccmail", "news"):
        refused = news.json("recipients", "forget", KIM, "--yes", code=8)

    assert refused["error"]["code"] == "W708"
    assert news.json("recipients", "find", KIM)["sendings"][0]["erased"] is False


def test_who_is_forgotten_has_approved_under_a_pseudonym(news: Shell) -> None:
    approve(news, f"Kim Muster <{KIM}>")

    left = news.json("recipients", "forget", KIM, "--yes")

    assert [one["by"].startswith("erased:") for one in left["approvals"]] == [True]
    assert files_with(news.folder, KIM, "Kim") == []
    assert news.json("send", "news", "-n")["approved"] is True


def test_an_approval_by_a_name_alone_stays_and_is_named(news: Shell) -> None:
    approve(news, "Fatina Toukan")

    said = news.run("recipients", "forget", "fatina.toukan@giz.de", "--yes").stdout

    assert "approved by “Fatina Toukan”" in said
    assert news.json("recipients", "find", "fatina.toukan@giz.de")["approvals"][0]["by"] == "Fatina Toukan"


def test_without_a_terminal_and_without_yes_nobody_is_erased(news: Shell) -> None:
    news.run("send", "news")

    refused = news.json("recipients", "forget", KIM, code=3)

    assert refused["error"]["code"] == "W705"
    assert files_with(news.folder, KIM)


@pytest.mark.parametrize(("typed", "code"), [(KIM, 0), ("yes", 3), ("", 3)])
def test_at_a_terminal_the_address_has_to_be_typed(news: Shell, typed: str, code: int) -> None:
    news.run("send", "news")

    screen, ended = at_a_terminal(news, ["recipients", "forget", KIM], "anything else to stop: ", typed)

    assert ended == code
    assert ("Erased." in screen) is (code == 0)
    assert ("german.csv:4" in screen.partition("to stop:")[2]) is (code == 0)
    assert bool(files_with(news.folder, KIM)) is (code != 0)
