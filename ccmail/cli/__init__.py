"""The command line: reads what was typed, calls `ccmail.pipeline`, shows what came of it.

Everything that people see is written by `console`; a command's module is loaded when it is called.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys

from ccmail import gc_tuning

__all__ = ["main"]


def main() -> None:
    """Run ccmail as a program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without “✓” is no reason to fail
    gc_tuning.relax()
    # pydantic would look through everything that is installed for plugins, at every start
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        from ccmail.cli.app import COMPLETE_VARIABLE, ccmail

        ccmail(complete_var=COMPLETE_VARIABLE)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        _close_quietly()
        gc_tuning.freeze()


def _close_quietly() -> None:
    """Keep Python from complaining at its end that nobody reads our output any more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
