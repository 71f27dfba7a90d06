"""The signs of a mail in which a server speaks of another mail that it could not deliver, or not yet."""

from __future__ import annotations

import re

from ccmail.feedback.bounce_words import reason_of_words
from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.report_text import ReportText

_MACHINE = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|po+st[-_]?master|mdaemon|bounces?|mail(?:er)?|mta|mail-?delivery|listserv|smtp)\b",
    re.IGNORECASE,
)
_MACHINE_NAME = re.compile(
    r"mail(?:er)?[ -]?(?:deliver\w*|daemon|administrator|system)|postmaster|system administrator", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"undeliver|unzustellbar|nicht zugestellt|return(?:ed|ing) (?:mail|message|to sender)|fail(?:ure|ed)|bounce"
    r"|delivery (?:status|report|notif|has|problem|error)|could not (?:be delivered|send)|mail (?:system )?error"
    r"|not delivered|delay|warning|unroutable|rejected|non[ -]remis|échec|onbestelbaar|mancata consegna"
    r"|no se (?:ha )?(?:podido )?entreg",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:not|n't|un(?:able|successful)|never|fail\w*|error\w*|reject\w*|problem\w*|return\w*)\b.{0,120}\b"
    r"(?:deliver|reach|send|sent|address|recipient|mail)"
    r"|deliver\w*.{0,80}\b(?:fail|problem|error|delay|temporar|not\b)|undeliver|is delayed|transcript of session"
    r"|unzustell|nicht (?:zu(?:gestellt|stellbar)|ausgeliefert)|(?:temporary|permanent|fatal) (?:error|failure)",
    re.IGNORECASE | re.DOTALL,
)
_GOES_ON_TRYING = re.compile(
    r"(?:has|is|was) (?:been )?delayed|\(delay\)|will (?:be retried|keep trying|retry|continue (?:to try|trying))\b"
    r"|will try again|still (?:trying|undelivered|being)|not yet been delivered|delivery attempts will continue"
    r"|warning message only|(?:do not need to|need not) (?:be )?re-?sen[dt]|temporary failure report"
    r"|could not send mail for past|wird weiter(?:hin)? versucht|noch nicht zugestellt|verzögert",
    re.IGNORECASE,
)


def is_of_a_server(parts: MailParts, report: ReportText) -> bool:
    """Return whether a server speaks of a mail that it could not deliver, by who writes and by what is said."""
    if parts.fields.raw("x-failed-recipients"):
        return True
    signs = (
        not parts.sender or is_machine(parts.sender) or bool(_MACHINE_NAME.search(parts.fields.get("from"))),
        parts.fields.raw("return-path") == "<>",
        speaks_of_bounces(parts),
        bool(parts.originals or report.original.fields),
    )
    enough = 2 if _WORDS.search(report.words) or reason_of_words(report.words) else 3
    return sum(signs) >= enough


def speaks_of_bounces(parts: MailParts) -> bool:
    """Return whether the subject is one of bounces; forwarded ones have it, too."""
    return bool(_SUBJECT.search(parts.subject))


def goes_on_trying(parts: MailParts, report: ReportText) -> bool:
    """Return whether the server says that it will try again."""
    return bool(_GOES_ON_TRYING.search(f"{parts.subject} {report.words}"))


def is_machine(address: str) -> bool:
    """Return whether an address is one that servers write from: nobody's to whom we write."""
    return bool(_MACHINE.match(address.partition("@")[0]))
