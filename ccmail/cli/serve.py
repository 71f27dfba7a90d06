"""`ccmail serve`: the public pages that the links in mails lead to."""

from __future__ import annotations

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.language import tr
from ccmail.cli.values import WholeNumber

_LOCAL = ("127.0.0.1", "localhost", "::1")
_USUAL_PORT = 8080


@click.command(cls=Command, name="serve")
@click.option("--port", type=WholeNumber(0, 65535), default=_USUAL_PORT, help="The port.")
@click.option("--host", default=_LOCAL[0], help="The address to listen at; a proxy on this computer needs no other.")
@click.pass_obj
def command(context: CliContext, /, *, port: int, host: str) -> None:
    """Serve the public pages: unsubscribing by one click, the mail in the browser.

    It needs “serve:” in ccmail.yaml, and a proxy in front of it that speaks https. Ctrl-C ends it.
    """
    from ccmail.web import open_site
    from ccmail.web.server import listen, run
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    with open_site(workspace) as site:
        listening = listen(host, port)
        at = "http://{}:{}".format(*listening.getsockname()[:2])
        public = workspace.settings.serve.public_url if workspace.settings.serve else ""
        run(
            site.app(),
            listening,
            lambda: context.console.say(tr("Serving {url} at {at}; Ctrl-C ends", url=public, at=at)),
        )
