"""The concern of a refusal: its codes and words say whether a reader, the sender or the server's limits are meant.

The phase alone does not tell: servers answer to RCPT what they think of the sender, the login or the number of mails
(Postfix does so by default, smtpd_delay_reject), with any code. Words come before codes, for providers choose their
codes freely: Gmail says 550 5.4.5 when a day's mails are used up, Microsoft 550 5.1.90, cPanel 550 without more.
"""

from __future__ import annotations

import enum
import re


class Concern(enum.Enum):
    """The concern of a refusal."""

    READER = enum.auto()  # this mailbox, or its domain
    SENDER = enum.auto()  # sender, login, relay, HELO: all mails would be refused
    POLICY = enum.auto()  # reputation or content: most mails would be refused
    QUOTA = enum.auto()  # so many mails an hour or a day, or so fast
    SESSION = enum.auto()  # so many mails on one connection
    CONNECTIONS = enum.auto()  # so many connections at the same time
    UNKNOWN = enum.auto()


_LATER = 4
_MANY_CONNECTIONS = 432  # Microsoft 365: “432 4.3.2 Concurrent connections limit exceeded”

_WORDS: tuple[tuple[Concern, re.Pattern[str]], ...] = tuple(
    (concern, re.compile("|".join(patterns), re.IGNORECASE))
    for concern, patterns in (
        (
            Concern.SESSION,
            (
                r"\b(?:per|this|each|one|a|single|same) (?:smtp )?(?:session|connection)\b|session limit|reconnect",
                r"new connection|too many (?:recipients|rcpt|commands|transactions)\b(?! per)",
            ),
        ),
        (
            Concern.CONNECTIONS,
            (
                r"\b(?:too many|concurrent|simultaneous|parallel|maximum|number of|allowed) .{0,20}connections?\b",
                r"\bconnections? .{0,20}(?:limit|exceeded|from your)|too many .{0,20}(?:threads|sessions)\b",
                r"(?:concurrent|simultaneous) sessions|thread limit",
            ),
        ),
        (
            Concern.SENDER,  # in words that could also be of a reader
            (
                r"\bsender\b|relay(?:ing)?(?: access)? (?:is )?(?:denied|not|prohibited|refused|disallowed)",
                r"(?:cannot|can't|not|refus\w+|unable to|won't|no) (?:\w+ )?relay|rcpthosts|\babsender",
                r"your (?:ip|host|domain|server|address|account|network|login)",
            ),
        ),
        (
            Concern.READER,
            (
                r"mailbox|inbox|postfach|storage allocation|gr[ea]ylist|you are trying to (?:contact|reach)",
                r"(?:user|recipient|account|addressee)(?:'s)? (?:.{0,20}over|(?:has )?exceeded)(?: \w+)?.?quota",
                r"over.?quota user",
                r"(?:user|recipient|account|address(?:ee)?) .{0,20}(?:unknown|not found|disabled|inactive|unavailable)",
                r"(?:unknown|invalid|no such|bad) (?:user|recipient|account|address|local|person|destination)",
                r"(?:not|n't) exist|no longer (?:exists|valid|works)|unrout(?:e)?able",
                r"recipient address rejected: (?:user|undeliverable|unverified|domain|unknown)",
                r"unbekannt|existiert nicht|inconnu|desconocid|nieznan",
            ),
        ),
        (
            Concern.QUOTA,
            (
                r"\b(?:per|an?|this|pro) (?:hour|day|minute|second|month|stunde|tag)\b|hourly|daily|monthly",
                r"\b(?:sending|submission|outgoing|outbound|message|mail|rate)s? .{0,12}(?:limit|quota|allowance)",
                r"(?:exceeded|reached|over|hit) .{0,40}(?:limit|quota|maximum|allowed)|(?:limit|quota) .{0,20}exceeded",
                r"too many (?:e-?mails|messages|mails)|too (?:fast|much mail)|throttl|slow down|\brate\b",
                r"tageslimit|stundenlimit|versandlimit|kontingent|limit .{0,30}(?:überschritten|erreicht)|zu viele",
            ),
        ),
        (
            Concern.SENDER,
            (r"relay|helo\b|ehlo\b|authenti[cf]|send-?as|mail from|\blog ?in\b|verification failed|allowed to send",),
        ),
        (
            Concern.POLICY,
            (r"blacklist|blocklist|block list|dnsbl|\brbl\b|spam|reputation|\b(?:spf|dkim|dmarc)\b|policy",),
        ),
    )
)

_ENHANCED: tuple[tuple[Concern, re.Pattern[str]], ...] = (  # RFC 3463 section 3, without the class
    (Concern.QUOTA, re.compile(r"4\.5|1\.90|7\.(?:233|236)")),
    (Concern.SENDER, re.compile(r"1\.[78]|2\.252|5\.[0-24-9]|7\.(?:60|139|708)")),
    (Concern.POLICY, re.compile(r"7\..*")),
    (Concern.READER, re.compile(r"1\..*|2\..*|4\.[14]")),
)
_LATER_ENHANCED: tuple[tuple[Concern, re.Pattern[str]], ...] = (
    (Concern.CONNECTIONS, re.compile(r"3\.2")),
    (Concern.SESSION, re.compile(r"5\.3")),
    (Concern.READER, re.compile(r"1\..*|2\..*")),
)
_CODES = {503: Concern.SENDER, 504: Concern.SENDER, 530: Concern.SENDER, 551: Concern.READER, 554: Concern.POLICY}
"""Codes without an enhanced one (RFC 5321 4.2.3): 554 is about the transaction, not the mailbox."""

_ERRORS: tuple[tuple[Concern, re.Pattern[str]], ...] = tuple(  # of Microsoft Graph
    (concern, re.compile(pattern, re.IGNORECASE))
    for concern, pattern in (
        (Concern.READER, r"recipient"),
        (Concern.QUOTA, r"quota|limit|throttl|toomany|messagecount"),
        (Concern.SENDER, r"sendas|denied|invaliduser|mailbox|authentication|authorization|forbidden|submission|sender"),
    )
)
_NEVER = 550  # a code that says nothing else

_OF_ONE_MAIL = re.compile(r"<[^>]*>|https?://\S+|\S*@\S*|\S*\d\S*")


def concern_of(code: int, enhanced: str, text: str) -> Concern:
    """Return the concern of a reply 4xx or 5xx."""
    is_later = code // 100 == _LATER
    if code == _MANY_CONNECTIONS:
        return Concern.CONNECTIONS
    if enhanced.startswith("4.2.") or enhanced.endswith(".2.2"):
        return Concern.READER  # a mailbox that is full or gets too many mails, whatever the words say of quotas
    for concern, words in _WORDS:
        if words.search(text) and (is_later or concern is not Concern.SESSION):
            return concern
    detail = enhanced[2:]
    for concern, codes in _LATER_ENHANCED if is_later else _ENHANCED:
        if codes.fullmatch(detail):
            return concern
    return Concern.UNKNOWN if enhanced else _CODES.get(code, Concern.UNKNOWN)


def concern_of_error(error: str, text: str) -> Concern:
    """Return the concern of an error of Microsoft Graph: of its name, "ErrorInvalidRecipients", else of its words."""
    found = next((concern for concern, names in _ERRORS if names.search(error)), None)
    return found or concern_of(_NEVER, "", text)


def gist_of(code: int | None, enhanced: str, text: str) -> str:
    """Return the words that a server would use for another mail too: without addresses, links and numbers."""
    return " ".join([str(code), enhanced, *_OF_ONE_MAIL.sub(" ", text).casefold().split()])
