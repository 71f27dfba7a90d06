"""The mails of a few readers are compared with a full render at every check of a campaign."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.messages import Assembler
from ccmail.messages.sample import Sample
from ccmail.rendering import LoadedCampaign

LoadedOf = Callable[..., LoadedCampaign]
AssemblerOf = Callable[..., Assembler]
VariantOf = Callable[[LoadedCampaign], Variant]

CAMPAIGN = """\
type: announcement
event: {{date: 7.10.2020, time: "13:00–15:30", place: online, language: en}}
de:
  subject: Einladung
  title: Digitalisierung
  text: "{text}"
"""


def offered(sample: Sample, loaded: LoadedCampaign, variant: VariantOf, readers: int = 20) -> None:
    for number in range(readers):
        sample.offer(Contact(email=f"reader{number}@city.example", first_name=f"Uta{number}"), variant(loaded))


def test_a_compiled_mail_that_is_the_rendered_one_is_no_word_worth(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    loaded = loaded_of(CAMPAIGN.format(text="Liebe {{ first_name }}"))
    sample = Sample()
    offered(sample, loaded, first_variant)

    assert list(sample.differences(assembler_of(loaded))) == []


def test_a_text_that_depends_on_chance_is_found(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    loaded = loaded_of(CAMPAIGN.format(text="Nummer {{ range(99999) | random }}."))
    sample = Sample()
    offered(sample, loaded, first_variant)

    found = list(sample.differences(assembler_of(loaded)))

    assert len(found) == 4
    assert all("Nummer" in line for _, line in found)


@pytest.mark.parametrize("readers", [1, 3, 4, 9])
def test_everybody_has_the_same_chance_to_be_drawn(readers: int) -> None:
    drawn: Counter[str] = Counter()
    chance = random.Random(7)
    for _ in range(3000):
        sample = Sample(chance)
        for number in range(readers):
            sample.offer(Contact(email=f"{number}"), None)  # type: ignore[arg-type]
        drawn.update(contact.email for contact, _ in sample._drawn)

    expected = 3000 * min(4, readers) / readers
    assert len(drawn) == readers
    assert all(abs(times - expected) < expected * 0.1 for times in drawn.values())
