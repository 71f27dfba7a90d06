"""`ccmail serve`: the public pages that the links in mails lead to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.console import step
from ccmail.cli.language import tr, tr_n
from ccmail.cli.values import WholeNumber
from ccmail.problems import UsageError
from ccmail.wording import say

if TYPE_CHECKING:
    import socket

    from ccmail.cli.console import Console
    from ccmail.workspace import Workspace

_USUAL_PORT = 8080


@click.command(cls=Command, name="serve")
@click.option("--port", type=WholeNumber(0, 65535), default=_USUAL_PORT, help="The port.")
@click.option("--host", default="127.0.0.1", help="The address to listen at; a proxy on this computer needs no other.")
@click.option("--log", is_flag=True, help="Write a line for each request on standard error; it names no reader.")
@click.option("--check", is_flag=True, help="Only say what is missing before the pages can run.")
@click.option("--online", is_flag=True, help="With --check: ask the public address for an answer, too.")
@click.option("--tidy", is_flag=True, help="Only delete forms to subscribe that nobody has confirmed within 7 days.")
@click.pass_obj
def command(context: CliContext, /, *, port: int, host: str, log: bool, check: bool, online: bool, tidy: bool) -> None:
    """Serve the public pages: unsubscribing by one click, the mail in the browser.

    It needs “serve:” in ccmail.yaml, and a proxy in front of it that speaks https. Ctrl-C ends it.
    """
    from ccmail.web import needed_serve
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    if check:
        sys.exit(_check(context.console, workspace, host, port, online=online))
    if tidy:
        _tidy(context.console, workspace)
        return
    _consider_host(context.console, needed_serve(workspace).public_url, host)
    from ccmail.web.server import listen

    run(context.console, workspace, listen(host, port), log=log)


def run(console: Console, workspace: Workspace, listening: socket.socket, *, log: bool = False) -> None:
    """Serve a workspace's pages until Ctrl-C or SIGTERM."""
    from ccmail.web import needed_serve, open_site, server

    at = "http://{}:{}".format(*listening.getsockname()[:2])
    url = needed_serve(workspace).public_url
    with listening, open_site(workspace) as site:
        app = site.app(sys.stderr if log else None)
        where = tr("Serving {at}; Ctrl-C ends", at=at)
        if url != at:
            where = tr("Serving {url} at {at}; Ctrl-C ends", url=url, at=at)
        server.run(app, listening, lambda: console.say(where))


def _check(console: Console, workspace: Workspace, host: str, port: int, *, online: bool) -> int:
    from ccmail.cli import doctor
    from ccmail.web import examine_site

    findings = list(examine_site(workspace, host=host, port=port, online=online))
    return doctor.show(console, findings, "ccmail serve --check", step("ccmail serve", tr("serves the pages")))


def _tidy(console: Console, workspace: Workspace) -> None:
    from ccmail.ledger import open_ledger
    from ccmail.subscription.confirming import drop_expired

    with open_ledger(workspace.ledger_place) as ledger:
        dropped = drop_expired(workspace, ledger, waits=True)
    text = tr_n(
        "Deleted {n:,} form that nobody has confirmed.", "Deleted {n:,} forms that nobody has confirmed.", n=dropped
    )
    console.result(text, {"deleted": dropped})


def _consider_host(console: Console, public_url: str, host: str) -> None:
    """Warn of an address that others reach without encryption.

    Raises:
        UsageError: W930, and readers would come there without it.
    """
    from ccmail.web.server import LOCAL

    if host in LOCAL:
        return
    if not public_url.startswith("https:"):
        raise UsageError(
            say("{host} is no address of this computer alone, and serve.public_url is not https", host=host),
            code="W930",
            hint=say("write the https address of your proxy into serve.public_url, or leave --host out"),
        )
    console.warn(say("nobody encrypts what comes to {host}: let only your proxy reach it", host=host))
