"""The findings of `ccmail check` about the comments on a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.comments.file import comment_files, read_comments
from ccmail.problems import Mark, Place, Problem, Severity
from ccmail.wording import say, say_n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

OPEN_COMMENTS = "C250"


def check_comments(workspace: Workspace, campaign: str) -> Iterator[Problem]:
    """Yield a note if comments are open, and a warning for each line that could not be read."""
    comments, problems = read_comments(workspace, campaign)
    if count := sum(comment.is_open for comment in comments):
        place = Place(workspace.shown(comment_files(workspace, campaign)[0]))
        message = say_n("{n} open comment", "{n} open comments", count)
        hint = say("answer them on the page of `ccmail preview`, or in this file")
        yield Problem(OPEN_COMMENTS, message, Severity.NOTE, (Mark(place),), hint)
    yield from problems
