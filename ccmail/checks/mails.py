"""A finished mail becomes problems: all rules about header, HTML, text and calendar file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.checks import clients, headers, html, ics, plain
from ccmail.checks.entry import read_entry
from ccmail.checks.finished import read_mail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.campaign import Variant
    from ccmail.checks.finished import FinishedMail
    from ccmail.problems import Problem
    from ccmail.rendering import LoadedCampaign

__all__ = ["check_mail", "examine", "read_mail"]


def check_mail(raw: bytes, loaded: LoadedCampaign, variant: Variant, recipient: str) -> Iterator[Problem]:
    """Yield what is wrong with a finished mail.

    Args:
        raw: The mail, as it goes to the server.
        loaded: What it was made of.
        variant: Which of its texts.
        recipient: The address it is for.
    """
    yield from examine(read_mail(raw, loaded, variant, recipient))


def examine(mail: FinishedMail) -> Iterator[Problem]:
    """Yield what is wrong with a mail that was taken apart."""
    for rule in (*headers.RULES, *html.RULES, *clients.RULES, *plain.RULES):
        yield from rule.check(mail)
    if mail.entries:
        entry = read_entry(mail.entries[0].content)
        for alone in ics.RULES:
            yield from alone.check(entry)
        for beside in ics.WITH_MAIL:
            yield from beside.check(entry, mail)
