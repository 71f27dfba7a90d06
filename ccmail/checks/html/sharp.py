"""A picture that is blurred on phones and good screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem, Severity
from ccmail.yamlfile import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign.files import PictureFile
    from ccmail.checks.finished import FinishedMail
    from ccmail.checks.page import Element

CODE = "H127"
WHY = "phones and good screens have two dots for each pixel: from a small file they show half of the detail"
_DENSITY = 2


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for each picture that is shown at more than half of its width."""
    images = mail.page.named("img")
    for name, file in mail.loaded.pictures.items():
        shown = max((_width(image) for image in images if _shows(image, file)), default=0)
        if file.width < shown * _DENSITY:
            message = f"{name} is {file.width} pixels wide and shown at {shown}: blurred on phones and good screens"
            marks = (Mark(name.place),) if isinstance(name, SourceText) else ()
            yield Problem(CODE, message, Severity.WARNING, marks, f"save it {shown * _DENSITY} pixels wide")


def _width(image: Element) -> int:
    width = image.get("width")
    return int(width) if width.isdigit() else 0


def _shows(image: Element, file: PictureFile) -> bool:
    """Return whether an element shows a file: inside the mail by its digest, at the workspace's address by its name."""
    source = image.get("src")
    return file.digest[:20] in source or source.endswith(f"/{file.name}")
