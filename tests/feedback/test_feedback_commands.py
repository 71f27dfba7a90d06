"""`ccmail inbox` and `ccmail answers`, as people run them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ccmail.ledger import State
from tests.docs.test_docs import REFERENCE, codes_in, produced, rows, section
from tests.dovecot import Dovecot, dovecot_running, obstacle
from tests.e2e.shell import Shell, require
from tests.feedback.came_back import FULL, answer, away, bounce, complaint, words
from tests.feedback.conftest import Mailed
from tests.small_workspace import ADA, BO, CY, DEE, EVE, SmallWorkspace

BO_ASCII = "bo@xn--kln-sna.example"


@pytest.fixture
def box(mailed: Mailed) -> Path:
    """A folder for mails beside the workspace."""
    folder = mailed.small.folder.parent / "box"
    folder.mkdir()
    return folder


@pytest.fixture
def shell(mailed: Mailed) -> Shell:
    return Shell(mailed.small.folder)


def put(box: Path, mails: Mapping[str, bytes]) -> None:
    for name, mail in mails.items():
        (box / f"{name}.eml").write_bytes(mail)


def lines(text: str) -> dict[str, str]:
    """Return the lines of a result by their first words, with single blanks."""
    rows = (line.strip().split("   ", 1) for line in text.splitlines() if "   " in line.strip())
    return {row[0]: " ".join(row[1].split()) for row in rows}


# ── inbox ──


def test_each_kind_of_mail_has_a_line_that_says_what_follows(mailed: Mailed, shell: Shell, box: Path) -> None:
    mails = {
        "1": bounce(ADA, to=mailed.bounces(ADA)),
        "2": bounce(CY, to=mailed.bounces(CY), said=FULL, status="4.2.2"),
        "3": answer(mailed.uid(CY), CY),
        "4": answer(mailed.uid(ADA), ADA, "DECLINED"),
        "5": away(CY),
        "6": words(CY, "Rückfrage zur Tagesordnung"),
        "7": bounce("x@nowhere.example"),
        "8": words(BO_ASCII, "Danke", answers=mailed.row(BO).message_id),
        "9": answer(mailed.uid(ADA), EVE),
    }
    put(box, mails)

    result = shell.run("inbox", "--from", str(box))

    assert result.stdout.startswith("Read 9 new messages (box, nothing deleted)\n")
    said = lines(result.stdout)
    assert said["bounced for good"] == f"1 left out from now on: {ADA}"
    assert said["bounced this time"] == "1 1 mailbox full"
    assert said["accepted"] == "1 declined 1 news"
    assert said["forwarded"] == f"1 {EVE} (invited was {ADA}): not confirmed news"
    assert said["not in doubt any more"].startswith("1 ")
    assert said["away messages"] == "1 ignored"
    assert said["not ours"] == "1 ignored"
    assert said["for you to read"].startswith(f"2 “Rückfrage zur Tagesordnung” from {CY}")
    assert "Next   ccmail answers news" in result.stdout


def test_who_stops_the_mails_is_named(mailed: Mailed, shell: Shell, box: Path) -> None:
    put(box, {"1": words(ADA, "unsubscribe"), "2": complaint(message_id=mailed.row(CY).message_id)})

    said = lines(shell.run("inbox", "--from", str(box)).stdout)

    assert said["unsubscribed"] == f"1 recipients/unsubscribed.csv: {ADA}"
    assert said["complaints"] == f"1 left out from now on: {CY}"


def test_the_next_plan_leaves_them_out(mailed: Mailed, shell: Shell, box: Path) -> None:
    put(box, {"1": bounce(ADA, to=mailed.bounces(ADA))})

    shell.run("inbox", "--from", str(box))

    assert "gets nothing: bounce" in shell.run("recipients", "find", ADA).stdout


def test_reading_twice_is_reading_once(mailed: Mailed, shell: Shell, box: Path) -> None:
    put(box, {"1": bounce(ADA, to=mailed.bounces(ADA)), "2": words(CY, "Hello")})
    shell.run("inbox", "--from", str(box))

    again = shell.run("inbox", "--from", str(box)).stdout

    assert again == "Read 0 new messages (box, nothing deleted), 2 were read before\n"


def test_a_dry_run_says_it_and_writes_nothing(mailed: Mailed, shell: Shell, box: Path) -> None:
    put(box, {"1": bounce(ADA, to=mailed.bounces(ADA))})
    before = {path: path.stat().st_mtime_ns for path in mailed.small.folder.rglob("*") if "ledger" not in path.name}

    result = shell.run("inbox", "--from", str(box), "-n").stdout

    assert "\nNothing was written (-n). This is what would follow:\n" in result
    assert lines(result)["bounced for good"] == f"1 left out from now on: {ADA}"
    assert mailed.suppressed() == {}
    after = {path: path.stat().st_mtime_ns for path in mailed.small.folder.rglob("*") if "ledger" not in path.name}
    assert after == before


def test_a_dry_run_needs_no_ledger_and_makes_none(written: SmallWorkspace, tmp_path: Path) -> None:
    small = SmallWorkspace(tmp_path / "fresh").write()
    (tmp_path / "1.eml").write_bytes(bounce(ADA))

    (message,) = Shell(small.folder).json("inbox", "--from", str(tmp_path), "-n")["messages"]

    assert (message["kind"], message["recipients"], message["class"]) == ("bounce", [ADA], "hard")
    assert not (small.folder / ".ccmail").exists()


def test_a_mail_about_several_people_says_of_each_what_it_says(shell: Shell, box: Path) -> None:
    two_more = "".join(
        f"\nFinal-Recipient: rfc822; {who}\nAction: failed\nStatus: 4.2.2\nDiagnostic-Code: smtp; {FULL}\n"
        for who in (DEE, CY)
    )
    hard = b"Diagnostic-Code: smtp; 550 5.1.1 user unknown\n"
    put(box, {"1": bounce(ADA).replace(hard, hard + two_more.encode())})

    (message,) = shell.json("inbox", "--from", str(box), "-n")["messages"]

    assert message["class"] == "soft"  # of most of them
    assert [(each["recipient"], each["class"]) for each in message["reports"]] == [
        (ADA, "hard"),
        (DEE, "soft"),
        (CY, "soft"),
    ]


def test_every_message_is_a_record(mailed: Mailed, shell: Shell, box: Path) -> None:
    put(
        box,
        {
            "1": bounce(ADA, to=mailed.bounces(ADA)),
            "2": answer(mailed.uid(CY), CY),
            "3": away(CY),
            "4": words(CY, "unsubscribe"),
            "5": complaint(message_id=mailed.row(CY).message_id),
            "6": words(CY, "Hello"),
            "7": bounce("x@nowhere.example", said=FULL, status="4.2.2"),
        },
    )

    data = shell.json("inbox", "--from", str(box), "-n")

    keys = ("file", "kind", "recipients", "class", "status", "reason", "evidence")
    assert {tuple(message) for message in data["messages"]} == {(*keys, "reports")}
    assert [tuple(message[key] for key in keys) for message in data["messages"]] == [
        ("1.eml", "bounce", [ADA], "hard", "5.1.1", "unknown user", ["verp", "rfc3464"]),
        ("2.eml", "rsvp", [CY], None, "", "", ["uid"]),
        ("3.eml", "auto_reply", [], None, "", "", []),
        ("4.eml", "unsubscribe", [CY], None, "", "", ["sender"]),
        ("5.eml", "complaint", [CY], None, "", "complaint", ["message_id", "arf"]),
        ("6.eml", "other", [], None, "", "", []),
        ("7.eml", "bounce", ["x@nowhere.example"], "soft", "4.2.2", "mailbox full", ["rfc3464"]),
    ]
    assert (data["new"], data["known"], data["written"]) == (7, 0, False)
    assert data["findings"][0] == {
        "file": "1.eml",
        "outcome": "bounced_for_good",
        "email": ADA,
        "campaign": "news",
        "note": "",
        "has_arrived": False,
    }


def test_a_message_that_was_read_before_has_a_record_too(mailed: Mailed, shell: Shell, box: Path) -> None:
    put(box, {"1": bounce(ADA, to=mailed.bounces(ADA)), "2": answer(mailed.uid(CY), CY)})
    shell.run("inbox", "--from", str(box))

    data = shell.json("inbox", "--from", str(box), "-n")

    assert [message["recipients"] for message in data["messages"]] == [[ADA], [CY]]
    assert (data["new"], data["known"], data["findings"]) == (0, 2, [])


def test_escapes_of_a_mail_do_not_reach_the_terminal(mailed: Mailed, shell: Shell, box: Path) -> None:
    evil = "\x1b]8;;http://evil.example\x07\x1bc\x9b2J\u202e"
    put(
        box,
        {
            "1": words(f"{evil} <cy@tartu.example>", f"Hello {evil}"),
            "2": bounce(f"x{evil}@y.example", said=f"550 {evil}"),
            "3": answer(mailed.uid(ADA), f"x{evil}@y.example", more=f"COMMENT:{evil}"),
            f"4{evil}".replace("/", ""): words(CY, "x"),
        },
    )

    printed = shell.run("inbox", "--from", str(box)).stdout + shell.run("answers", "news").stdout

    assert not {"\x1b", "\x07", "\x9b"} & set(printed)


def test_other_files_are_said(shell: Shell, box: Path) -> None:
    put(box, {"1": words(CY, "Hello")})
    (box / "notes.txt").write_text("x")

    assert "1 other file there: not read" in shell.run("inbox", "--from", str(box)).stdout


def test_without_a_mailbox_it_says_what_to_do(shell: Shell) -> None:
    result = shell.run("inbox", code=2)

    assert "error[W820]" in result.stderr
    assert "--from" in result.stderr


def test_what_is_no_mailbox_is_refused(shell: Shell, tmp_path: Path) -> None:
    assert "error[W821]" in shell.run("inbox", "--from", str(tmp_path / "nothing"), code=2).stderr


def test_what_was_settled_before_an_error_is_shown_and_not_lost(mailed: Mailed, shell: Shell, box: Path) -> None:
    openpyxl.Workbook().save(mailed.small.workspace.unsubscribed_file)
    put(box, {"1": bounce(ADA, to=mailed.bounces(ADA)), "2": words(CY, "unsubscribe")})

    result = shell.run("inbox", "--from", str(box), code=2)

    assert lines(result.stdout)["bounced for good"] == f"1 left out from now on: {ADA}"
    assert "error[W792]" in result.stderr
    mailed.small.workspace.unsubscribed_file.unlink()
    again = shell.run("inbox", "--from", str(box)).stdout
    assert "Read 1 new message " in again
    assert lines(again)["unsubscribed"] == f"1 recipients/unsubscribed.csv: {CY}"


# ── over IMAP ──


def connect(small: SmallWorkspace, dovecot: Dovecot, password: str) -> None:
    """Have ccmail.yaml name a Dovecot."""
    (small.folder / "password").write_text(password, encoding="utf-8")
    (small.folder / "password").chmod(0o600)
    with (small.folder / "ccmail.yaml").open("a", encoding="utf-8") as file:
        file.write(
            f"inbox: {{imap: 127.0.0.1, port: {dovecot.tls_port}, user: {dovecot.user},"
            f' password: "file:password", ca_file: {dovecot.ca_file}}}\n'
        )


@pytest.mark.mailstack
def test_a_mailbox_on_a_server_is_read_from_where_it_was_left(mailed: Mailed, shell: Shell, certificates: Path) -> None:
    require(obstacle())
    with dovecot_running(certificates) as dovecot:
        connect(mailed.small, dovecot, dovecot.password)
        dovecot.put(bounce(ADA, to=mailed.bounces(ADA)), words(CY, "Hello"))
        looked = shell.run("inbox", "-n").stdout
        first = shell.run("inbox").stdout
        again = shell.run("inbox").stdout
        dovecot.put(answer(mailed.uid(CY), CY))
        third = shell.json("inbox")
        flags = dovecot.mails()

    assert looked.startswith("Read 2 new messages (IMAP 127.0.0.1, nothing deleted)\n")
    assert first.startswith("Read 2 new messages (IMAP 127.0.0.1, nothing deleted)\n")
    assert again == "Read 0 new messages (IMAP 127.0.0.1, nothing deleted)\n"
    assert [message["kind"] for message in third["messages"]] == ["rsvp"]
    assert list(flags) == [1, 2, 3]
    assert b"\\Seen" not in {flag for each in flags.values() for flag in each}


@pytest.mark.mailstack
def test_a_server_that_refuses_the_password_ends_it(mailed: Mailed, shell: Shell, certificates: Path) -> None:
    require(obstacle())
    with dovecot_running(certificates) as dovecot:
        connect(mailed.small, dovecot, "wrong-password")
        result = shell.run("inbox", code=5)

    assert "error[W822]" in result.stderr
    assert "wrong-password" not in result.stderr


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "no password for b@x at imap.x.example"),
        ("password: keyring, ", ""),
        ("password: env:NOWHERE, ", "NOWHERE"),
    ],
)
def test_a_missing_password_is_named(mailed: Mailed, shell: Shell, key: str, said: str) -> None:
    with (mailed.small.folder / "ccmail.yaml").open("a", encoding="utf-8") as file:
        file.write(f"inbox: {{imap: imap.x.example, {key}user: b@x}}\n")

    result = shell.run("inbox", code=5)

    assert "error[W701]" in result.stderr
    assert said in result.stderr
    assert "smtp" not in result.stderr


def test_the_password_of_the_mailbox_is_asked_for_at_a_terminal_only(mailed: Mailed, shell: Shell) -> None:
    assert "error[W820]" in shell.run("login", "inbox", code=2).stderr
    with (mailed.small.folder / "ccmail.yaml").open("a", encoding="utf-8") as file:
        file.write("inbox: {imap: imap.x.example, user: b@x}\n")

    refused = shell.run("login", "inbox", code=2).stderr

    assert "error[W747]" in refused
    assert "“inbox:”" in refused


# ── answers ──


@pytest.fixture
def answered(mailed: Mailed, shell: Shell, box: Path) -> Shell:
    """Ada says yes to the old time, Bo no, Cy nothing; Eve was not invited."""
    put(
        box,
        {
            "1": answer(mailed.uid(ADA), ADA, more="COMMENT:=cmd|' /C calc'!A0"),
            "2": answer(mailed.uid(BO), BO_ASCII, "DECLINED"),
            "3": answer(mailed.uid(ADA), EVE, "TENTATIVE"),
        },
    )
    shell.run("inbox", "--from", str(box))
    mailed.update(ADA)
    return shell


def test_answers_are_counted_by_segment(answered: Shell) -> None:
    text = answered.run("answers", "news").stdout

    rows = [line.split() for line in text.splitlines()]
    assert ["to", "invited", "yes", "maybe", "no", "no", "answer"] in rows
    assert ["german", "2", "1", "0", "1", "0"] in rows
    assert ["international", "1", "0", "0", "0", "1"] in rows
    assert ["3", "1", "0", "1", "1"] in rows
    assert "1 answer is to the old time or place, marked * below" in text
    assert re.search(rf"Ada Weiß <{ADA}> +yes\* ", text)
    assert re.search(rf"{EVE} +maybe ", text.partition("not invited")[2])
    assert f"invited was {ADA}" in text


def test_answers_as_data(answered: Shell) -> None:
    data = answered.json("answers", "news")

    assert (data["people"], data["yes"], data["no"], data["silent"], data["stale"]) == (3, 1, 1, 1, 1)
    assert [one["email"] for one in data["answers"]] == [ADA, BO]
    assert [one["email"] for one in data["uninvited"]] == [EVE]
    assert {segment["segment"]: segment["yes"] for segment in data["segments"]} == {"german": 1, "international": 0}


def test_the_csv_file_has_everybody_and_no_formula(answered: Shell, tmp_path: Path) -> None:
    result = answered.run("answers", "news", "--csv", str(tmp_path / "answers.csv"))

    assert "answers.csv" in result.stdout
    data = (tmp_path / "answers.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [(row["email"], row["answer"], row["old time"]) for row in rows] == [
        (ADA, "yes", "yes"),
        (BO, "no", ""),
        (CY, "silent", ""),
        (EVE, "maybe, not confirmed", ""),
    ]
    assert rows[0]["comment"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["answered at"] == "2020-09-21 10:00"


def test_the_excel_file_has_the_same_cells_as_texts(answered: Shell, tmp_path: Path) -> None:
    answered.run("answers", "news", "--xlsx", str(tmp_path / "answers.xlsx"))

    sheet: Any = openpyxl.load_workbook(tmp_path / "answers.xlsx").active
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert [row[1] for row in rows] == ["email", ADA, BO, CY, EVE]
    assert rows[1][6] == "=cmd|' /C calc'!A0"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_every_key_of_the_json_is_documented(answered: Shell, box: Path) -> None:
    for name, typed in (("inbox", ("--from", str(box), "-n")), ("answers", ("news",))):
        documented = set(codes_in(rows(section(REFERENCE / "commands.md", f"## ccmail {name}"), "key")))
        assert set(produced(answered.json(name, *typed), documented)) <= documented


def test_who_was_never_mailed_is_not_counted(mailed: Mailed, shell: Shell) -> None:
    assert DEE not in shell.run("answers", "news", "-v").stdout
    assert mailed.row(DEE).state is State.QUEUED


def test_a_campaign_that_was_not_sent_is_said(written: SmallWorkspace, tmp_path: Path) -> None:
    small = SmallWorkspace(tmp_path / "fresh").write()

    result = Shell(small.folder).run("answers", "news").stdout

    assert "not" in result
    assert "Next   ccmail send news" in result
