"""The headers of lists: the one table of the names that columns have, here and in the exports of other programs."""

from __future__ import annotations

import enum
import functools
import re

from ccmail.languages.spelling import fold

FIELDS = {
    "salutation": (
        "Anrede", "Salutation", "Geschlecht", "Gender", "Name Prefix", "Individual Prefix", "Prefix", "Namenspräfix",
        "Honorific",
    ),
    "title": ("Titel", "Title", "Akademischer Titel", "Academic title", "Grad", "Academic degree"),
    "first_name": (
        "Vorname", "First name", "Given name", "Forename", "Vornamen", "Rufname", "FNAME",
        "Attendee name: Given name",
    ),
    "last_name": (
        "Nachname", "Last name", "Surname", "Family name", "Familienname", "Zuname", "LNAME",
        "Attendee name: Family name", "Name", "Attendee name",
    ),
    "organisation": (
        "Organisation", "Organization", "Kommune", "Institution", "Firma", "Company", "Einrichtung",
        "Municipality", "Verband", "Behörde", "Unternehmen", "Organization 1 - Name", "Organization Name",
        "Current Employer", "Employer", "Arbeitgeber", "Affiliation", "Company name", "Attendee company",
    ),
    "city": (
        "Stadt", "Ort", "City", "Town", "Wohnort", "Ort geschäftlich", "Business City", "Work City",
        "Address 1 - City", "Ort privat", "Home City",
    ),
    "country": (
        "Land", "Country", "Staat", "Land/Region geschäftlich", "Business Country/Region", "Work Country",
        "Address 1 - Country", "Country/Region", "Land/Region", "Land/Region privat", "Home Country/Region",
    ),
    "language": (
        "Sprache", "Language", "Lang", "Korrespondenzsprache", "Preferred Language", "Bevorzugte Sprache",
        "Preferred locale", "Locale", "Kommunikationssprache", "Communication language", "Correspondence language",
        "Language preference", "Mailsprache", "E-Mail-Sprache", "Email language", "Newsletter-Sprache",
        "Newsletter language", "Gewünschte Sprache", "Sprachwahl", "Language code",
    ),
    "greeting": ("Briefanrede", "Greeting", "Persönliche Anrede", "Anredezeile", "Letter salutation"),
    "timezone": ("Zeitzone", "Time zone", "TZ"),
}  # fmt: skip
"""The headers of each field, the clearest first."""

FIELD_OF = {fold(header): field for field, headers in FIELDS.items() for header in headers}
RANK = {fold(header): rank for headers in FIELDS.values() for rank, header in enumerate(headers)}
_LONGEST = 80

# ── addresses ──

_KIND = "private?|privat|personal|dienstlich|geschaeftlich|business|work|office|buero|home|persoenlich"
_EMAIL = re.compile(
    r"(?P<attendee>attendee|participant|teilnehmer|teilnehmerin)?"
    r"(?P<first>primary|main|preferred|default|haupt|primaere|bevorzugte|erste)?"
    r"(?P<later>secondary|second|zweite|zweit|weitere|alternative|alternativ|alternate|other|andere|additional|third|dritte)?"
    rf"(?P<before>kontakt|contact|(?:{_KIND})e?)?"
    r"e?mail(?P<number>\d?)(?:adressen?|address(?:es)?|adr|anschrift|kontakt|value|primary)?(?P<other_number>\d?)"
    rf"(?:value)?(?P<kind>{_KIND})?"
)
_ATTENDEE, _FIRST, _PLAIN, _OF_A_KIND, _LATER = 0, 1, 2, 15, 20


@functools.lru_cache(maxsize=1024)
def address_rank(header: str) -> int | None:
    """Return the rank of a column of addresses, the lower the better; None for another column.

    "Primary Email" comes before "E-Mail", "E-Mail 1" before "E-Mail 2"; "E-Mail dienstlich" and "E-Mail privat" have
    the same rank, since neither is plainly the first.
    """
    if len(header) > _LONGEST or "@" in header:
        return None
    found = _EMAIL.fullmatch(fold(header))
    if found is None:
        return None
    if number := found["number"] or found["other_number"]:
        return _PLAIN + int(number)
    ranks = {"attendee": _ATTENDEE, "first": _FIRST, "later": _LATER, "before": _OF_A_KIND, "kind": _OF_A_KIND}
    return next((rank for part, rank in ranks.items() if found[part]), _PLAIN)


# ── columns that can say no ──


class Says(enum.Enum):
    """The question that a column answers."""

    NO = "a yes or a date: wants no mail"
    BOUNCED = "a yes or a date: mails come back"
    YES = "a no: wants no mail"
    STATUS = "only words count"


