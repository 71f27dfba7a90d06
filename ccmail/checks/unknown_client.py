"""A mail program in ccmail.yaml that nothing is known of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import Mark, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.rendering import LoadedCampaign

CODE = "W782"
WHY = "a misspelt name would be checked for nobody, and look as if all were well"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for every name in `check.clients` that the data do not have."""
    from ccmail.checks.clients.support import support  # noqa: PLC0415 - data that the check of a file need not read

    for name in loaded.settings.check.clients:
        near = support().nearest(name)
        if near is not None:
            label = f"did you mean “{near}”?" if near else ""
            hint = "gmx, web-de, gmail, outlook.windows …: see https://www.caniemail.com/clients/"
            yield Problem(CODE, f"no mail program is called “{name}”", marks=(Mark(name.place, label),), hint=hint)
