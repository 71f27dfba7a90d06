"""`ccmail schema`: JSON Schemas for editors."""

from __future__ import annotations

import click

from ccmail.cli.app import CliContext, Command


@click.command(cls=Command, name="schema")
@click.pass_obj
def command(context: CliContext, /) -> None:
    """Write the JSON Schemas of ccmail.yaml and of campaigns into .ccmail/, with this workspace's people and segments.

    Editors with a YAML language server complete and explain keys with them; the first line of a campaign says so.
    """
    from ccmail.campaign.schema import write_schemas
    from ccmail.workspace import open_workspace

    workspace = open_workspace(context.start)
    files = [workspace.shown(path) for path in write_schemas(workspace)]
    context.console.result("\n".join(files), {"files": files})
