"""The signs of a mail in which a server speaks of another mail that it could not deliver, or not yet."""

from __future__ import annotations

import re

from ccmail.feedback.bounce_words import reason_of_words
from ccmail.feedback.delivery_status import status_codes
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
    r"undeliver|non-?delivery|unzustellbar|nicht zugestellt|return(?:ed|ing) (?:mail|message|to sender)|fail(?:ure|ed)"
    r"|bounce|delivery (?:status|report|notif|has|problem|error)|could not (?:be delivered|send)|mail (?:system )?error"
    r"|not delivered|delay|warning|unroutable|rejected|non[ -]remis|échec|onbestelbaar|mancata consegna"
    r"|no se (?:ha )?(?:podido )?entreg",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:not|n't|un(?:able|successful)|never|fail\w*|error\w*|reject\w*|problem\w*|return\w*)\b.{0,120}\b"
    r"(?:deliver|reach|send|sent|address|recipient|mail)"
    r"|deliver\w*.{0,80}\b(?:fail|problem|error|delay|temporar|not\b)|undeliver|is delayed|transcript of session"
    r"|(?:temporary|permanent|fatal) (?:error|failure)|unzustell"
    r"|nicht (?:zu(?:gestellt|stellbar)|ausgeliefert|erreicht)"
    r"|fehler bei der nachrichten|zustellung .{0,40}fehlgeschlagen|[eé]chec de la remise|non remis|recapit\w* non"
    r"|non .{0,20}recapit|no se (?:ha )?(?:podido )?entreg|bezorging|не может быть|не доставлен|nie .{0,20}dostarczon",
    re.IGNORECASE | re.DOTALL,
)
_PLAINLY = re.compile(
    r"(?:could|can|was|were|has|have)(?: not|n't)(?: been| be)? (?:delivered|sent to|reach\w* the following)"
    r"|(?:unable|failed) to deliver|failed recipients|non-?delivery report|undeliverable to|delivery to the following"
    r"|did not reach the|konnten? nicht zugestellt werden|n'a pas pu [eê]tre d[eé]livr|user unknown",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"(?:re|aw|antw|sv)\s?:", re.IGNORECASE)
_GOES_ON_TRYING = re.compile(
    r"(?:has|is|was) (?:been )?delayed|\(delay\)|will (?:be retried|keep trying|retry|continue (?:to try|trying))\b"
    r"|will try again|still (?:trying|undelivered|being)|not yet been delivered|delivery attempts will continue"
    r"|warning message only|(?:do not need to|need not) (?:be )?re-?sen[dt]|temporary failure report"
    r"|could not send mail for past|wird weiter(?:hin)? versucht|noch nicht zugestellt|verzögert",
    re.IGNORECASE,
)


def is_of_a_server(parts: MailParts, report: ReportText) -> bool:
    """Return whether a server speaks of a mail that it could not deliver, by who writes and by what is said.

    The less the sender looks like a server, the plainer the words must be: people answer mails, quote them and are out
    of office, and their programs answer from nobody (RFC 3834 3.3), too.
    """
    if parts.fields.raw("x-failed-recipients"):
        return True
    is_plain = bool(_PLAINLY.search(report.words))
    speaks = is_plain or bool(
        _WORDS.search(report.words) or reason_of_words(report.words) or status_codes(report.words)
    )
    return_path = parts.fields.raw("return-path").strip("<> ")
    is_of_nobody = parts.fields.has("return-path") and (not return_path or is_machine(return_path))
    if not parts.sender or is_machine(parts.sender) or _MACHINE_NAME.search(parts.fields.get("from")):
        signs = is_of_nobody + speaks_of_bounces(parts) + (bool(parts.originals) or report.is_followed)
        return signs >= (1 if speaks else 2)
    if is_of_nobody:
        return is_plain or (speaks_of_bounces(parts) and speaks)
    return is_plain and speaks_of_bounces(parts) and not _ANSWER.match(parts.subject)


def speaks_of_bounces(parts: MailParts) -> bool:
    """Return whether the subject is one of bounces; forwarded ones have it, too."""
    return bool(_SUBJECT.search(parts.subject))


def goes_on_trying(parts: MailParts, report: ReportText) -> bool:
    """Return whether the server says that it will try again."""
    return bool(_GOES_ON_TRYING.search(f"{parts.subject} {report.words}"))


def is_machine(address: str) -> bool:
    """Return whether an address is one that servers write from: nobody's to whom we write."""
    return bool(_MACHINE.match(address.partition("@")[0]))
