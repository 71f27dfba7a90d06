"""More people than the example's lists have."""

from __future__ import annotations

from collections.abc import Iterable

from tests.e2e.shell import Shell

DOMAIN = "inbox.example"
PEOPLE = tuple(f"reader{number:03}@{DOMAIN}" for number in range(1, 301))


def invite(shell: Shell, people: Iterable[str]) -> None:
    """Put these people on the two lists of the example, in turn."""
    lists = ["email,first_name,last_name\n", "email,first_name,last_name\n"]
    for number, address in enumerate(people, start=1):
        lists[number % 2] += f"{address},Jörg,Weiß-{number}\n"
    for name, text in zip(("german", "international"), lists, strict=True):
        (shell.folder / "recipients" / f"{name}.csv").write_text(text, encoding="utf-8")
