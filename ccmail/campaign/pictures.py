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
from ccmail.wording import say
from ccmail.workspace.mail_look import MailLook, Partner

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.campaign.model import Photo, Shot, Video
    from ccmail.workspace import Settings, Workspace
    from ccmail.yamlfile import SourceText

_SUFFIXES = {"jpeg": (".jpg", ".jpeg"), "png": (".png",), "gif": (".gif",)}
_FILE_LIMIT = 25_000_000

_FACE = FocusPoint(0.5, 0.35)  # where faces are
_WHITE, _DARK = "#ffffff", "#16191d"

# What the templates show at a place: its shape, at most twice the pixels that are shown there, and the ground under
# dark and under light lines. A program that makes a mail dark leaves pictures as they are, so that a ground which is
# part of the picture stays. The sender's logo with light lines needs none: templates put it where it is dark.
_RECIPES = {
    "logo": Recipe(under_dark=Ground(_WHITE)),
    "logo on a band": Recipe(under_dark=Ground(_WHITE, 0.12)),
    "photo": Recipe(aspect=(2, 1)),
    "video": Recipe(aspect=(16, 9)),
    "gallery": Recipe(width=1072, aspect=(3, 2)),
    "portrait": Recipe(width=144, aspect=(1, 1), focus=_FACE),
    "partner": Recipe(under_dark=Ground(_WHITE), under_light=Ground(_DARK, 0.15)),
}
_SHOWN_WHOLE_AT_AN_ADDRESS = ("photo", "video", "gallery")  # Outlook would squeeze them
_MUCH = 0.5  # of a picture: who loses more should say what must stay


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
    is_cropped: bool = False
    is_light: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class PictureUse:
    """A picture at one place of the mail; at another place the same file can be cropped in another way.

    Attributes:
        name: The file, as the campaign or ccmail.yaml names it.
        where: The place: logo, logo on a band, photo, video, gallery, portrait or partner.
        focus: The point that stays when it is cropped, None if nothing is said.
    """

    name: SourceText
    where: str
    focus: FocusPoint | None = None

    @property
    def place(self) -> Place:
        """The place where the campaign, or ccmail.yaml, names the file."""
        return self.name.place

    def recipe(self, address: str) -> Recipe:
        """Return the recipe for the file; large pictures at an address ("cid" for none) are shown as they lie there."""
        usual = _RECIPES[self.where]
        if address != "cid" and self.where in _SHOWN_WHOLE_AT_AN_ADDRESS:
            return Recipe()
        return dataclasses.replace(usual, focus=self.focus) if self.focus else usual


def photo_use(photo: Photo) -> PictureUse:
    """Return the use of the picture at the top."""
    return PictureUse(photo.file, "photo", photo.focus)


def video_use(video: Video) -> PictureUse:
    """Return the use of a film's still picture."""
    return PictureUse(video.image, "video", video.focus)


def shot_use(shot: Shot) -> PictureUse:
    """Return the use of a picture of the gallery."""
    return PictureUse(shot.file, "gallery", shot.focus)


def logo_use(logo: SourceText, campaign: Campaign, settings: Settings) -> PictureUse:
    """Return the use of the sender's logo, which stands on a band in all looks but one."""
    look = campaign.look or settings.theme.look
    return PictureUse(logo, "logo" if look is MailLook.PLAIN else "logo on a band")


def portrait_use(file: SourceText) -> PictureUse:
    """Return the use of the portrait of a speaker or a contact person."""
    return PictureUse(file, "portrait")


def partner_use(logo: SourceText) -> PictureUse:
    """Return the use of a partner's logo."""
    return PictureUse(logo, "partner")


def load_pictures(
    campaign: Campaign, workspace: Workspace
) -> tuple[dict[PictureUse, PictureFile], tuple[Problem, ...]]:
    """Return the pictures that a campaign or the theme names, by their use, and their problems."""
    pictures: dict[PictureUse, PictureFile] = {}
    problems: list[Problem] = []
    address = workspace.settings.pictures
    refused: set[str] = set()
    doubted: set[str] = set()
    for use, name in picture_names(campaign, workspace).items():
        if use.name in refused:
            continue
        found = _read(use, campaign, workspace)
        if isinstance(found, Problem):
            problems.append(found)
            refused.add(use.name)
            continue
        pictures[use] = _file(found, name)
        problems.extend(_lost(found, use, address))
        if use.name not in doubted:
            problems.extend(_doubts(found, use, f"{address.rstrip('/')}/{pictures[use].name}"))
            doubted.add(use.name)
    return pictures, tuple(problems)


