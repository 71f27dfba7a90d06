"""The headers of columns that can say no, and of remarks: the one table of their words, in many languages."""

from __future__ import annotations

import enum
import functools
import re

from ccmail.languages.spelling import fold


class Says(enum.Enum):
    """The question that a column answers."""

    NO = "a yes or a date: wants no mail"
    BOUNCED = "a yes or a date: mails come back"
    YES = "a no: wants no mail"
    STATUS = "only words count"
    OTHER_STATUS = "of something else; a word about mails makes it doubtful"
    PERHAPS = "perhaps about mails; a no makes it doubtful"
    RIDDLE = "a sentence with a no in it; any answer makes it doubtful"


_LONGEST = 80
_LONGEST_QUESTION = 600  # of a form: "Ich willige ein, dass die Stadt mir Einladungen sendet, …"

# Regular expressions over folded headers: lower case, without gaps, accents and punctuation. Compiled when they are
# needed: most lists have no such column.
_OFF = (
    r"unsub(?:scri|time|date|reason|$)|opt(?:ed|s|ing)?out|donot(?:e?mail|contact|send|bulk)|donotallow.*mail|nobulke?mail|"
    r"^no(?:more)?(?:e?mails?|newsletters?|mailings?)$|^dnc|blacklist|block?list|suppress|abgemeldet|abmeld|abbestell|"
    r"ausgetragen|austragung|widerspr|widerruf|sperre$|sperrvermerk|gesperrt(?!e)|robinson|"
    r"kein(?:e|en|er)?(?:weiteren?|massen)*(?:newsletter|werbung|werbe|e?mail|kontakt|rundmail|rundbrief|infos|einladung|"
    r"versand)|"
    r"nicht(?:mehr)?(?:an)?(?:schreiben|kontaktieren|mailen|versenden|einladen)|mails?nicht(?:zulassen|erlaubt|senden)|"
    r"^(?:is)?deleted|geloescht|loesch(?:kennzeichen|vormerkung|datum|sperre)|gekuendigt|kuendigungsdatum|"
    r"ausgetreten|austritts?(?:datum|am)|ausgeschieden|deceased|verstorben|intrash|e?maildisabled|^(?:is)?blocked|"
    r"^(?:is|isthis)?(?:account|user|subscriber)?(?:is)?disabled$|^(?:is)?archived|archiviert|complain|beschwerde(?:n|am|datum)?$|"
    r"^spam|^deactivated|^deaktiviert|^inaktivs?(?:eit|am)?$|^(?:is)?inactive(?:since)?$|"
    r"(?:consent|permission|einwilligung|zustimmung).*(?:revoked|withdrawn|declined|denied|refused|expired|missing|"
    r"zurueckgezogen|entzogen|abgelehnt|verweigert|abgelaufen|fehlt)|"
    r"(?:revoked|withdrawn|declined|denied|refused|missing)(?:e?mail|marketing)?consent|"
    r"^(?:no|without)(?:e?mail|marketing)?consent|"
    r"(?:keine|ohne|fehlende)(?:e?mail)?(?:einwilligung|zustimmung|optin)|"
    r"(?:nicht|not)(?:abonniert|subscribed|angemeldet|optedin|einverstanden|erwuenscht|gewuenscht)"
)
_OFF_ELSEWHERE = (
    "désabonn", "désinscri", "ne pas contacter", "ne pas envoyer", "ne plus contacter", "dado de baja", "fecha de baja",
    "no contactar", "no enviar", "desuscri", "cancelou", "não contactar", "não contatar", "não enviar", "descadastr",
    "disiscri", "non contattare", "non inviare", "wypisan", "wypisał", "rezygnacj", "zrezygnow", "nie kontaktować",
    "nie wysyłać", "sprzeciw", "abonelikten çık", "abonelik iptal", "відпис", "не писати", "не надсилати", "отпис",
    "не писать", "не беспокоить", "odjav", "одјав", "odhláš", "odhlás", "neposílat", "nekontaktovat", "neposielať",
    "leiratkoz", "dezabon", "nu contacta", "διαγραφ", "απεγγραφ", "uitgeschreven", "afgemeld", "niet mailen",
    "niet benaderen", "afmeldt", "frameldt", "avregistrer", "avprenumer", "avanmäl", "perunut", "loobunud", "atteic",
    "atrakst", "atsisak", "çregjistr", "abunəlikdən çıx", "გაუქმებ",
)  # fmt: skip
_NOT_OFF = r"(?:nicht|not|un)(?:abgemeldet|abbestellt|gesperrt|blocked|blacklisted|bounced|optedout|geloescht)"
_BACK = (
    r"bounce|onhold|wartestellung|cleantime|^cleaned|unzustellbar|undeliverable|nichtzustellbar|unreachable|"
    r"invalide?mail"
)
_ON = (
    r"^darf|kontaktierbar|^(?:may|can|okto)(?:be)?(?:e?mail|contact)|subscribed|opt(?:ed)?in|consent|einwillig|einverst|"
    r"zustimm|^(?:e?mail|marketing|contact)?permission$|accepts?(?:e?mail|marketing|newsletter)|"
    r"(?:wants?|receives?|sends?|wuenscht|erhaelt|bekommt|moechte)(?:the|den|die)?(?:newsletter|e?mail|marketing|infos)|"
    r"(?:newsletter|e?mails?|werbung|marketing|kontakt(?:aufnahme)?|nachrichten)"
    r"(?:erlaubt|gewuenscht|erwuenscht|allowed|abonniert|abo$|ja$|zugestimmt|accepted|subscription|angemeldet|bestellt|"
    r"empfang$|erhalten$|zulassen$)|^izin|izni"
)
_ON_ELSEWHERE = (
    "consentimiento", "consentimento", "consenso", "zgoda", "згода", "согласие", "съгласие", "абониран", "privola",
    "suglasnost", "сагласност", "saglasnost", "pretplaćen", "soglasje", "privolitev", "souhlas", "súhlas",
    "hozzájárul", "feliratkoz", "consimțământ", "συγκατάθεση", "συναίνεση", "toestemming", "samtykke", "samtycke",
    "suostumus", "nõusolek", "piekrišana", "sutikimas", "თანხმობა", "pëlqim", "razılıq",
)  # fmt: skip
_MAYBE_ON = (
    r"newsletter|rundbrief|rundmail|mailing|mailings|mailingliste|subscription|abo|abonniert|abonnent|subscriber|"
    r"confirmed|isconfirmed|(?:is)?(?:the)?e?mail.*confirmed|bestaetigt|active|isactive|aktiv|istaktiv|enabled|isenabled|"
    r"rundschreiben|(?:infos?|e)?mails?|infomailing|einladen|anschreiben|erlaubnis|mailing(?:erlaubt|allowed)|"
    r"allowe?mails?|mailable|(?:is)?contactable|kontaktieren|activated|aktiviert|dsgvo|gdpr|rgpd|rodo|e?mailmarketing|"
    r"marketing|werbung|newsletteranmeldung|einladung(?:en)?(?:(?:per|via)e?mail)?|(?:newsletter|e?mail)?versand|"
    r"(?:im|in)?(?:e?mail)?verteiler|onlist|useforbulkmail|"
    r"abonnee?s?|inscrit[oae]?|iscritt[oa]|su[bs]+crit[oa]|abonata?|ingeschreven|tilmeldt|подписан[ао]?|підписан(?:ии|а|о)"
)
_STATUS = "status|zustand|state|statut|estado|stato|durum|статус|stav|stanje|állapot|κατάσταση"
_STATE = (
    r"(?:e?mail|newsletter|kontakt|contact|abo|abonnement|abonnenten|subscription|subscriber|member|mitglieds?|"
    r"membership|list|listen|versand|marketing|optin|doubleoptin|consent|permission|lead|user|kunden|adress|address|"
    r"empfaenger|verteiler|recipient|zustell|delivery|account|personen|person|einwilligungs?|global|allgemeiner?)*"
)
_REMARK = (
    r"bemerkung|notiz|kommentar|anmerkung|hinweise?$|vermerk|^notes?|notes?$|comment|remark|^(?:weitere)?infos?$|"
    r"^tags?$|^labels?$|schlagwort|^(?:kontakt)?kategorien?$|^categor(?:y|ies)$|groupmembership|^memo|^beschreibung$|"
    r"^description$|^zusatz(?:info)?|^sonstiges|^other$|^misc|^privacy|uwagi|remarque|observa|примечан|приміт|poznamk|"
    r"opomb|napomen|megjegyzes|opmerking"
)
_PERHAPS = (
    r"mail|newsletter|rundbrief|rundschreib|einlad|eingeladen|anschreib|kontaktier|contact(?:you|me)|"
    r"invit|informier|werb"
)
# What happened with a mail, or how it is written, is no wish.
_NO_WISH = (
    r"versendet|verschickt|versandt|gesendet|sent|html|format|typ|geprueft|verifi|valid|opened|click|geoeffnet|gelesen|"
    r"erhalten(?:am)?$|kontaktiert(?:am)?$|invited|domain|client|bekannt|vorhanden|unterlagen|beworben|bewerb|erwerb|gewerb|wettbewerb"
)
_UNSURE = r"reason|grund|(?<!ac)count|anzahl|zaehler|numberof"
# Columns about such a thing that do not decide, as a link to unsubscribe.
_BESIDE = (
    r"link|url|token|source|quelle|campaign|kampagne|title|ip$|version|text$|postal|belehrung|trade|push|key$|hash|by$|"
    r"durch$|id$|uuid|rate$"
)
_OTHER_CHANNEL = r"telefon|phone|fon$|anruf|call|sms|fax|whatsapp|^post|post$|briefpost|postwerb"
# A yes or a no to something else; "Newsletter und Fotos" is about mails as well.
_OTHER_CONSENT = (
    r"foto|photo|bild|image|video|film|audio|recording|aufzeichnung|aufnahmen|publi|veroeffentlich|cookie|tracking|"
    r"analytics|profil|weitergabe|thirdpart|sharing|agb|terms|teilnahmebeding|zdjec|slik|фото"
)
_ABOUT_MAILS = r"mail|newsletter|rundbrief"
_ABOUT_US = rf"{_ABOUT_MAILS}|einladung|kontakt|contact|info"
_DATED = r"(?:at|date|datum|time|seit|since|timestamp|am|subscribedon)$"
_OF_CONSENT = r"consent|einwillig|einverst|zustimm"
# "You can unsubscribe at any time" is no part of the question.
_SMALL_PRINT = r"(?:jederzeit|anytime).*"
_STATUS_WORDS = "|".join(map(fold, _STATUS.split("|")))
_SOME_STATUS = f"(?:{_STATUS_WORDS})(?:code|reason)?$"
_OWN_STATUS = f"{_STATE}(?:{_STATUS_WORDS})(?:code)?"


