"""The pictures that a campaign or the theme names, as they are sent."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ccmail.campaign.file_names import FileName, file_names
from ccmail.campaign.find import find_file, missing, problem
from ccmail.campaign.focus import FocusPoint
from ccmail.campaign.photos import LARGE, PhotoRefused, PreparedPhoto, Recipe, prepare_photo
from ccmail.problems import Place, Problem, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import Workspace
    from ccmail.yamlfile import SourceText

_SUFFIXES = {"jpeg": (".jpg", ".jpeg"), "png": (".png",), "gif": (".gif",)}
_FILE_LIMIT = 25_000_000

# The width by height that the templates give to the pictures of a place; None: they show all of them.
_ASPECTS: dict[str, tuple[int, int] | None] = {"logo": None, "photo": None, "video": None, "gallery": None}


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
class _Use:
    """A picture at one place of the mail."""

    name: SourceText
    where: str
    focus: FocusPoint | None = None

    @property
    def place(self) -> Place:
        """The place where the campaign, or ccmail.yaml, names the file."""
        return self.name.place

    @property
    def recipe(self) -> Recipe:
        return Recipe(aspect=_ASPECTS[self.where], focus=self.focus or FocusPoint())


def load_pictures(campaign: Campaign, workspace: Workspace) -> tuple[dict[str, PictureFile], tuple[Problem, ...]]:
    """Return the pictures that a campaign or the theme names, by that name, and their problems."""
    pictures: dict[str, PictureFile] = {}
    problems: list[Problem] = []
    names = picture_names(campaign, workspace)
    refused: set[str] = set()
    for use in _uses(campaign, workspace):
        problems.extend(_useless_focus(use))
        if use.name in pictures or use.name in refused:
            continue
        found = _read(use, campaign, workspace)
        if isinstance(found, Problem):
            problems.append(found)
            refused.add(use.name)
            continue
        name = names[use.name]
        if found.subtype == "png" and name.lower().endswith(".gif"):
            name = f"{PurePosixPath(name).stem}.png"
        pictures[use.name] = PictureFile(name, found.content, found.subtype, found.width, found.height, found.digest)
        problems.extend(_doubts(found, use, f"{workspace.settings.pictures.rstrip('/')}/{name}"))
    return pictures, tuple(problems)


def picture_names(campaign: Campaign, workspace: Workspace) -> dict[str, str]:
    """Return the ASCII names under which pictures are sent, by their names in the campaign."""
    names = list(dict.fromkeys(use.name for use in _uses(campaign, workspace)))
    sent = file_names(PurePosixPath(name).name for name in names)
    return {name: file.ascii for name, file in zip(names, sent, strict=True)}


def taken_names(campaign: Campaign, workspace: Workspace) -> list[FileName]:
    """Return the names in a mail that no attachment can have."""
    return [FileName(name, name) for name in picture_names(campaign, workspace).values()]


def _uses(campaign: Campaign, workspace: Workspace) -> Iterator[_Use]:
    if workspace.settings.theme.logo:
        yield _Use(workspace.settings.theme.logo, "logo")
    if campaign.photo:
        yield _Use(campaign.photo.file, "photo", campaign.photo.focus)
    if campaign.video:
        yield _Use(campaign.video.image, "video", campaign.video.focus)
    for shot in campaign.gallery:
        yield _Use(shot.file, "gallery", shot.focus)


def _useless_focus(use: _Use) -> Iterator[Problem]:
    if use.focus and _ASPECTS[use.where] is None:
        message = say("“focus” changes nothing: {name} is shown whole", name=use.name)
        hint = say("crop the picture in the file, or leave “focus” for the day when the templates crop")
        yield problem("C240", message, use.focus.place, hint, Severity.WARNING)


def _read(use: _Use, campaign: Campaign, workspace: Workspace) -> PreparedPhoto | Problem:
    name, place = use.name, use.place
    path = find_file(name, campaign, workspace)
    if path is None:
        return missing(name, place, campaign, workspace, "M601")
    size = path.stat().st_size
    if size > _FILE_LIMIT:
        message = say("{name} has {size} MB", name=name, size=f"{size / 1e6:.0f}")
        return problem("M605", message, place, say("make it 1200 pixels wide"))
    try:
        return prepare_photo(_content(path), use.recipe, workspace.cache)
    except PhotoRefused as refused:
        return _refusal(refused, name, place)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # not a picture


def _refusal(refused: PhotoRefused, name: str, place: Place) -> Problem:
    kind, convert = refused.kind, say("save it as JPEG or PNG")
    if kind == "HEIC":
        convert = say("save it as JPEG: export it from Photos or Preview, or choose “Most Compatible” on the iPhone")
    message, hint = {
        "M602": (say("{name} is not a picture that can be read", name=name), convert),
        "M603": (
            say("{name} is a {kind} picture, which many mail programs do not show", name=name, kind=kind),
            convert,
        ),
        "M604": (say("{name} has colours for printing (CMYK)", name=name), say("save it with RGB colours")),
        "M605": (say("{name} has far too many pixels", name=name), say("make it 1200 pixels wide")),
        "M608": (
            say("{name} is cut off or damaged: a part of the picture is missing", name=name),
            say("copy the file again"),
        ),
    }[refused.code]
    return problem(refused.code, message, place, hint)


def _doubts(photo: PreparedPhoto, use: _Use, address: str) -> Iterator[Problem]:
    name = use.name
    if len(photo.content) > LARGE:
        yield problem(
            "M606",
            say("{name} is {size} kB; it goes to every reader", name=name, size=f"{len(photo.content) / 1000:.0f}"),
            use.place,
            say("make it 1200 pixels wide and save it as JPEG: up to 200 kB is usual"),
            Severity.WARNING,
        )
    written = PurePosixPath(name).suffix.lower()
    if written not in _SUFFIXES[photo.subtype] and not (written == ".gif" and photo.changes):
        kind = photo.subtype.upper()
        message = say("{name} is a {kind} picture, and its name says otherwise", name=name, kind=kind)
        hint = say("call it …{suffix}: some mail programs go by the name", suffix=_SUFFIXES[photo.subtype][0])
        yield problem("M607", message, use.place, hint, Severity.WARNING)
    if photo.animated:
        message = say("{name} moves; Outlook shows its first frame only", name=name)
        yield problem("M609", message, use.place, say("the first frame must say everything"), Severity.WARNING)
    if photo.changes and address.startswith("http"):
        # pictures in the mail are made ready; those that lie elsewhere are not in our hands
        message = say(
            "the mails show {address}, which must not be {name} as it is: {undone}",
            address=address,
            name=name,
            undone=tuple(_UNDONE[change] for change in photo.changes),
        )
        hint = say(
            "put a copy there that is upright, without metadata and at most 1200 pixels wide; or “pictures: cid”"
        )
        yield problem("M619", message, use.place, hint, Severity.WARNING)


_UNDONE = {
    "turned": say("it lies on its side"),
    "cropped": say("it is not cropped"),
    "scaled": say("it is larger than it is shown"),
    "colours": say("its colours are not those of screens"),
    "metadata": say("the file has more than the picture: camera, place, comments"),
}
