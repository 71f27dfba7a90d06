"""What inboxes show behind the subject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H126"
WHY = "without it inboxes show “View in browser” or the salutation"
_SHORT, _LONG = 40, 130
_FILLER = re.compile("[\u034f\u2007\ufeff\u200c]+")


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for a preheader that is missing, long, short or only the subject again."""
    body = mail.page.named("body")
    first = next((e for e in mail.page.elements if body and e.parent is body[0]), None)
    words = " ".join(_FILLER.sub(" ", "".join(first.words)).split()) if first else ""
    if first is None or first.style.get("display") != "none" or not words:
        yield Problem(CODE, "the HTML does not begin with a preheader", Severity.WARNING)
    elif words.casefold() == next((e.own_words.casefold() for e in mail.page.named("title")), ""):
        yield Problem(CODE, "the preheader repeats the subject", Severity.WARNING, hint="write “preheader:”")
    elif len(words) > _LONG:
        yield Problem(CODE, f"the preheader has {len(words)} characters: inboxes show {_LONG}", Severity.WARNING)
    elif len(words) < _SHORT and mail.loaded.campaign.texts[mail.languages[0]].preheader:
        yield Problem(CODE, f"the preheader has {len(words)} characters: inboxes show {_SHORT}", Severity.WARNING)