@functools.cache
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, words))


def _is_off(folded: str) -> bool:
    return re.search(_OFF, folded) is not None or any(word in folded for word in _folded(_OFF_ELSEWHERE))


def _is_on(folded: str) -> bool:
    return re.search(_ON, folded) is not None or any(word in folded for word in _folded(_ON_ELSEWHERE))


@functools.lru_cache(maxsize=1024)
def find_meaning(header: str) -> tuple[Says, bool] | None:
    """Return the question that a column answers, and whether its header leaves no doubt; None for any other column."""
    folded = fold(header) if len(header) <= _LONGEST_QUESTION else ""
    if not folded or _is_beside(folded):
        return None
    if len(header) > _LONGEST:
        return _meaning_of_sentence(re.sub(_SMALL_PRINT, "", folded))
    if re.fullmatch(_OWN_STATUS, folded):
        return Says.STATUS, False
    if re.search(_SOME_STATUS, folded):
        return Says.OTHER_STATUS, False
    return _meaning_of_words(folded)


def _meaning_of_words(folded: str) -> tuple[Says, bool] | None:
    if re.search(_NOT_OFF, folded):
        return Says.YES, True
    off, back, on = _is_off(folded), re.search(_BACK, folded) is not None, _is_on(folded)
    if off or back:
        return None if re.search(_UNSURE, folded) else (Says.BOUNCED if back and not off else Says.NO, True)
    if on:
        is_dated = re.search(_DATED, folded) is not None
        return None if is_dated and not re.search(_OF_CONSENT, folded) else (Says.YES, not is_dated)
    if re.fullmatch(_MAYBE_ON, folded):
        return Says.YES, False
    return (Says.PERHAPS, False) if re.search(_PERHAPS, folded) and not re.search(_NO_WISH, folded) else None


