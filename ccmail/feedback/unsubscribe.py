"""Wishes to get no more mails, as people write them."""

from __future__ import annotations

import re

from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.own_words import own_words

_LONGEST_WISH = 600  # who writes more has something to say that a person should read
_ANSWER = re.compile(r"^(?:(?:re|aw|antw|sv|odp|tr|fwd?|wg|rif|r)\s?:\s?)+", re.IGNORECASE)

# Of List-Unsubscribe, of the footers in templates/words, and of those in mails of earlier versions.
_SUBJECTS_OF_LINKS = frozenset(
    {"unsubscribe", "abbestellen", "abmelden", "désinscription", "darme de baja", "відписатися", "إلغاء الاشتراك"}
)

# A subject or a text of these words and no others is a wish, whatever it answers.
_ALONE = re.compile(
    r"(?:(?:please|bitte|stop)[,:]? )?(?:"
    r"unsubscribe(?: me)?|un-subscribe|unsubscription|opt[ -]?out|remove(?: me)?|take me off|stop"
    r"|cancel (?:my )?subscription"
    r"|(?:newsletter )?(?:abmelden|abbestellen|austragen)|(?:abmelden|abmeldung)(?: (?:vom )?newsletter)?|abbestellung"
    r"|d[eé]sabonne[rz](?:[ -]moi)?|d[eé]sabonnement|(?:me )?d[eé]sinscri(?:re|ption)|se d[eé](?:sabonner|sinscrire)"
    r"|dar(?:me)? de baja|baja|cancelar (?:suscripci[oó]n|inscri[cç][aã]o|assinatura)|descadastrar"
    r"|cancell(?:ami|azione|armi)|disiscri(?:vimi|zione|vermi)|annulla iscrizione"
    r"|afmelden|uitschrijven|afmelding|wypisz(?: mnie)?|rezygnacja|avregistrera|avmeld|afmeld(?: mig)?|peru tilaus"
    r"|odhl[aá]sit|odhl[aá]šení|leiratkoz[aá]s|отписаться|отписка|відписатис[яь]|відпис(?:ка|ати(?: мене)?)"
    r"|[إا]لغاء (?:ال)?[إا]شتراك(?:ي)?"
    r")(?: (?:please|bitte|s'il vous pla[iî]t|danke|thanks|thank you|newsletter|mich))?",
    re.IGNORECASE,
)
_SAID_OF_EVENTS = re.compile(r"abmeld|afmeld|austrag|avmeld|cancel|baja", re.IGNORECASE)
# Within a sentence with what shall end: “abmelden” alone is said of an event just as well.
_LIST = (
    r"(?:newsletter\w*|verteiler\w*|mailing\w*|e-?mail-?liste|e?-?mails?|liste?n?|lista|rundbrief\w*|nachrichten"
    r"|infomails?|abo\w*|subscription|lettre d'information|bolet[ií]n|nieuwsbrief)"
)
_END = (
    r"(?:unsubscribe|un-subscribe|remove|delete|abmelden|abmelde|abbestell\w*|austrag\w*|streich\w*|l[oö]sch\w*"
    r"|entfern\w*|nimm|nehmen|d[eé]sabonn\w*|d[eé]sinscri\w*|retir\w*|baja|elimin\w*|cancel\w*|rimuov\w*|disiscri\w*"
    r"|uitschrijv\w*|afmeld\w*|verwijder\w*|wypis\w*)"
)
_WISH = re.compile(
    rf"\b{_END}\b.{{0,80}}\b{_LIST}\b|\b{_LIST}\b.{{0,80}}\b{_END}\b"
    r"|\bunsubscribe\b|\bremove (?:me|us|my)\b|\btake (?:me|us) off\b|\bopt(?:ing)? out\b"
    r"|\bstop (?:sending|emailing|mailing)\b|\bno (?:more|longer)\b.{0,40}\b(?:e-?mails?|newsletters?|messages)\b"
    r"|\bkeine (?:weiteren )?(?:e-?mails|mails|newsletter|nachrichten|infos) (?:mehr|von ihnen)\b"
    r"|\bd[eé]sabonne[rz]\b|\bd[eé]sinscri\w+|\bne (?:souhaite|veux) plus recevoir\b"
    r"|\bno (?:deseo|quiero) recibir\b|\bdar(?:me)? de baja\b|\bnon (?:desidero|voglio) (?:più )?ricevere\b",
    re.IGNORECASE,
)
_NO_WISH = re.compile(
    r"(?:\bnot|n't|\bnicht|\bkeinesfalls|\bpas)\b.{0,20}\b(?:unsubscribe|abmelden|abbestellen|austragen|remove)\b"
    r"|\b(?:veranstaltung|workshop|termin|event|teilnahme|sitzung|seminar|konferenz|tagung)\b",
    re.IGNORECASE,
)


def is_unsubscribe_link(parts: MailParts) -> bool:
    """Return whether somebody used the link in a mail of ours, or their mail program did so for them (RFC 2369 3.2)."""
    return parts.subject.strip().lower() in _SUBJECTS_OF_LINKS


def is_unsubscription(parts: MailParts) -> bool:
    """Return whether a person asks in their own words to get no more mails.

    What they quote, our own footer above all, does not count. “Abmelden” said of an event is no such wish.
    """
    subject = parts.subject
    words = " ".join(own_words(parts.text).split())
    if _is_all(words):
        return not (_SAID_OF_EVENTS.search(words) and _NO_WISH.search(subject))
    if _is_all(subject):
        return not _NO_WISH.search(words)
    if len(words) > _LONGEST_WISH:
        return False
    said = words if _ANSWER.match(subject) else f"{subject} {words}"
    return bool(_WISH.search(said)) and not _NO_WISH.search(said)


def _is_all(text: str) -> bool:
    return bool(_ALONE.fullmatch(_ANSWER.sub("", text).strip(" .!,:–-")))
