"""The token of the preview: whoever has it may see the page."""

from __future__ import annotations

import itertools
import re
import secrets
from pathlib import Path

from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.workspace.secret_store import NoSecret, read_secret

_BYTES = 32  # twice as many as nobody can guess
_SHORTEST, _SHORTEST_HEX = 22, 32  # characters of 128 bits, in base64url and in hexadecimal digits
_VARIETY = 8  # different characters, and different steps between neighbours; of 32 random digits about 14
_LETTERS = re.compile(r"[A-Za-z0-9_-]+")
_HEX = re.compile(r"[0-9a-fA-F]+")
_PLACE = re.compile(r"(?:file|env):.+")
_HINT = say("leave --token out: then ccmail makes one, new at each start")


def make_token() -> str:
    """Return a new token."""
    return secrets.token_urlsafe(_BYTES)


def read_token(given: str, root: Path = Path()) -> str:
    """Return the token that somebody has chosen.

    Args:
        given: The token, or the place where it lies: `file:PATH` or `env:NAME`.
        root: Where a relative PATH starts.

    Raises:
        UsageError: W718, it is not there, or could be guessed.
    """
    try:
        token = read_secret(given, root=root).strip() if _PLACE.fullmatch(given) else given
    except NoSecret as error:
        message = say("the token of the preview is not there: {why}", why=error.args[0])
        raise UsageError(message, code="W718", hint=_HINT) from None
    if reason := _weakness(token):
        raise UsageError(say("the token of the preview can be guessed: {why}", why=reason), code="W718", hint=_HINT)
    return token


def _weakness(token: str) -> str:
    """Return why a token could be guessed or does not fit into an address, "" if it is good."""
    shortest = _SHORTEST_HEX if _HEX.fullmatch(token) else _SHORTEST
    if not _LETTERS.fullmatch(token):
        return say("it must have letters, digits, “-” and “_” only")
    if len(token) < shortest:
        return say(
            "it has {length} characters, and {shortest} random ones are the least", length=len(token), shortest=shortest
        )
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(token)}
    if min(len(set(token)), len(steps)) < _VARIETY or _repeats(token):
        return say("it repeats itself")
    return ""


def _repeats(token: str) -> bool:
    """Return whether a token is one piece, again and again."""
    return any(token[size:] == token[:-size] for size in range(1, len(token) // 2 + 1))