def _meaning_of_sentence(folded: str) -> tuple[Says, bool] | None:
    if _is_off(folded):
        return Says.RIDDLE, False
    return (Says.PERHAPS, False) if re.search(_PERHAPS, folded) or _is_on(folded) else None


@functools.lru_cache(maxsize=1024)
def is_beside(header: str) -> bool:
    """Return whether a column is about something else than mails: SMS, photos, a link."""
    return len(header) <= _LONGEST and _is_beside(fold(header))


def _is_beside(folded: str) -> bool:
    if len(folded) <= _LONGEST and re.search(_BESIDE, folded):
        return True
    is_other = re.search(_OTHER_CONSENT, folded) is not None and re.search(_ABOUT_US, folded) is None
    return is_other or (re.search(_OTHER_CHANNEL, folded) is not None and re.search(_ABOUT_MAILS, folded) is None)


@functools.lru_cache(maxsize=1024)
def is_remark(header: str) -> bool:
    """Return whether a column holds free remarks about people, or the reason for which somebody gets no mail.

    One without a header does: nobody else looks at it.
    """
    return not header or is_reason(header) or (len(header) <= _LONGEST and re.search(_REMARK, fold(header)) is not None)


@functools.lru_cache(maxsize=1024)
def is_reason(header: str) -> bool:
    """Return whether a column gives the reason for a no, or counts how often mails came back."""
    folded = fold(header) if len(header) <= _LONGEST else ""
    is_about_it = _is_off(folded) or re.search(_BACK, folded) is not None
    return is_about_it and bool(re.search(_UNSURE, folded)) and not _is_beside(folded)


def is_postal(header: str) -> bool:
    """Return whether a column speaks of letters, if the list has another one about mails: CiviCRM's "Do Not Mail"."""
    return fold(header) == "donotmail"