def _file(photo: PreparedPhoto, name: str) -> PictureFile:
    if photo.subtype == "png" and name.lower().endswith(".gif"):
        name = f"{PurePosixPath(name).stem}.png"
    return PictureFile(
        name,
        photo.content,
        photo.subtype,
        photo.width,
        photo.height,
        photo.digest,
        is_cropped="cropped" in photo.changes,
        is_light=photo.is_light,
    )


def picture_names(campaign: Campaign, workspace: Workspace) -> dict[PictureUse, str]:
    """Return the ASCII names under which pictures are sent, by their use."""
    made = {use: (use.name, use.recipe(workspace.settings.pictures)) for use in _uses(campaign, workspace)}
    distinct = list(dict.fromkeys(made.values()))
    sent = file_names(PurePosixPath(name).name for name, _ in distinct)
    names = {each: file.ascii for each, file in zip(distinct, sent, strict=True)}
    return {use: names[each] for use, each in made.items()}


def taken_names(campaign: Campaign, workspace: Workspace) -> list[FileName]:
    """Return the names in a mail that no attachment can have."""
    return [FileName(name, name) for name in dict.fromkeys(picture_names(campaign, workspace).values())]


def _uses(campaign: Campaign, workspace: Workspace) -> Iterator[PictureUse]:
    settings = workspace.settings
    if settings.theme.logo:
        yield logo_use(settings.theme.logo, campaign, settings)
    if campaign.photo:
        yield photo_use(campaign.photo)
    if campaign.video:
        yield video_use(campaign.video)
    yield from map(shot_use, campaign.gallery)
    yield from map(portrait_use, _portraits(campaign, workspace))
    yield from (partner_use(partner.logo) for partner in partners_of(campaign, settings) if partner.logo)


def partners_of(campaign: Campaign, settings: Settings) -> tuple[Partner, ...]:
    """Return the partners whose logos stand in a campaign: its own, else those of the workspace."""
    return settings.partners if campaign.partners is None else campaign.partners


def _portraits(campaign: Campaign, workspace: Workspace) -> Iterator[SourceText]:
    contacts = [workspace.settings.person(segment.contact) for segment in campaign.segments]
    for somebody in (*contacts, *campaign.presentations, *campaign.agenda):
        if somebody and somebody.photo:
            yield somebody.photo


def _lost(photo: PreparedPhoto, use: PictureUse, address: str) -> Iterator[Problem]:
    """Yield a warning if a picture loses much without a word about what must stay, or if such a word has no effect."""
    shape = _RECIPES[use.where].aspect
    if use.focus and (photo.animated or address != "cid"):
        why = (
            say("“focus” changes nothing: {name} moves, and is shown whole", name=use.name)
            if photo.animated
            else say("“focus” changes nothing: {name} lies at an address, and is shown whole", name=use.name)
        )
        hint = say("crop the picture in the file, or take “focus” out")
        yield problem("C240", why, use.focus.place, hint, Severity.WARNING)
    if use.focus is None and shape and photo.shown < _MUCH:
        message = say(
            "{name} is cropped to {shape}: readers see {part} of it, the middle",
            name=use.name,
            shape=f"{shape[0]}:{shape[1]}",
            part=f"{photo.shown:.0%}",
        )
        hint = say(
            "say what must stay: “focus: top”, “focus: left” or “focus: 30% 60%”; or crop the picture in the file"
        )
        yield problem("M646", message, use.place, hint, Severity.WARNING)


def _read(use: PictureUse, campaign: Campaign, workspace: Workspace) -> PreparedPhoto | Problem:
    name, place = use.name, use.place
    path = find_file(name, campaign, workspace)
    if path is None:
        return missing(name, place, campaign, workspace, "M601")
    size = path.stat().st_size
    if size > _FILE_LIMIT:
        message = say("{name} has {size} MB", name=name, size=f"{size / 1e6:.0f}")
        return problem("M605", message, place, say("make it 1200 pixels wide"))
    try:
        return prepare_photo(_content(path), use.recipe(workspace.settings.pictures), workspace.cache)
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


def _doubts(photo: PreparedPhoto, use: PictureUse, address: str) -> Iterator[Problem]:
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
    "ground": say("its ground is transparent, so that it vanishes in dark colours"),
    "metadata": say("the file has more than the picture: camera, place, comments"),
}
