"""The attachments that a campaign names, read and checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ccmail.campaign.file_names import FileName, file_names
from ccmail.campaign.find import find_file, missing, problem
from ccmail.campaign.photos import tells_where
from ccmail.campaign.pictures import taken_names
from ccmail.problems import Place, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import Workspace

_ATTACHMENT_LIMIT = 7_000_000  # base64 makes 10 MB of it, the most that servers commonly take
# Files that open without harm on any reader's computer; scripts, programs and macros are not allowed.
_ATTACHMENT_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
# The octets that files of a kind begin with; after some others in a PDF (ISO 32000-1 7.5.2, Annex H.3.4.1).
_BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG",
}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # documents of offices; with a password, those of Microsoft are OLE
_HEAD = 1024


@dataclasses.dataclass(frozen=True, slots=True)
class AttachmentFile:
    """A file that goes with the mail."""

    name: FileName
    content: bytes = dataclasses.field(repr=False)
    content_type: str


def load_attachments(
    campaign: Campaign, workspace: Workspace
) -> tuple[tuple[AttachmentFile, ...], tuple[Problem, ...]]:
    """Return the attachments of a campaign, and their problems."""
    files: dict[Path, tuple[str, bytes, str]] = {}
    problems: list[Problem] = []
    for name in campaign.attachments:
        place = name.place
        path = find_file(name, campaign, workspace)
        refused = _refusal(name, place, path, campaign, workspace)
        if refused or path is None:
            problems.extend(refused)
        elif path.resolve() in files:
            message = say("“{name}” is named twice; it goes with the mail once", name=name)
            problems.append(problem("M617", message, place, say("take it out"), Severity.WARNING))
        else:
            content, content_type = path.read_bytes(), _ATTACHMENT_TYPES[path.suffix.lower()]
            files[path.resolve()] = path.name, content, content_type
            problems.extend(_doubts(name, place, content, content_type, workspace))
    names = file_names((name for name, _, _ in files.values()), taken_names(campaign, workspace))
    sent = (AttachmentFile(name, *file[1:]) for name, file in zip(names, files.values(), strict=True))
    return tuple(sent), tuple(problems)


def _refusal(name: str, place: Place, path: Path | None, campaign: Campaign, workspace: Workspace) -> list[Problem]:
    if path is None:
        return [missing(name, place, campaign, workspace, "M611")]
    if _is_private(path, campaign, workspace):
        message = say("“{name}” would send readers' addresses to everybody", name=name)
        return [problem("M614", message, place, say("remove it"))]
    if PurePosixPath(name).suffix.lower() not in _ATTACHMENT_TYPES:
        kinds = tuple(sorted(suffix.removeprefix(".") for suffix in _ATTACHMENT_TYPES))
        message = say("“{name}” is of a kind that many servers refuse", name=name)
        return [problem("M612", message, place, say("use {kinds}", kinds=kinds))]
    if path.stat().st_size > _ATTACHMENT_LIMIT:
        size = f"{path.stat().st_size / 1e6:.1f} MB"
        message = say("“{name}” is {size}, more than servers commonly take", name=name, size=size)
        return [problem("M613", message, place, say("put it on a web page and write the link into the text"))]
    return []


def _doubts(name: str, place: Place, content: bytes, content_type: str, workspace: Workspace) -> Iterator[Problem]:
    suffix = PurePosixPath(name).suffix.lower()
    if not content:
        hint = say("is it the right file?")
        yield problem("M618", say("“{name}” is empty", name=name), place, hint, Severity.WARNING)
    elif not _is_what_it_says(content, suffix):
        kind = suffix.removeprefix(".")
        message = say("“{name}” is no {kind} file: readers could not open it", name=name, kind=kind)
        hint = say("save it once more in the program that it is from; another suffix makes no other file")
        yield problem("M618", message, place, hint, Severity.WARNING)
    if content_type.startswith("image/") and tells_where(content, workspace.cache):
        message = say("“{name}” says where it was taken; attachments go as they are", name=name)
        hint = say("save it without its position, or put it into “gallery”, where pictures lose it")
        yield problem("M616", message, place, hint, Severity.WARNING)


def _is_what_it_says(content: bytes, suffix: str) -> bool:
    if suffix == ".csv":
        return not content.startswith((b"%PDF-", _ZIP, _OLE))
    if suffix == ".pdf":
        return _BEGINNINGS[suffix] in content[:_HEAD]
    return content.startswith(_BEGINNINGS.get(suffix, (_ZIP, _OLE)))


def _is_private(path: Path, campaign: Campaign, workspace: Workspace) -> bool:
    """Return whether a file may hold readers' data: it is a list, lies beside one, or is in our state folder."""
    real = path.resolve()
    lists = [listed.path for segment in campaign.segments for listed in segment.lists]
    folders = [workspace.root / "recipients", workspace.state, *(file.parent for file in lists)]
    return any(f != workspace.root and real.is_relative_to(f.resolve()) for f in folders) or real in {
        file.resolve() for file in lists
    }
