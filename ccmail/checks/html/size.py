"""HTML that Gmail cuts off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.checks.finished import FinishedMail

CODE = "H116"
WHY = "Gmail shows 102 KB and hides the rest, with it the way off the list; and takes 16 KB of styles"
_MUCH, _MOST = 80 * 1024, 102 * 1024
_MUCH_STYLE, _MOST_STYLE = 8 * 1024, 16 * 1024


def check(mail: FinishedMail) -> Iterator[Problem]:
    """Yield a problem from 102 KB of HTML or 16 KB of style on, a warning from 80 and 8 on."""
    size = len(mail.html.encode())
    if size > _MUCH:
        severity = Severity.ERROR if size > _MOST else Severity.WARNING
        yield Problem(
            CODE, f"the HTML has {size // 1024} KB: Gmail cuts it off at 102", severity, hint="shorten the text"
        )
    for style in mail.page.styles:
        if len(style.encode()) > _MUCH_STYLE:
            severity = Severity.ERROR if len(style.encode()) > _MOST_STYLE else Severity.WARNING
            yield Problem(CODE, f"a style element has {len(style.encode()) // 1024} KB", severity)
