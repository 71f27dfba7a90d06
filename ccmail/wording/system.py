"""The words of the operating system about a file or a connection, so that they can be said in another language."""

from __future__ import annotations

import errno
from typing import Final

from ccmail.wording import say

KNOWN: Final = {
    errno.ENOENT: say("No such file or directory"),
    errno.EACCES: say("Permission denied"),
    errno.EPERM: say("Operation not permitted"),
    errno.EEXIST: say("File exists"),
    errno.EISDIR: say("Is a directory"),
    errno.ENOTDIR: say("Not a directory"),
    errno.ENOTEMPTY: say("Directory not empty"),
    errno.ENAMETOOLONG: say("File name too long"),
    errno.ELOOP: say("Too many levels of symbolic links"),
    errno.ENOSPC: say("No space left on device"),
    errno.EROFS: say("Read-only file system"),
    errno.EBUSY: say("Device or resource busy"),
    errno.EMFILE: say("Too many open files"),
    errno.EIO: say("Input/output error"),
    errno.EINVAL: say("Invalid argument"),
    errno.EADDRINUSE: say("Address already in use"),
    errno.EADDRNOTAVAIL: say("Cannot assign requested address"),
    errno.ECONNREFUSED: say("Connection refused"),
    errno.ECONNRESET: say("Connection reset by peer"),
    errno.ETIMEDOUT: say("Connection timed out"),
    errno.EHOSTUNREACH: say("No route to host"),
    errno.ENETUNREACH: say("Network is unreachable"),
}
"""The usual words, by the number of the error; in English as Linux has them."""


def words_of(error: BaseException) -> str:
    """Return why a file or a connection failed, in the system's words; those that are rare stay as the system says."""
    known = KNOWN.get(error.errno or 0) if isinstance(error, OSError) else None
    return known or getattr(error, "strerror", None) or str(error) or type(error).__name__
