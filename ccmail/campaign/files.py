"""The pictures and attachments that a campaign names, read and checked."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

from ccmail.problems import Mark, Place, Problem, Severity, did_you_mean

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import Workspace

_PICTURE_TYPES = {"JPEG": "jpeg", "PNG": "png", "GIF": "gif"}  # what every mail program shows
_SUFFIXES = {"jpeg": (".jpg", ".jpeg"), "png": (".png",), "gif": (".gif",)}
_PICTURE_LIMIT = 300_000
_PIXEL_LIMIT = 40_000_000
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
_TRANSLITERATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@dataclasses.dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is sent: `name` is ASCII, `subtype` the MIME subtype, `digest` identifies the content."""

    name: str
    content: bytes = dataclasses.field(repr=False)
    subtype: str
    width: int
    height: int
    digest: str


@dataclasses.dataclass(frozen=True, slots=True)
class AttachmentFile:
    """A file that goes with the mail under an ASCII name."""

    name: str
    content: bytes = dataclasses.field(repr=False)
    content_type: str


def load_pictures(campaign: Campaign, workspace: Workspace) -> tuple[dict[str, PictureFile], tuple[Problem, ...]]:
    """Return the pictures that a campaign or the theme names, by that name, and their problems."""
    pictures: dict[str, PictureFile] = {}
    problems: list[Problem] = []
    for name, place in _picture_names(campaign, workspace):
        if name in pictures:
            continue
        found = _read_picture(name, place, campaign, workspace)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        pictures[name] = found
        problems.extend(_doubts(found, name, place))
    return pictures, tuple(problems)


def load_attachments(
    campaign: Campaign, workspace: Workspace
) -> tuple[tuple[AttachmentFile, ...], tuple[Problem, ...]]:
    """Return the attachments of a campaign, and their problems."""
    files: list[AttachmentFile] = []
    problems: list[Problem] = []
    for index, name in enumerate(campaign.attachments):
        place = campaign.document.place("attachments", index)
        content_type = _ATTACHMENT_TYPES.get(PurePosixPath(name).suffix.lower())
        path = _find(name, campaign, workspace)
        if path is None:
            problems.append(_missing(name, place, campaign, workspace, "M611"))
        elif _is_private(path, campaign, workspace):
            problems.append(
                _problem("M614", f"“{name}” would send readers' addresses to everybody", place, "remove it")
            )
        elif content_type is None:
            kinds = ", ".join(sorted(suffix.removeprefix(".") for suffix in _ATTACHMENT_TYPES))
            problems.append(_problem("M612", f"“{name}” is of a kind that many servers refuse", place, f"use {kinds}"))
        elif path.stat().st_size > _ATTACHMENT_LIMIT:
            size = f"{path.stat().st_size / 1e6:.1f} MB"
            hint = "put it on a web page and write the link into the text"
            problems.append(_problem("M613", f"“{name}” is {size}, more than servers commonly take", place, hint))
        else:
            files.append(AttachmentFile(ascii_name(path.name), path.read_bytes(), content_type))
    return tuple(files), tuple(problems)


def ascii_name(name: str) -> str:
    """Return a file name that every mail program can show and save: ASCII letters, digits, `.`, `_` and `-`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(_TRANSLITERATED))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    path = PurePosixPath(plain.replace("/", "-"))
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-.")[:80] or "file"
    suffix = re.sub(r"[^A-Za-z0-9]+", "", path.suffix)[:10]
    return f"{stem}.{suffix}" if suffix else stem


def _is_private(path: Path, campaign: Campaign, workspace: Workspace) -> bool:
    """Return whether a file may hold readers' data: it is a list, lies beside one, or is in our state folder."""
    real = path.resolve()
    folders = [workspace.root / "recipients", workspace.state, *(s.recipients.parent for s in campaign.segments)]
    return any(f != workspace.root and real.is_relative_to(f.resolve()) for f in folders) or real in {
        segment.recipients.resolve() for segment in campaign.segments
    }


