"""When Python looks for garbage: not in the hundred thousand objects that a command loads and that stay.

Only a program calls this (`cli`): a library that froze its caller's objects would keep them for ever.

Left to itself it looks through them again and again, and once more at the end: a fifth of a short command's time.
"""

from __future__ import annotations

import gc

_WHILE_LOADING = 200_000  # new objects after which Python looks for garbage: most commands end before
_WHILE_WORKING = 50_000


def relax() -> None:
    """Look seldom from now on: modules and settings are being loaded."""
    gc.set_threshold(_WHILE_LOADING, 10, 10)


def tighten() -> None:
    """Look at what is new, and often, from now on: a mail that is made for one reader alone leaves a lot behind.

    Where nothing was relaxed, nothing changes.
    """
    if gc.get_threshold()[0] == _WHILE_LOADING:
        gc.freeze()
        gc.set_threshold(_WHILE_WORKING, 10, 10)


def freeze() -> None:
    """Look no more at what is there now: it stays, or goes with the process."""
    gc.freeze()
