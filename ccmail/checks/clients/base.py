"""Something in the elements that a reader's mail program does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.clients.features import features_of
from ccmail.checks.clients.support import shown, support
from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H130"
WHY = "what stands in the elements is all that GMX, WEB.DE and Outlook show: it has to be right there alone"
# What does not hurt where it is not known, and why.
_HARMLESS = frozenset(
    {
        # helps those who can use it
        "html-lang", "html-dir", "html-role", "html-aria-label", "html-aria-hidden", "html-aria-labelledby",
        "html-aria-describedby", "html-target", "html-abbr", "html-wbr", "html-loading-attribute",
        # breaks long words, which are rare
        "css-word-wrap", "css-word-break", "css-overflow-wrap", "css-hyphens", "css-text-wrap", "css-white-space",
        # tables of their own hold the widths in Outlook, and attributes the layout
        "css-table-layout", "css-min-width", "css-max-width", "css-display",
        # hide the preheader, each where the others do not
        "css-display-none", "css-max-height", "css-overflow", "css-opacity", "css-visibility",
        # only nicer
        "css-border-radius", "css-letter-spacing", "css-text-transform", "css-box-shadow", "css-text-shadow",
        "css-font-kerning", "css-cursor", "css-transition", "css-user-select",
    }
)  # fmt: skip


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a warning for every feature outside the head that one of the workspace's programs does not know."""
    programs = support().programs_of(mail.loaded.settings.check.clients)
    said: set[str] = set()
    for element in mail.page.elements:
        if any(around.tag == "head" for around in element.way_up()):
            continue
        for slug, words in features_of(element):
            lacking = support().unknown[slug] & programs
            if lacking and slug not in said | _HARMLESS:
                said.add(slug)
                message = f"“{words}” in line {element.line} of the HTML is not known by {shown(lacking)}"
                yield Problem(CODE, message, Severity.WARNING, hint=f"https://www.caniemail.com/features/{slug}/")
