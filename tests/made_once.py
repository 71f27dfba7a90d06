"""What is slow to make and the same in each workspace is made once in a process: compiled templates, and pictures,
passages and mails of the same texts. For each new workspace that takes longer than all the rest.

ccmail finds them as it finds what an earlier run has left in the workspace, and leaves them there as always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import jinja2
import pytest
from jinja2.bccache import Bucket

from ccmail.rendering.environment import MailEnvironment, TemplateCache, TemplateLoader
from ccmail.workspace import TextCache, workspace

_compiled: dict[tuple[str, str], CodeType] = {}
_texts: dict[tuple[str, ...], str] = {}
# kinds whose texts follow from what they are made from alone, whatever a test has changed in ccmail
_KINDS = {"styles moved", "photo", "position", "passage", "marks left", "calendar file"}


class _Memory(jinja2.BytecodeCache):
    """Where a workspace has no folder for it."""

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = _compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        _compiled[bucket.key, bucket.checksum] = bucket.code


class _SharedTexts(TextCache):
    """The cache of a workspace; what is missing in its folder may have been made for another one."""

    def text(self, made_from: Sequence[str], make: Callable[[], str], libraries: Sequence[str] = ()) -> str:
        def remembered() -> str:
            origin = tuple(made_from)
            if origin not in _texts:
                _texts[origin] = make()
            return _texts[origin]

        return super().text(made_from, remembered if made_from[0] in _KINDS else make, libraries)


def share(patch: pytest.MonkeyPatch) -> None:
    """Let all workspaces of this process share what was made."""
    begin: Callable[..., None] = MailEnvironment.__init__
    load, dump, memory = TemplateCache.load_bytecode, TemplateCache.dump_bytecode, _Memory()

    def begin_with_memory(self: MailEnvironment, loader: Any, **options: Any) -> None:
        if isinstance(loader, TemplateLoader) and options.get("cache") is None:
            options["cache"] = memory
        begin(self, loader, **options)

    def load_or_remember(self: TemplateCache, bucket: Bucket) -> None:
        load(self, bucket)
        remembered = _compiled.get((bucket.key, bucket.checksum))
        if bucket.code is None and remembered is not None:
            bucket.code = remembered
            dump(self, bucket)

    def dump_and_remember(self: TemplateCache, bucket: Bucket) -> None:
        dump(self, bucket)
        memory.dump_bytecode(bucket)

    patch.setattr(MailEnvironment, "__init__", begin_with_memory)
    patch.setattr(TemplateCache, "load_bytecode", load_or_remember)
    patch.setattr(TemplateCache, "dump_bytecode", dump_and_remember)
    patch.setattr(workspace, "TextCache", _SharedTexts)
