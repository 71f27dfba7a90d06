"""Remarks in a list that sound as if somebody should get no mail."""

from __future__ import annotations

import re

from ccmail.audience.cell_text import printable
from ccmail.audience.mark_headers import is_reason
from ccmail.languages.spelling import fold

_SOUNDS = re.compile(
    r"""\b(?:
      abgemeldet | abmeld\w* | abbestell\w* | ausgetragen | austragen | (?:hat|haben)\s+sich\s+ab\b
    | verstorben | gestorben | deceased | passed\s+away | died\b
    | nicht\s+(?:mehr\s+)?(?:an)?(?:schreiben|geschrieben|mailen|kontaktieren|einladen|versenden|schicken)\w*
    | nicht\s+mehr\s+(?:im\s+(?:amt|dienst|haus|verteiler)|bei\s+\w+|da\b|dort\b|t[äa]tig|zust[äa]ndig)
    | nicht\s+mehr\s+(?:erreichbar|aktiv|mitglied)
    | unsubscri\w* | opt(?:ed)?[\s-]*out | un-?subscribe\w* | do\s*n[o']t\s+(?:e-?mail|contact|mail|write|send)\w* | dnc
    | ausgeschieden | ausgetreten | gek[üu]ndigt | (?:in|im)\s+(?:ruhestand|rente|pension)
    | (?:has\s+)?left\s+(?:the\s+)?(?:organi[sz]ation|company|city|municipality|office|job|us|in\s+\d{4})
    | no\s+longer\s+(?:with|works?|working|at|in|employed|valid|interested|there|here|wants?)
    | (?:hard|soft)?[\s-]?bounce[sd]?\b | unzustellbar | nicht\s+zustellbar | undeliverable
    | kein(?:e|en)?\s+(?:weiteren?\s+)?(?:newsletter|e-?mails?|mails?|werbung|post|interesse|infos?|kontakt)
    | kein(?:e|en)?\s+(?:weiteren?\s+)?einladung\w*
    | no\s+(?:more\s+)?(?:newsletters?|e-?mails?|mails?|mailings?|contact) | not\s+interested
    | widerspr\w+ | widerrufen | (?:ist\s+)?gesperrt | werbesperre | black-?list\w* | block-?list\w* | retired
    | (?:please\s+)?remove(?:d)?\b(?:\s+from\s+(?:the\s+)?list)? | stop\s+(?:sending|mailing|e-?mails?)
    | (?:wants?|wish(?:es)?|w[üu]nscht|will|m[öo]chte)\s+(?:no|kein\w*)\b | aus\s+(?:dem\s+)?verteiler
    | nichts\s+mehr | (?:(?:e-?)?mails?|mailing|post)\s+(?:kam|kommt|kommen|kamen|ging)\s+zur[üu]ck | zur[üu]ckgekommen
    | returned | ung[üu]ltig\w* | invalid | (?:bitte\s+)?(?:gestrichen|streichen|gel[öo]scht|l[öo]schen)\b | delet\w+
    | erase[ds]? | keine?\s+(?:einwilligung|zustimmung) | no\s+consent | withdr[ae]w\w* | nicht\s+mehr\s+(?:hier|dabei)
    | verzogen | off\s+(?:the|our|this)\s+list | dea?d\b | no\s+longer\s+in\b
    | d[ée]sabonn\w* | d[ée]sinscri\w* | d[ée]c[ée]d[ée]\w* | ne\s+(?:plus|pas)\s+(?:contacter|[ée]crire|envoyer)
    | (?:dad[oa]\s+de|de)\s+baja | fallecid\w* | no\s+contactar | falec\w+ | descadastr\w* | decedut\w* | disiscri\w*
    | zmar[łl]\w* | wypisa\w* | zrezygnow\w* | відпис\w* | померл?[аи]? | отписа\w* | умерл?[аи]? | odjav\w*
    | preminu\w* | odhl[áa][šs]\w* | zem[řr]el\w* | zomrel\w* | leiratkoz\w* | elhunyt | dezabon\w* | decedat\w* | vefat
    | uitgeschreven | overleden | afgemeld
    )
    | [†✝]""",
    re.VERBOSE,  # over small letters, which takes a third of the time
)
_LONGEST = 5000


def sounds_like_no(text: str, header: str) -> str:
    """Return the words of a remark that sound like a no, "" if none does; a reason for leaving is one in any words."""
    small = text[:_LONGEST].lower()
    if found := _SOUNDS.search(small):
        return printable(text[slice(*found.span())] if len(small) == len(text) else found[0])
    if is_reason(header) and fold(text) not in {"", "0", "nein", "no", "none", "false", "na", "null", "falsch"}:
        return printable(text)[:60]
    return ""
