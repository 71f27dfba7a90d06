"""The example campaigns in every look, bare and with all that a brand can have: logo, partners, portraits, colours."""

from __future__ import annotations

import base64
import dataclasses
import email
import email.policy
import re
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

from PIL import Image, ImageDraw

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.planning.assembler import make_assembler
from ccmail.planning.load import load_or_refuse
from ccmail.rendering import LoadedCampaign
from ccmail.workspace import Workspace, open_workspace
from ccmail.workspace.create import copy_example
from tests.translations import CODES, translated

LOOKS = ("plain", "band", "photo")
LANGUAGES = ("de", "en", *CODES)
SEGMENT_COLOUR = "#8a1538"
NINO = Contact(email="nino@tbilisi.example", first_name="Nino", last_name="Kvariani", country="GE")
_CLEAR = (0, 0, 0, 0)


@dataclasses.dataclass(frozen=True)
class ShownMail:
    """A mail as it arrives: its HTML, its text, and the addresses of its pictures as the browser takes them."""

    html: str
    text: str
    pictures: Mapping[str, str]

    def picture(self, address: str) -> str:
        """Return the address of a picture that the HTML calls `cid:…`."""
        return self.pictures[address.removeprefix("cid:")]


def example(folder: Path, look: str, *, branded: bool = False) -> Workspace:
    """Return a copy of the example workspace with a look."""
    root = copy_example(folder)
    edit(root / "ccmail.yaml", (r"^  look: \w+", f"  look: {look}"))
    if branded:
        _add_brand(root)
    return open_workspace(root)


def edit(file: Path, *changes: tuple[str, str]) -> None:
    """Replace what patterns find in a file; each finds something."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        text, found = re.subn(old, new, text, count=1, flags=re.MULTILINE)
        assert found, old
    file.write_text(text, encoding="utf-8")


def mail_in(workspace: Workspace, campaign: str, language: str) -> ShownMail:
    """Return the mail that the second segment gets, in a language."""
    loaded, _ = load_or_refuse(workspace, campaign)
    return mail_of(workspace, translated(loaded, language) if language in CODES else loaded, language)


def mail_of(workspace: Workspace, loaded: LoadedCampaign, language: str, segment: int = 1) -> ShownMail:
    """Return the mail of a loaded campaign that a segment gets, in a language."""
    variant = Variant(loaded.campaign.segments[segment], (language,))
    octets = make_assembler(workspace, loaded, "ccmail").assemble(NINO, variant).as_bytes()
    message = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    pictures = {
        part["Content-ID"].strip("<>"): f"data:{part.get_content_type()};base64,"
        + base64.b64encode(part.get_content()).decode()
        for part in message.walk()
        if part["Content-ID"]
    }
    return ShownMail(parts["text/html"], parts["text/plain"].replace("\r\n", "\n"), pictures)


def _add_brand(root: Path) -> None:
    photos = root / "campaigns" / "photos"
    _logo((380, 96), SEGMENT_COLOUR, _CLEAR).save(photos / "dark.png")
    _logo((96, 96), "#3b2a10", "#f0a93b").save(photos / "solid.png")
    _logo((250, 96), "#ffffff", _CLEAR).save(photos / "light.png")
    for name, colour in {"kim": "#d5e8ee", "tamm": "#f3e3cf"}.items():
        _portrait(colour).save(photos / f"{name}.jpg", quality=90)
    edit(
        root / "ccmail.yaml",
        (
            r"^theme:\n",
            "partners:\n"
            "  - {name: {de: Städtebund, en: League of Cities}, logo: campaigns/photos/dark.png, url: https://l.example}\n"
            "  - {name: Institut, logo: campaigns/photos/solid.png}\n"
            "  - {name: Fonds, logo: campaigns/photos/light.png, url: https://fonds.example}\n"
            "  - {name: Verein ohne Zeichen}\n"
            "theme:\n  logo: campaigns/photos/logo.png\n",
        ),
        (r"^    name: Irakli Samkharadze\n", r"\g<0>    photo: campaigns/photos/kim.jpg\n"),
        (r"^    contact: irakli\n", rf'\g<0>    colour: "{SEGMENT_COLOUR}"\n'),
    )
    agenda = (
        'agenda:\n  - {time: "13:00–13:20", title: Welcome, speaker: Kim Muster, photo: photos/kim.jpg}\n'
        '  - {time: "13:20–15:30", title: Discussion, speaker: Raimond Tamm}\n\n'
    )
    edit(root / "campaigns" / "2020-10-digitalisierung.yaml", (r"^de:\n", f"{agenda}de:\n"))
    review = root / "campaigns" / "2021-04-governance-rueckblick.yaml"
    edit(review, (r"^  - speaker: Raimond Tamm\n", r"\g<0>    photo: photos/tamm.jpg\n"))


def _logo(size: tuple[int, int], ink: str, ground: tuple[int, ...] | str) -> Image.Image:
    image = Image.new("RGBA", size, ground)
    pen = ImageDraw.Draw(image)
    for left in range(8, size[0] - 20, 40):
        pen.rectangle((left, 12, left + 24, size[1] - 12), ink)
    return image


def _portrait(ground: str) -> Image.Image:
    image = Image.new("RGB", (300, 400), ground)
    pen = ImageDraw.Draw(image)
    pen.ellipse((30, 260, 270, 560), "#2c3e57")
    pen.ellipse((90, 60, 210, 220), "#c98d63")
    return image
