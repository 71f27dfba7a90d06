"""Signing in at a provider, as the person at the terminal sees it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from ccmail.cli.console import Console, shown, step
from ccmail.cli.language import said, tr
from ccmail.problems import UsageError
from ccmail.signin import ProviderAway, refusals
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.signin import Account
    from ccmail.signin.device import DeviceCode
    from ccmail.signin.grants import Grant
    from ccmail.signin.token_service import TokenService
    from ccmail.workspace import Workspace

_TURN = 1.0  # seconds between two numbers of the countdown
_FOLDER = "sign-in"  # in .ccmail, for a file that leads the browser to the provider
_WHERE = {
    "microsoft": say("you end it at https://myapps.microsoft.com"),
    "google": say("you end it at https://myaccount.google.com/connections"),
}


def sign_in(console: Console, workspace: Workspace, account: Account, *, by_browser: bool) -> None:
    """Ask a person to sign in, wait for it, and say who did and what comes next.

    Raises:
        UsageError: W747, nobody is there to be asked.
        ServerRefused: The sign-in was refused or not finished; W872, the provider cannot be reached.
    """
    from ccmail.signin.token_service import TokenService

    if not console.interactive or console.json:
        raise UsageError(
            say("`ccmail login` signs a person in, who has to be asked"),
            code="W747",
            hint=say("without --json and --no-input; once signed in, all other commands need nobody"),
        )
    try:
        service = TokenService(account)
        if by_browser or not _knows_codes(console, account, is_offered=bool(service.provider.device)):
            grant = _by_browser(console, workspace, service)
        else:
            grant = _by_code(console, service)
    except ProviderAway as away:
        raise refusals.unreachable(account, away) from None
    _result(console, account, grant)


def _knows_codes(console: Console, account: Account, *, is_offered: bool) -> bool:
    """Return whether a provider gives codes for the permissions of mails; says so if not."""
    # https://developers.google.com/identity/protocols/oauth2/limited-input-device#allowedscopes: none of Gmail
    if is_offered and not account.is_google:
        return True
    words = say("{title} gives no codes for mails: a browser on this computer is needed", title=account.title)
    console.say(said(words))
    return False


def _by_code(console: Console, service: TokenService) -> Grant:
    from ccmail.signin.device import sign_in_by_code

    def show(code: DeviceCode) -> None:
        words = say(
            "Open this page, on this computer or on a phone, and type the code there:\n\n    {address}\n\n    {code}\n",
            address=shown(code.address),
            code=shown(code.code),
        )
        click.echo(said(words), err=True)  # with --quiet, too: nobody could go on without it

    with _countdown(console) as left_over:

        def wait(seconds: float, left: float) -> None:
            until = time.monotonic() + seconds
            while (rest := until - time.monotonic()) > 0:
                left_over(left - seconds + rest)
                time.sleep(min(_TURN, rest))

        return sign_in_by_code(service, show, wait)


def _by_browser(console: Console, workspace: Workspace, service: TokenService) -> Grant:
    from ccmail.preview.opening import opened
    from ccmail.signin.browser import sign_in_by_browser

    with contextlib.ExitStack() as stack:

        def show(address: str) -> None:
            words = say(
                "Sign in on this page; if no browser opens, open it yourself:\n\n    {address}\n", address=address
            )
            click.echo(said(words), err=True)
            # who reads the address in a list of processes could come back in the place of the browser
            stack.enter_context(opened(address, workspace.state / _FOLDER))

        left_over = stack.enter_context(_countdown(console))
        return sign_in_by_browser(service, show, left_over)


@contextlib.contextmanager
def _countdown(console: Console) -> Iterator[Callable[[float], None]]:
    """Yield a function that shows how many seconds are left, in one line of a terminal; nothing elsewhere."""
    if console.quiet or not console.takes_codes(sys.stderr):
        yield lambda _left: None
        return
    from rich.console import Console as Terminal
    from rich.status import Status

    with Status("", console=Terminal(stderr=True, highlight=False)) as status:

        def show(left: float) -> None:
            minutes, seconds = divmod(max(0, int(left)), 60)
            rest = f"{minutes}:{seconds:02d}"
            status.update(said(say("waiting for you, {rest} left; Ctrl-C cancels", rest=rest)))

        yield show


def _result(console: Console, account: Account, grant: Grant) -> None:
    person = grant.person or account.title
    text = say(
        "Signed in: {person}, for the mailbox {user} at {host}.", person=person, user=account.user, host=account.host
    )
    lines = [said(text)]
    if grant.person and grant.person.casefold() != account.user.casefold():
        other = say(
            "{person} needs the right to send for {user} (shared mailbox: “Full access” and “Send as”).",
            person=grant.person,
            user=account.user,
        )
        lines.append(said(other))
    then = "ccmail inbox" if account.section == "inbox" else step("ccmail doctor", tr("logs in once"))
    console.result("\n".join(lines), {"server": account.section, "person": grant.person}, then=[then])


def forget_sign_in(console: Console, account: Account) -> None:
    """Take the permission away, and say what became of it."""
    from ccmail.signin.forget import Forgotten, forget

    become = forget(account)
    words = {
        Forgotten.NOTHING: say("Nobody was signed in for {user}.", user=account.user),
        Forgotten.EVERYWHERE: say("Forgotten, and taken back at {title}.", title=account.title),
        Forgotten.HERE: say(
            "Forgotten on this computer. {title} was not told: there it ends by itself, or {where}.",
            title=account.title,
            where=_WHERE.get(account.provider, say("the people who run the provider end it")),
        ),
    }
    console.result(said(words[become]), {"server": account.section, "forgotten": become.value})
