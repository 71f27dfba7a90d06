"""The words in which servers give their reasons, in the languages in which they speak to us."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"<?[^\s<>@]{1,100}@[^\s<>@]{1,100}>?")
_LINK = re.compile(r"https?://([\w.-]{1,200})\S{0,500}|www\.\S{1,500}", re.IGNORECASE)
_STEP = re.compile(r"\(in reply to [^()]{1,60}\)")
_CODE_OF_LINE = re.compile(r"(?<!\S)[45]\d\d-(?=\d\.|\s|[a-z])", re.IGNORECASE)

TERSE = "unknown user?"
"""Somebody says “user unknown” and no more: many a filter does, too, so that it takes a code or a step to be sure."""

# The first that fits counts: what is about the sender, the mail or the moment stands before what is about the address,
# for a filter likes to say “recipient rejected”, too. Words between two others: at most a few.
_WORDS: tuple[tuple[str, str], ...] = (
    # Exchange Online, of a recipient that is not in its directory
    ("unknown user", r"5\.4\.1\b.{0,60}recipient address rejected: access denied"),
    ("greylisted", r"gr[ae]y.?list|postgrey"),
    (
        "mailbox full",
        (
            r"(?:mail ?box|in ?box|quota|maildrop|mail folder|user|account)(?: \S+){0,4} (?:is )?(?:full"
            r"|exceeded)\b"
            r"|(?:over|out of|exceed\w*|beyond)(?: \S+){0,4} (?:quota|storage|mailbox size|storage allocation)"
            r"|quota (?:exceed|violation)|mailbox ?full|mailfull|not enough (?:disk |storage |mail)?space"
            r"|insufficient (?:disk |storage |mailbox )?(?:space|storage|quota)|mailbox size limit"
            r"|(?:postfach|mailbox|speicher)(?: \S+){0,4} (?:voll|überfüllt|überschritten|erschöpft|erreicht)"
            r"|speicherplatz|bo[iî]te(?: \S+){0,6} (?:pleine|satur|rempli)|quota d[eé]pass"
            r"|casella(?: \S+){0,3} piena|buz[oó]n(?: \S+){0,3} lleno|caixa(?: \S+){0,3} cheia|mailbox vol"
            r"|przepełnion|переполнен|満杯|已满"
        ),
    ),
    (
        "too large",
        (
            r"message (?:size |length )?(?:\S+ ){0,3}(?:exceed|too (?:large|big|long))"
            r"|(?:size|length) (?:limit|exceed)|too (?:large|big) (?:message|mail)|message is too (?:large|big)"
            r"|nachricht(?: \S+){0,3} zu (?:gro[sß]|gross)|trop volumineu"
        ),
    ),
    ("virus", r"\bvirus|malware|infected|trojan"),
    (
        "blocked",
        (
            r"black.?list|block.?list|blocked (?:using|by|for|due|because)|dnsbl|\brbl\b|spamhaus|spamcop"
            r"|barracuda|sorbs|client host|reverse (?:dns|lookup|hostname)|\brdns\b|\bptr\b|reputation"
            r"|not accepting connections|cannot find your (?:reverse )?hostname|helo command rejected"
            r"|(?:bad|invalid|unknown) helo"
            r"|(?:your|source) ip\b|\bip\b(?: \S+){0,6} (?:block|reject|list|bloqu|ban)|banned|adresse ip"
            r"|ip-adresse|send(?:ing|er) (?:server|host)(?: \S+){0,3} block"
        ),
    ),
    ("spam", r"\bspam|unsolicited|junk mail|bulk mail|looks like spam|spamming|uce\b|phish"),
    (
        "sender refused",
        (
            r"sender(?:'s)? (?:address|domain|is|not|verif|ip|id|access|rejected|denied|refused)(?! unknown user)"
            r"|unrout\w* sender|invalid sender|bad sender|domain of sender|absender"
            r"|(?:mail ?from|from|return|envelope|originator|your) (?:address|domain)"
            r"|mail from(?: \S+){0,3} (?:reject|not allowed|denied|refused)|envelope.?sender"
            r"|address is not verified|not authorized to send|send as"
        ),
    ),
    (
        "relaying",
        (
            r"relay(?:ing)?(?: \S+){0,2} (?:denied|prohibited|not (?:allowed|permitted)|rejected)"
            r"|(?:unable|not (?:permitted|allowed)) to relay|no relaying|we do not relay|relay access"
            r"|relaying denied|not a relay|rcpthosts"
        ),
    ),
    (
        "policy",
        (
            r"dmarc|\bspf\b|\bdkim\b|unauthenticated|authentication|\bpolicy\b|policies|security|local policy"
            r"|header error|access denied|administrative prohibition|administratively|richtlinie|prohibited"
            r"|not authorized|unauthorized"
        ),
    ),
    (
        "rate limit",
        (
            r"too (?:many|much) (?!hops)|rate limit|rate exceeded|connection rate|throttl|unexpected volume"
            r"|(?:daily|hourly|sending|message) limit|temporarily deferred|try (?:again )?later|later again"
        ),
    ),
    (
        "mailbox disabled",
        (
            r"(?:account|mailbox|user\b|recipient)(?: \S+){0,8} (?:disabled|suspended|inactive|locked|blocked"
            r"|deactivated|expired|not active|on hold|barred|frozen)"
            r"|@\W{0,3} (?:\S+ ){0,2}(?:disabled|suspended|inactive)"
            r"|(?:disabled|suspended|inactive|locked|deactivated|expired) (?:account|mailbox|user|recipient)"
            r"|not an active|compte(?: \S+){0,4} (?:bloqu|inacti|d[eé]sactiv|suspend)"
            r"|(?:konto|postfach|account)(?: \S+){0,3} (?:gesperrt|deaktiviert|inaktiv)"
        ),
    ),
    (
        "moved",
        (
            r"(?:mailbox|user|recipient|address|account)(?: \S+){0,3} (?:has )?moved"
            r"|(?:@\W{0,3}|mailbox|user|recipient|address|account|person|employee)(?: \S+){0,6} no longer"
            r" (?:on|at|with|here|works|employed|in use|valid|available|exist|accept|active)"
            r"|not our (?:customer|user)|no forwarding"
            r"|nicht mehr (?:g[uü]ltig|aktiv|erreichbar|vorhanden|verf[uü]gbar)"
        ),
    ),
    ("domain takes no mail", r"null ?mx|(?:doesn't|does not|do not) (?:receive|accept)(?: any)? e?-?mail|rfc ?7505"),
    (
        "network",
        (
            r"(?:host ?name|name|dns|domain) (?:service |server )?(?:lookup|resolution|resolver)(?: \S+)? (?:fail"
            r"|error|timeout)(?!\w*: host \S+ not found)|name service error.{0,120}try again|servfail"
            r"|temporary (?:lookup|dns|name)|loop|too many hops|hop count"
        ),
    ),
    (
        "no such domain",
        (
            r"(?:host|domain|hostname|system)(?: name)?(?: \S+){0,2} (?:is )?(?:unknown|not found"
            r"|couldn't be found|could not be found|does(?:n't| not) exist|can'?not be (?:found|resolved)"
            r"|not exist|invalid)|unknown (?:mail |destination )?(?:host|domain)"
            r"|(?:no such|unrout\w*|invalid|illegal|bad) (?:mail )?(?:host|domain|destination system|hostname)"
            r"|find a mail exchanger|no mx (?:found|record)|no mail (?:server|exchanger)s? for"
            r"|nxdomain|name or service not known|unrouteable mail domain|bad destination (?:system|host)"
            r"|domain(?: \S+){0,3} existiert nicht|(?:host|domain|rechner) unbekannt"
            r"|domaine (?:inconnu|inexistant)"
        ),
    ),
    (
        "unknown user",
        (
            r"(?:user|recipient|mailbox|address|account|addressee|login|name|person|maildrop|alias|userid"
            r"|customer|destinataire|adresse)(?: \S+){0,5} (?:(?:is|was|are|could|can) )?(?:not found|(?:does|did"
            r"|do) ?(?:n't|not) exist|not exist|wasn't found|couldn't be found|not be found"
            r"|not (?:a )?(?:known|recogni[sz]ed|listed|local|registered)|nonexist\w*|non-exist\w*"
            r"|inconnue?|invalide|inexistante?)"
            r"|(?:invalid recipient|nonexist\w*|non-exist\w*|undeliverable address|unrout\w* address"
            r"|bad destination mailbox|final delivery userid)"
            r"|no (?:mailbox|account)s? (?:here|by|with|exists|found|of)"
            r"|does(?:n't| not) (?:exist|have an? (?:account|mailbox))|not listed in|nobody here|not known at this"
            r"|no such (?:user|recipient|mailbox|address|person|account) here"
            r"|(?:address|recipient) rejected\W*$|recip(?:ient)?notfound|unknown user:"
            r"|(?:empfänger|adresse|postfach|benutzer|nutzer|mailbox|konto|teilnehmer)\w*"
            r"(?: \S+){0,5} (?:unbekannt|existiert nicht|nicht gefunden|ung[uü]ltig|nicht (?:vorhanden|bekannt"
            r"|g[uü]ltig|existiert))|unbekannte[rs]? (?:empfänger|adresse|benutzer|nutzer|postfach)"
            r"|kein (?:postfach|benutzer|empfänger)|existiert nicht|utilisateur inconnu|n'existe pas"
            r"|(?:usuario|destinatario|buz[oó]n|cuenta|direcci[oó]n)(?: \S+){0,4} (?:desconocid|no existe"
            r"|inexistente|no encontrad)|no existe"
            r"|(?:utente|destinatario|casella|indirizzo)(?: \S+){0,4} (?:sconosciut|inesistent|non esist"
            r"|non trovat)"
            r"|(?:usu[aá]rio|endere[cç]o|caixa)(?: \S+){0,4} (?:desconhecid|inexistente|n[aã]o existe"
            r"|n[aã]o encontrad)|onbekende gebruiker|bestaat niet|gebruiker onbekend|nie istnieje"
            r"|nieznany (?:u[zż]ytkownik|odbiorca|adres)|neexistuje|не существует|не найден|нет такого"
            r"|неизвестн\w+ (?:пользовател|адрес|получател)|存在しません|見つかりません|宛先不明|不存在|존재하지"
        ),
    ),
    (
        TERSE,
        (
            r"(?:user|recipient|mailbox|address|account|login|alias|customer)(?: \S+){0,2} (?:(?:is"
            r"|was) )?(?:unknown|invalid|unavailable|not available|undeliverable|not (?:a )?(?:valid|active))"
            r"|(?:unknown|no such|invalid|bad|illegal|unverified) (?:\S+ ){0,2}?(?:user|recipient|mailbox|address"
            r"|account|person|alias|name|customer|local part|login)"
            r"|not (?:a )?(?:valid|known|local) (?:user|recipient|mailbox|address|account|email)"
            r"|no (?:user|recipient) |user ?unknown|unknown ?user"
        ),
    ),
    (
        "network",
        (
            r"connection (?:timed? ?out|refused|reset|lost|dropped|closed|failed|error)|timed out|time ?out"
            r"|no route|unreachable|network|not reachable|is down|lookup fail"
            r"|did not accept our requests to connect|socket error|unable to connect|could not connect"
            r"|cannot connect|can't connect|verbindung|contact (?:destination|ldap)"
        ),
    ),
    (
        "expired",
        (
            r"expired|retry time|not be delivered for|could not deliver for|undelivered after|too long"
            r"|giv(?:ing|en) up|message will be deleted|unable to deliver in|for the last \d+|nicht mehr versucht"
        ),
    ),
    ("content", r"content|\bmime\b|attachment|line too long|message format|malformed (?!or unexpected)|media"),
    ("sender refused", r"sender"),
    (
        "system",
        (
            r"system (?:error|problem|resources)|internal (?:system )?error"
            r"|service (?:currently |temporarily )?unavailable|mailer error|operating system|configuration"
            r"|local error"
        ),
    ),
    ("blocked", r"\bblock(?:ed|ing)?\b"),
    (
        "protocol",
        (
            r"syntax|protocol|sequence of commands|command (?:parameter |argument )?(?:not |unrecogni|reject)"
            r"|(?:bad|unrecogni[sz]ed|unknown|invalid|improper) (?:\S+ ){0,2}(?:command|sequence|parameter)"
        ),
    ),
)
_REASONS = tuple((reason, re.compile(words)) for reason, words in _WORDS)


def reason_of_words(said: str) -> str:
    """Return the reason that a server's words give, "" if they give none that we know.

    Addresses and links in them do not count, but for the names of hosts: they are somebody else's words.
    """
    words = _LINK.sub(r" \1 ", _CODE_OF_LINE.sub(" ", _STEP.sub(" ", said)))
    plain = " ".join(_ADDRESS.sub("@", words).lower().replace("’", "'").split())
    return next((reason for reason, pattern in _REASONS if pattern.search(plain)), "")
