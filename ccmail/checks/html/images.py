"""The pictures of the HTML part."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Mark, Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign.pictures import PictureFile, PictureUse
    from ccmail.checks.mail.html import Element
    from ccmail.checks.mail.message import MailOrigin, ParsedMail

_USELESS = re.compile(r"(?i)(?:logo|bild|foto|image|picture|photo|grafik)\d*|[\w-]+\.(?:jpe?g|png|gif)")


@rule(
    "H113",
    Severity.ERROR,
    Severity.WARNING,
    why=say("Outlook and GMX block pictures at first: the alternative text is what all readers see"),
)
def missing_alt(mail: ParsedMail) -> Iterator[Flaw]:
    """A picture that says nothing to people who do not see it.

    An error for pictures without alt and linked ones with an empty one, a warning for one like “logo”.
    """
    for image in mail.page.named("img"):
        alt = image.attrib.get("alt")
        link = next((e for e in image.way_up() if e.tag == "a"), None)
        if alt is None:
            yield Flaw(say("the picture in line {line} of the HTML has no alt", line=image.line))
        elif link is not None and not alt.strip() and not link.text:
            yield Flaw(say("the linked picture in line {line} of the HTML has an empty alt", line=image.line))
        elif _USELESS.fullmatch(alt.strip()):
            yield Flaw(say("“{alt}” tells nobody what a picture shows", alt=alt), severity=Severity.WARNING)


_UNSEEN = re.compile(r"\.(?:svg|avif|heic|tiff?|bmp)(?:$|\?)", re.IGNORECASE)


@rule(
    "H114",
    Severity.ERROR,
    Severity.WARNING,
    why=say("Gmail shows neither data: nor SVG, Outlook no WebP; a pixel of 1 by 1 is a spy"),
)
def unseen_images(mail: ParsedMail) -> Iterator[Flaw]:
    """A picture of a kind, or from a place, that programs do not show.

    An error for sources and formats that few programs show and for pixels, a warning for WebP and a missing width.
    """
    for image in mail.page.named("img"):
        source, where = image.get("src"), say("in line {line} of the HTML", line=image.line)
        if not source.startswith(("cid:", "https:")):
            yield Flaw(
                say(
                    "the picture {where} is neither in the mail nor at an https address: {source}",
                    where=where,
                    source=source[:40],
                )
            )
        elif _UNSEEN.search(source):
            yield Flaw(say("the picture {where} is of a kind that many programs do not show", where=where))
        elif source.casefold().endswith(".webp"):
            yield Flaw(say("Outlook does not show the WebP picture {where}", where=where), severity=Severity.WARNING)
        if {image.get("width"), image.get("height")} & {"0", "1"}:
            yield Flaw(say("the picture {where} is a tracking pixel: 1 by 1", where=where))
        elif not image.get("width").isdigit():
            yield Flaw(
                say("the picture {where} has no width in pixels: Outlook shows its own", where=where),
                severity=Severity.WARNING,
            )


_DENSITY = 2
_DENSITY_OF_A_CROP = 1.5  # who gave the file a fair size is not to be asked for a few pixels more


@rule(
    "H127",
    Severity.WARNING,
    why=say("phones and good screens have two dots for each pixel: from a small file they show half of the detail"),
)
def blurred_images(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A picture that is blurred on phones and good screens."""
    images = mail.page.named("img")
    for use, file in origin.loaded.pictures.items():
        shown = max((_width(image) for image in images if _shows(image, file)), default=0)
        if file.width < shown * (_DENSITY_OF_A_CROP if file.is_cropped else _DENSITY):
            yield _blurred(use, file, shown)


def _blurred(use: PictureUse, file: PictureFile, shown: int) -> Flaw:
    if file.is_cropped:
        message = say(
            "what is left of {name} after cropping is {width} pixels wide and shown at {shown}: "
            "blurred on phones and good screens",
            name=use.name,
            width=file.width,
            shown=shown,
        )
        return Flaw(message, (Mark(use.place),), say("take a larger picture, or crop it in the file"))
    message = say(
        "{name} is {width} pixels wide and shown at {shown}: blurred on phones and good screens",
        name=use.name,
        width=file.width,
        shown=shown,
    )
    return Flaw(message, (Mark(use.place),), say("save it {pixels} pixels wide", pixels=shown * _DENSITY))


def _width(image: Element) -> int:
    width = image.get("width")
    return int(width) if width.isdigit() else 0


def _shows(image: Element, file: PictureFile) -> bool:
    """Return whether an element shows a file: inside the mail by its digest, at the workspace's address by its name."""
    source = image.get("src")
    return file.digest[:20] in source or source.endswith(f"/{file.name}")