_OFF = (
    r"unsub(?:scri|time|date|reason|$)|opt(?:ed|s|ing)?out|donot(?:e?mail|contact|send|bulk)|donotallow.*mail|nobulke?mail|"
    r"^no(?:more)?(?:e?mails?|newsletters?|mailings?)$|^dnc$|blacklist|block?list|suppress|abgemeldet|abmeld|abbestell|ausgetragen|austragung|widerspr|"
    r"widerruf|sperre$|sperrvermerk|gesperrt|robinson|"
    r"kein(?:e|en|er)?(?:weiteren?)?(?:newsletter|werbung|werbe|e?mail|kontakt|rundmail|rundbrief|infos|einladung)|"
    r"nicht(?:mehr)?(?:anschreiben|kontaktieren|mailen|anmailen|versenden)|^(?:is)?deleted|geloescht|gekuendigt|"
    r"ausgetreten|ausgeschieden|deceased|verstorben|intrash|e?maildisabled|^(?:is)?blocked|^(?:is)?disabled$|^(?:is)?archived|"
    r"archiviert|complain|beschwerde|^spam|^deactivated|^deaktiviert"
)
_BACK = r"bounce|onhold|cleantime|^cleaned|unzustellbar|undeliverable|nichtzustellbar|unreachable|invalide?mail"
_ON = (
    r"^darf|kontaktierbar|^(?:may|can|okto)(?:be)?(?:e?mail|contact)|subscribed|opt(?:ed)?in|consent|einwillig|einverst|zustimm|^(?:e?mail|marketing|contact)?permission$|accepts?(?:e?mail|marketing|newsletter)|"
    r"(?:wants?|receives?|wuenscht|erhaelt|bekommt)(?:the|den)?(?:newsletter|e?mail|infos)|"
    r"(?:newsletter|e?mails?|werbung|marketing|kontakt(?:aufnahme)?|nachrichten)(?:erlaubt|gewuenscht|erwuenscht|allowed|abonniert|abo$|ja$|"
    r"zugestimmt|accepted|subscription|angemeldet|bestellt|empfang$|erhalten$|erwuenscht)"
)
_MAYBE_ON = (
    r"newsletter|rundbrief|rundmail|mailing|mailings|mailingliste|subscription|abo|abonniert|abonnent|subscriber|"
    r"confirmed|isconfirmed|bestaetigt|active|isactive|aktiv|istaktiv|enabled|isenabled|dsgvo|gdpr|"
    r"e?mailmarketing|marketing|werbung|newsletteranmeldung|einladungen?"
)
_STATE = re.compile(
    r"(?:e?mail|newsletter|kontakt|contact|abo|abonnement|abonnenten|subscription|subscriber|member|mitglieds?|"
    r"membership|list|listen|versand|marketing|optin|doubleoptin|consent|permission|lead|user|kunden|adress|address|empfaenger|"
    r"verteiler|recipient|zustell|delivery|account|personen|person|einwilligungs?)*(?:status|zustand|state)"
)
_REMARK = re.compile(
    r"(?:interne?)?(?:bemerkung|notiz|kommentar|anmerkung|hinweis|vermerk)(?:en|e)?|notes?|comments?|remarks?|info|"
    r"tags?|labels?|schlagworte?|kategorien?|categories|groupmembership|memo"
)
_UNSURE = re.compile(r"reason|grund|count|anzahl|zaehler")
# Columns about such a thing that do not decide: a link to unsubscribe, another channel than mail.
_BESIDE = re.compile(
    r"link|url|token|source|quelle|campaign|kampagne|title|ip$|version|text$|telefon|phone|fon$|anruf|call|sms|fax|"
    r"whatsapp|postal|^post|post$|belehrung|briefpost|postwerb|trade|push|key$|hash|by$|durch$|id$|uuid|rate$"
)
_DATED = re.compile(r"(?:at|date|datum|time|seit|since|timestamp|am|subscribedon)$")
_OF_CONSENT = re.compile(r"consent|einwillig|einverst|zustimm")
_FINDERS = tuple(re.compile(pattern) for pattern in (_OFF, _BACK, _ON))


@functools.lru_cache(maxsize=1024)
def find_meaning(header: str) -> tuple[Says, bool] | None:
    """Return the question that a column answers, and whether its header leaves no doubt; None for any other column."""
    folded = fold(header) if len(header) <= _LONGEST else ""
    if not folded or _BESIDE.search(folded):
        return None
    if _STATE.fullmatch(folded):
        return Says.STATUS, False
    off, back, on = (finder.search(folded) is not None for finder in _FINDERS)
    if off or back:
        return None if _UNSURE.search(folded) else (Says.BOUNCED if back and not off else Says.NO, True)
    if on:
        is_dated = _DATED.search(folded) is not None
        return None if is_dated and not _OF_CONSENT.search(folded) else (Says.YES, not is_dated)
    return (Says.YES, False) if re.fullmatch(_MAYBE_ON, folded) else None


@functools.lru_cache(maxsize=1024)
def is_remark(header: str) -> bool:
    """Return whether a column holds free remarks about people, or the reason for which somebody gets no mail."""
    return is_reason(header) or (len(header) <= _LONGEST and _REMARK.fullmatch(fold(header)) is not None)


@functools.lru_cache(maxsize=1024)
def is_reason(header: str) -> bool:
    """Return whether a column gives the reason for a no, or counts how often mails came back."""
    folded = fold(header) if len(header) <= _LONGEST else ""
    is_about_it = any(finder.search(folded) for finder in _FINDERS[:2])
    return is_about_it and bool(_UNSURE.search(folded)) and not _BESIDE.search(folded)


def is_postal(header: str) -> bool:
    """Return whether a column speaks of letters, if the list has another one about mails: CiviCRM's "Do Not Mail"."""
    return fold(header) == "donotmail"
