"""The values of options and arguments: a choice, a whole number, a path; a wrong one is refused in our own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ccmail.wording import say


class OneOf(click.Choice[str]):
    """The type of a word out of a few."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word in a text."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(say("“{word}” is not one of: {words}", word=value, words=tuple(self.choices)), param, ctx)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the words that could have been given."""
        return say("Write one of: {words}", words=tuple(self.choices))


class WholeNumber(click.IntRange):
    """The type of a whole number that is not below the least one, nor above the most, if there is one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number in a text."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            if self.max is None:
                self.fail(say("“{text}” is not a whole number from {least} on", text=value, least=self.min), param, ctx)
            words = say(
                "“{text}” is not a whole number from {least} to {most}", text=value, least=self.min, most=self.max
            )
            self.fail(words, param, ctx)


class FilePath(click.Path):
    """The type of a path."""

    def __init__(self, *, exists: bool = False, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(exists=exists, file_okay=file_okay, dir_okay=dir_okay, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path in a text."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as mistake:
            self.fail(self._words(Path(value)) or mistake.message, param, ctx)

    def _words(self, path: Path) -> str:
        """Return why a path is refused, "" if click knows better."""
        if not path.exists():
            return say("{path} does not exist", path=path)
        if path.is_dir() and not self.dir_okay:
            return say("{path} is a folder", path=path)
        if path.is_file() and not self.file_okay:
            return say("{path} is a file, not a folder", path=path)
        return ""
