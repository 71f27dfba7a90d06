"""The words in a column that can say no: an answer for each."""

from __future__ import annotations

import enum
import functools
import re

from ccmail.audience.headers import Says
from ccmail.languages.spelling import fold


class Answer(enum.Enum):
    """The answer of a cell: does this person get mails?"""

    YES = "yes"
    NO = "no"
    BOUNCED = "bounced"
    NOTHING = "nothing"
    UNCLEAR = "unclear"


_NOTHING = ("", "-", "–", "—", "null", "none", "nil", "n/a", "na", "k. A.", "keine Angabe", "0000-00-00",
            "0000-00-00 00:00:00", "[]", "{}")  # fmt: skip
_TRUE = ("ja", "j", "yes", "y", "true", "t", "wahr", "1", "x", "on", "an", "si", "oui", "checked",
         "✓", "✔", "☑", "✅", "(x)", "[x]", "1.0")  # fmt: skip
_FALSE = ("nein", "n", "no", "false", "f", "falsch", "0", "off", "aus", "non", "unchecked", "never", "nie", "niemals",
          "nicht", "☐", "[ ]", "()", "0.0")  # fmt: skip
# About mails: they mean the same in every such column.
_NO = (
    "unsubscribed", "unsubscribe", "opt out", "opted out", "abgemeldet", "abmeldung", "abbestellt", "abbestellung",
    "ausgetragen", "blocklisted", "blocklist", "blacklisted", "blacklist", "blocked", "blockiert", "geblockt",
    "gesperrt", "sperre", "Werbesperre", "Mailsperre", "suppressed", "do not contact", "do not email", "do not mail",
    "DNC", "deleted", "gelöscht", "removed", "entfernt", "archived", "archiviert", "Widerspruch", "widersprochen",
    "spam", "junk", "complained", "complaint", "complainer", "marked as spam", "reported spam", "Beschwerde",
    "nonsubscribed", "not subscribed",
    "never subscribed", "nicht abonniert", "nicht angemeldet", "transactional",
    "non-marketing contact", "kein Newsletter", "keine Newsletter", "keine E-Mails", "keine E-Mail", "keine Mails",
    "keine Werbung", "kein Kontakt", "no email", "no emails", "no mail", "no newsletter", "no bulk emails",
    "no bulk emails (user opt out)", "on hold opt out", "gekündigt", "Kündigung", "ausgetreten", "Austritt",
    "ausgeschieden", "verstorben", "deceased", "dead", "kein Interesse", "Einwilligung widerrufen",
    "Einwilligung fehlt", "keine Einwilligung", "no consent", "consent withdrawn", "do not allow", "disallowed",
    "nicht anschreiben", "nicht mehr anschreiben", "nicht kontaktieren", "banned", "muted",
)  # fmt: skip
# Answers to the question that the header asks: "inactive" as a status is a no, "Werbesperre: inactive" is not certain.
_DENIED = (
    "disabled", "deaktiviert", "inactive", "inaktiv", "nicht aktiv", "not active", "Widerruf", "widerrufen", "revoked",
    "withdrawn", "zurückgezogen", "declined", "denied", "abgelehnt", "refused", "rejected", "verweigert",
    "unconfirmed", "not confirmed", "unbestätigt", "nicht bestätigt", "pending", "ausstehend", "angefragt",
    "nicht einverstanden", "not given", "nicht erteilt", "not allowed", "nicht erlaubt", "nicht erwünscht",
    "unerwünscht", "cancelled", "canceled", "stopped", "ended", "beendet", "expired", "abgelaufen",
)  # fmt: skip
_BOUNCED = (
    "bounced", "bounce", "bouncing", "bounces", "hard bounce", "hard bounced", "hardbounce", "soft bounce",
    "soft bounced", "on hold", "on hold bounce", "cleaned", "bereinigt", "unzustellbar", "nicht zustellbar",
    "undeliverable", "undelivered", "unreachable", "nicht erreichbar", "invalid", "ungültig", "invalid email",
    "unknown user", "unbekannt verzogen", "Adresse ungültig", "mailbox full", "failed", "dropped",
)  # fmt: skip
_YES = (
    "subscribed", "subscriber", "abonniert", "Abonnent", "Abonnentin", "angemeldet", "opted in", "opt in",
    "double opt in", "single opt in", "DOI", "SOI", "marketing contact", "deliverable", "zustellbar", "allow",
    "nicht gesperrt", "nicht abgemeldet", "not blocked", "unblocked", "delivered", "zugestellt", "ok", "okay", "valid",
    "gültig", "normal", "Newsletter ja",
)  # fmt: skip
_GRANTED = (
    "enabled", "active", "aktiv", "aktiviert", "confirmed", "bestätigt", "verified", "verifiziert", "granted",
    "erteilt", "given", "gegeben", "allowed", "erlaubt", "accepted", "akzeptiert", "zugestimmt", "einverstanden",
    "registered", "registriert", "liegt vor",
    "laufend", "vorhanden", "erwünscht", "gewünscht", "gesetzt", "set", "explicit",
)  # fmt: skip
_WORDS = {
    fold(word): answer
    for answer, words in ((Answer.YES, _YES), (Answer.NO, _NO), (Answer.BOUNCED, _BOUNCED))
    for word in words
}
_ANSWERS = {fold(word): is_yes for is_yes, words in ((True, _GRANTED), (False, _DENIED)) for word in words}
_NEITHER, _TRUE_WORDS, _FALSE_WORDS = (frozenset(map(str.casefold, w)) for w in (_NOTHING, _TRUE, _FALSE))
_MONTH = r"(?:jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?"
_CLOCK = r"(?:[T,]?\s*(?:um\s+|at\s+)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m|uhr|utc|z|[+-]\d{2}:?\d{2})*)?"
_DATE_TEXT = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}"
    rf"|\d{{1,2}}\.?(?:st|nd|rd|th)?[\s-]{_MONTH}[\s-]\d{{2,4}}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    rf"|\d{{1,2}}/\d{{4}}|{_MONTH}\s\d{{4}}){_CLOCK}"
)
_EPOCH = re.compile(r"\d{9,13}")
_NUMBER = re.compile(r"[1-9]\d{0,3}")
_AROUND = re.compile(
    rf"\s*[,;:()–-]*\s*(?:\b(?:am|on|at|seit|since|per|via|durch|by|vom|from|bis|until|date)\b\.?\s*)*(?:{_DATE_TEXT})\s*\)?"
    r"|\s*[,(]?\s*\b(?:per|via|by|durch)\s+(?:e-?mail|mail|telefon|phone|brief|post|link|letter)\b\)?",
    re.IGNORECASE,
)
_LONGEST = 100


