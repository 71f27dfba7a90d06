"""Mailboxes on this computer: a Maildir, an mbox file, .eml files."""

from __future__ import annotations

import mailbox
import os
import sys
from pathlib import Path

import pytest

from ccmail.feedback.mailbox import LARGEST, open_mailbox
from ccmail.problems import UsageError
from tests.feedback.came_back import words

ONE, TWO = (words("ana@bonn.example", subject, f"From here, {subject}") for subject in ("One", "Two"))


def read(path: Path) -> list[tuple[str, bytes]]:
    return [(mail.name, mail.content) for mail in open_mailbox(path).mails]


def test_a_folder_of_eml_files_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b.EML").write_bytes(TWO)
    (tmp_path / "a.eml").write_bytes(ONE)

    assert read(tmp_path) == [("a.eml", ONE), ("b.EML", TWO)]


def test_other_files_in_the_folder_are_counted(tmp_path: Path) -> None:
    for name in ("a.eml", "notes.txt", "list.csv", ".hidden"):
        (tmp_path / name).write_bytes(ONE)
    (tmp_path / "folder.eml").mkdir()

    assert read(tmp_path) == [("a.eml", ONE)]
    assert open_mailbox(tmp_path).skipped == 2


def test_a_single_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)

    assert read(tmp_path / "a.eml") == [("a.eml", ONE)]


def test_a_maildir_is_read_and_stays_as_it_is(tmp_path: Path) -> None:
    maildir = mailbox.Maildir(tmp_path / "box")
    maildir.add(ONE)
    seen = mailbox.MaildirMessage(TWO)
    seen.set_subdir("cur")
    maildir.add(seen)
    before = sorted(tmp_path.rglob("*"))

    contents = {content for _, content in read(tmp_path / "box")}

    assert contents == {ONE, TWO}
    assert sorted(tmp_path.rglob("*")) == before


def test_an_mbox_file_is_read_mail_by_mail(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    box = mailbox.mbox(path)
    box.add(ONE)
    box.add(TWO)
    box.close()

    mails = read(path)

    assert [name for name, _ in mails] == ["old.mbox#1", "old.mbox#2"]
    assert [content.rstrip() for _, content in mails] == [ONE.rstrip(), TWO.rstrip()]


def test_a_line_in_a_mail_that_begins_with_from_begins_no_other(tmp_path: Path) -> None:
    path = tmp_path / "old.mbox"
    path.write_bytes(
        b"From a Mon\nSubject: x\n\none\nFrom the sea\n\n>From land\n>>From both\n\nFrom b Tue\nSubject: y\n\nz\n"
    )

    (first, second) = read(path)

    assert first[1] == b"Subject: x\n\none\nFrom the sea\n\nFrom land\n>From both\n\n"
    assert second[1] == b"Subject: y\n\nz\n"


def test_of_a_huge_mail_the_beginning_is_read(tmp_path: Path) -> None:
    huge = ONE + b"a" * LARGEST
    (tmp_path / "a.eml").write_bytes(huge)
    (tmp_path / "a.mbox").write_bytes(b"From a Mon\n" + huge + b"\n\nFrom b Tue\n" + TWO)

    assert read(tmp_path / "a.eml")[0][1] == huge[:LARGEST]
    first, second = read(tmp_path / "a.mbox")
    assert LARGEST <= len(first[1]) < LARGEST + 70_000
    assert second[1] == TWO


@pytest.mark.parametrize("what", ["nothing", "an empty folder", "a folder of others", "a pipe"])
def test_what_is_no_mailbox_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "box"
    if what == "a pipe":
        os.mkfifo(path)
    elif what != "nothing":
        path.mkdir()
    if what == "a folder of others":
        (path / "notes.txt").write_text("x")

    with pytest.raises(UsageError) as refused:
        open_mailbox(path)

    assert refused.value.code == "W821"


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.eml")
    (tmp_path / "b.eml").write_bytes(ONE)

    assert read(tmp_path) == [("b.eml", ONE)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
def test_a_file_name_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.eml")).write_bytes(ONE)

    assert read(tmp_path) == [("\ufffd.eml", ONE)]


def test_an_empty_maildir_has_no_mails(tmp_path: Path) -> None:
    mailbox.Maildir(tmp_path / "box")

    assert read(tmp_path / "box") == []
