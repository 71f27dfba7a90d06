"""The mistakes of a command line, in words of our own: click says them in English only."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import click

from ccmail.wording import Wording, join, say


def in_words(mistake: click.UsageError) -> str:
    """Return the message of a mistake; what is not known here is as click says it."""
    match mistake:
        case click.NoSuchOption():
            return _with_near(say("there is no option {option}", option=mistake.option_name), mistake.possibilities)
        case click.exceptions.NoSuchCommand():
            return _with_near(say("no command “{name}”", name=mistake.command_name), mistake.possibilities)
        case click.BadOptionUsage():
            return _about_its_value(mistake)
        case click.MissingParameter():
            return _missing(mistake)
        case click.BadParameter() if isinstance(mistake.message, Wording) and mistake.param:
            return join(": ", [_name(mistake.param), mistake.message])
    return mistake.message if isinstance(mistake.message, Wording) else " ".join(mistake.format_message().split())


def typed_language(words: Sequence[str], languages: Sequence[str]) -> str:
    """Return the language that a command line asks for, "" for none: a mistake may stand before it."""
    following = itertools.pairwise([*words, ""])
    asked = (word.partition("=")[2] or after for word, after in following if word.partition("=")[0] == "--language")
    return next((language for language in asked if language in languages), "")


def _with_near(message: str, near: list[str] | None) -> str:
    return join(". ", [message, say("Did you mean “{near}”?", near=near[0])]) if near else message


def _about_its_value(mistake: click.BadOptionUsage) -> str:
    params = mistake.ctx.command.params if mistake.ctx else []
    option = next((param for param in params if mistake.option_name in param.opts), None)
    if isinstance(option, click.Option) and (option.is_flag or option.count):
        return say("{option} takes no value", option=mistake.option_name)
    return say("{option} needs a value", option=mistake.option_name)


def _missing(mistake: click.MissingParameter) -> str:
    if mistake.param is None:
        return " ".join(mistake.format_message().split())
    message = say("{argument} is missing", argument=_name(mistake.param))
    there = mistake.param.type.get_missing_message(mistake.param, mistake.ctx)
    return join(". ", [message, there]) if there else message


def _name(param: click.Parameter) -> str:
    """Return a parameter as people type it: “--limit”, “CAMPAIGN”."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or (param.name or "").upper()).strip("[].")
