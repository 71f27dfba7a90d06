"""What lies in a file or in the environment because nobody else may know it: a password, a key."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_LARGEST = 65536


class NoSecret(Exception):
    """There is no secret where it should lie, or others can read it. Says what to do, and never holds it."""


def read_secret(place: str, *, root: Path = Path()) -> str:
    """Return the text that lies in `file:PATH` or `env:NAME`; never an empty one.

    Args:
        place: As it stands in ccmail.yaml.
        root: Where a relative PATH starts.

    Raises:
        NoSecret: It is not there, or it lies open for others to read.
    """
    kind, _, where = place.partition(":")
    if kind == "file":
        text, hint = _from_file(root / Path(where).expanduser()), f"{where} is empty"
    else:
        text, hint = os.environ.get(where, ""), f"set the variable {where}"
    if not text.strip():
        raise NoSecret(hint)
    return text


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & stat.S_IRWXO:
                raise NoSecret(f"everybody on this computer can read {path}: chmod 600 {path}, then write a new one")
            return file.read(_LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise NoSecret(f"{path} cannot be read: {why}") from None
