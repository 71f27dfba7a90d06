"""A picture that says nothing to who does not see it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H113"
WHY = "Outlook and GMX block pictures at first: the alternative text is what all readers see"
_USELESS = re.compile(r"(?i)(?:logo|bild|foto|image|picture|photo|grafik)\d*|[\w-]+\.(?:jpe?g|png|gif)")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for pictures without alt, and for linked ones with an empty one."""
    for image in mail.page.named("img"):
        alt = image.attributes.get("alt")
        link = next((e for e in image.way_up() if e.tag == "a"), None)
        if alt is None:
            yield Problem(CODE, f"the picture in line {image.line} of the HTML has no alt")
        elif link is not None and not alt.strip() and not link.text:
            yield Problem(CODE, f"the linked picture in line {image.line} of the HTML has an empty alt")
        elif _USELESS.fullmatch(alt.strip()):
            yield Problem(CODE, f"“{alt}” tells nobody what a picture shows", Severity.WARNING)
