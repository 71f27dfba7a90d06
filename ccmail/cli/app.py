"""The program `ccmail`: its commands by name, the options of every command, the exit codes."""

from __future__ import annotations

import dataclasses
import importlib
import keyword
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from ccmail import __version__
from ccmail.cli.console import Console
from ccmail.cli.language import choose_language, tr
from ccmail.cli.values import FilePath, OneOf
from ccmail.problems import (
    AlreadySending,
    CcmailError,
    InputError,
    LedgerFailure,
    NotConfirmed,
    ServerRefused,
    UsageError,
    did_you_mean,
)
from ccmail.wording import join, say
from ccmail.wording.system import words_of

# docs/reference/commands.md lists them all
EXIT_CODES: dict[type[CcmailError], int] = {
    InputError: 1,
    UsageError: 2,
    NotConfirmed: 3,
    ServerRefused: 5,
    LedgerFailure: 7,
    AlreadySending: 8,
}

_WIDEST_HELP, _NARROW_HELP = 80, 60  # columns
_LANGUAGES = ("en", "de")  # `CATALOGUES`, for which a folder would have to be read

COMPLETE_VARIABLE = "_CCMAIL_COMPLETE"
"""The environment variable in which a shell asks for completions."""

# (name, group, one line): known without loading the commands, so that --help is quick
COMMANDS = (
    ("demo", "START", "check and rehearse the two example campaigns; nothing leaves this computer"),
    ("init", "START", "make a new workspace"),
    ("new", "START", "make a new campaign file"),
    ("check", "WRITE", "find everything that can be wrong, with file and line"),
    ("preview", "WRITE", "see in the browser what readers will get, while you write"),
    ("explain", "WRITE", "show the meaning of problem codes, in English or German"),
    ("test", "TRY", "send every variant to the testers"),
    ("approve", "TRY", "note that somebody has approved a version"),
    ("send", "SEND", "show the plan, ask for the number, send; run again to go on"),
    ("update", "SEND", "tell those who have an event what has changed, in their calendars too"),
    ("remind", "SEND", "remind those who have an event and have not declined"),
    ("cancel", "SEND", "call an event off, in the calendars of all who have it"),
    ("worker", "SEND", "send what others have put into the queue, beside other workers"),
    ("pause", "SEND", "stop a sending for a while, from any computer that has the ledger"),
    ("continue", "SEND", "let a paused campaign go on"),
    ("status", "AFTER", "show who got what; --watch: how far a sending is, each second"),
    ("inbox", "AFTER", "read bounces, unsubscriptions and answers to invitations"),
    ("answers", "AFTER", "show who comes, who does not, and what they say"),
    ("resolve", "AFTER", "list who is in doubt, and record what you found out"),
    ("report", "AFTER", "show numbers to pass on, or a line for each recipient"),
    ("recipients", "LISTS", "check lists; find, unsubscribe, resubscribe or forget a person"),
    ("doctor", "SETUP", "examine DNS, mail server, sender and this computer"),
    ("serve", "SETUP", "serve the public pages: unsubscribing, the mail in the browser"),
    ("completion", "SETUP", "let bash, zsh or fish complete commands and campaigns"),
    ("db", "SETUP", "bring a ledger on a server up to date, or import a ledger into one"),
    ("login", "SETUP", "sign in at a mail provider, or store a password in the keyring"),
    ("schema", "SETUP", "write the schemas for editors into .ccmail/"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class SharedOptions:
    """The values of the options that may stand before and after every command."""

    workspace: Path | None = None
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    no_input: bool = False
    language: str | None = None

    @classmethod
    def take(cls, params: dict[str, Any]) -> SharedOptions:
        """Take the shared options out of the parameters of a command, and return them."""
        return cls(**{field.name: params.pop(field.name) for field in dataclasses.fields(cls)})


class CliContext:
    """The workspace folder and the console of a run, from the shared options."""

    def __init__(self) -> None:
        self.workspace: Path | None = None
        self.console = Console()
        choose_language("")

    def add(self, options: SharedOptions) -> None:
        """Add the options from one place of the command line to those from other places."""
        self.workspace = options.workspace or self.workspace
        console = self.console
        console.json |= options.json
        console.quiet |= options.quiet
        console.verbose |= options.verbose
        console.colour &= not options.no_color
        console.interactive &= not options.no_input
        if options.language:
            choose_language(options.language)

    @property
    def start(self) -> Path:
        """The folder at which the search for the workspace begins, upward."""
        return self.workspace or Path.cwd()


def shared_options() -> list[click.Option]:
    """Return new copies of the options that may stand before and after every command."""
    return [
        click.Option(
            ["-C", "--workspace"],
            type=FilePath(exists=True, file_okay=False),
            help="The folder with ccmail.yaml. Without it: the nearest one, here or above.",
        ),
        click.Option(["--json"], is_flag=True, help="Print one JSON object instead of text."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Results and errors only."),
        click.Option(["-v", "--verbose"], is_flag=True, help="Show notes, too, and more details."),
        click.Option(["--no-color"], is_flag=True, help="No colours."),
        click.Option(["--no-input"], is_flag=True, help="Ask nothing."),
        click.Option(
            ["--language"],
            type=OneOf(_LANGUAGES),
            help="The language of everything but this help. Without it: that of this computer.",
        ),
    ]


class _Help(click.HelpFormatter):
    """Help texts that break no word on a narrow terminal."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write what options and commands do, beside them or, where they are long for the terminal, below."""
        super().write_dl(rows, col_max if self.width >= _NARROW_HELP else self.width // 4, col_spacing)


class _Context(click.Context):
    formatter_class = _Help


class _Typed(click.Command):
    """A command that tells where a mistake was made, also one that click finds while it takes the line apart."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options and arguments.

        Raises:
            click.UsageError: A word is wrong or missing.
        """
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as mistake:
            mistake.ctx = mistake.ctx or ctx
            raise


class Command(_Typed):
    """A command with the shared options, which its function gets as a `CliContext`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options and arguments; a word too many is a mistake as well."""
        ctx.allow_extra_args = True  # click refuses them in English only
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            ctx.fail(say("this is too much: {words}", words=" ".join(rest)))
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that stops it is shown once, and gives the exit code."""
        context = ctx.find_object(CliContext) or CliContext()
        context.add(SharedOptions.take(ctx.params))
        return _guarded(context, lambda: super(Command, self).invoke(ctx))


class Commands(_Typed, click.Group):
    """A command with subcommands; the shared options may stand before or after its name, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def invoke(self, ctx: click.Context) -> Any:
        """Take the shared options, then run the subcommand."""
        (ctx.find_object(CliContext) or CliContext()).add(SharedOptions.take(ctx.params))
        return super().invoke(ctx)


class Program(_Typed, click.Group):
    """The group of all commands; a module is loaded when its command is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the help text."""
        return [name for name, _, _ in COMMANDS]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, loaded now; None if there is none of this name."""
        if name not in {known for known, _, _ in COMMANDS}:
            return None
        module = f"{name}_" if keyword.iskeyword(name) else name  # `continue`
        command: click.Command = importlib.import_module(f"ccmail.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; an unknown name fails with the nearest known one."""
        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            near = did_you_mean(args[0], names)
            message = say("no command “{name}”", name=args[0])
            ctx.fail(join(". ", [message, say("Did you mean “{near}”?", near=near)]) if near else message)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands in their groups, without loading them."""
        for group in dict.fromkeys(group for _, group, _ in COMMANDS):
            with formatter.section(group):
                formatter.write_dl([(name, line) for name, of, line in COMMANDS if of == group])


def _guarded(context: CliContext, run: Callable[[], Any]) -> Any:
    try:
        return run()
    except CcmailError as error:
        context.console.failure(error)
        sys.exit(next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind)) if _known(error) else 1)
    except OSError as error:
        context.console.failure(
            CcmailError(
                say("{why}: {file}", why=words_of(error), file=error.filename or say("a file")),
                code="W725",
                hint=say("see who owns it, and whether you may read and write it"),
            )
        )
        sys.exit(1)
    except KeyboardInterrupt:
        context.console.say(tr("\nStopped."))
        sys.exit(130)


def _known(error: CcmailError) -> bool:
    return isinstance(error, tuple(EXIT_CODES))


def run() -> None:
    """Run what was typed; a command or option that there is not is shown as every other error is."""
    columns = min(shutil.get_terminal_size().columns, _WIDEST_HELP) - 2  # by itself, click needs 50
    try:
        sys.exit(ccmail.main(standalone_mode=False, complete_var=COMPLETE_VARIABLE, terminal_width=columns))
    except click.exceptions.NoArgsIsHelpError as unfinished:  # only the first word of two: its help is the answer
        unfinished.show()
        sys.exit(unfinished.exit_code)
    except click.UsageError as mistake:
        from ccmail.cli.mistakes import in_words, typed_language

        context = (mistake.ctx and mistake.ctx.find_object(CliContext)) or CliContext()
        context.console.json |= "--json" in sys.argv
        choose_language(typed_language(sys.argv, _LANGUAGES))
        command = mistake.ctx.command_path if mistake.ctx else "ccmail"
        context.console.failure(
            UsageError(in_words(mistake), code="W799", hint=say("{command} --help", command=command))
        )
        sys.exit(mistake.exit_code)
    except click.Abort:
        sys.exit(130)
    except OSError:  # a full disk or a closed pipe takes no help text, and no message about it
        sys.exit(1)


@click.group(
    cls=Program,
    invoke_without_command=True,
    params=shared_options(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 wrong input, 2 wrong usage, 3 not confirmed, 4 work remains, 5 refused by the "
    "server, 6 some in doubt, 7 ledger trouble, 8 already being sent.",
)
@click.version_option(__version__, prog_name="ccmail", message="%(prog)s %(version)s")
@click.pass_context
def ccmail(
    ctx: click.Context,
    /,
    *,
    workspace: Path | None,
    json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    no_input: bool,
    language: str | None,
) -> None:
    """Newsletters and invitations for a city network.

    Without a command it shows where you are, and what to do next.
    """
    context = ctx.obj = CliContext()
    context.add(SharedOptions(workspace, json, quiet, verbose, no_color, no_input, language))
    if ctx.invoked_subcommand is None:
        from ccmail.cli.overview import overview

        _guarded(context, lambda: overview(context))
