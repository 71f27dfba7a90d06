"""The lists of a workspace, and the content of one of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail.audience.clean import CleanList, clean_list
from ccmail.audience.columns_read import columns_of, named_columns
from ccmail.audience.summary import Summary, summarise_list
from ccmail.problems import UsageError

if TYPE_CHECKING:
    from ccmail.audience.columns import NamedColumns
    from ccmail.workspace import Workspace

_LISTS = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xls", ".vcf"})


@dataclasses.dataclass(frozen=True, slots=True)
class ReadList:
    """A list that was read; also its repaired copy and the copy's path, if one was asked for and has repairs."""

    summary: Summary
    clean: CleanList | None = None
    copy: str | None = None


def lists_of(workspace: Workspace) -> tuple[Path, ...]:
    """Return the lists of the segments, then all others in recipients/ but the one of the unsubscribed."""
    named = [workspace.root / segment.recipients for segment in workspace.settings.segments.values()]
    others = sorted(p for p in (workspace.root / "recipients").glob("*") if p.suffix.lower() in _LISTS)
    paths: dict[Path, Path] = {}
    for path in (*named, *others):
        if path.name != workspace.unsubscribed_file.name:
            paths.setdefault(path.resolve(), path)
    return tuple(paths.values())


def names_for(workspace: Workspace, file: Path) -> NamedColumns:
    """Return the columns that ccmail.yaml names for a list: those of its first segment that names some."""
    segments = workspace.settings.segments.values()
    own = (s.columns for s in segments if (workspace.root / s.recipients).resolve() == file.resolve())
    return named_columns(next(filter(None, own), None))


def read_list(workspace: Workspace, file: Path, *, fix: bool = False) -> ReadList:
    """Read a list; with `fix` write a repaired copy beside it, `list.clean.csv`. The list stays as it is.

    Raises:
        UsageError: The copy exists already.
    """
    shown = workspace.shown(file)
    segments = workspace.settings.segments.values()
    own = [s.language[0] for s in segments if (workspace.root / s.recipients).resolve() == file.resolve()]
    language = workspace.languages[own[0] if own else next(iter(segments)).language[0]]
    named = names_for(workspace, file)
    summary = summarise_list(file, shown, language, named)
    clean = clean_list(file, shown, named) if fix else None
    if clean is None or not (clean.repairs or clean.lost):
        return ReadList(summary, clean)
    copy = file.with_name(f"{file.stem}.clean.csv")
    try:
        with copy.open("xb") as target:
            target.write(clean.to_bytes())
    except FileExistsError:
        hint = "move it away, or delete it: it may be somebody's work"
        raise UsageError(f"{workspace.shown(copy)} is there already", code="W793", hint=hint) from None
    return ReadList(summary, clean, workspace.shown(copy))


def read_own_list(typed: str) -> Path:
    """Return the list whose path was typed, or dragged into the window.

    Raises:
        UsageError: There is no such file, or it has no column of addresses.
    """
    path = Path(typed.strip("'\" ")).expanduser()
    if not path.is_file():
        raise UsageError(f"there is no file {path}", hint="drag the file into this window")
    if columns_of(path, path.name) is None:
        raise UsageError(f"no column of {path.name} is called E-Mail", hint="give the list a header")
    return path