def _picture_names(campaign: Campaign, workspace: Workspace) -> Iterator[tuple[str, Place]]:
    document = campaign.document
    if workspace.settings.theme.logo:
        yield workspace.settings.theme.logo, workspace.document.place("theme", "logo")
    if campaign.photo:
        yield campaign.photo.file, document.place("photo", "file")
    if campaign.video:
        yield campaign.video.image, document.place("video", "image")
    for index, shot in enumerate(campaign.gallery):
        yield shot.file, document.place("gallery", index, "file")


def _read_picture(  # noqa: PLR0911  # one return for each reason against a picture
    name: str, place: Place, campaign: Campaign, workspace: Workspace
) -> PictureFile | Problem:
    path = _find(name, campaign, workspace)
    if path is None:
        return _missing(name, place, campaign, workspace, "M601")
    convert = "save it as JPEG or PNG"
    if path.stat().st_size > _ATTACHMENT_LIMIT:
        return _problem("M605", f"{name} has {path.stat().st_size / 1e6:.0f} MB", place, "make it 1200 pixels wide")
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    look = _look(content, digest, workspace)
    if look is None:
        return _problem("M602", f"{name} is not a picture that can be read", place, convert)
    kind, mode, width, height = look
    if width * height > _PIXEL_LIMIT:
        return _problem("M605", f"{name} has far too many pixels", place, "make it 1200 pixels wide")
    if kind not in _PICTURE_TYPES:
        return _problem("M603", f"{name} is a {kind} picture, which many mail programs do not show", place, convert)
    if mode == "CMYK":
        return _problem("M604", f"{name} has colours for printing (CMYK)", place, "save it with RGB colours")
    return PictureFile(ascii_name(path.name), content, _PICTURE_TYPES[kind], width, height, digest)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # not a picture


def _look(content: bytes, digest: str, workspace: Workspace) -> tuple[str, str, int, int] | None:
    """Return kind, mode, width and height of a picture; None if it is not a picture."""
    kept = workspace.cache.text(("picture", digest), lambda: json.dumps(_open(content)), ("Pillow",))
    return cast("tuple[str, str, int, int] | None", json.loads(kept))


def _open(content: bytes) -> tuple[str | None, str, int, int] | None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only for pictures that are not in the cache

    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format, image.mode, *image.size
    except Image.DecompressionBombError:  # the error does not have the number of pixels
        return None, "", _PIXEL_LIMIT, 2
    except (UnidentifiedImageError, OSError, ValueError):
        return None


def _doubts(picture: PictureFile, name: str, place: Place) -> Iterator[Problem]:
    if len(picture.content) > _PICTURE_LIMIT:
        yield _problem(
            "M606",
            f"{name} is {len(picture.content) / 1000:.0f} kB; it goes to every reader",
            place,
            "make it 1200 pixels wide and save it as JPEG: up to 200 kB is usual",
            Severity.WARNING,
        )
    if PurePosixPath(name).suffix.lower() not in _SUFFIXES[picture.subtype]:
        message = f"{name} is a {picture.subtype.upper()} picture, and its name says otherwise"
        hint = f"call it …{_SUFFIXES[picture.subtype][0]}: some mail programs go by the name"
        yield _problem("M607", message, place, hint, Severity.WARNING)


def _find(name: str, campaign: Campaign, workspace: Workspace) -> Path | None:
    """Return a file that a campaign names: beside the campaign, else from the workspace's folder; or None."""
    beside = PurePosixPath(workspace.shown(campaign.path)).parent / name
    return workspace.find_file(beside.as_posix()) or workspace.find_file(name)


def _missing(name: str, place: Place, campaign: Campaign, workspace: Workspace, code: str) -> Problem:
    if any((folder / name).is_symlink() for folder in (campaign.path.parent, workspace.root)):
        message = f"{name} is a link that leads out of the workspace, or nowhere"
        return _problem(code, message, place, "copy the file itself into the workspace")
    folder = (campaign.path.parent / name).parent
    there = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    near = did_you_mean(PurePosixPath(name).name, there)
    label = f"did you mean “{near}”?" if near else ""
    if there:
        hint = f"in {workspace.shown(folder)} there are: {', '.join(there[:8])}"
    else:
        hint = f"there is nothing in {workspace.shown(folder)}"
    return Problem(code, f"{name} was not found", marks=(Mark(place, label),), hint=hint)


def _problem(code: str, message: str, place: Place, hint: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code, message, severity, (Mark(place),), hint)
