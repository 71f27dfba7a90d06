"""The words of the one who writes, without the mails that they quote."""

from __future__ import annotations

import itertools
import re

_LONGEST, _MOST_LINES = 20_000, 300
# What mail programs write above a mail that is answered; all that follows is quoted.
_QUOTED = re.compile(
    r"^\s{0,8}(?:"
    r">"
    r"|-{2,}\s{0,4}(?:original|urspr[uü]ngliche|weitergeleitete|forwarded|message d'origine|mensaje original"
    r"|messaggio originale|oorspronkelijk)"
    r"|_{10,}\s{0,4}$|begin forwarded message"
    r"|(?:on|am|le|el|il|op|den|em|w dniu)\b.{5,200}(?:wrote|schrieb\b.{0,100}|a [eé]crit|escribi[oó]|ha scritto"
    r"|schreef\b.{0,100}|skrev\b.{0,100}|escreveu|napisa[lł]\(?a?\)?)\s?:\s{0,4}$"
    r"|.{3,200} (?:schrieb|wrote) am .{3,100}:\s{0,4}$"
    r"|\*{0,2}(?:from|von|de|da|van|od|fra|från)\s?:\*{0,2}\s.{0,200}$"
    r")",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"\s{0,8}(?:on|am|le|el|il|op|den|em|w dniu)\b.{5,200}[@>,]", re.IGNORECASE)
_SIGNATURE = re.compile(r"^--\s?$")


def own_words(text: str) -> str:
    """Return the lines above the first that is quoted, or above the signature."""
    lines = text[:_LONGEST].split("\n")[:_MOST_LINES]
    own = itertools.takewhile(lambda two: not _ends(*two), itertools.pairwise([*lines, ""]))
    return "\n".join(line.strip() for line, _ in own).strip()


def _ends(line: str, following: str) -> bool:
    """Return whether the own words end before a line; “On …, somebody” and “wrote:” can be two."""
    if _SIGNATURE.match(line) or _QUOTED.match(line):
        return True
    return bool(_BROKEN.match(line)) and bool(_QUOTED.match(f"{line.rstrip()} {following.strip()}"))
