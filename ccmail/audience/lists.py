"""The lists of a workspace, and the content of one of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.audience.clean import CleanList, clean_list
from ccmail.audience.columns import snake_case
from ccmail.audience.columns_read import columns_of
from ccmail.audience.sources import is_list, read_rows
from ccmail.audience.summary import Summary, summarise_list
from ccmail.problems import Problem, UsageError
from ccmail.wording import say
from ccmail.workspace.home import at_home
from ccmail.workspace.list_format import OF_SUBSCRIBED, SUBSCRIBED_FILE, ListFile

if TYPE_CHECKING:
    from ccmail.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class ReadList:
    """A list that was read; also its repaired copy and the copy's path, if one was asked for and has repairs."""

    summary: Summary
    clean: CleanList | None = None
    copy: str | None = None


def lists_of(workspace: Workspace) -> tuple[ListFile, ...]:
    """Return the lists of the segments, then all others in recipients/ but the one of the unsubscribed.

    A file of which segments read several sheets is there once for each of them; that of those who have subscribed is
    there once, with all its rows.
    """
    subscribed = workspace.root / SUBSCRIBED_FILE
    named = [file for lists in _by_segment(workspace).values() for file in lists]
    known = {file.path.resolve() for file in named}
    others = sorted(filter(is_list, (workspace.root / "recipients").glob("*")))
    more = [ListFile(path) for path in others if path.resolve() not in known]
    listed = (ListFile(f.path, OF_SUBSCRIBED) if f.path == subscribed else f for f in (*named, *more))
    files = {(f.path.resolve(), f.list_format): f for f in listed}
    return tuple(f for f in files.values() if f.path.name != workspace.unsubscribed_file.name)


def list_files(workspace: Workspace, path: Path) -> tuple[ListFile, ...]:
    """Return a file with the settings of each segment that names it; without any if none does."""
    same = tuple(file for file in lists_of(workspace) if file.path.resolve() == path.resolve())
    return tuple(dataclasses.replace(file, path=path) for file in same) or (ListFile(path),)


def read_list(workspace: Workspace, listed: ListFile, *, fix: bool = False) -> ReadList:
    """Read a list; with `fix` write a repaired copy beside it, `list.clean.csv`. The list stays as it is.

    Raises:
        UsageError: The copy exists already.
    """
    file, list_format = listed.path, listed.list_format
    shown = workspace.shown(file)
    segments = workspace.settings.segments
    own = [segments[name].language[0] for name, lists in _by_segment(workspace).items() if _is_among(listed, lists)]
    language = workspace.languages[own[0] if own else next(iter(segments.values())).language[0]]
    summary = summarise_list(file, shown, language, list_format)
    clean = clean_list(file, shown, list_format) if fix else None
    if clean is None or not (clean.repairs or clean.lost):
        return ReadList(summary, clean)
    sheet = f".{snake_case(list_format.sheet)}" if list_format.sheet else ""
    copy = file.with_name(f"{file.stem}{sheet}.clean.csv")
    try:
        with copy.open("xb") as target:
            target.write(clean.to_bytes())
    except FileExistsError:
        hint = say("move it away, or delete it: it may be somebody's work")
        raise UsageError(say("{file} is there already", file=workspace.shown(copy)), code="W793", hint=hint) from None
    return ReadList(summary, clean, workspace.shown(copy))


def read_own_list(typed: str) -> Path:
    """Return the list whose path was typed, or dragged into the window.

    Raises:
        UsageError: There is no such file, it cannot be read, or it has no column of addresses.
    """
    path = at_home(typed.strip("'\" "))
    if path.is_dir():
        raise UsageError(say("{path} is a folder", path=path), code="W728", hint=say("name the file in it"))
    if not path.is_file():
        raise UsageError(
            say("there is no file {path}", path=path), code="W728", hint=say("drag the file into this window")
        )
    if columns_of(path, path.name) is None:
        raise _without_columns(path)
    return path


def _without_columns(path: Path) -> UsageError:
    """Return why a list has no columns: what is wrong with the file, or else its header."""
    mistakes = (row for row in read_rows(path, path.name) if isinstance(row, Problem) and row.is_error)
    if mistake := next(mistakes, None):
        return UsageError(mistake.message, code="W728", hint=mistake.hint)
    if not path.stat().st_size:
        return UsageError(
            say("{name} is empty", name=path.name), code="W728", hint=say("save it again from where it comes")
        )
    return UsageError(
        say("no column of {name} is called E-Mail", name=path.name), code="W728", hint=say("give the list a header")
    )


def _by_segment(workspace: Workspace) -> dict[str, tuple[ListFile, ...]]:
    return {name: segment.lists(workspace.root, name) for name, segment in workspace.settings.segments.items()}


def _is_among(listed: ListFile, lists: tuple[ListFile, ...]) -> bool:
    return any(one.path.resolve() == listed.path.resolve() and one.list_format == listed.list_format for one in lists)
