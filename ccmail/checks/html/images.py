"""A picture of a kind, or from a place, that programs do not show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H114"
WHY = "Gmail shows neither data: nor SVG, Outlook no WebP; a pixel of 1 by 1 is a spy"
_UNSEEN = re.compile(r"\.(?:svg|avif|heic|tiff?|bmp)(?:$|\?)", re.IGNORECASE)


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for sources and formats that are not shown, and for pixels."""
    for image in mail.page.named("img"):
        source, where = image.get("src"), f"in line {image.line} of the HTML"
        if not source.startswith(("cid:", "https:")):
            yield Problem(CODE, f"the picture {where} is neither in the mail nor at an https address: {source[:40]}")
        elif _UNSEEN.search(source):
            yield Problem(CODE, f"the picture {where} is of a kind that many programs do not show")
        elif source.casefold().endswith(".webp"):
            yield Problem(CODE, f"Outlook does not show the WebP picture {where}", Severity.WARNING)
        if {image.get("width"), image.get("height")} & {"0", "1"}:
            yield Problem(CODE, f"the picture {where} is a tracking pixel: 1 by 1")
        elif not image.get("width").isdigit():
            yield Problem(CODE, f"the picture {where} has no width in pixels: Outlook shows its own", Severity.WARNING)
