"""dkimpy, which shares no code and no library with `Signer`, checks its signatures."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from ccmail.audience import Contact
from ccmail.campaign import Variant
from ccmail.checks.planned import plan_mails
from ccmail.delivery import Server
from ccmail.delivery.connection import Connection, MailObject
from ccmail.messages import Assembler
from ccmail.messages.dkim import Signer
from ccmail.planning.assembler import make_assembler
from ccmail.planning.load import load_with_files
from ccmail.rendering import LoadedCampaign
from ccmail.workspace import Security, open_workspace
from tests.conftest import Smtpd

ROOT = Path(__file__).parents[2]
RSA, ED25519 = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()


def pem(key: PrivateKeyTypes, password: bytes = b"") -> bytes:
    locked = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


SIGNERS = {
    "rsa": Signer("cities.example", "news", pem(RSA)),
    "ed25519": Signer("xn--stdte-gra.example", "2020.ed", pem(ED25519)),
}
DNS = {
    b"news._domainkey.cities.example.": b"v=DKIM1; k=rsa; p="
    + b64encode(RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
    b"2020.ed._domainkey.xn--stdte-gra.example.": b"v=DKIM1; k=ed25519; p="
    + b64encode(ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)),
}
every_key = pytest.mark.parametrize("signer", SIGNERS.values(), ids=SIGNERS)


def verdicts(mail: bytes) -> list[bool]:
    """Return the verdict on each signature of a mail: True if it is valid."""
    found = len(re.findall(rb"^DKIM-Signature:", mail.partition(b"\r\n\r\n")[0], re.MULTILINE))
    return [holds(mail, index) for index in range(found)]


def holds(mail: bytes, index: int) -> bool:
    try:
        return bool(dkim.DKIM(mail).verify(index, dnsfunc=lambda name, **_: DNS.get(name)))
    except dkim.DKIMException:
        return False


def signed(mail: bytes, *signers: Signer) -> bytes:
    return b"".join([*(signer.sign([mail]) for signer in signers), mail])


# ── mails that are sent ──


@pytest.mark.parametrize("name", ["2020-10-digitalisierung", "2021-04-governance-rueckblick"])
def test_every_mail_of_the_examples_is_signed_with_one_key_or_two(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")
    workspace = open_workspace(ROOT)
    loaded, problems = load_with_files(workspace, name)
    assert loaded is not None, problems
    assembler = make_assembler(workspace, loaded, "ccmail")

    for planned in plan_mails(workspace, loaded, None).variants:
        message = assembler.assemble(planned.first.contact, planned.variant)
        fields = [signer.sign(message.chunks) for signer in SIGNERS.values()]

        assert len(message.chunks) > 1
        for field in fields:
            assert verdicts(field + message.as_bytes()) == [True]
        assert verdicts(b"".join([*fields, *message.chunks])) == [True, True]


@pytest.fixture
def one_click(
    loaded_of: Callable[..., LoadedCampaign],
    assembler_of: Callable[[LoadedCampaign], Assembler],
    first_variant: Callable[[LoadedCampaign], Variant],
    small_settings: str,
    jana: Contact,
) -> list[bytes]:
    """A mail with every field that is signed."""
    settings = small_settings.replace("unsubscribe: {", "unsubscribe: {url: https://cities.example/u, ")
    loaded = loaded_of(settings=settings)
    return assembler_of(loaded).assemble(jana, first_variant(loaded)).chunks


FIELDS = (
    *("From", "Reply-To", "Subject", "Date", "To", "Message-ID", "MIME-Version", "Content-Type", "Content-Language"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"),
)


def changed(mail: bytes, start: int, end: int) -> bytes:
    """Return the mail with the last letter or digit between `start` and `end` changed."""
    *_, last = re.finditer(rb"[A-Za-z0-9]", mail[start:end])
    at = start + last.start()
    return mail[:at] + (b"x" if mail[at : at + 1] != b"x" else b"y") + mail[at + 1 :]


@every_key
@pytest.mark.parametrize("name", FIELDS)
def test_a_signed_field_cannot_be_changed_nor_taken_away(one_click: list[bytes], name: str, signer: Signer) -> None:
    mail = b"".join(one_click)
    field = signer.sign(one_click)
    found = re.search(rb"^%b: (?:.|\r\n[ \t])*\r\n" % name.encode(), mail, re.MULTILINE)

    assert found is not None
    assert verdicts(field + mail) == [True]
    assert verdicts(field + changed(mail, *found.span())) == [False]
    if name != "From":  # then dkimpy does not even look
        assert verdicts(field + mail[: found.start()] + mail[found.end() :]) == [False]


@every_key
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
def test_no_byte_of_the_body_can_be_changed(one_click: list[bytes], share: float, signer: Signer) -> None:
    mail = b"".join(one_click)
    body = mail.index(b"\r\n\r\n") + 4
    end = body + 40 + int(share * (len(mail) - body - 40))

    assert verdicts(signer.sign(one_click) + changed(mail, body, end)) == [False]


@every_key
@pytest.mark.parametrize("where", ["top", "bottom"])
def test_a_second_from_cannot_be_added(one_click: list[bytes], where: str, signer: Signer) -> None:
    mail, more = b"".join(one_click), b"From: The Mayor <mayor@cities.example>\r\n"
    head, _, body = mail.partition(b"\r\n\r\n")

    forged = more + mail if where == "top" else head + b"\r\n" + more + b"\r\n" + body

    field = signer.sign(one_click)
    assert verdicts(field + forged) == [False]
    # dkimpy refuses a second From by itself; other programs check only the signed fields
    told = re.search(rb" h=([^;]+);", field)
    assert told is not None
    headers, _ = dkim.rfc822_parse(forged)
    names = [name.strip().lower() for name in told[1].split(b":")]
    assert sum(b"mayor@cities.example" in value for _, value in dkim.select_headers(headers, names)) == 1


@every_key
def test_what_servers_add_on_the_way_does_no_harm(one_click: list[bytes], signer: Signer) -> None:
    mail = b"Received: from a by b; today\r\n" + signer.sign(one_click) + b"".join(one_click)

    assert verdicts(mail.replace(b"Precedence: bulk", b"Precedence: list")) == [True]
    assert verdicts(mail + b"\r\n\r\n") == [True]


@every_key
async def test_the_signature_holds_when_the_mail_arrives(one_click: list[bytes], signer: Signer, smtpd: Smtpd) -> None:
    server = Server(smtpd.host, smtpd.port, Security.STARTTLS, smtpd.user, smtpd.password, ca_file=smtpd.ca_file)
    connection = await Connection.open(server)

    mail = signer.sign(one_click) + b"".join(one_click)
    await connection.run(connection.send(MailObject(b"bounces@cities.example", b"jana@bonn.example", mail)))
    await connection.close()

    assert [verdicts(mail.content) for mail in smtpd.mails] == [[True]]


@every_key
def test_the_same_mail_gets_the_same_signature_at_any_time(one_click: list[bytes], signer: Signer) -> None:
    again = Signer("cities.example", "news", pem(RSA)) if signer is SIGNERS["rsa"] else SIGNERS["ed25519"]

    field = signer.sign(one_click)

    assert field == again.sign(one_click)
    assert not re.search(rb"\b[txl]=", field.partition(b" bh=")[0])  # neither time nor expiry, nor a body cut short


@pytest.mark.parametrize(("domain", "selector"), [("city.example", "a"), (".".join(["x" * 60] * 4), "s" * 63)])
def test_the_field_is_folded_plain_text(one_click: list[bytes], domain: str, selector: str) -> None:
    field = Signer(domain, selector, pem(RSA)).sign(one_click)

    lines = field.split(b"\r\n")
    assert lines[0].startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple;")
    assert all(line[:1] == b" " and line[1:2] != b" " for line in lines[1:-1])
    assert lines[-1] == b""
    assert field.isascii()
    assert [line for line in lines if len(line) > 78 and not line.startswith(b" d=")] == []


# ── any mail ──

WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=12)
GAPS = st.sampled_from([" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t", " \r\n  "])
VALUES = st.lists(st.tuples(GAPS, WORDS), max_size=6).map(lambda parts: "".join(gap + word for gap, word in parts))
NAMES = st.sampled_from([*FIELDS, "X-Other", "Comments"]).flatmap(
    lambda name: st.sampled_from([name, name.lower(), name.upper()])
)
FROM = st.tuples(st.sampled_from(["From", "from", "FROM"]), WORDS.map(lambda word: f" {word} <a@b.example>"))
HEADERS = st.tuples(FROM, st.lists(st.tuples(NAMES, VALUES), max_size=10)).flatmap(
    lambda parts: st.permutations([parts[0], *parts[1]])
)
LINES = st.one_of(WORDS, st.sampled_from(["", "", " ", "\t", ".", "..", "From x", "a  b ", "DKIM-Signature: v=1"]))
BODIES = st.one_of(
    st.sampled_from(["", "\r\n", "\r\n\r\n", "\r\n\r\n\r\n", "no line end", " ", "x\r\n \r\n\r\n"]),
    st.lists(LINES, max_size=12).map(lambda lines: "".join(f"{line}\r\n" for line in lines)),
)
MAILS = st.builds(
    lambda header, body: ("".join(f"{name}:{value}\r\n" for name, value in header) + "\r\n" + body).encode(),
    HEADERS,
    BODIES,
)


@given(mail=MAILS)
def test_any_mail_can_be_signed(mail: bytes) -> None:
    assert verdicts(signed(mail, *SIGNERS.values())) == [True, True]


@given(mail=MAILS, data=st.data())
def test_it_does_not_matter_where_a_mail_is_cut_into_stretches(mail: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(mail)), max_size=8)))
    stretches = [mail[start:end] for start, end in zip([0, *cuts], [*cuts, len(mail)], strict=True)]
    signer = SIGNERS["ed25519"]

    assert signer.sign(stretches) == signer.sign([mail])
    assert signer.sign([mail[at : at + 1] for at in range(len(mail))]) == signer.sign([mail])


@given(mail=MAILS, name=st.sampled_from(["From", "from"]))
def test_a_from_cannot_be_added_to_any_mail(mail: bytes, name: str) -> None:
    forged = f"{name}: x@y.example\r\n".encode() + mail

    assert verdicts(SIGNERS["ed25519"].sign([mail]) + forged) == [False]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (b"FROM \t: \tJana  M\xc3\xbcller\t<a@b.example> \r\nSubject:\r\n x\r\n\r\nbody\r\n", True),
        (b"From: Jana\r\n M\xc3\xbcller <a@b.example>\r\nSubject: x\r\n\r\nbody\r\n\r\n\r\n", True),
        (b"Subject: x\r\nFrom: Jana M\xc3\xbcller <a@b.example>\r\n\r\nbody", True),
        (b"From: Jana M\xc3\xbcller<a@b.example>\r\nSubject: x\r\n\r\nbody\r\n", False),
        (b"From: Jana\x0bM\xc3\xbcller <a@b.example>\r\nSubject: x\r\n\r\nbody\r\n", False),
        (b"From: Jana M\xc3\xbcller <a@b.example>\r\nSubject: X\r\n\r\nbody\r\n", False),
        (b"From: Jana M\xc3\xbcller <a@b.example>\r\nSubject: x\r\n\r\nbody \r\n", False),
        (b"From: Jana M\xc3\xbcller <a@b.example>\r\nSubject: x\r\n\r\n\r\nbody\r\n", False),
        (b"From: Jana M\xc3\xbcller <a@b.example>\r\nSubject: x\r\n\r\nbody\r\n \r\n", False),
    ],
)
def test_only_blanks_and_the_order_of_fields_may_change_on_the_way(other: bytes, same: bool) -> None:  # noqa: FBT001
    mail = b"From: Jana M\xc3\xbcller <a@b.example>\r\nSubject: x\r\n\r\nbody\r\n"

    signer = SIGNERS["ed25519"]

    assert (signer.sign([other]) == signer.sign([mail])) is same


@pytest.mark.parametrize("body", ["", "\r\n", "\r\n\r\n", "\r\nx", "\r\nx\r\n"])
def test_a_mail_may_end_before_its_body(body: str) -> None:
    assert verdicts(signed(f"From: a@b.example\r\n{body}".encode(), *SIGNERS.values())) == [True, True]


@pytest.mark.parametrize(
    "mail",
    [b"", b"\r\n", b"From\r\n\r\n", b"Subject: x\r\n\r\nFrom: a@b.example\r\n", b"\r\nFrom: a@b.example\r\n\r\n"],
)
def test_a_mail_without_from_is_not_signed(mail: bytes) -> None:
    with pytest.raises(ValueError, match="without From"):
        SIGNERS["rsa"].sign([mail])


# ── keys ──


def short_key() -> rsa.RSAPrivateKey:
    """Return a key of 511 bits: cryptography makes none so short, but loads them."""
    p, q, e = 2**255 - 19, 2**256 - 2**32 - 977, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


REFUSED: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", "no private key in PEM form"),
    "a text": (b"hunter2", "no private key in PEM form"),
    "a broken key": (pem(ED25519).replace(b"M", b"N"), "no private key in PEM form"),
    "a public key": (
        RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "no private key in PEM form",
    ),
    "a locked key": (pem(RSA, b"secret"), "locked with a password"),
    "another kind": (pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor Ed25519"),
    "a key that is too short": (pem(short_key()), "its 511 bits are too few"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_key_that_cannot_sign_mails_is_refused_and_not_shown(name: str) -> None:
    content, message = REFUSED[name]

    with pytest.raises(ValueError, match=message) as refusal:
        Signer("city.example", "news", content)

    shown = f"{refusal.value!r}{refusal.value.__cause__!r}"
    assert [line for line in content.decode().split() if len(line) > 6 and line in shown] == []


def test_a_key_in_the_older_form_of_pem_signs_as_well() -> None:
    older = RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    mail = b"From: a@b.example\r\n\r\nbody\r\n"

    assert Signer("cities.example", "news", older).sign([mail]) == SIGNERS["rsa"].sign([mail])


def test_rsa_below_2048_bits_is_weak() -> None:
    weak = Signer("city.example", "news", pem(rsa.generate_private_key(65537, 1024)))  # noqa: S505

    assert weak.is_weak
    assert not any(signer.is_weak for signer in SIGNERS.values())
