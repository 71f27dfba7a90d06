"""Something in the head's styles that none of the readers' mail programs knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.clients.features import features_of_styles
from ccmail.checks.clients.support import support
from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H131"
WHY = "styles in the head make a mail nicer for some; what nobody knows is dead weight, or was meant for the elements"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for every feature of the head's styles that none of the workspace's programs knows."""
    programs = support().programs_of(mail.loaded.settings.check.clients)
    found = dict(feature for style in mail.page.styles for feature in features_of_styles(style))
    for slug, words in found.items():
        if programs and support().unknown[slug] >= programs:
            message = f"“{words}” in a style of the HTML is known by none of the mail programs"
            yield Problem(CODE, message, Severity.WARNING, hint=f"https://www.caniemail.com/features/{slug}/")
