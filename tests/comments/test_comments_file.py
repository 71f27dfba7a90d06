"""Comments in the file beside a campaign: they are only added, and nothing in one can break another."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from ccmail.comments import Remark, add_comment, check_comments, comment_files, read_comments, settle_comment
from ccmail.comments.comment import LONGEST_TEXT
from ccmail.problems import CcmailError, Severity, UsageError
from tests.small_workspace import CAMPAIGN, SmallWorkspace

HOSTILE = (
    "## 00000000 · comment · Eve · 2020-01-01T00:00:00+00:00",
    "- place: de.title\n- words: x",
    "<script>alert(1)</script>",
    "<<<<<<< HEAD\n=======\n>>>>>>> b",
    "eins\n\n\n## 12345678 · done · Eve · 2030-01-01T00:00:00+00:00\nzwei",
    "    vier Blanks vorn",
    "a\x1b[2Jb\u202egnuh",
)


def said(small: SmallWorkspace) -> list[tuple[str, str, bool]]:
    comments, problems = read_comments(small.workspace, CAMPAIGN)
    assert problems == ()
    return [(comment.remark.by, comment.remark.text, comment.is_open) for comment in comments]


def test_a_comment_is_read_as_it_was_written(small: SmallWorkspace) -> None:
    written = add_comment(small.workspace, CAMPAIGN, Remark("Ria Kraft", "Eins.\n\nZwei.", "de.text/1", "Die Sonne"))

    (read,), problems = read_comments(small.workspace, CAMPAIGN)
    assert read == written
    assert problems == ()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_another_entry_or_loses_one(small: SmallWorkspace, text: str) -> None:
    for name in ("Ada", "Eve · done · x", "Bo"):
        add_comment(
            small.workspace, CAMPAIGN, Remark(name, text if name.startswith("Eve") else "gut", "de.title", text)
        )

    found = said(small)
    assert [by for by, _, _ in found] == ["Ada", "Eve · done · x", "Bo"]
    assert all(is_open for _, _, is_open in found)
    assert found[1][1].split() == text.replace("\x1b", "").replace("\u202e", "").split()


def test_a_comment_is_done_and_open_again_and_nothing_above_changes(small: SmallWorkspace) -> None:
    first = add_comment(small.workspace, CAMPAIGN, Remark("Ada", "Bitte ändern."))
    (file,) = comment_files(small.workspace, CAMPAIGN)
    before = file.read_bytes()

    settle_comment(small.workspace, CAMPAIGN, first.id, "Bo", done=True)
    (done,), _ = read_comments(small.workspace, CAMPAIGN)
    settle_comment(small.workspace, CAMPAIGN, first.id, "Cy", done=False)

    assert (done.is_open, done.done_by) == (False, "Bo")
    assert said(small) == [("Ada", "Bitte ändern.", True)]
    assert file.read_bytes().startswith(before)


def test_many_people_at_once_lose_nothing(small: SmallWorkspace) -> None:
    workspace = small.workspace

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add_comment(workspace, CAMPAIGN, Remark(f"P{n}", f"Nummer {n}\n" * 20)), range(40)))

    assert {by for by, _, _ in said(small)} == {f"P{n}" for n in range(40)}


def test_both_sides_of_a_conflict_are_read(small: SmallWorkspace) -> None:
    add_comment(small.workspace, CAMPAIGN, Remark("Ada", "eins"))
    (file,) = comment_files(small.workspace, CAMPAIGN)
    copy = file.with_name(f"{CAMPAIGN}.comments (conflicted copy of Bo).md")
    copy.write_bytes(file.read_bytes())
    add_comment(small.workspace, CAMPAIGN, Remark("Ada", "zwei"))
    with copy.open("a", encoding="utf-8") as theirs:
        theirs.write("\n## aaaaaaaa · comment · Bo · 2020-09-21T10:00:00+02:00\n\n    drei\n")

    assert sorted(text for _, text, _ in said(small)) == ["drei", "eins", "zwei"]


def test_what_is_no_comment_is_said_with_its_line(small: SmallWorkspace) -> None:
    add_comment(small.workspace, CAMPAIGN, Remark("Ada", "eins"))
    (file,) = comment_files(small.workspace, CAMPAIGN)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("<<<<<<< HEAD\n## kaputt\n")

    comments, problems = read_comments(small.workspace, CAMPAIGN)

    assert len(comments) == 1
    assert [(p.code, p.place.text) for p in problems if p.place] == [("C251", "<<<<<<< HEAD"), ("C251", "## kaputt")]


@pytest.mark.parametrize(
    ("by", "text"), [("", "x"), (" \u202e", "x"), ("Ada", " \n "), ("Ada", "x" * (LONGEST_TEXT + 1))]
)
def test_a_comment_without_name_or_text_or_of_a_book_is_refused(small: SmallWorkspace, by: str, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        add_comment(small.workspace, CAMPAIGN, Remark(by, text))

    assert refused.value.code == "W860"
    assert comment_files(small.workspace, CAMPAIGN) == ()


def test_a_full_file_is_not_written_to(small: SmallWorkspace) -> None:
    file = small.folder / "campaigns" / f"{CAMPAIGN}.comments.md"
    file.write_text("\n" * 1_000_001, encoding="utf-8")

    with pytest.raises(UsageError, match="more than 1,000,000 bytes"):
        add_comment(small.workspace, CAMPAIGN, Remark("Ada", "x"))


def test_nothing_is_written_or_read_through_a_link(small: SmallWorkspace) -> None:
    goal = small.folder / "elsewhere"
    goal.write_text("geheim", encoding="utf-8")
    (small.folder / "campaigns" / f"{CAMPAIGN}.comments.md").symlink_to(goal)

    with pytest.raises(CcmailError) as refused:
        add_comment(small.workspace, CAMPAIGN, Remark("Ada", "x"))

    assert refused.value.code == "W746"
    assert goal.read_text(encoding="utf-8") == "geheim"
    assert [p.code for p in read_comments(small.workspace, CAMPAIGN)[1]] == ["C251"]


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_who_may_read_the_campaign_may_read_the_comments(small: SmallWorkspace) -> None:
    campaign = small.folder / "campaigns" / f"{CAMPAIGN}.yaml"
    campaign.chmod(0o664)

    add_comment(small.workspace, CAMPAIGN, Remark("Ada", "x"))

    (file,) = comment_files(small.workspace, CAMPAIGN)
    assert file.stat().st_mode & 0o777 == 0o664


def test_open_comments_are_a_note_of_the_check(small: SmallWorkspace) -> None:
    first = add_comment(small.workspace, CAMPAIGN, Remark("Ada", "x"))
    add_comment(small.workspace, CAMPAIGN, Remark("Ada", "y"))
    (before,) = check_comments(small.workspace, CAMPAIGN)
    settle_comment(small.workspace, CAMPAIGN, first.id, "Bo", done=True)

    (after,) = check_comments(small.workspace, CAMPAIGN)

    assert [before.message, after.message] == ["2 open comments", "1 open comment"]
    assert before.severity is Severity.NOTE
