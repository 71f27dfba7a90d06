"""The addresses of spam filters that judge the mails."""

from __future__ import annotations

import re
from typing import Annotated

from ccmail.wording import say
from ccmail.workspace.yes_no import yes_or_no
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem
from ccmail.yamlfile.addresses import read_web_link

_SERVER = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\]):(\d{1,5})", re.IGNORECASE)
_HIGHEST_PORT = 65535


def read_spamassassin(text: SourceText, _context: ReadContext) -> str | None:
    """Return "true" for the program of this computer, HOST:PORT for a spamd, None for neither.

    Raises:
        ValueProblem: It is none of these.
    """
    written = text.strip()
    if (is_wanted := yes_or_no(written)) is not None:
        return "true" if is_wanted else None
    found = _SERVER.fullmatch(written)
    if found is None or not 0 < int(found[1]) <= _HIGHEST_PORT:
        hint = say("true, or the address of a spamd, like 127.0.0.1:783")
        raise ValueProblem("W794", say("“{text}” does not say where SpamAssassin is", text=text), text.place, hint=hint)
    return written


def read_rspamd(text: SourceText, context: ReadContext) -> SourceText:
    """Return the web address of rspamd's worker.

    Raises:
        ValueProblem: It is not a web address.
    """
    link = read_web_link(text, context)
    if not link.startswith("http"):
        raise ValueProblem(
            "W794",
            say("“{text}” does not say where rspamd is", text=text),
            text.place,
            hint=say("like http://127.0.0.1:11333"),
        )
    return link


SpamAssassinPlace = Annotated[str, FromText(read_spamassassin, str, {"type": ["string", "boolean"]})]
"""The place of SpamAssassin."""

RspamdPlace = Annotated[SourceText, FromText(read_rspamd, SourceText, {"type": "string", "pattern": "^https?://"})]
"""The place of rspamd."""
