"""The letters of a terminal or file that does not have all of them: cp850 and cp1252 of Windows, latin-1, ASCII.

At a console, Python writes UTF-8 (PEP 528). What is sent into a file or another program there still has the code page
of the system.
"""

from __future__ import annotations

import codecs
import io
import sys

LOOKS_LIKE = "ccmail-looks-like"
"""The error handler that writes letters which are not there in ASCII: “Łódź …” becomes "Lodz ..."."""


def say_it_anyhow() -> None:
    """Let the program's output have every letter in some form: a terminal without “✓” must not stop a run."""
    codecs.register_error(LOOKS_LIKE, _looks_like)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LOOKS_LIKE)


def _looks_like(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from ccmail.campaign.file_names import transliterated

    missing = error.object[error.start : error.end]
    return "".join(transliterated(letter) or "?" for letter in missing), error.end
