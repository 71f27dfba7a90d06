"""A table that screen readers read aloud as one, or do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H112"
WHY = "a layout table without role=presentation is read cell by cell: “row 1 of 12, column 1 of 2 …”"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for layout tables without a role and data tables without headings."""
    for table in mail.page.named("table"):
        heads = [e for e in mail.page.named("th") if table in e.way_up()]
        if table.get("role") in {"presentation", "none"}:
            continue
        if not heads or table.inside == []:
            yield Problem(
                CODE, f"the table in line {table.line} of the HTML has neither role=presentation nor headings"
            )
        elif any(not th.get("scope") for th in heads):
            yield Problem(CODE, f"a heading of the table in line {table.line} of the HTML has no scope")
