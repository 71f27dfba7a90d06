"""A rule: the code of what it finds, how bad that is, and why it is looked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from ccmail.problems import Mark, Problem, Severity, Subject

if TYPE_CHECKING:
    from types import FunctionType, ModuleType


@dataclasses.dataclass(frozen=True, slots=True)
class Flaw:
    """A finding of a rule: a problem without the values that the rule has.

    Attributes:
        severity: For a rule that finds errors and warnings; None: the first of its severities.
    """

    message: str
    marks: tuple[Mark, ...] = ()
    hint: str = ""
    severity: Severity | None = None


def flaws(messages: Mapping[str, object]) -> Iterator[Flaw]:
    """Yield a flaw for each message whose value is true."""
    return (Flaw(message) for message, is_so in messages.items() if is_so)


Finder: TypeAlias = Callable[..., Iterator[Flaw] | Iterator[Flaw | Problem]]


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A function that looks for one kind of flaw.

    Attributes:
        code: Of its problems, as in `Problem`.
        severities: Of its problems, the usual one first.
        what: What is found, as a noun.
        why: The reason, a standard or what programs do.
        about: As in `Problem`.
        find: Yields flaws, and problems of other codes that it only passes on.
        looks_at: The names of what it is given: `loaded`, `mail`, `entry`, ...
    """

    code: str
    severities: tuple[Severity, ...]
    what: str
    why: str
    about: Subject
    find: Finder
    looks_at: tuple[str, ...]

    def __call__(self, **offered: object) -> Iterator[Problem]:
        """Yield the problems in the offered values; the rule takes those that it looks at."""
        return map(self.problem, self.find(**{name: offered[name] for name in self.looks_at}))

    def problem(self, found: Flaw | Problem, /) -> Problem:
        """Return a flaw as a problem of this rule; a problem is passed on."""
        if isinstance(found, Problem):
            return found
        return Problem(
            self.code, found.message, found.severity or self.severities[0], found.marks, found.hint, self.about
        )

    @property
    def module(self) -> str:
        """The module that holds it."""
        return self.find.__module__


_rules: list[Rule] = []


def rule(code: str, *severities: Severity, why: str, about: Subject = Subject.CAMPAIGN) -> Callable[[Finder], Rule]:
    """Make a rule of the function below; the first line of its docstring says what is found."""

    def register(find: Finder) -> Rule:
        what = (find.__doc__ or "").partition("\n")[0].removesuffix(".")
        inside = cast("FunctionType", find).__code__
        made = Rule(
            code,
            severities,
            what,
            why,
            about,
            find,
            inside.co_varnames[: inside.co_argcount + inside.co_kwonlyargcount],
        )
        _rules.append(made)
        return made

    return register


def rules_of(*places: ModuleType) -> tuple[Rule, ...]:
    """Return the rules of modules, and of all modules of packages, that are loaded."""
    inside = tuple(f"{place.__name__}." for place in places)
    return tuple(each for each in _rules if f"{each.module}.".startswith(inside))


def apply(rules: Iterable[Rule], **offered: object) -> Iterator[Problem]:
    """Yield the problems that rules find in what is offered to each of them."""
    for each in rules:
        yield from each(**offered)
