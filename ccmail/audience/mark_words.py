"""The words in a column that can say no: an answer for each."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterable

from ccmail.audience.mark_headers import Says
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
_TRUE = ("ja", "j", "yes", "y", "true", "t", "wahr", "1", "-1",
         "x", "on", "an", "checked", "✓", "✔", "☑", "✅", "(x)",
         "[x]", "si", "sí", "sì", "sim", "oui", "vrai", "vero", "verdadero", "verdadeiro", "tak", "prawda", "evet",
         "так", "да", "ano", "áno", "da", "igen", "ναι", "kyllä", "jah", "jā", "taip", "კი", "დიახ", "այո", "po",
         "bəli")  # fmt: skip
_FALSE = ("nein", "n", "no", "false", "f", "falsch", "0", "off", "aus", "unchecked", "never", "nie", "niemals",
          "nicht", "☐", "[ ]", "()", "non", "faux", "falso", "não", "nao", "fałsz", "hayır", "hayir", "ні", "нет",
          "не", "ne", "nu", "nem", "όχι", "οχι", "nee", "nej", "ei", "nē", "არა", "ոչ", "xeyr")  # fmt: skip
# About mails: they mean the same in every such column.
_NO = (
    "unsubscribed", "unsubscribe", "opt out", "opted out", "abgemeldet", "abmeldung", "abbestellt", "abbestellung",
    "ausgetragen", "blocklisted", "blocklist", "blacklisted", "blacklist", "Werbesperre", "Mailsperre", "suppressed",
    "do not contact", "do not email", "do not mail", "do not send", "DNC", "Widerspruch", "widersprochen",
    "complained", "complaint", "complainer", "marked as spam", "reported spam", "nonsubscribed", "not subscribed",
    "never subscribed", "nicht abonniert", "nicht angemeldet", "non-marketing contact", "kein Newsletter",
    "keine Newsletter", "keine E-Mails", "keine E-Mail", "keine Mails", "keine Werbung", "kein Kontakt", "no email",
    "no emails", "no mail", "no newsletter", "no bulk emails", "no bulk emails (user opt out)", "on hold opt out",
    "verstorben", "deceased", "dead", "Einwilligung widerrufen", "Einwilligung fehlt", "keine Einwilligung",
    "no consent", "consent withdrawn", "nicht anschreiben", "nicht mehr anschreiben", "nicht kontaktieren",
    "nicht mehr kontaktieren", "nicht einladen", "nicht mehr einladen",
    "désabonné", "désabonnée", "désinscrit", "désinscrite", "dado de baja", "dada de baja", "no contactar",
    "descadastrado", "não contactar", "disiscritto", "disiscritta", "non contattare", "wypisany", "wypisana",
    "wypisano", "відписаний", "відписана", "відписався", "відписалася", "відписано", "отписан", "отписана", "отписался",
    "отписалась", "отписано", "odjavljen", "odjavljena", "одјављен", "одјављена", "odhlášen", "odhlášena", "odhlásený",
    "odhlásená", "leiratkozott", "dezabonat", "dezabonată", "uitgeschreven", "afgemeld", "afmeldt", "frameldt",
    "avregistrerad", "avprenumererad",
)  # fmt: skip
# In a column about mails they are a no; elsewhere a street can be blocked, and a ticket deleted.
_GONE = (
    "blocked", "blockiert", "geblockt", "gesperrt", "sperre", "deleted", "gelöscht", "removed", "entfernt", "archived",
    "archiviert", "spam", "junk", "abuse", "abused", "Beschwerde", "transactional", "gekündigt", "Kündigung",
    "ausgetreten", "Austritt", "ausgeschieden", "kein Interesse", "do not allow", "disallowed", "nicht zulassen",
    "nicht senden", "banned", "muted", "stillgelegt", "baja", "cancelado", "cancelada", "annullato", "ehemalig",
    "former", "retired", "im Ruhestand",
)  # fmt: skip
# Answers to the question that the header asks: "inactive" as a status is a no, "Werbesperre: inactive" is not certain.
_DENIED = (
    "disabled", "deaktiviert", "inactive", "inaktiv", "nicht aktiv", "not active", "Widerruf", "widerrufen", "revoked",
    "withdrawn", "zurückgezogen", "declined", "denied", "abgelehnt", "refused", "rejected", "verweigert",
    "unconfirmed", "not confirmed", "unbestätigt", "nicht bestätigt", "pending", "ausstehend", "angefragt",
    "nicht einverstanden", "not given", "nicht erteilt", "not allowed", "nicht erlaubt", "nicht erwünscht",
    "unerwünscht", "cancelled", "canceled", "stopped", "ended", "beendet", "expired", "abgelaufen",
    "passiv", "passive", "ruhend", "inactif", "inactive", "inactivo", "inativo", "inattivo", "nieaktywny", "неактивний",
    "неактивный", "neaktivan", "neaktivní", "inactief", "inactiv", "pasif",
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
    "gültig", "normal", "Newsletter ja", "zulassen", "send", "senden", "abonné", "abonnée", "suscrito", "subscrito",
    "iscritto", "zapisany", "підписаний", "підписана", "подписан", "подписана", "pretplaćen", "odebírá",
    "feliratkozott", "abonat", "ingeschreven", "tilmeldt",
)  # fmt: skip
_GRANTED = (
    "enabled", "active", "aktiv", "aktiviert", "confirmed", "bestätigt", "verified", "verifiziert", "granted",
    "erteilt", "given", "gegeben", "allowed", "erlaubt", "accepted", "akzeptiert", "zugestimmt", "einverstanden",
    "registered", "registriert", "liegt vor", "laufend", "vorhanden", "erwünscht", "gewünscht", "gesetzt", "set",
    "explicit", "actif", "activo", "ativo", "attivo", "aktywny", "активний", "активна", "активный", "активная",
    "aktivan", "aktivní", "actief", "activ", "aktif",
)  # fmt: skip
# A status with such a word is one of an order or a meeting.
_OF_AN_ORDER = (
    "paid", "bezahlt", "unpaid", "unbezahlt", "refunded", "erstattet", "attending", "not attending", "attended",
    "checked in", "eingecheckt", "approved", "genehmigt", "zugesagt", "abgesagt", "completed", "abgeschlossen",
    "teilgenommen", "waiting list", "Warteliste", "shipped", "delivered to customer",
)  # fmt: skip
_WORDS = {
    fold(word): answer
    for answer, words in ((Answer.YES, _YES), (Answer.NO, _NO + _GONE), (Answer.BOUNCED, _BOUNCED))
    for word in words
}
_ANSWERS = {fold(word): is_yes for is_yes, words in ((True, _GRANTED), (False, _DENIED)) for word in words}
_ORDER_WORDS = frozenset(map(fold, _OF_AN_ORDER))
_MAIL_WORDS = frozenset(map(str.casefold, _NO))
_NEITHER, _TRUE_WORDS, _FALSE_WORDS = (frozenset(map(str.casefold, w)) for w in (_NOTHING, _TRUE, _FALSE))
_DOUBTS = {
    Says.OTHER_STATUS: _MAIL_WORDS,
    Says.PERHAPS: _MAIL_WORDS | _FALSE_WORDS,
    Says.RIDDLE: _MAIL_WORDS | _FALSE_WORDS | _TRUE_WORDS,
}
"""The words that make a column doubtful of which nobody knows for certain what it says."""

_MONTH = r"(?:jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?"
_CLOCK = r"(?:[T,]?\s*(?:um\s+|at\s+)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m|uhr|utc|z|[+-]\d{2}:?\d{2})*)?"
_DATE_TEXT = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}"
    rf"|\d{{1,2}}\.?(?:st|nd|rd|th)?[\s-]{_MONTH}[\s-]\d{{2,4}}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    rf"|\d{{1,2}}/\d{{4}}|{_MONTH}\s\d{{4}}){_CLOCK}"
)
_EPOCH = re.compile(r"\d{9,13}")
_NUMBER = re.compile(r"[1-9]\d{0,7}")  # how often, a date of Excel or of a database
_DECIMALS = re.compile(r"(?<=\d)[.,]0+$")
_DECORATED = "\u200b\ufeff\u2060\"'!*"
_AROUND = re.compile(
    rf"\s*[,;:()–-]*\s*(?:\b(?:am|on|at|seit|since|per|via|durch|by|vom|from|bis|until|date)\b\.?\s*)*(?:{_DATE_TEXT})\s*\)?"
    r"|\s*[,(]?\s*\b(?:per|via|by|durch)\s+(?:e-?mail|mail|telefon|phone|brief|post|link|letter)\b\)?",
    re.IGNORECASE,
)
_LONGEST = 100


def says_no_to_mails(cells: Iterable[str]) -> bool:
    """Return whether one of some cells is a word that says no to mails in any column."""
    return not _MAIL_WORDS.isdisjoint(map(str.casefold, map(str.strip, cells)))


def is_of_an_order(text: str) -> bool:
    """Return whether a status is one of an order or a meeting."""
    return fold(text) in _ORDER_WORDS


@functools.lru_cache(maxsize=8192)
def read_answer(text: str, says: Says) -> Answer:
    """Return the answer of a cell in a column of this kind.

    A date in a column that says no is a no ("unsubscribed at"); a word wins over the question: "unsubscribed" is a no
    even in a column called "subscribed".
    """
    word = _DECIMALS.sub("", text.strip().strip(_DECORATED).strip().casefold())
    if word in _NEITHER:
        return Answer.NOTHING
    if says in _DOUBTS:
        return Answer.UNCLEAR if word in _DOUBTS[says] else Answer.NOTHING
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
        case Says.NO:
            return Answer.NO if is_yes else Answer.UNCLEAR
        case Says.BOUNCED:
            return Answer.BOUNCED if is_yes else Answer.UNCLEAR
        case _:
            return Answer.YES if is_yes else Answer.NO
