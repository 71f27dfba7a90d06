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
from ccmail.campaign.transparency import Ground
from ccmail.problems import Place, Problem, Severity
from ccmail.workspace.mail_look import MailLook, Partner

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import Settings, Workspace
    from ccmail.yamlfile import SourceText

_SUFFIXES = {"jpeg": (".jpg", ".jpeg"), "png": (".png",), "gif": (".gif",)}
_FILE_LIMIT = 25_000_000

# The width by height that the templates give to the pictures of a place; None: they show all of them.
_ASPECTS: dict[str, tuple[int, int] | None] = {
    "logo": None,
    "logo on a band": None,
    "photo": None,
    "video": None,
    "gallery": None,
    "portrait": (1, 1),
    "partner": None,
}
_PORTRAIT_WIDTH = 144  # twice the largest one in the shipped templates, for good screens
_FACE = FocusPoint(0.5, 0.35)  # where faces are
_WHITE, _DARK = "#ffffff", "#16191d"
# Under dark and under light lines. A program that makes a mail dark leaves pictures as they are, so that a ground which
# is part of the picture stays. The sender's logo with light lines needs none: templates put it where it is dark.
_GROUNDS: dict[str, tuple[Ground, Ground | None]] = {
    "logo": (Ground(_WHITE), None),
    "logo on a band": (Ground(_WHITE, 0.12), None),
    "partner": (Ground(_WHITE), Ground(_DARK, 0.15)),
}


