"""The Jinja2 environment of mails: sandboxed, strict, and aware of slots.

Before a template is compiled, its syntax tree is changed once: an expression that is *used* (tested, compared,
filtered, joined, called) is wrapped in a filter that takes the value of a slot; an expression that is printed or
passed on stays as it is. This alone makes `ccmail.rendering.slots` right for any template logic.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jinja2
import jinja2.bccache
from jinja2 import nodes
from jinja2.filters import do_urlencode
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from ccmail.rendering.limits import refuse_large
from ccmail.rendering.sizes import OPERATORS, bounded, joined, refuse_call, refuse_operation
from ccmail.rendering.slots import Literal, Slot, Use, current_tracker
from ccmail.rendering.soft_hyphens import with_soft_hyphens
from ccmail.workspace.cache import TEMPLATE, origin

_REVEAL = "_reveal"
_REVEAL_ALL = "_reveal_all"
_SMALL = "_small"
# Filters that know slots and print them in their own way: they must get the slots, not the values.
_SLOT_AWARE = frozenset({_REVEAL, _REVEAL_ALL, "wrap", "urlencode", "hyphenate"})


class MailEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2 for mails. Autoescape is on for everything but `*.txt.j2`."""

    intercepted_binops = OPERATORS
    concat = staticmethod(joined)

    def __init__(
        self,
        loader: jinja2.BaseLoader | None,
        *,
        autoescape: bool | Callable[[str | None], bool],
        cache: jinja2.BytecodeCache | None = None,
    ) -> None:
        super().__init__(
            loader=loader,
            bytecode_cache=cache,
            autoescape=autoescape,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=_print,
            auto_reload=False,
        )
        self.globals.pop("lipsum", None)
        self.filters |= {
            _REVEAL: lambda value: current_tracker().value_of(value),
            _REVEAL_ALL: lambda value: current_tracker().values_of(value),
            _SMALL: refuse_large,
            "wrap": _wrap,
            "urlencode": _urlencode,
            "hyphenate": _hyphenate,
            **bounded(self.filters),
        }

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _TakeValueWhereUsed().visit(tree)
        return tree

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something; macros get slots, everything else gets the values."""
        if isinstance(obj, Macro):
            return super().call(context, obj, *args, **kwargs)
        value_of = current_tracker().values_of
        values, named = [value_of(a) for a in args], {name: value_of(a) for name, a in kwargs.items()}
        refuse_call(obj, (*values, *named.values()))
        return super().call(context, obj, *values, **named)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any, /) -> Any:
        """Compute, unless the result would be too large."""
        refuse_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        """Return whether templates may call it: macros, Jinja2's own functions, methods of texts and containers."""
        if isinstance(obj, (Macro, BlockReference, LoopContext)) or any(obj is g for g in self.globals.values()):
            return True
        # the sandbox hands out str.format in a wrapper of its own
        owner = getattr(getattr(obj, "__wrapped__", obj), "__self__", None)
        plain = isinstance(owner, (str, int, float, list, tuple, dict, LoopContext)) or (
            type(owner).__module__ == "jinja2.utils"
        )
        return plain and super().is_safe_callable(obj)


class ProseEnvironment(MailEnvironment):
    """Jinja2 for the Markdown texts of a campaign: printed values are never read as Markdown."""

    def __init__(self) -> None:
        super().__init__(None, autoescape=False)
        self.finalize = _print_literal


class TemplateLoader(jinja2.FileSystemLoader):
    """Finds templates in the workspace first, then among the shipped ones; never outside these folders."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__([os.fspath(folder) for folder in folders], encoding="utf-8")
        self._roots = [folder.resolve() for folder in folders]

    def list_templates(self) -> list[str]:
        """Return the names of the readable templates: links that lead out of the folders do not count."""
        return [name for name in super().list_templates() if not self._leads_out(name)]

    def _leads_out(self, name: str) -> bool:
        root = next(root for root in self._roots if os.path.lexists(root / name))
        return not (root / name).exists() or not (root / name).resolve().is_relative_to(root)

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Read a template; a symbolic link that leads out of the folders counts as missing."""
        source, filename, is_current = super().get_source(environment, template)
        if not any(Path(filename).resolve().is_relative_to(root) for root in self._roots):
            raise jinja2.TemplateNotFound(template, f"{template} leads out of the templates folder")
        return source, filename, is_current


