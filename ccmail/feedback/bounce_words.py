"""The words in which servers give their reasons, in the languages in which they speak to us."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"<?[^\s<>@]{1,100}@[^\s<>@]{1,100}>?")
_LINK = re.compile(r"https?://([\w.-]{1,200})\S{0,500}|www\.\S{1,500}", re.IGNORECASE)
_CODE_OF_LINE = re.compile(r"(?<!\S)[45]\d\d-(?=\d\.|\s|[a-z])", re.IGNORECASE)

TERSE = "unknown user?"
"""Somebody says “user unknown” and no more: many a filter does, too, so that it takes a code or a step to be sure."""

# The first that fits counts: what is about the sender, the mail or the moment stands before what is about the address,
# for a filter likes to say “recipient rejected”, too. Words between two others: at most a few.
_WORDS: tuple[tuple[str, str], ...] = (
    # Exchange Online, of a recipient that is not in the directory: the one refusal for its access that is about an address
    ("unknown user", r"5\.4\.1\b.{0,60}recipient address rejected: access denied"),
    ("greylisted", r"gr[ae]y.?list|postgrey"),
    (
        "mailbox full",
        r"(?:mail ?box|in ?box|quota|maildrop|mail folder|user|account)(?: \S+){0,4} (?:is )?(?:full|exceeded)\b"
        r"|(?:over|out of|exceed\w*|beyond)(?: \S+){0,4} (?:quota|storage|mailbox size|storage allocation)"
        r"|quota (?:exceed|violation)|mailbox ?full|mailfull|not enough (?:disk |storage |mail)?space"
        r"|insufficient (?:disk |storage |mailbox )?(?:space|storage|quota)|mailbox size limit"
        r"|(?:postfach|mailbox|speicher)(?: \S+){0,4} (?:voll|überfüllt|überschritten|erschöpft|erreicht)|speicherplatz"
        r"|bo[iî]te(?: \S+){0,6} (?:pleine|satur|rempli)|quota d[eé]pass|casella(?: \S+){0,3} piena"
        r"|buz[oó]n(?: \S+){0,3} lleno|caixa(?: \S+){0,3} cheia|mailbox vol|przepełnion|переполнен|満杯|已满",
    ),
    (
        "too large",
        r"message (?:size |length )?(?:\S+ ){0,3}(?:exceed|too (?:large|big|long))|(?:size|length) (?:limit|exceed)"
        r"|too (?:large|big) (?:message|mail)|message is too (?:large|big)|nachricht(?: \S+){0,3} zu (?:gro[sß]|gross)|trop volumineu",
    ),
    ("virus", r"\bvirus|malware|infected|trojan"),
    (
        "blocked",
        r"black.?list|block.?list|blocked (?:using|by|for|due|because)|dnsbl|\brbl\b|spamhaus|spamcop|barracuda|sorbs|client host"
        r"|reverse (?:dns|lookup|hostname)|\brdns\b|\bptr\b|poor reputation|bad reputation|low reputation|reputation"
        r"|not accepting connections|cannot find your (?:reverse )?hostname|helo command rejected|bad helo|(?:your|source) ip\b"
        r"|\bip\b(?: \S+){0,6} (?:block|reject|list|bloqu|ban)|banned|adresse ip|ip-adresse|send(?:ing|er) (?:server|host)(?: \S+){0,3} block",
    ),
    (
        "spam",
        r"\bspam|unsolicited|junk mail|bulk mail|looks like spam|spamming|uce\b|phish",
    ),
    (
        "sender refused",
        r"sender(?:'s)? (?:address|domain|is|not|verif|ip|id|access|rejected|denied|refused)(?! unknown user)|unrout\w* sender|invalid sender|bad sender"
        r"|domain of sender|from address|mail from(?: \S+){0,3} (?:reject|not allowed|denied|refused)|envelope.?sender"
        r"|address is not verified|not authorized to send|send as|absender",
    ),
    (
        "relaying",
        r"relay(?:ing)?(?: \S+){0,2} (?:denied|prohibited|not (?:allowed|permitted)|rejected)|(?:unable|not (?:permitted|allowed)) to relay"
        r"|no relaying|we do not relay|relay access|relaying denied|not a relay|rcpthosts",
    ),
    (
        "policy",
        r"dmarc|\bspf\b|\bdkim\b|unauthenticated|authentication|\bpolicy\b|policies|security|local policy|header error|access denied"
        r"|administrative prohibition|administratively|richtlinie|prohibited|not authorized|unauthorized",
    ),
    (
        "rate limit",
        r"too (?:many|much) (?!hops)|rate limit|rate exceeded|connection rate|throttl|unexpected volume|(?:daily|hourly|sending|message) limit|temporarily deferred"
        r"|try (?:again )?later|later again",
    ),
    (
        "mailbox disabled",
        r"(?:account|mailbox|user|recipient|e?-?mail|address)(?: \S+){0,8} (?:disabled|suspended|inactive|locked|blocked|deactivated|expired|not active|on hold|barred|frozen)"
        r"|(?:disabled|suspended|inactive|locked|deactivated|expired) (?:account|mailbox|user|recipient)|not an active"
        r"|compte(?: \S+){0,4} (?:bloqu|inacti|d[eé]sactiv|suspend)|(?:konto|postfach|account)(?: \S+){0,3} (?:gesperrt|deaktiviert|inaktiv)",
    ),
    (
        "moved",
        r"(?:mailbox|user|recipient|address|account)(?: \S+){0,3} (?:has )?moved|no longer (?:on|at|with|here|works|employed|in use|valid|available|exist|accept|active)"
        r"|not our (?:customer|user)|no forwarding|nicht mehr (?:g[uü]ltig|aktiv|erreichbar|vorhanden|verf[uü]gbar)|no longer",
    ),
    (
        "domain takes no mail",
        r"null ?mx|(?:doesn't|does not|do not) (?:receive|accept)(?: any)? e?-?mail|find a mail exchanger|no mx (?:found|record)|rfc ?7505"
        r"|no mail (?:server|exchanger)s? for|nullmx",
    ),
    (
        "network",
        r"(?:host ?name|name|dns|domain) (?:service |server )?(?:lookup|resolution|resolver)(?: \S+)? (?:fail|error|timeout)(?!\w*: host \S+ not found)|name service error.{0,120}try again|servfail|temporary (?:failure|lookup)"
        r"|loop|too many hops|hop count",
    ),
    (
        "no such domain",
        r"(?:host|domain|hostname|system)(?: name)?(?: \S+){0,2} (?:is )?(?:unknown|not found|couldn't be found|could not be found|does(?:n't| not) exist|can'?not be (?:found|resolved)|not exist|invalid)"
        r"|unknown (?:mail |destination )?(?:host|domain)|(?:no such|unrout\w*|invalid|illegal|bad) (?:mail )?(?:host|domain|destination system|hostname)|nxdomain|name or service not known"
        r"|unrouteable mail domain|bad destination (?:system|host)|domain(?: \S+){0,3} existiert nicht|(?:host|domain|rechner) unbekannt|domaine (?:inconnu|inexistant)",
    ),
    (
        "unknown user",
        r"(?:user|recipient|mailbox|address|account|addressee|login|name|person|maildrop|alias|userid|customer|destinataire|adresse)(?: \S+){0,5} "
        r"(?:(?:is|was|are|could|can) )?(?:not found|(?:does|did|do) ?(?:n't|not) exist|not exist|doesn't|wasn't found|couldn't be found|not be found"
        r"|not (?:a )?(?:known|recogni[sz]ed|listed|local|registered)|nonexist\w*|non-exist\w*|rejected\W*$|inconnue?|invalide|inexistante?)"
        r"|(?:invalid recipient|nonexist\w*|non-exist\w*|undeliverable address|unrout\w* address|bad destination mailbox|final delivery userid)"
        r"|no (?:mailbox|account)s? (?:here|by|with|exists|found|of)|does(?:n't| not) (?:exist|have an? (?:account|mailbox))"
        r"|not listed in|nobody here|not known at this|recip(?:ient)?notfound|unknown user:"
        r"|(?:empfänger|adresse|postfach|benutzer|nutzer|mailbox|konto|teilnehmer)\w*(?: \S+){0,5} (?:unbekannt|existiert nicht|nicht gefunden|ung[uü]ltig|nicht (?:vorhanden|bekannt|g[uü]ltig|existiert))"
        r"|unbekannte[rs]? (?:empfänger|adresse|benutzer|nutzer|postfach)|kein (?:postfach|benutzer|empfänger)|existiert nicht"
        r"|utilisateur inconnu|n'existe pas|(?:usuario|destinatario|buz[oó]n|cuenta|direcci[oó]n)(?: \S+){0,4} (?:desconocid|no existe|inexistente|no encontrad)|no existe"
        r"|(?:utente|destinatario|casella|indirizzo)(?: \S+){0,4} (?:sconosciut|inesistent|non esist|non trovat)|(?:usu[aá]rio|endere[cç]o|caixa)(?: \S+){0,4} (?:desconhecid|inexistente|n[aã]o existe|n[aã]o encontrad)"
        r"|onbekende gebruiker|bestaat niet|gebruiker onbekend|nie istnieje|nieznany (?:u[zż]ytkownik|odbiorca|adres)|neexistuje|не существует|не найден|нет такого|неизвестн\w+ (?:пользовател|адрес|получател)"
        r"|存在しません|見つかりません|宛先不明|不存在|존재하지",
    ),
    (
        TERSE,
        r"(?:user|recipient|mailbox|address|account|login|alias|customer)(?: \S+){0,2} (?:(?:is|was) )?(?:unknown|invalid|unavailable|not available|undeliverable|not (?:a )?(?:valid|active))"
        r"|(?:unknown|no such|invalid|bad|illegal|unverified) (?:\S+ ){0,2}?(?:user|recipient|mailbox|address|account|person|alias|name|customer|local part|login)"
        r"|not (?:a )?(?:valid|known|local) (?:user|recipient|mailbox|address|account|email)|no (?:user|recipient) |user ?unknown|unknown ?user",
    ),
    (
        "network",
        r"connection (?:timed? ?out|refused|reset|lost|dropped|closed|failed|error)|timed out|time ?out|no route|unreachable|network|not reachable|is down|lookup fail"
        r"|did not accept our requests to connect|socket error|unable to connect|could not connect|cannot connect|can't connect|verbindung|contact (?:destination|ldap)",
    ),
    (
        "expired",
        r"expired|retry time|not be delivered for|could not deliver for|undelivered after|too long|giv(?:ing|en) up|message will be deleted|unable to deliver in|for the last \d+|nicht mehr versucht",
    ),
    ("content", r"content|\bmime\b|attachment|line too long|message format|malformed (?!or unexpected)|media"),
    ("sender refused", r"sender"),
    (
        "system",
        r"system (?:error|problem|resources)|internal (?:system )?error|service (?:currently |temporarily )?unavailable|mailer error|operating system|configuration|local error",
    ),
    ("protocol", r"syntax|command|sequence|parameter|protocol|unrecogni[sz]ed"),
)
_REASONS = tuple((reason, re.compile(words)) for reason, words in _WORDS)


def reason_of_words(said: str) -> str:
    """Return the reason that a server's words give, "" if they give none that we know.

    Addresses and links in them do not count, but for the names of hosts: they are somebody else's words.
    """
    words = _LINK.sub(r" \1 ", _CODE_OF_LINE.sub(" ", said))
    plain = " ".join(_ADDRESS.sub("@", words).lower().replace("’", "'").split())
    return next((reason for reason, pattern in _REASONS if pattern.search(plain)), "")
