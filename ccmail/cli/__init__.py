"""The command line: reads what was typed, calls `ccmail.pipeline`, shows what came of it.

Everything that people see is written by `console`; a command's module is loaded when it is called.
"""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run ccmail as a program."""
    from ccmail.cli.app import ccmail

    ccmail()
