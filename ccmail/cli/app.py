"""The program `ccmail`: its commands by name, options that every command knows, exit codes."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ccmail import __version__
from ccmail.cli.console import Console
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

# docs/reference/commands.md lists them all
EXIT_CODES: dict[type[CcmailError], int] = {
    InputError: 1,
    UsageError: 2,
    NotConfirmed: 3,
    ServerRefused: 5,
    LedgerFailure: 7,
    AlreadySending: 8,
}

COMPLETE_VARIABLE = "_CCMAIL_COMPLETE"
"""What a shell sets when it asks for completions."""

# (name, group, one line): known without loading the command, so that --help is there at once
COMMANDS = (
    ("demo", "START", "check and rehearse the two example campaigns; nothing leaves this computer"),
    ("init", "START", "make a new workspace"),
    ("new", "START", "make a new campaign file"),
    ("check", "WRITE", "find everything that can be wrong, with file and line"),
    ("preview", "WRITE", "see in the browser what readers will get, while you write"),
    ("explain", "WRITE", "what the code of a problem means, in English or German"),
    ("test", "TRY", "send every variant to the testers"),
    ("approve", "TRY", "note that somebody has approved a version"),
    ("send", "SEND", "plan, typed count, progress, result; run again to go on"),
    ("status", "AFTER", "who got what"),
    ("resolve", "AFTER", "who is in doubt; say that they have it, or are to get it again"),
    ("report", "AFTER", "numbers to pass on, or a line for each recipient"),
    ("recipients", "LISTS", "check lists; find, unsubscribe, resubscribe or forget a person"),
    ("doctor", "SETUP", "look at DNS, mail server, sender and this computer"),
    ("completion", "SETUP", "let bash, zsh or fish complete commands and campaigns"),
    ("login", "SETUP", "store the password of the mail server in the keyring"),
    ("schema", "SETUP", "write the schemas for editors into .ccmail/"),
)


class CliContext:
    """What the options that all commands share come to."""

    def __init__(self) -> None:
        self.workspace: Path | None = None
        self.console = Console()

    def take(self, options: dict[str, Any]) -> None:
        """Take the shared options out of what a command was called with; they may stand before or after it."""
        self.workspace = options.pop("workspace", None) or self.workspace
        console = self.console
        console.json |= options.pop("json", False)
        console.quiet |= options.pop("quiet", False)
        console.verbose |= options.pop("verbose", False)
        console.colour &= not options.pop("no_color", False)
        console.interactive &= not options.pop("no_input", False)

    @property
    def start(self) -> Path:
        """The folder from which the workspace is looked for."""
        return self.workspace or Path.cwd()


def shared_options() -> list[click.Option]:
    """Return new copies of the options that work before and after every command."""
    return [
        click.Option(
            ["-C", "--workspace"],
            type=click.Path(file_okay=False, exists=True, path_type=Path),
            help="The folder with ccmail.yaml; without it the nearest one upward.",
        ),
        click.Option(["--json"], is_flag=True, help="Print one JSON object instead of text."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Results and errors only."),
        click.Option(["-v", "--verbose"], is_flag=True, help="Say more."),
        click.Option(["--no-color"], is_flag=True, help="No colours."),
        click.Option(["--no-input"], is_flag=True, help="Ask nothing."),
    ]


class Command(click.Command):
    """A command that knows the shared options and hands them over as a `CliContext`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what stops it is shown once, and becomes the exit code."""
        context = ctx.find_object(CliContext) or CliContext()
        context.take(ctx.params)
        return _guarded(context, lambda: super(Command, self).invoke(ctx))


class Commands(click.Group):
    """A command that has commands; the shared options may stand before or after its name, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def invoke(self, ctx: click.Context) -> Any:
        """Take the shared options, and go on to the command."""
        (ctx.find_object(CliContext) or CliContext()).take(ctx.params)
        return super().invoke(ctx)


class Program(click.Group):
    """The group of all commands; their modules are loaded when they are called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the help text."""
        return [name for name, _, _ in COMMANDS]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Load a command."""
        if name not in {known for known, _, _ in COMMANDS}:
            return None
        command: click.Command = importlib.import_module(f"ccmail.cli.{name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or say which one may have been meant."""
        names = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in names:
            near = did_you_mean(args[0], names)
            ctx.fail(f"no command “{args[0]}”." + (f" Did you mean “{near}”?" if near else " See ccmail --help."))
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by what they are for, without loading them."""
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
            CcmailError(f"{error.strerror or error}: {error.filename or 'a file'}", code="W725", hint="who owns it?")
        )
        sys.exit(1)
    except KeyboardInterrupt:
        context.console.say("\nStopped.")
        sys.exit(130)


def _known(error: CcmailError) -> bool:
    return isinstance(error, tuple(EXIT_CODES))


@click.group(
    cls=Program,
    invoke_without_command=True,
    params=shared_options(),
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 settled, 1 wrong input, 2 wrong usage, 3 not confirmed, 4 work remains, 5 refused by the "
    "server, 6 some in doubt, 7 ledger trouble, 8 already being sent.",
)
@click.version_option(__version__, prog_name="ccmail", message="%(prog)s %(version)s")
@click.pass_context
def ccmail(ctx: click.Context, /, **options: Any) -> None:
    """Newsletters and invitations for a city network.

    Without a command: where am I, and what is next.
    """
    context = ctx.obj = CliContext()
    context.take(options)
    if ctx.invoked_subcommand is None:
        from ccmail.cli.overview import overview

        _guarded(context, lambda: overview(context))