@functools.lru_cache(maxsize=8192)
def read_answer(text: str, says: Says) -> Answer:
    """Return the answer of a cell in a column of this kind.

    A date in a column that says no is a no ("unsubscribed at"); a word wins over the question: "unsubscribed" is a no
    even in a column called "subscribed".
    """
    word = text.strip().casefold()
    if word in _NEITHER:
        return Answer.NOTHING
    if len(word) > _LONGEST:
        return Answer.UNCLEAR
    bare = _AROUND.sub("", word).strip()  # empty for a date alone
    for spelt in (fold(word), fold(bare)):
        if known := _WORDS.get(spelt):
            return known
        if spelt in _ANSWERS:
            return _of_question(says, is_yes=_ANSWERS[spelt])
    return Answer.UNCLEAR if says is Says.STATUS else _truth(word, bare, says)


def _truth(word: str, bare: str, says: Says) -> Answer:
    """Return the answer of a yes, a no, a date or a number."""
    if word in _TRUE_WORDS or bare in _TRUE_WORDS or not bare or _EPOCH.fullmatch(word):
        return _of_question(says, is_yes=True)
    if word in _FALSE_WORDS or bare in _FALSE_WORDS:
        return Answer.NO if says is Says.YES else Answer.YES
    # the number of bounces, or a code such as CiviCRM's 2, "on hold, opted out"
    return _of_question(says, is_yes=True) if says is not Says.YES and _NUMBER.fullmatch(word) else Answer.UNCLEAR


def _of_question(says: Says, *, is_yes: bool) -> Answer:
    match says:
        case Says.YES | Says.STATUS:
            return Answer.YES if is_yes else Answer.NO
        case Says.BOUNCED:
            return Answer.BOUNCED if is_yes else Answer.UNCLEAR
        case Says.NO:
            return Answer.NO if is_yes else Answer.UNCLEAR
