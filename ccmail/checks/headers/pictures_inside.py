"""A picture that the HTML names and the mail does not have, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M637"
WHY = "a missing picture is an empty frame; one that nothing shows becomes a strange attachment"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem for every cid: without its part, a warning for every part without its cid:."""
    wanted = {e.get("src")[4:] for e in mail.page.named("img") if e.get("src").startswith("cid:")}
    there = {p.content_id for p in mail.pieces if p.content_id}
    for missing in sorted(wanted - there):
        yield Problem(CODE, f"the HTML shows the picture {missing}, which is not in the mail")
    for unused in sorted(there - wanted):
        yield Problem(CODE, f"the picture {unused} is in the mail, and the HTML shows it nowhere", Severity.WARNING)
