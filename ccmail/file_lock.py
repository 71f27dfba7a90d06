"""Locks on open files: the only door to portalocker, which has them for every system.

The system takes a lock back when its process ends, however it ends (flock(2); LockFile of Windows). On Windows others
cannot read what is locked, so a locked file says nothing: what is to be said stands in a file beside it.
"""

from __future__ import annotations

import sys
from typing import IO


def lock(file: IO[str], *, wait: bool = False) -> bool:
    """Lock a file until it is closed, and return whether that was possible.

    Args:
        file: Open for writing.
        wait: Whether to wait while somebody else has it locked.
    """
    import portalocker  # noqa: PLC0415 - for those who lock only

    flags = portalocker.LockFlags.EXCLUSIVE | (portalocker.LockFlags(0) if wait else portalocker.LockFlags.NON_BLOCKING)
    while True:
        try:
            portalocker.lock(file, flags)
        except portalocker.AlreadyLocked:
            if not wait:
                return False  # Windows gives up by itself after ten seconds: then it is asked again
        except portalocker.LockException as error:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from None
            raise OSError(str(error)) from error
        else:
            return True


def is_locked(file: IO[str]) -> bool:
    """Return whether somebody else has a file locked, or may have; the look is over at once.

    On Windows the look itself locks the file, for a moment: there are no shared locks without a further package.
    """
    import portalocker  # noqa: PLC0415 - likewise

    kind = portalocker.LockFlags.EXCLUSIVE if sys.platform == "win32" else portalocker.LockFlags.SHARED
    try:
        portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.AlreadyLocked:
        return True
    except portalocker.LockException:
        return True  # this drive has no locks: nobody can know
    portalocker.unlock(file)
    return False