class TemplateCache(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates between runs: compiling them takes longer than anything else that `check` does.

    What it reads is executed, so the folder must be one that only the user can write to: `workspace.user_cache`. An
    entry is valid for one text of a template and one version of Jinja2, Python and ccmail. A folder that cannot be
    written to costs time only.
    """

    def __init__(self, folder: Path, made_by: str) -> None:
        super().__init__(os.fspath(folder), f"{made_by[:16]}-%s{TEMPLATE}")

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Take a compiled template if there is one; a damaged one counts as missing."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - half a file can raise anything
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep a compiled template, if that is possible."""
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def make_environment(folders: Sequence[Path], cache: Path | None = None) -> MailEnvironment:
    """Return the environment for the templates in these folders, first folder first.

    Args:
        folders: The folders with templates.
        cache: The user's own folder for compiled templates; without it they are compiled in every run.
    """
    made_by = origin(["template"], ["Jinja2"]) if cache else ""
    kept = TemplateCache(cache, made_by) if cache and made_by else None
    loader = TemplateLoader(folders)
    return MailEnvironment(loader, autoescape=lambda name: not (name or "").endswith(".txt.j2"), cache=kept)


def _print(value: Any) -> Any:
    return value.marker() if isinstance(value, Slot) else value


@jinja2.pass_context
def _print_literal(_context: Any, value: Any) -> Any:
    # pass_context also keeps Jinja2 from printing constants at compile time, when no tracker exists
    if isinstance(value, Slot):
        return value.marker()
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises UndefinedError
    return current_tracker().mark(Literal(str(current_tracker().value_of(value))))


def _wrap(value: Any, indent: str = "", hanging: str | None = None) -> str:
    """Filter: wrap a paragraph of the text part to 76 columns."""
    text = value.marker() if isinstance(value, Slot) else str(value)
    return current_tracker().wrap(text, indent, indent if hanging is None else hanging)


def _urlencode(value: Any) -> str:
    """Filter: quote a value for use in a URL; a slot stays a slot."""
    if isinstance(value, Slot):
        return value.marker(Use.URL_PART)
    return do_urlencode(current_tracker().values_of(value))


def _hyphenate(value: Any, locale: str) -> Any:
    """Filter: put soft hyphens into the long words of a text; markup and slots stay as they are."""
    if isinstance(value, (Slot, Markup)) or not isinstance(value, str):
        return value
    return with_soft_hyphens(value, locale)


class _TakeValueWhereUsed(NodeTransformer):
    """Wraps each expression that is used, not only printed or passed on, in a filter that takes the value."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: C901, PLR0912
        super().generic_visit(node, *args, **kwargs)
        match node:
            case nodes.Filter(name=name) if name not in _SLOT_AWARE:
                # inside {% filter %} and {% set %}…{% endset %} the value is the printed text: there is no node
                node.node = _wrapped(node.node, _REVEAL_ALL, node.lineno, node.environment)
                self._arguments(node)
            case nodes.Test():
                node.node = _wrapped(node.node, _REVEAL, node.lineno, node.environment)
                self._arguments(node)
            case nodes.Compare():
                node.expr = _wrapped(node.expr, _REVEAL_ALL)
            case nodes.Operand():
                node.expr = _wrapped(node.expr, _REVEAL_ALL)
            case nodes.BinExpr():  # and, or, +, -, %, …
                node.left = _wrapped(node.left, _REVEAL_ALL)
                node.right = _wrapped(node.right, _REVEAL_ALL)
            case nodes.UnaryExpr():
                node.node = _wrapped(node.node, _REVEAL)
            case nodes.Concat():
                node.nodes = [_wrapped(n, _REVEAL) for n in node.nodes]
                node = _wrapped(node, _SMALL)
            case nodes.CondExpr() | nodes.If():
                node.test = _wrapped(node.test, _REVEAL)
            case nodes.For():
                node.iter = _wrapped(node.iter, _REVEAL)
                if node.test is not None:
                    node.test = _wrapped(node.test, _REVEAL)
            case nodes.Getattr():
                node.node = _wrapped(node.node, _REVEAL)
            case nodes.Getitem():
                node.node = _wrapped(node.node, _REVEAL)
                if not isinstance(node.arg, nodes.Slice):
                    node.arg = _wrapped(node.arg, _REVEAL)
            case nodes.Include() | nodes.Import() | nodes.FromImport() | nodes.Extends():
                node.template = _wrapped(node.template, _REVEAL)
        return node

    @staticmethod
    def _arguments(node: nodes.Filter | nodes.Test) -> None:
        node.args = [_wrapped(a, _REVEAL_ALL) for a in node.args]
        for keyword in node.kwargs:
            keyword.value = _wrapped(keyword.value, _REVEAL_ALL)
        node.dyn_args = node.dyn_args and _wrapped(node.dyn_args, _REVEAL_ALL)
        node.dyn_kwargs = node.dyn_kwargs and _wrapped(node.dyn_kwargs, _REVEAL_ALL)


def _wrapped(node: Any, value_of: str, lineno: int | None = None, environment: jinja2.Environment | None = None) -> Any:
    if isinstance(node, (nodes.Const, nodes.TemplateData)):
        return node
    wrapper = nodes.Filter(node, value_of, [], [], None, None, lineno=node.lineno if node is not None else lineno)
    wrapper.set_environment(environment if node is None and environment is not None else node.environment)
    return wrapper