@dataclasses.dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as it is sent.

    Attributes:
        name: ASCII.
        subtype: The MIME subtype.
        digest: Identifies the content.
        is_light: Whether it has light lines on a ground that is transparent, or was: it is made for dark grounds.
    """

    name: str
    content: bytes = dataclasses.field(repr=False)
    subtype: str
    width: int
    height: int
    digest: str
    is_light: bool = False


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
    def key(self) -> SourceText:
        """The name of the picture in the loaded campaign: a portrait is another picture than its file."""
        return portrait_name(self.name) if self.where == "portrait" else self.name

    @property
    def recipe(self) -> Recipe:
        if self.where == "portrait":
            return Recipe(width=_PORTRAIT_WIDTH, aspect=_ASPECTS[self.where], focus=_FACE)
        under_dark, under_light = _GROUNDS.get(self.where, (None, None))
        return Recipe(1200, _ASPECTS[self.where], self.focus or FocusPoint(), under_dark, under_light)


def load_pictures(campaign: Campaign, workspace: Workspace) -> tuple[dict[str, PictureFile], tuple[Problem, ...]]:
    """Return the pictures that a campaign or the theme names, by that name, and their problems."""
    pictures: dict[str, PictureFile] = {}
    problems: list[Problem] = []
    names = picture_names(campaign, workspace)
    refused: set[str] = set()
    for use in _uses(campaign, workspace):
        problems.extend(_useless_focus(use))
        if use.key in pictures or use.key in refused:
            continue
        found = _read(use, campaign, workspace)
        if isinstance(found, Problem):
            problems.append(found)
            refused.add(use.key)
            continue
        name = names[use.key]
        if found.subtype == "png" and name.lower().endswith(".gif"):
            name = f"{PurePosixPath(name).stem}.png"
        pictures[use.key] = PictureFile(
            name, found.content, found.subtype, found.width, found.height, found.digest, found.is_light
        )
        problems.extend(_doubts(found, use, f"{workspace.settings.pictures.rstrip('/')}/{name}"))
    return pictures, tuple(problems)


def portrait_name(file: SourceText) -> SourceText:
    """Return the name of a portrait in the loaded campaign: no file is called `portrait:photos/kim.jpg`."""
    return file.moved(f"portrait:{file}")


def picture_names(campaign: Campaign, workspace: Workspace) -> dict[str, str]:
    """Return the ASCII names under which pictures are sent, by their names in the campaign."""
    names = list(dict.fromkeys(use.key for use in _uses(campaign, workspace)))
    sent = file_names(PurePosixPath(name).name for name in names)
    return {name: file.ascii for name, file in zip(names, sent, strict=True)}


def taken_names(campaign: Campaign, workspace: Workspace) -> list[FileName]:
    """Return the names in a mail that no attachment can have."""
    return [FileName(name, name) for name in picture_names(campaign, workspace).values()]


def _uses(campaign: Campaign, workspace: Workspace) -> Iterator[_Use]:
    look = campaign.look or workspace.settings.theme.look
    if workspace.settings.theme.logo:
        yield _Use(workspace.settings.theme.logo, "logo" if look is MailLook.PLAIN else "logo on a band")
    if campaign.photo:
        yield _Use(campaign.photo.file, "photo", campaign.photo.focus)
    if campaign.video:
        yield _Use(campaign.video.image, "video", campaign.video.focus)
    for shot in campaign.gallery:
        yield _Use(shot.file, "gallery", shot.focus)
    yield from (_Use(file, "portrait") for file in _portraits(campaign, workspace))
    for partner in partners_of(campaign, workspace.settings):
        if partner.logo:
            yield _Use(partner.logo, "partner")


def partners_of(campaign: Campaign, settings: Settings) -> tuple[Partner, ...]:
    """Return the partners whose logos stand in a campaign: its own, else those of the workspace."""
    return settings.partners if campaign.partners is None else campaign.partners


def _portraits(campaign: Campaign, workspace: Workspace) -> Iterator[SourceText]:
    contacts = [workspace.settings.person(segment.contact) for segment in campaign.segments]
    for somebody in (*contacts, *campaign.presentations, *campaign.agenda):
        if somebody and somebody.photo:
            yield somebody.photo


def _useless_focus(use: _Use) -> Iterator[Problem]:
    if use.focus and _ASPECTS[use.where] is None:
        message = f"“focus” changes nothing: {use.name} is shown whole"
        hint = "crop the picture in the file, or leave “focus” for the day when the templates crop"
        yield problem("C240", message, use.focus.place, hint, Severity.WARNING)


def _read(use: _Use, campaign: Campaign, workspace: Workspace) -> PreparedPhoto | Problem:
    name, place = use.name, use.place
    path = find_file(name, campaign, workspace)
    if path is None:
        return missing(name, place, campaign, workspace, "M601")
    size = path.stat().st_size
    if size > _FILE_LIMIT:
        return problem("M605", f"{name} has {size / 1e6:.0f} MB", place, "make it 1200 pixels wide")
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
    convert = "save it as JPEG or PNG"
    kind = refused.kind
    if kind == "HEIC":
        convert = "save it as JPEG: export it from Photos or Preview, or choose “Most Compatible” on the iPhone"
    message, hint = {
        "M602": (f"{name} is not a picture that can be read", convert),
        "M603": (f"{name} is a {kind} picture, which many mail programs do not show", convert),
        "M604": (f"{name} has colours for printing (CMYK)", "save it with RGB colours"),
        "M605": (f"{name} has far too many pixels", "make it 1200 pixels wide"),
        "M608": (f"{name} is cut off or damaged: a part of the picture is missing", "copy the file again"),
    }[refused.code]
    return problem(refused.code, message, place, hint)


def _doubts(photo: PreparedPhoto, use: _Use, address: str) -> Iterator[Problem]:
    name = use.name
    if len(photo.content) > LARGE:
        yield problem(
            "M606",
            f"{name} is {len(photo.content) / 1000:.0f} kB; it goes to every reader",
            use.place,
            "make it 1200 pixels wide and save it as JPEG: up to 200 kB is usual",
            Severity.WARNING,
        )
    written = PurePosixPath(name).suffix.lower()
    if written not in _SUFFIXES[photo.subtype] and not (written == ".gif" and photo.changes):
        message = f"{name} is a {photo.subtype.upper()} picture, and its name says otherwise"
        hint = f"call it …{_SUFFIXES[photo.subtype][0]}: some mail programs go by the name"
        yield problem("M607", message, use.place, hint, Severity.WARNING)
    if photo.animated:
        message = f"{name} moves; Outlook shows its first frame only"
        yield problem("M609", message, use.place, "the first frame must say everything", Severity.WARNING)
    if photo.changes and address.startswith("http"):
        # pictures in the mail are made ready; those that lie elsewhere are not in our hands
        message = f"the mails show {address}, which must not be {name} as it is: {_undone(photo.changes)}"
        hint = "put a copy there that is upright, without metadata and at most 1200 pixels wide; or “pictures: cid”"
        yield problem("M619", message, use.place, hint, Severity.WARNING)


_UNDONE = {
    "turned": "it lies on its side",
    "cropped": "it is not cropped",
    "scaled": "it is larger than it is shown",
    "colours": "its colours are not those of screens",
    "ground": "its ground is transparent, so that it vanishes in dark colours",
    "metadata": "the file has more than the picture: camera, place, comments",
}


def _undone(changes: tuple[str, ...]) -> str:
    return ", ".join(_UNDONE[change] for change in changes)
