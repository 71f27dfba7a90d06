"""A segment whose readers could ask nobody."""

from __future__ import annotations

from collections.abc import Iterator

from ccmail.problems import Mark, Problem, Severity
from ccmail.rendering import LoadedCampaign

CODE = "C230"
WHY = "readers answer to the contact person of their segment, who needs an address"


def check(loaded: LoadedCampaign) -> Iterator[Problem]:
    """Yield a problem for each contact person without an address, a warning for each segment without a person."""
    for segment in loaded.campaign.segments:
        marks = (Mark(loaded.campaign.document.place("segments", segment.name)),)
        person = loaded.settings.person(segment.contact)
        if person is None:
            yield Problem(
                CODE,
                f"{segment.name} has no contact person",
                Severity.WARNING,
                marks,
                f"add “contact: …” to segments.{segment.name}: answers would go to {loaded.settings.sender.address}",
            )
        elif not person.email:
            yield Problem(
                CODE,
                f"{person.name} is the contact of {segment.name}, but has no address",
                marks=marks,
                hint=f"add “email: …” to people.{segment.contact} in ccmail.yaml",
            )
