"""A filled mail is, byte for byte, the same as a full render for that reader alone."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import io
import itertools
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ccmail.audience import Contact, Salutation
from ccmail.calendar import Method, Revision
from ccmail.calendar.reading import read_invitation
from ccmail.campaign import Variant
from ccmail.messages import Assembler, MailStamp
from ccmail.problems import CcmailError
from ccmail.rendering import LoadedCampaign
from tests.messages.conftest import SENT_AT

LoadedOf = Callable[..., LoadedCampaign]
AssemblerOf = Callable[..., Assembler]
VariantOf = Callable[[LoadedCampaign], Variant]

CAMPAIGN = """\
type: announcement
event: {{date: 7.10.2020, time: "13:00–15:30", place: online, language: en}}
de:
  subject: "{subject}"
  title: Digitalisierung
  text: |
    {text}
"""
# what an organiser might write, and what only a programmer would
TEXTS = [
    "Wir laden Sie ein.",
    "Liebe*r {{ first_name }} aus {{ city }}, schön, dass es **{{ organisation }}** gibt.",
    "{% if country == 'DE' %}Willkommen{% else %}Welcome, {{ first_name }}{% endif %}!",
    "{% if not first_name %}Sehr geehrtes Team{% else %}Hallo {{ first_name | upper }}{% endif %} {{ city }}",
    "{% for part in [first_name, city] %}{{ loop.index }}. {{ part }} {% endfor %}",
    "[Anmelden](https://cities.example/r?city={{ city }}&mail={{ email }}) oder {{ name | length }} {{ fee }}",
    "{% set who %}{{ title }} {{ last_name }}{% endset %}{{ who | trim }}, {{ [city, country] | join(' / ') }}",
    "- {{ first_name }}\n    - {{ last_name | default('x') }}\n    - {{ greeting }}",
    "{{ first_name }}",
]
SUBJECTS = ["Einladung", "Einladung für {{ city }}", "{% if first_name %}{{ first_name }}: {% endif %}Einladung"]
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"]), max_size=24).map(
    lambda name: " ".join(name.split())
)
CONTACTS = st.builds(
    Contact,
    email=st.just("x@y.example"),
    gender=st.sampled_from(Salutation),
    title=st.sampled_from(["", "Dr.", "Prof. Dr."]),
    first_name=NAMES,
    last_name=NAMES,
    organisation=NAMES,
    city=NAMES,
    country=st.sampled_from(["DE", "GE", "BO", "EE", ""]),
    greeting=st.sampled_from(["", "", "Sehr geehrte Frau Bürgermeisterin Lang-Wolfeschlegelsteinhausenbergerdorff,"]),
    extra=st.fixed_dictionaries({"fee": NAMES}),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "subject"), list(itertools.product(TEXTS, SUBJECTS[:1])) + list(itertools.product(TEXTS[:1], SUBJECTS))
)
def test_filling_equals_rendering_for_any_reader_and_text(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, text: str, subject: str
) -> None:
    loaded = loaded_of(CAMPAIGN.format(text=text, subject=subject))
    assembler, variant = assembler_of(loaded), first_variant(loaded)

    @settings(max_examples=8)
    @given(contacts=st.lists(CONTACTS, min_size=1, max_size=3))
    def they_get_the_same(contacts: list[Contact]) -> None:
        for contact in contacts:
            filled = assembler.assemble(contact, variant).as_bytes()
            naive = assembler.assemble_naively(contact, variant).as_bytes()

            assert filled == naive

    they_get_the_same()


HOSTILE = ["", "Jana", "Ü" * 90, "a\nBcc: x", "=?utf-8?q?=0A?=", "\u202e", "x\x07", "\u2028", ".", "From x", "ſ" * 80]
NO_ADDRESSES = ["x y@z", "@", "a@b>c", "x@", "x@y\n", "o'x@y_z.example"]


def test_whatever_cannot_be_made_is_refused_before_anybody_asks_for_the_bytes(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    loaded = loaded_of(
        "calendar: rsvp\n"
        + CAMPAIGN.format(subject="Für {{ city }}", text="[Hier]({{ fee }}) {{ name }} – {{ greeting }}")
    )
    assembler, variant = assembler_of(loaded, Method.REQUEST), first_variant(loaded)
    links = ("https://x.example/", "javascript:alert(1)")
    refused = []

    for text, address, link in itertools.product(HOSTILE, ["x@y.example", *NO_ADDRESSES], links):
        contact = Contact(address, last_name=text, city=text, organisation=text, extra={"fee": link})
        try:
            message = assembler.assemble(contact, variant)
        except CcmailError:
            refused.append((text, address, link))
            continue
        assert message.as_bytes().isascii()
        assert all(message.personal_parts[place] == part for place, part in message.made.items())

    assert ("Jana", "x@y.example", links[0]) not in refused
    assert {text for text, address, link in refused if address == "x@y.example" and link == links[0]} == set(
        HOSTILE[3:8]
    )
    assert all(("Jana", "x@y.example", link) in refused for link in links[1:])


def test_checking_makes_less_than_sending(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    loaded = loaded_of("calendar: rsvp\n" + CAMPAIGN.format(subject="Für {{ city }}", text="Für {{ name }}"))

    message = assembler_of(loaded, Method.REQUEST).assemble(Contact("x@y.example"), first_variant(loaded))

    assert {part.partition(b":")[0] for part in message.made.values()} == {b"To", b"Subject"}
    assert len(message.made) < len(message.personal_parts)


def test_readers_who_get_the_same_share_one_rendering(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf
) -> None:
    loaded = loaded_of(
        CAMPAIGN.format(text="{% if country == 'DE' %}A{% else %}B{% endif %} {{ first_name }}", subject="x")
    )
    assembler, variant = assembler_of(loaded), first_variant(loaded)

    for name in ("Jana", "Jörg", "Ayşe", "Kim"):
        assembler.assemble(Contact(email=f"{name[0]}@x.example", first_name=name, country="DE"), variant)
        assembler.assemble(Contact(email=f"{name[0]}@y.example", first_name=name, country="EE"), variant)

    assert assembler.assembled == 8
    assert assembler.compiled_mails == 2


def test_mails_without_end_are_not_kept_for_ever(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccmail.messages.assemble._KEPT_MAILS", 3)
    loaded = loaded_of(CAMPAIGN.format(text="{{ first_name | upper }}", subject="x"))
    assembler, variant = assembler_of(loaded), first_variant(loaded)

    for index in range(8):
        contact = Contact(email="x@y.example", first_name=f"n{index}")
        assert (
            assembler.assemble(contact, variant).as_bytes() == assembler.assemble_naively(contact, variant).as_bytes()
        )

    assert assembler.compiled_mails == 8


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def tree(message: EmailMessage) -> object:
    if message.is_multipart():
        return [message.get_content_subtype(), *(tree(p) for p in message.iter_parts() if isinstance(p, EmailMessage))]
    return message.get_content_type()


def test_the_bytes_are_fit_for_every_server(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    loaded = loaded_of()

    data = assembler_of(loaded).assemble(jana, first_variant(loaded)).as_bytes()

    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert not any(line.startswith((b".", b"From ")) for line in data.split(b"\r\n"))
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert b"\0" not in data


def test_the_header_has_each_field_once_and_nothing_else(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    loaded = loaded_of()

    message = parsed(assembler_of(loaded).assemble(jana, first_variant(loaded)).as_bytes())

    assert message.keys() == [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language", "List-Id", "List-Unsubscribe",
        "Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert str(message["To"]) == "Jana Müller <jana@bonn.example>"
    assert str(message["From"]) == "Fatina Toukan · Städtenetz <newsletter@xn--stdte-hra.example>"
    assert str(message["Reply-To"]) == "Fatina Toukan <fatina@cities.example>"
    assert message["List-Unsubscribe"] == "<mailto:unsubscribe@cities.example?subject=unsubscribe>"
    assert message["Message-ID"].endswith("@xn--stdte-hra.example>")


def test_message_ids_are_the_same_everywhere_and_tell_readers_apart(
    loaded_of: LoadedOf, assembler_of: AssemblerOf, first_variant: VariantOf, jana: Contact
) -> None:
    loaded = loaded_of()
    variant = first_variant(loaded)

    here = assembler_of(loaded).assemble(jana, variant).message_id
    elsewhere = assembler_of(loaded).assemble(dataclasses.replace(jana, email="Jana@bonn.example"), variant).message_id
    another = assembler_of(loaded).assemble(dataclasses.replace(jana, email="j@bonn.example"), variant).message_id

    assert here == elsewhere
    assert here != another


def test_one_click_unsubscription_has_a_token_without_the_address(
    loaded_of: LoadedOf,
    assembler_of: AssemblerOf,
    first_variant: VariantOf,
    jana: Contact,
    small_settings: str,
) -> None:
    loaded = loaded_of(settings=small_settings.replace("unsubscribe: {", "unsubscribe: {url: 'https://n.example/u', "))

    message = parsed(assembler_of(loaded).assemble(jana, first_variant(loaded)).as_bytes())

    link = message["List-Unsubscribe"].split(">")[0].strip("<")
    token = link.rpartition("/")[2]
    assert link.startswith("https://n.example/u/")
    assert len(token) >= 22
    assert "jana" not in link
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert link in html.get_content()
    assert text is not None
    assert link in text.get_content()


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1200, 600), "navy").save(file, "JPEG")
    return file.getvalue()


def test_pictures_are_of_the_same_domain_as_the_sender(
    loaded_of: LoadedOf,
    assembler_of: AssemblerOf,
    first_variant: VariantOf,
    jana: Contact,
    small_campaign: str,
    small_settings: str,
) -> None:
    campaign = small_campaign.replace("de:\n", "photo: {file: city.jpg, alt: Stadt}\nde:\n")
    settings = re.sub(r"newsletter@[^\s,}]+", "newsletter@straße.example", small_settings)
    loaded = loaded_of(campaign, settings, city_jpg=picture())

    message = parsed(assembler_of(loaded).assemble(jana, first_variant(loaded)).as_bytes())

    ids = [part["Content-ID"] for part in message.walk() if part["Content-ID"]]
    assert len(ids) == 1
    assert all(one.endswith("@xn--strae-oqa.example>") for one in [*ids, message["Message-ID"]])


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("calendar: none\n", ["alternative", "text/plain", "text/html"]),
        ("", ["mixed", ["alternative", "text/plain", "text/html"], "text/calendar"]),
        (
            "calendar: none\nphoto: {file: city.jpg, alt: Stadt}\n",
            ["related", ["alternative", "text/plain", "text/html"], "image/jpeg"],
        ),
        (
            "photo: {file: city.jpg, alt: Stadt}\nattachments: [agenda.pdf]\n",
            [
                "mixed",
                ["related", ["alternative", "text/plain", "text/html"], "image/jpeg"],
                "text/calendar",
                "application/pdf",
            ],
        ),
    ],
)
def test_the_tree_is_the_smallest_that_every_client_understands(
    loaded_of: LoadedOf,
    assembler_of: AssemblerOf,
    first_variant: VariantOf,
    jana: Contact,
    small_campaign: str,
    keys: str,
    expected: object,
) -> None:
    loaded = loaded_of(small_campaign.replace("de:\n", f"{keys}de:\n"), city_jpg=picture(), agenda_pdf=b"%PDF-1.4")

    message = parsed(assembler_of(loaded).assemble(jana, first_variant(loaded)).as_bytes())

    assert tree(message) == expected


def test_an_invitation_to_answer_lies_last_among_the_alternatives_and_names_one_reader(
    loaded_of: LoadedOf,
    assembler_of: AssemblerOf,
    first_variant: VariantOf,
    jana: Contact,
    small_campaign: str,
) -> None:
    loaded = loaded_of(small_campaign.replace("de:\n", "calendar: rsvp\nde:\n"))
    assembler, variant = assembler_of(loaded, Method.REQUEST), first_variant(loaded)

    message = parsed(assembler.assemble(jana, variant).as_bytes())

    assert tree(message) == ["mixed", ["alternative", "text/plain", "text/html", "text/calendar"], "application/ics"]
    parts = [p for p in message.walk() if p.get_content_subtype() in {"calendar", "ics"}]
    first, copy = (p.get_payload(decode=True) for p in parts)
    assert parts[0].get_param("method") == "REQUEST"
    assert parts[0].get_content_disposition() is None
    assert first == copy
    assert isinstance(first, bytes)
    assert first.count(b"ATTENDEE") == 1
    assert b"jana@bonn.example" in first.replace(b"\r\n ", b"")
    assert assembler.assemble_naively(jana, variant).as_bytes() == assembler.assemble(jana, variant).as_bytes()


def uid_of(data: bytes) -> str:
    invitation = next(p for p in parsed(data).walk() if p.get_content_type() == "text/calendar")
    content = invitation.get_payload(decode=True)
    assert isinstance(content, bytes)
    return read_invitation(content).uid


def test_the_uid_of_an_invitation_is_the_readers_own_and_nobody_without_the_key_can_make_it(
    loaded_of: LoadedOf, first_variant: VariantOf, jana: Contact, small_campaign: str
) -> None:
    loaded = loaded_of(small_campaign.replace("de:\n", "calendar: rsvp\nde:\n"))
    variant, stamp = first_variant(loaded), MailStamp(SENT_AT, Revision(0, SENT_AT, Method.REQUEST), "test")
    jo = dataclasses.replace(jana, email="jo@bonn.example")
    later = loaded_of(
        small_campaign.replace("online,", "online, same_as: city,").replace("de:\n", "calendar: rsvp\nde:\n")
    )
    renamed = dataclasses.replace(later, campaign=later.campaign.model_copy(update={"id": "city-2"}))

    uids = [
        uid_of(Assembler(campaign, stamp, token_key=key).assemble(contact, variant).as_bytes())
        for campaign, key, contact in (
            (loaded, b"k" * 32, jana),
            (renamed, b"k" * 32, jana),
            (loaded, b"k" * 32, jo),
            (loaded, b"x" * 32, jana),
        )
    ]

    event, _, domain = uids[0].partition("@")
    assert re.fullmatch(r"[0-9a-f-]{36}-[a-z2-7]{26}", event)
    assert domain == "xn--stdte-hra.example"
    assert uids[1] == uids[0]
    assert len(set(uids)) == 3
    assert {uid[:36] for uid in uids} == {event[:36]}


def test_no_invitation_is_made_without_a_key(
    loaded_of: LoadedOf, first_variant: VariantOf, small_campaign: str
) -> None:
    loaded = loaded_of(small_campaign.replace("de:\n", "calendar: rsvp\nde:\n"))
    stamp = MailStamp(SENT_AT, Revision(0, SENT_AT, Method.REQUEST), "test")

    with pytest.raises(KeyError):
        Assembler(loaded, stamp).assemble(Contact("x@y.example"), first_variant(loaded))


def test_a_testers_click_does_not_unsubscribe_the_reader(
    loaded_of: LoadedOf,
    assembler_of: AssemblerOf,
    first_variant: VariantOf,
    jana: Contact,
    small_settings: str,
) -> None:
    loaded = loaded_of(settings=small_settings.replace("unsubscribe: {", "unsubscribe: {url: 'https://n.example/u', "))
    assembler, variant = assembler_of(loaded), first_variant(loaded)

    real = parsed(assembler.assemble(jana, variant).as_bytes())
    test = parsed(assembler.assemble(jana, variant, to="me@x.example").as_bytes())

    assert real["List-Unsubscribe"] != test["List-Unsubscribe"]
