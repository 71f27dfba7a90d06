"""Wishes to get no more mails, as people write them."""

from __future__ import annotations

import re

from ccmail.feedback.mail_parts import MailParts
from ccmail.feedback.own_words import own_words

_LONGEST_WISH = 600  # who writes more has something to say that a person should read
_ANSWER = re.compile(r"^(?:(?:re|aw|antw|sv|odp|tr|fwd?|wg|rif|r)\s?:\s?)+", re.IGNORECASE)

# A subject or a text of these words and no others is a wish, whatever it answers.
_ALONE = re.compile(
    r"(?:please |bitte |stop[,:]? )?(?:"
    r"unsubscribe(?: me)?|un-subscribe|unsubscription|opt[ -]?out|remove(?: me)?|take me off|cancel (?:my )?subscription|stop"
    r"|abmelden|abmeldung|abbestellen|abbestellung|austragen|newsletter (?:abmelden|abbestellen|austragen|stornieren)|abmeldung (?:vom )?newsletter|abmelden (?:vom )?newsletter"
    r"|d[eé]sabonne[rz](?:[ -]moi)?|d[eé]sabonnement|d[eé]sinscri(?:re|ption)|me d[eé]sinscrire"
    r"|darme de baja|dar de baja|baja|cancelar suscripci[oó]n|cancelar (?:inscri[cç][aã]o|assinatura)|descadastrar|cancellami|cancella(?:zione|rmi)|disiscri(?:vimi|zione|vermi)|annulla iscrizione"
    r"|afmelden|uitschrijven|afmelding|wypisz(?: mnie)?|rezygnacja|avregistrera|avmeld|afmeld(?: mig)?|peru tilaus|odhl[aá]sit|odhl[aá]šení|leiratkoz[aá]s|отписаться|отписка|відписатися"
    r")(?: (?:please|bitte|s'il vous pla[iî]t|danke|thanks|thank you|newsletter|mich))?",
    re.IGNORECASE,
)
# Within a sentence, with what it is that shall end: the verb alone is said of an event just as well.
_LIST = r"(?:newsletter\w*|verteiler\w*|mailing\w*|mailing[ -]?list\w*|e-?mail-?liste|e?-?mails?|liste?n?|rundbrief\w*|nachrichten|infomails?|abo\w*|subscription|lettre d'information|bolet[ií]n|nieuwsbrief|lista|list)"
_VERB = r"(?:unsubscribe|un-subscribe|remove|delete|take|opt|abmelden|abmelde|abbestell\w*|austrag\w*|streich\w*|l[oö]sch\w*|entfern\w*|nimm|nehmen|d[eé]sabonn\w*|d[eé]sinscri\w*|retir\w*|baja|elimin\w*|cancel\w*|rimuov\w*|disiscri\w*|uitschrijv\w*|afmeld\w*|verwijder\w*|wypis\w*)"
_WISH = re.compile(
    rf"\bunsubscribe\b|\bremove (?:me|us|my)\b|\btake (?:me|us) off\b|\bopt(?:ing)? out\b|\bstop (?:sending|emailing|mailing)\b"
    rf"|\b{_VERB}\b.{{0,80}}\b{_LIST}\b|\b{_LIST}\b.{{0,80}}\b{_VERB}\b|\bkeine (?:weiteren )?(?:e-?mails|mails|newsletter|nachrichten|infos) (?:mehr|von ihnen)\b"
    rf"|\bno (?:more|longer).{{0,40}}\b(?:e-?mails?|newsletters?|messages)\b|\bd[eé]sabonne[rz]\b|\bd[eé]sinscri\w+|\bno (?:deseo|quiero) recibir\b|\bne (?:souhaite|veux) plus recevoir\b|\bdar(?:me)? de baja\b|\bnon (?:desidero|voglio) (?:più )?ricevere\b",
    re.IGNORECASE,
)
_NO_WISH = re.compile(
    r"(?:\bnot|n't|\bnicht|\bkeinesfalls|\bpas)\b.{0,20}\b(?:unsubscribe|abmelden|abbestellen|austragen|remove)\b"
    r"|\b(?:veranstaltung|workshop|termin|event|teilnahme|sitzung|seminar|konferenz|tagung|konnte|kann ich)\b",
    re.IGNORECASE,
)


def is_unsubscription(parts: MailParts) -> bool:
    """Return whether a person asks in their own words to get no more mails.

    What they quote, our own footer above all, does not count. “Abmelden” said of an event is no such wish.
    """
    subject = parts.subject.strip(" .!:")
    words = " ".join(own_words(parts.text).split())
    if _is_all(subject) or (_is_all(words) and not _NO_WISH.search(subject)):
        return True
    wish = words[:_LONGEST_WISH] if len(words) <= _LONGEST_WISH else ""
    said = f"{'' if _ANSWER.match(subject) else subject} {wish}"
    return bool(_WISH.search(said)) and not _NO_WISH.search(said)


def _is_all(text: str) -> bool:
    return bool(_ALONE.fullmatch(" ".join(_ANSWER.sub("", text).split()).strip(" .!,:–-")))
