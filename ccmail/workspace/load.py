"""A folder becomes a Workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.languages import Language, load_languages
from ccmail.problems import InputError, Problem, UsageError, sort_problems
from ccmail.wording import say
from ccmail.workspace.settings import Settings
from ccmail.workspace.workspace import FILE, Workspace, template_folders
from ccmail.yamlfile import Document, FieldsNode, bind, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def find_workspace(start: Path) -> Path:
    """Return the nearest folder, from `start` upward, that has a ccmail.yaml.

    Raises:
        UsageError: There is none.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise UsageError(
        say("no {file} in {folder} or in a folder above it", file=FILE, folder=start),
        code="W750",
        hint=say("go to your workspace (or name it with -C), or make one with `ccmail init`"),
    )


def open_workspace(start: Path) -> Workspace:
    """Find and load the workspace of a folder.

    Raises:
        UsageError: There is none.
        InputError: ccmail.yaml has errors.
    """
    workspace, problems = load_workspace(find_workspace(start))
    if workspace is None or any(p.is_error for p in problems):
        raise InputError(problems)
    return workspace


def load_workspace(root: Path) -> tuple[Workspace | None, tuple[Problem, ...]]:
    """Read ccmail.yaml and the languages.

    Returns:
        The workspace (None exactly if one of the problems is an error) and all problems, sorted.
    """
    root = root.absolute()
    document = read_document(root / FILE, FILE)
    languages, problems = _load_languages(root)
    context = {"languages": tuple(languages) or None, "people": _names_in(document, "people"), "folder": ""}
    settings, said = bind(Settings, document, context=context, name=FILE)
    problems = sort_problems((*problems, *said))
    if settings is None or any(problem.is_error for problem in problems):
        return None, problems
    return Workspace(root, _with_defaults(settings), languages, document), problems


def languages_of(root: Path) -> tuple[str, ...]:
    """Return the codes of a workspace's languages without reading its ccmail.yaml; none if a words file is wrong."""
    return tuple(_load_languages(root)[0])


def _with_defaults(settings: Settings) -> Settings:
    """Return the settings with the sender's address for mails that unsubscribe, unless another one is given."""
    if settings.unsubscribe.address:
        return settings
    unsubscribe = settings.unsubscribe.model_copy(update={"address": settings.sender.address})
    return settings.model_copy(update={"unsubscribe": unsubscribe})


def _load_languages(root: Path) -> tuple[Mapping[str, Language], tuple[Problem, ...]]:
    def shown(path: Path) -> str:
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    try:
        return load_languages([folder / "words" for folder in template_folders(root)], shown), ()
    except InputError as error:
        return {}, error.problems


def _names_in(document: Document, key: str) -> tuple[str, ...]:
    node = document.node(key)
    return tuple(str(field.key) for field in node.fields) if isinstance(node, FieldsNode) else ()
