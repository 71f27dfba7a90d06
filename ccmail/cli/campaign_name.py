"""A campaign on the command line: its path, its file name or its id; shells complete the id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from ccmail.wording import say


class CampaignName(click.ParamType[str]):
    """The type of a campaign argument; the command itself finds the campaign, with a better message than click's."""

    name = "campaign"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the text unchanged."""
        return str(value)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str | None:  # noqa: ARG002
        """Return the ids that could have been given; None if there are none."""
        ids = sorted((path.stem for path in _files(_start(ctx))), reverse=True) if ctx else []
        return say("Campaigns here: {campaigns}", campaigns=tuple(ids)) if ids else None

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the ids with this beginning, the latest first; no campaign or setting is read."""
        found = sorted((p.stem for p in _files(_start(ctx)) if p.stem.startswith(incomplete)), reverse=True)
        return [CompletionItem(name) for name in found]


def _start(ctx: click.Context) -> Path:
    named = (context.params.get("workspace") for context in (ctx, ctx.parent) if context)
    return next((Path(folder) for folder in named if folder), Path.cwd()).absolute()


def _files(start: Path) -> Iterator[Path]:
    root = next((folder for folder in (start, *start.parents) if (folder / "ccmail.yaml").is_file()), None)
    if root is not None:
        yield from (p for p in (root / "campaigns").glob("*.y*ml") if not p.name.startswith("."))
