"""`ccmail explain`: the meaning of the code of a problem."""

from __future__ import annotations

import click

from ccmail.cli.app import CliContext, Command
from ccmail.cli.explanations import Explanation, explanations
from ccmail.cli.language import catalogue, said
from ccmail.problems import UsageError
from ccmail.wording import say


@click.command(cls=Command, name="explain")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.pass_obj
def command(context: CliContext, /, codes: tuple[str, ...]) -> None:
    """Show the meaning of problem codes, and what to do about these problems."""
    known = explanations(catalogue())
    found = [_find(code, known) for code in codes]
    why = {rule_code: said(reason) for rule_code, reason in _reasons().items()}
    data = [{"code": e.code, "about": e.about, "what": e.what, "to_do": e.to_do, "why": why.get(e.code)} for e in found]
    text = "\n\n".join(_shown(e, why.get(e.code, "")) for e in found)
    context.console.result(text, {"language": catalogue().language, "codes": data}, then=["ccmail check"])


def _find(code: str, known: dict[str, Explanation]) -> Explanation:
    name = code.strip("[]").upper()
    if name in known:
        return known[name]
    near = [other for other in known if name and other.startswith(name[:2])] or sorted({other[0] for other in known})
    raise UsageError(
        say("there is no code {code}", code=code),
        code="W749",
        hint=say("the codes there are: {near}", near=tuple(near)),
    )


def _shown(explanation: Explanation, why: str) -> str:
    to_do, because = said(say("what to do")), said(say("why"))
    width = max(len(to_do), len(because))
    lines = [f"{explanation.code} · {explanation.about}", "", f"  {explanation.what}", ""]
    rows = ((to_do, explanation.to_do), (because, why))
    lines += [f"  {label:<{width}}   {words}" for label, words in rows if words]
    return "\n".join(lines).rstrip()


def _reasons() -> dict[str, str]:
    """Return the reasons of the rules of `ccmail check`, by code."""
    from ccmail.checks import all_rules

    return {rule.code: rule.why for rule in all_rules()}
