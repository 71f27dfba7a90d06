"""Tuning of the garbage collector: it leaves out the hundred thousand objects that a command loads and keeps.

By default it searches them again and again, and once more at the end: a fifth of a short command's time.

Only a program (`cli`) calls this: a library that froze its caller's objects would keep them for ever.
"""

from __future__ import annotations

import gc

_WHILE_LOADING = 200_000  # new objects before a collection: most commands end earlier
_WHILE_WORKING = 50_000


def relax() -> None:
    """Collect seldom from now on: modules and settings are being loaded."""
    gc.set_threshold(_WHILE_LOADING, 10, 10)


def tighten() -> None:
    """Collect new objects often from now on: a mail that is made for one reader alone leaves a lot of garbage.

    Without `relax` before, it changes nothing.
    """
    if gc.get_threshold()[0] == _WHILE_LOADING:
        gc.freeze()
        gc.set_threshold(_WHILE_WORKING, 10, 10)


def freeze() -> None:
    """Leave all present objects out of collections: they stay until the process ends."""
    gc.freeze()
