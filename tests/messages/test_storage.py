"""The confirmed mail is sent: a compiled mail comes out of the ledger as it went in."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable

import pytest

from ccmail.audience import Contact, Salutation
from ccmail.calendar import Method
from ccmail.campaign import Variant
from ccmail.messages import (
    Assembler,
    CompiledMail,
    Frame,
    StoredMailDamaged,
    blobs_in,
    date_field,
    deserialise,
    serialise,
)
from ccmail.rendering import LoadedCampaign

LoadedOf = Callable[..., LoadedCampaign]
AssemblerOf = Callable[..., Assembler]
VariantOf = Callable[[LoadedCampaign], Variant]

PERSONAL = """\
type: announcement
calendar: rsvp
event: {date: 7.10.2020, time: "13:00–15:30", place: online, language: en}
de:
  subject: Für {{ name }}
  title: Digitalisierung
  text: |
    Liebe Leute in {{ city }} und anderswo, die {{ organisation }} lädt [hier](https://x.example/{{ city }}) ein.
"""
JANA = Contact(
    "jana@bonn.example", Salutation.MS, "Dr.", "Jana", "Müller", "Stadt Bonn <&>", "Bonn", "DE", "de", extra={"fee": ""}
)


def one_click(settings: str) -> str:
    return settings.replace("unsubscribe: {", "unsubscribe: {url: https://cities.example/u, ")


def again(frame: Frame) -> Frame:
    frozen = serialise(frame)
    return deserialise(frozen.data, frozen.blobs.__getitem__)


@pytest.mark.parametrize("method", [Method.PUBLISH, Method.REQUEST])
def test_a_mail_with_slots_in_all_its_parts_is_the_same_afterwards(
    loaded_of: LoadedOf,
    assembler_of: AssemblerOf,
    first_variant: VariantOf,
    small_settings: str,
    method: Method,
) -> None:
    loaded = loaded_of(PERSONAL, one_click(small_settings))
    message = assembler_of(loaded, method).assemble(JANA, first_variant(loaded))

    thawed = again(message.compiled.mail.frame)

    assert thawed == message.compiled.mail.frame
    assert b"".join(thawed.fill(message.personal_parts, date_field(message.date))) == message.as_bytes()


def test_what_is_a_readers_own_is_little(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, small_settings: str
) -> None:
    loaded = loaded_of(PERSONAL, one_click(small_settings))
    message = assembler_of(loaded, Method.REQUEST).assemble(JANA, first_variant(loaded))

    assert sum(map(len, message.personal_parts)) < len(message.as_bytes()) / 10
    assert not any(b"\0" in part for part in message.personal_parts)  # the ledger separates them with it


def test_a_mail_that_lacks_parts_is_none(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    loaded = loaded_of(PERSONAL)
    message = assembler_of(loaded).assemble(JANA, first_variant(loaded))

    with pytest.raises(IndexError):
        message.compiled.mail.frame.fill(message.personal_parts[:-1], b"Date: x\r\n")


def test_the_fields_of_a_message_are_all_that_its_mail_needs_and_no_more(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, small_settings: str
) -> None:
    loaded = loaded_of(PERSONAL, one_click(small_settings))
    message = assembler_of(loaded, Method.REQUEST).assemble(JANA, first_variant(loaded))

    assert set(message.fields) == {
        *("_entry_token", "_message_id", "_to_address", "_to_name"),
        *("city", "name", "organisation", "unsubscribe", "greeting_de"),
        *({"timezone"} & set(message.fields)),
    }
    for name in message.fields:
        with pytest.raises(KeyError):
            message.compiled.mail.personal_parts({n: v for n, v in message.fields.items() if n != name}, {})


def test_a_picture_is_kept_once_for_all_mails(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    picture = b"\xff" * 40_000
    campaign = PERSONAL.replace("de:\n", "attachments: [campaigns/agenda.pdf]\nde:\n", 1)
    loaded = loaded_of(campaign, agenda_pdf=b"%PDF-1.4\n" + picture)
    assembler = assembler_of(loaded)
    variant = first_variant(loaded)

    frozen = [
        serialise(assembler.assemble(c, variant).compiled.mail.frame)
        for c in (JANA, dataclasses.replace(JANA, city=""))
    ]

    assert len({name for each in frozen for name in each.blobs}) == 1
    assert all(len(each.data) < 20_000 for each in frozen)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        *map(zlib.compress, (b"[", b"\xff", b"null", b"{}", b"[null]", b"[-2]", b"[1.5]", b"[[]]", b"[[7]]")),
        *map(zlib.compress, (b'["\\u0416"]', b'[["a", "b"]]', b'[{"a": "b"}]')),
        zlib.compress(b"[" * 100_000 + b"]" * 100_000),
    ],
)
def test_data_that_is_no_mail_is_named_as_that(data: bytes) -> None:
    with pytest.raises(StoredMailDamaged):
        deserialise(data, lambda _: b"")


@pytest.mark.parametrize("data", [b"x", zlib.compress(b"[")])
def test_no_stretches_are_told_of_data_that_is_no_mail(data: bytes) -> None:
    with pytest.raises(StoredMailDamaged):
        blobs_in(data)


def test_a_mail_whose_lines_begin_with_dots_is_none() -> None:
    for chunk in (b".x\r\n", b"x\r\n.\r\n"):
        with pytest.raises(ValueError, match="begins with a dot"):
            CompiledMail((b"Subject: x\r\n\r\n", chunk))


def test_a_picture_that_is_another_one_is_no_part_of_a_mail() -> None:
    picture = b"R0lGODlh" * 10_000
    kept = serialise(Frame([b"Subject: x\r\n\r\n", picture]))

    assert deserialise(kept.data, kept.blobs.__getitem__).chunks[1] == picture
    with pytest.raises(StoredMailDamaged, match="other bytes"):
        deserialise(kept.data, lambda name: kept.blobs[name][:-1] + b"!")
