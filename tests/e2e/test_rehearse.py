"""The whole road into the outbox, as a person walks it."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
import sqlite3
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell

pytestmark = pytest.mark.slow


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    text = re.sub(r"<[^>]+>", " ", part.get_content()) if kind == "html" else part.get_content()
    return " ".join(text.replace("&amp;", "&").split())


def test_check_finds_nothing_wrong_with_the_examples(shell: Shell) -> None:
    done = shell.run("check")

    assert "campaigns/2020-10-digitalisierung.yaml" in done.stdout
    assert "2 languages · 3 variants · 11 people · invite 2020-10-07" in done.stdout
    assert "error" not in done.stdout


@pytest.mark.parametrize("name", [ANNOUNCEMENT, f"{ANNOUNCEMENT}.yaml", f"campaigns/{ANNOUNCEMENT}.yaml"])
def test_a_campaign_is_named_by_id_file_name_or_path(shell: Shell, name: str) -> None:
    plan = shell.json("send", "-n", name)

    assert plan["recipients"] == 11
    assert re.fullmatch(r"[0-9a-f]{4}-[0-9a-f]{4}", plan["version"])
    assert [(v["segment"], v["languages"], v["people"]) for v in plan["variants"]] == [
        ("german", ["de"], 5),
        ("international", ["en"], 5),
        ("international", ["de"], 1),
    ]
    assert plan["left_out"] == []
    assert not shell.outbox(ANNOUNCEMENT)


def test_the_plan_says_who_gets_what_from_whom(shell: Shell) -> None:
    done = shell.run("send", "-n", ANNOUNCEMENT)

    assert re.search(r"german +Deutsch +Fatina Toukan +5 +Sehr geehrte Frau Dr\. Müller,", done.stdout)
    assert re.search(r"international +English +Irakli Samkharadze +5 +Dear Raimond Tamm,", done.stdout)
    assert re.search(r"international +Deutsch +Irakli Samkharadze +1 +Guten Tag Anna Huber,", done.stdout)
    assert "REHEARSAL · .ccmail/outbox, nothing leaves this computer" in done.stdout
    assert "Wed 7 Oct 2020, 13:00–15:30 Europe/Berlin (in 16 days) · online, no link yet" in done.stdout


def test_a_rehearsal_writes_one_file_per_recipient_and_books_each(shell: Shell) -> None:
    done = shell.json("send", ANNOUNCEMENT)

    mails = shell.outbox(ANNOUNCEMENT)
    assert done["result"]["accepted"] == len(mails) == 11
    addressed = {str(parsed(data)["To"]).rpartition("<")[2].strip(">") for data in mails.values()}
    assert "jana.mueller@stadt-bonn.example" in addressed
    assert len(addressed) == 11
    with sqlite3.connect(shell.folder / ".ccmail" / "ledger.sqlite") as ledger:
        rows = ledger.execute("select email, state from recipient").fetchall()
    ledger.close()
    assert {address for address, _ in rows} == addressed
    assert {state for _, state in rows} == {"accepted"}


def test_readers_see_their_own_contact_person_and_time(shell: Shell) -> None:
    shell.run("send", ANNOUNCEMENT)

    by_reader = {name.partition("-")[2]: parsed(data) for name, data in shell.outbox(ANNOUNCEMENT).items()}
    german, tallinn, tbilisi = (
        by_reader[f"{address}.eml"]
        for address in ("jana.mueller@stadt-bonn.example", "r.tamm@tartu.example", "n.kvaratskhelia@tbilisi.example")
    )
    assert "Fatina Toukan" in words_of(german, "plain")
    assert "Irakli" not in words_of(german, "html") + words_of(german, "plain")
    assert "Irakli Samkharadze" in words_of(tallinn, "html")
    assert "Fatina" not in words_of(tallinn, "html") + words_of(tallinn, "plain")
    assert "your local time (Estonia): 14:00–16:30" in words_of(tallinn, "plain")
    assert "15:00–17:30" in words_of(tbilisi, "html")
    assert "Ortszeit" not in words_of(german, "plain")
    assert str(german["Reply-To"]) == "Fatina Toukan <fatina.toukan@giz.de>"


def test_all_contact_persons_where_the_campaign_asks_for_them(shell: Shell) -> None:
    shell.edit(f"campaigns/{ANNOUNCEMENT}.yaml", "segments: ", "contacts: all\nsegments: ")

    shell.run("send", ANNOUNCEMENT, "--only", "jana.mueller@stadt-bonn.example")

    (data,) = shell.outbox(ANNOUNCEMENT).values()
    text = words_of(parsed(data), "plain")
    assert "Für deutsche Interessierte: Fatina Toukan" in text
    assert "Für internationale Interessierte: Irakli Samkharadze Regionaler Netzwerkkoordinator" in text


def test_one_segment_and_one_reader_and_a_limit_can_be_sent_alone(shell: Shell) -> None:
    assert shell.json("send", ANNOUNCEMENT, "--segment", "german")["result"]["accepted"] == 5
    assert shell.json("send", ANNOUNCEMENT, "--segment", "international")["result"]["accepted"] == 11
    assert shell.json("send", REVIEW, "--only", "Kim.Muster@leipzig.example")["result"]["accepted"] == 1
    assert shell.json("send", REVIEW, "--limit", "3", code=4)["result"]["accepted"] == 4
    assert len(shell.outbox(REVIEW)) == 4


def test_a_finished_rehearsal_starts_anew_and_an_interrupted_one_goes_on(shell: Shell) -> None:
    shell.run("send", REVIEW, "--limit", "3", code=4)
    going_on = shell.json("send", REVIEW)
    again = shell.json("send", REVIEW)

    assert going_on["going_on"]
    assert going_on["recipients"] == 8
    assert not again["going_on"]
    assert again["recipients"] == again["result"]["accepted"] == 11
    assert len(shell.outbox(REVIEW)) == 11


def test_a_wrong_number_sends_nothing(shell: Shell) -> None:
    done = shell.run("send", ANNOUNCEMENT, "--confirm", "12", code=3)

    assert "error[W706] the plan has 11 people, --confirm says 12. Nothing was sent." in done.stderr
    assert not shell.outbox(ANNOUNCEMENT)


def test_the_unsubscribed_and_those_on_two_lists_are_left_out_and_counted(shell: Shell) -> None:
    (shell.folder / "recipients" / "unsubscribed.csv").write_text("Kim.Muster@leipzig.example\n", encoding="utf-8")
    with (shell.folder / "recipients" / "international.csv").open("a", encoding="utf-8") as file:
        file.write("JANA.MUELLER@stadt-bonn.example,Jana,Müller,,Bonn,DE,en\nuwe@ulm,example,Kraft,,Ulm,DE,de\n")

    done = shell.json("send", ANNOUNCEMENT)

    reasons = {group["reason"]: group["people"] for group in done["left_out"]}
    assert done["recipients"] == done["result"]["accepted"] == 10
    assert reasons["unsubscribed"] == 1
    assert reasons["other segment"] == 1
    assert done["result"]["candidates"] == 10 + sum(reasons.values())
    assert not any("kim.muster" in name for name in shell.outbox(ANNOUNCEMENT))


def test_a_list_with_mistakes_is_an_error_for_check_and_people_left_out_for_send(shell: Shell) -> None:
    shell.edit("ccmail.yaml", "recipients/german.csv ", "recipients/german-as-exported-by-excel.csv ")

    done = shell.run("check", ANNOUNCEMENT, code=1)
    plan = shell.json("send", "-n", ANNOUNCEMENT)

    assert "error[R501] “uwe.kraft@stadt-ulm,example” is not a mail address" in done.stdout
    assert "did you mean uwe.kraft@stadt-ulm.example?" in done.stdout
    assert plan["variants"][0]["people"] == 9
    assert {g["reason"]: g["people"] for g in plan["left_out"]} == {"duplicate": 1, "mistake": 1}


def test_an_error_in_the_campaign_keeps_it_from_being_sent(shell: Shell) -> None:
    shell.edit(f"campaigns/{ANNOUNCEMENT}.yaml", "subtitle: Online-", "untertitel: Online-")

    done = shell.run("send", ANNOUNCEMENT, code=1)

    assert "error[C202] “untertitel” is not a field of de" in done.stderr
    assert "did you mean “subtitle”?" in done.stderr
    assert not shell.outbox(ANNOUNCEMENT)


def test_an_unknown_field_is_named_with_its_line(shell: Shell) -> None:
    shell.edit(f"campaigns/{ANNOUNCEMENT}.yaml", "    Wir laden Kommunen", "    {{ frist_name }}, wir laden Kommunen")

    done = shell.run("check", ANNOUNCEMENT, code=1)

    assert "error[T305] “frist_name” is not known here" in done.stdout
    assert "did you mean “first_name”?" in done.stdout
    assert f"campaigns/{ANNOUNCEMENT}.yaml:26:8" in done.stdout


def test_a_past_event_and_a_missing_language_are_refused(shell: Shell) -> None:
    shell.environment["CCMAIL_NOW"] = "2020-10-08T09:00"
    past = shell.run("send", ANNOUNCEMENT, code=1)
    shell.run("send", ANNOUNCEMENT, "--allow-past")
    shell.environment["CCMAIL_NOW"] = "2020-09-21T09:00"
    path = shell.folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    path.write_text(path.read_text(encoding="utf-8").partition("\nen:\n")[0], encoding="utf-8")
    missing = shell.run("send", ANNOUNCEMENT, code=1)

    assert "error[E401] the event is over (7 Oct 2020)" in past.stderr
    assert "error[T301] readers of international get English, but there is no “en:” block" in missing.stderr


def test_a_test_goes_to_the_testers_marks_the_version_and_carries_no_real_invitation(shell: Shell) -> None:
    done = shell.json("test", ANNOUNCEMENT, "--to", "me@x.example", "--to", "fatina")
    plan = shell.json("send", "-n", ANNOUNCEMENT)
    shell.run("send", ANNOUNCEMENT)

    tests = [parsed(data) for data in shell.outbox(f"{ANNOUNCEMENT}.test").values()]
    real = [parsed(data) for data in shell.outbox(ANNOUNCEMENT).values()]
    assert done["tested"]
    assert plan["tested"]
    assert len(tests) == 6
    assert {str(m["To"]) for m in tests} == {"me@x.example", "fatina.toukan@giz.de"}
    assert "[TEST german·de] Einladung: Digitalisierung" in str(tests[0]["Subject"])
    uids = [set(re.findall(rb"UID:(\S+)", b"".join(_calendars(m)))) for m in (tests[0], real[0])]
    assert uids[0].isdisjoint(uids[1])
    assert len({m["Message-ID"] for m in [*tests, *real]}) == 17


def _calendars(message: EmailMessage) -> list[bytes]:
    parts = (p.get_payload(decode=True) for p in message.walk() if p.get_content_type() == "text/calendar")
    return [part for part in parts if isinstance(part, bytes)]


def test_init_new_check_send_work_from_nothing(empty_shell: Shell) -> None:
    empty_shell.run("init", "news")
    news = empty_shell.folder / "news"
    made = empty_shell.run("new", "announcement", "Über Städte & Netze: ein Fall", "--time", "13:00-15:30", cwd=news)
    checked = empty_shell.run("check", cwd=news)
    sent = empty_shell.run("send", "2020-10-19-ueber-staedte-netze-ein-fall", cwd=news)
    where = empty_shell.run(cwd=news)

    assert "Wrote campaigns/2020-10-19-ueber-staedte-netze-ein-fall.yaml" in made.stdout
    assert "warning[W785] footer.imprint" in checked.stdout  # `init` writes examples
    assert "error" not in checked.stdout
    assert "3 mails written into the outbox" in sent.stdout
    assert "rehearsed" in where.stdout
    assert (news / ".ccmail" / "campaign.schema.json").exists()


def test_init_leaves_an_existing_workspace_alone(shell: Shell) -> None:
    before = (shell.folder / "ccmail.yaml").read_bytes()

    done = shell.run("init", ".", code=2)

    assert "is a workspace already" in done.stderr
    assert (shell.folder / "ccmail.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["sned", "x"], "error[W799] no command “sned”. Did you mean “send”?\n  help: ccmail --help"),
        (["send", "--dryrun", "x"], "Did you mean “--dry-run”?\n  help: ccmail send --help"),
        (["send"], f"CAMPAIGN is missing. Campaigns here: {REVIEW}, {ANNOUNCEMENT}\n"),
        (["new", "anouncement"], "“anouncement” is not one of: announcement, review"),
        (["send", "2020-10-digitalisation"], "no campaign “2020-10-digitalisation”"),
        (["send", ANNOUNCEMENT, "--segment", "germn"], "no segment “germn” in this campaign. Did you mean german?"),
        (["send", ANNOUNCEMENT, "--only", "nobody@x.example"], "“nobody@x.example” is on none of the campaign's lists"),
        (["test", ANNOUNCEMENT, "--to", "irakly"], "neither an address nor a person"),
        (["test", ANNOUNCEMENT, "--as", "nobody@x.example"], "on none of the campaign's lists"),
    ],
)
def test_typing_errors_are_told_apart_from_sendings(shell: Shell, words: list[str], says: str) -> None:
    done = shell.run(*words, code=2)

    assert says in done.stderr


def test_without_a_workspace_ccmail_says_how_to_get_one(empty_shell: Shell) -> None:
    assert "ccmail init" in empty_shell.run().stdout
    assert "no ccmail.yaml" in empty_shell.run("check", code=2).stderr


def test_the_demo_checks_and_rehearses_both_campaigns_and_ends(empty_shell: Shell) -> None:
    del empty_shell.environment["CCMAIL_NOW"]

    done = empty_shell.run("demo")

    assert "21 September 2020" in done.stderr
    assert "Nothing leaves this computer" in done.stderr
    assert done.stdout.count("11 mails written into the outbox") == 3
    demo = empty_shell.folder / "ccmail-demo" / ".ccmail" / "outbox"
    assert len(list(demo.glob("*/*.eml"))) == 22


def test_the_demo_rehearses_an_update_in_a_copy_and_can_run_again(empty_shell: Shell) -> None:
    empty_shell.run("demo")
    example = empty_shell.folder / "ccmail-demo"
    before = {path: path.read_bytes() for path in (example / "campaigns").glob("*.yaml")}

    shown = empty_shell.run("demo")
    told = empty_shell.json("demo")

    (link,) = re.findall(r"event\.link is now (\S+)", shown.stderr)
    assert f"$ ccmail update {ANNOUNCEMENT}" in shown.stderr
    assert f"event.link   (none)   → {link}" in shown.stdout
    assert [one.get("purpose") for one in told["commands"]] == [None, "campaign", "campaign", "update"]
    update = Path(told["mails"][-1])
    assert str(update) in shown.stdout
    assert link in words_of(parsed(update.read_bytes()), "plain")
    assert {path: path.read_bytes() for path in (example / "campaigns").glob("*.yaml")} == before
    assert len(list((example / ".ccmail" / "outbox").glob("*/*.eml"))) == 22


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators there")
def test_the_demo_writes_and_removes_nothing_through_a_link(empty_shell: Shell) -> None:
    empty_shell.run("demo")
    copy, precious = empty_shell.folder / "ccmail-demo" / ".ccmail" / "demo", empty_shell.folder / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine", encoding="utf-8")
    shutil.rmtree(copy)
    copy.symlink_to(precious)

    refused = empty_shell.run("demo", code=1)

    assert "W746" in refused.stderr
    assert [path.name for path in precious.iterdir()] == ["file"]


@pytest.mark.parametrize("campaign", [ANNOUNCEMENT, REVIEW])
def test_status_balances_the_books(shell: Shell, campaign: str) -> None:
    shell.run("send", campaign)

    books = shell.json("status", campaign)["sendings"][0]

    assert sum(count for _, count in books["totals"]) == books["candidates"] == 11
    assert "rehearsed · 21 Sep 2020" in shell.run("status", campaign).stdout


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["check"],
        ["schema"],
        ["status"],
        ["new", "review", "Ein Rückblick"],
        ["test", REVIEW, "--to", "me@x.example"],
        ["send", "-n", REVIEW],
        ["send", REVIEW],
        ["status", REVIEW],
        ["report", REVIEW],
        ["resolve", REVIEW],
        ["recipients", "find", "nobody@x.example"],
        ["explain", "T312"],
        ["demo"],
        ["init", "elsewhere"],
    ],
    ids=" ".join,
)
def test_every_command_prints_one_json_object(shell: Shell, words: list[str]) -> None:
    assert isinstance(shell.json(*words), dict)


def test_nothing_else_of_the_process_stands_beside_the_json_object(shell: Shell) -> None:
    shell.own_process = True

    assert isinstance(shell.json("send", REVIEW), dict)


def test_an_approval_prints_one_json_object(shell: Shell) -> None:
    version = shell.json("send", "-n", REVIEW)["version"]

    assert isinstance(shell.json("approve", REVIEW, version, "--by", "Ria Kraft"), dict)


def test_what_stops_a_command_is_a_json_object_too(shell: Shell) -> None:
    shell.own_process = True

    assert shell.json("send", "nothing", code=2)["error"]["code"] == "W751"
    assert shell.json("sned", code=2)["error"]["code"] == "W799"


def test_who_unsubscribes_between_two_runs_gets_nothing_more(shell: Shell) -> None:
    shell.run("send", REVIEW, "--limit", "1", code=4)
    (shell.folder / "recipients" / "unsubscribed.csv").write_text("press@yerevan.example\n", encoding="utf-8")

    done = shell.json("send", REVIEW)

    assert done["recipients"] == 9
    assert done["result"]["accepted"] == 10
    assert done["result"]["left_out"] == 1
    assert not any("yerevan" in name for name in shell.outbox(REVIEW))


def test_nothing_is_sent_after_send_until(shell: Shell) -> None:
    shell.edit(f"campaigns/{ANNOUNCEMENT}.yaml", "segments: ", "send_until: 20.9.2020 18:00\nsegments: ")

    done = shell.run("send", ANNOUNCEMENT, code=1)
    shell.run("send", ANNOUNCEMENT, "--allow-past")

    assert "error[E402] nothing of this campaign is sent after 20 Sep 2020, 18:00" in done.stderr


def test_real_delivery_without_a_server_is_an_error_before_anything_else(shell: Shell) -> None:
    settings = (shell.folder / "ccmail.yaml").read_text(encoding="utf-8")
    settings = re.sub(r"(?ms)^smtp:.*?(?=^inbox:)", "", settings).replace("delivery: outbox", "delivery: smtp")
    (shell.folder / "ccmail.yaml").write_text(settings, encoding="utf-8")

    assert "error[W762]" in shell.run("check", REVIEW, code=1).stdout
    assert "error[W762]" in shell.run("send", REVIEW, "--confirm", "11", code=1).stderr


def test_check_fix_repairs_what_is_certain_and_shows_it(shell: Shell) -> None:
    file = f"campaigns/{REVIEW}.yaml"
    before = (shell.folder / file).read_text(encoding="utf-8")
    shell.edit(file, '"Kommunale Wirtschaft und Governance Reaktion auf COVID-19: Der Fall Tartu"',
               "Kommunale Wirtschaft und Governance Reaktion auf COVID-19: Der Fall Tartu")  # fmt: skip

    broken = shell.run("check", REVIEW, code=1)
    fixed = shell.run("check", REVIEW, "--fix")

    assert "error[Y101] a colon inside a text ends the text" in broken.stdout
    assert '+      de: "Kommunale Wirtschaft' in fixed.stderr
    assert (shell.folder / file).read_text(encoding="utf-8") == before


def test_what_cannot_be_a_campaign_leaves_no_file(shell: Shell) -> None:
    before = sorted((shell.folder / "campaigns").iterdir())

    done = shell.run("new", "announcement", "Stadt", "--time", "halb9", code=1)

    assert "“halb9” is not a time" in done.stderr
    assert sorted((shell.folder / "campaigns").iterdir()) == before


def test_a_text_from_windows_becomes_a_campaign(shell: Shell) -> None:
    (shell.folder / "text.txt").write_bytes("Schöne Grüße aus Köln".encode("cp1252"))

    made = shell.json("new", "announcement", "Köln", "--from", "text.txt")

    assert "Schöne Grüße aus Köln" in (shell.folder / made["file"]).read_text(encoding="utf-8")
    shell.run("check", made["id"])


def test_a_template_of_the_workspace_stands_in_for_the_shipped_one(shell: Shell) -> None:
    templates = shell.folder / "templates"
    templates.mkdir()
    plan = shell.json("send", "-n", REVIEW)
    (templates / "review.txt.j2").write_text("Nur dies, {{ citi }}\n", encoding="utf-8")
    wrong = shell.run("send", REVIEW, code=1)
    own = "{{ city }}: {{ mail.blocks[0].greeting }}\n"
    (templates / "review.txt.j2").write_text(own, encoding="utf-8")
    without_footer = shell.run("send", REVIEW, code=1)
    footer = "{% from 'components/footer.txt.j2' import footer %}"
    (templates / "review.txt.j2").write_text(f"{footer}{own}{{{{ footer(mail.blocks) }}}}", encoding="utf-8")

    shell.run("send", REVIEW, "--only", "jana.mueller@stadt-bonn.example")

    (data,) = shell.outbox(REVIEW).values()
    assert "error[H104] this template stopped: 'citi' is undefined" in wrong.stderr
    assert "templates/review.txt.j2:1" in wrong.stderr
    assert "error[T324] the text part does not say how to unsubscribe" in without_footer.stderr
    assert words_of(parsed(data), "plain").startswith("Bonn: Sehr geehrte Frau Dr. Müller, -- Sie erhalten")
    assert "Rund 50 Teilnehmer" in words_of(parsed(data), "html")
    assert shell.json("send", "-n", REVIEW)["version"] != plan["version"]


def test_a_text_that_is_different_for_everybody_is_right_but_warned_of(shell: Shell) -> None:
    rows = "".join(f"p{i}@city.example,Vorname{i},Nachname{i}\n" for i in range(60))
    (shell.folder / "recipients" / "german.csv").write_text(f"email,first_name,last_name\n{rows}", encoding="utf-8")
    shell.edit(f"campaigns/{REVIEW}.yaml", "    Rund 50 Teilnehmer", "    {{ first_name | upper }}, rund 50 Teilnehmer")

    checked = shell.run("check", REVIEW)
    shell.run("send", REVIEW, "--segment", "german")

    assert "warning[H107] nearly every reader needs a mail rendered alone" in checked.stdout
    assert "first_name" in checked.stdout
    assert "VORNAME59, rund 50" in words_of(parsed(list(shell.outbox(REVIEW).values())[-1]), "html")


@pytest.mark.parametrize(
    "text",
    ["{{ 1/0 }}", "{{ first_name|nosuch }}", "{{ 'x'|round }}", "{{ first_name + 1 }}", "{% for x in 5 %}{% endfor %}"],
)
def test_a_text_that_cannot_be_rendered_is_a_problem_with_its_line(shell: Shell, text: str) -> None:
    shell.edit(f"campaigns/{REVIEW}.yaml", "    Rund 50 Teilnehmer", f"    {text} Rund 50 Teilnehmer")

    done = shell.run("check", REVIEW, code=1)

    assert "error[T306]" in done.stdout
    assert f"campaigns/{REVIEW}.yaml:" in done.stdout


def test_a_field_that_is_no_link_never_becomes_one(shell: Shell) -> None:
    shell.edit(f"campaigns/{REVIEW}.yaml", "    Rund 50 Teilnehmer", "    [hier]({{ city }}) Rund 50 Teilnehmer")

    done = shell.run("check", REVIEW, code=1)

    assert "error[H105] “Bonn” stands where a link is wanted" in done.stdout


def test_the_lists_are_never_attached(shell: Shell) -> None:
    shell.edit(f"campaigns/{REVIEW}.yaml", "author: ", "attachments: [../recipients/german.csv]\nauthor: ")

    done = shell.run("check", REVIEW, code=1)

    assert "error[M614]" in done.stdout


def test_a_mail_that_no_server_would_take_is_refused(shell: Shell) -> None:
    for name in ("a.pdf", "b.pdf"):
        (shell.folder / "campaigns" / name).write_bytes(b"%PDF-1.4" + b"\0" * 6_000_000)
    shell.edit(f"campaigns/{REVIEW}.yaml", "author: ", "attachments: [a.pdf, b.pdf]\nauthor: ")

    done = shell.run("send", REVIEW, code=1)

    assert "error[M615] each mail is 16" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_a_disk_that_is_full_is_no_traceback() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ccmail", "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )

    assert (done.returncode, done.stderr) == (1, "")


def test_a_terminal_without_our_characters_is_no_reason_to_fail(shell: Shell) -> None:
    shell.own_process = True
    shell.environment["PYTHONIOENCODING"] = "ascii"

    done = shell.run("send", "-n", REVIEW)

    assert "REHEARSAL" in done.stdout
