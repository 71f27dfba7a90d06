"""A language code that is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H124"
WHY = "WCAG 3.1.1: a screen reader reads German with an English voice otherwise"
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for every lang that is no code, or is not the mail's."""
    for element in mail.page.elements:
        for name in ("lang", "xml:lang"):
            code = element.attributes.get(name)
            if code is not None and not _CODE.fullmatch(code):
                yield Problem(CODE, f"“{code}” in line {element.line} of the HTML is not the code of a language")
    declared = next((e.get("lang") for e in mail.page.named("html")), "")
    if declared and declared != mail.languages[0]:
        yield Problem(CODE, f"the HTML says it is “{declared}”, the mail is “{mail.languages[0]}”")
