"""The finished mail of an update, a reminder or a cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.calendar.uri import web_uri
from ccmail.checks.rule import Flaw, rule
from ccmail.problems import Severity
from ccmail.rendering import notice_words
from ccmail.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.mail.message import MailOrigin, ParsedMail


@rule(
    "E430",
    Severity.ERROR,
    why=say("a mail that looks like the invitation of last week is not read: people come at the old time"),
)
def notice(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """An update, a reminder or a cancellation that does not say so."""
    occasion = origin.loaded.occasion
    if occasion is None:
        return
    parts = {say("the HTML"): mail.page.text, say("the text part"): " ".join(mail.text.split())}
    for code in origin.languages:
        heading = getattr(notice_words(origin.loaded.languages[code]).heading, occasion.purpose.value)
        for part, text in parts.items():
            if " ".join(heading.split()) not in text:
                yield Flaw(
                    say("{part} does not say “{heading}”", part=part, heading=heading),
                    hint=say("a template that does not extend base.html.j2 and base.txt.j2 prints block.notice itself"),
                )


@rule("E431", Severity.ERROR, why=say("somebody who follows the link waits in an empty room"))
def open_door(mail: ParsedMail, origin: MailOrigin) -> Iterator[Flaw]:
    """A cancellation with a link to register or to join."""
    event = origin.loaded.campaign.event
    if event is None or not origin.loaded.is_off:
        return
    doors = {form(link) for link in (event.register, event.link) if link for form in (str, web_uri)}
    for target in sorted(doors.intersection(link.get("href") for link in mail.page.named("a"))):
        yield Flaw(
            say("the mail calls the event off and leads to {target}", target=target[:60]), origin.marks_of(target)
        )
