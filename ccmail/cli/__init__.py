"""The command line: reads arguments, calls `ccmail.pipeline` or a package, shows the result.

`console` writes all output; a command's module is loaded only when the command is called.
"""

from __future__ import annotations

import contextlib
import os
import sys

from ccmail import gc_tuning
from ccmail.cli.encoding import say_it_anyhow

__all__ = ["main"]


def main() -> None:
    """Run ccmail as a program."""
    say_it_anyhow()
    gc_tuning.relax()
    # pydantic would search all installed packages for plugins at every start
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from ccmail.cli.app import run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        _close_quietly()
        gc_tuning.freeze()


def _close_quietly() -> None:
    """Flush the output, and keep Python from reporting a closed pipe when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
