"""Text and HTML that are not both there, in this order and in UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "M635"
WHY = "RFC 2046 5.1.4: the last alternative is shown; without text spam filters, watches and screen readers lose"


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem if the two parts are not as they should be."""
    shown = [p for p in mail.pieces if p.content_type in {"text/plain", "text/html"} and p.disposition != "attachment"]
    if [p.content_type for p in shown] != ["text/plain", "text/html"] or any(
        "alternative" not in p.within for p in shown
    ):
        yield Problem(CODE, "the mail is not an alternative of text and HTML, in this order")
    for piece in shown:
        if piece.parameters.get("charset", "").casefold() != "utf-8":
            yield Problem(CODE, f"{piece.content_type} is not UTF-8")
