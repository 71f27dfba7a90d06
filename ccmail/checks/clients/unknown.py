"""The features of a mail that the readers' mail programs do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks.clients.features import features_of, features_of_styles
from ccmail.checks.clients.support import shown, support
from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail

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


@rule(
    "H130",
    Severity.WARNING,
    why=say("what stands in the elements is all that GMX, WEB.DE and Outlook show: it has to be right there alone"),
)
def unknown_in_elements(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Something in the elements that a reader's mail program does not know."""
    programs = support().programs_of(origin.loaded.settings.check.clients)
    said: set[str] = set()
    for element in mail.page.elements:
        if any(around.tag == "head" for around in element.way_up()):
            continue
        for slug, words in features_of(element):
            lacking = support().unknown[slug] & programs
            if lacking and slug not in said | _HARMLESS:
                said.add(slug)
                message = say(
                    "“{words}” in line {line} of the HTML is not known by {programs}",
                    words=words,
                    line=element.line,
                    programs=shown(lacking),
                )
                yield Flaw(message, hint=say("https://www.caniemail.com/features/{slug}/", slug=slug))


@rule(
    "H131",
    Severity.WARNING,
    why=say(
        "styles in the head make a mail nicer for some; what nobody knows is dead weight, or was meant for the elements"
    ),
)
def unknown_in_head(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """Something in the head's styles that none of the readers' mail programs knows."""
    programs = support().programs_of(origin.loaded.settings.check.clients)
    found = dict(feature for style in mail.page.styles for feature in features_of_styles(style))
    for slug, words in found.items():
        if programs and support().unknown[slug] >= programs:
            message = say("“{words}” in a style of the HTML is known by none of the mail programs", words=words)
            yield Flaw(message, hint=say("https://www.caniemail.com/features/{slug}/", slug=slug))
