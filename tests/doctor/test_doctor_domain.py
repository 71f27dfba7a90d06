"""SPF, DKIM and DMARC records from a name server on loopback."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ccmail.doctor import names
from ccmail.doctor.domain import examine_domain
from ccmail.doctor.names import Names
from ccmail.messages.dkim import Signer
from ccmail.problems import UsageError
from tests.doctor.conftest import NameServer, Opened, said

DOMAIN = "news.stadt.example"
DKIM = "smtp:\n  host: mail.stadt.example\n  dkim: {domain: stadt.example, selector: s1, key: file:key.pem}\n"
AT = "s1._domainkey.stadt.example"


@pytest.fixture(scope="module")
def rsa_key() -> bytes:
    return pem(rsa.generate_private_key(65537, 2048))


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def keep(folder: Path, key: bytes) -> Signer:
    path = folder / "key.pem"
    path.write_bytes(key)
    path.chmod(0o600)
    return Signer("stadt.example", "s1", key)


def test_a_domain_with_all_three_records_is_fine(
    opened: Opened, name_server: NameServer, tmp_path: Path, rsa_key: bytes
) -> None:
    signer = keep(tmp_path, rsa_key)
    name_server.records = {
        DOMAIN: ["something else", "v=spf1 ip4:192.0.2.1 -all"],
        AT: [signer.record],
        "_dmarc.stadt.example": ["v=DMARC1; p=reject"],
    }

    found = said(examine_domain(opened(DKIM), Names(name_server.address)))

    assert found == {
        "SPF": ("ok", f"{DOMAIN}: v=spf1 ip4:192.0.2.1 -all"),
        "DKIM s1": ("ok", f"{AT} has the key of ccmail.yaml"),
        "DMARC": ("ok", "_dmarc.stadt.example says p=reject"),
    }


# ── SPF ──


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    [
        ([], "error", "does not say which servers send for it"),
        (["v=spf1 -all", "v=spf1 mx -all"], "error", "has 2 records"),
        (["v=spf1 +all"], "error", "everybody may send"),
        (["v=spf1 mx all"], "error", "everybody may send"),
        (["v=spf1 mx ?all"], "warning", "does not say who must not send"),
        (["v=spf1 mx"], "warning", "does not say who must not send"),
        (["v=spf1 " + "a:x.example " * 11 + "-all"], "error", "more than 10 times"),
        (["v=spf1 " + "a:x.example " * 10 + "-all"], "ok", ""),
        (["v=spf1 redirect=other.example"], "ok", ""),
        (["v=spf1 -all " + "a:x.example " * 11], "ok", ""),
        (["v=spf1 include:nobody.example -all"], "error", "nobody.example has not one record"),
        (["v=spf10 -all"], "error", "does not say which servers send for it"),
    ],
)
def test_an_spf_record_is_judged(
    opened: Opened, name_server: NameServer, records: list[str], verdict: str, words: str
) -> None:
    name_server.records = {DOMAIN: records} if records else {}

    found = said(examine_domain(opened(), Names(name_server.address)))["SPF"]

    assert found[0] == verdict
    assert words in found[1]


def test_what_is_asked_inside_of_an_include_counts(opened: Opened, name_server: NameServer) -> None:
    name_server.records = {
        DOMAIN: ["v=spf1 include:one.example include:two.example -all"],
        "one.example": ["v=spf1 a mx a:x.example a:y.example -all"],
        "two.example": ["v=spf1 a mx a:x.example a:y.example exists:z.example -all"],
    }

    assert said(examine_domain(opened(), Names(name_server.address)))["SPF"][0] == "error"


@pytest.mark.parametrize("times", [1, 9])
def test_records_that_include_each_other_come_to_an_end(opened: Opened, name_server: NameServer, times: int) -> None:
    name_server.records = {DOMAIN: ["v=spf1 " + f"include:{DOMAIN} " * times + "-all"]}

    assert said(examine_domain(opened(), Names(name_server.address)))["SPF"][0] == "error"


def test_an_envelope_of_another_domain_does_not_speak_for_the_sender(opened: Opened, name_server: NameServer) -> None:
    name_server.records = {"mailer.example": ["v=spf1 mx -all"], "_dmarc.stadt.example": ["v=DMARC1; p=reject"]}

    found = said(examine_domain(opened(bounces="b@mailer.example"), Names(name_server.address)))

    assert found["SPF"][0] == found["DMARC"][0] == "warning"
    assert "speaks for mailer.example" in found["SPF"][1]
    assert "neither sender.bounces nor a DKIM key is at stadt.example" in found["DMARC"][1]


def test_an_envelope_under_the_same_policy_does(opened: Opened, name_server: NameServer) -> None:
    name_server.records = {
        "bounces.stadt.example": ["v=spf1 mx -all"],
        "_dmarc.stadt.example": ["v=DMARC1; p=reject"],
    }

    found = said(examine_domain(opened(bounces="b@bounces.stadt.example"), Names(name_server.address)))

    assert found["SPF"][0] == found["DMARC"][0] == "ok"


# ── DKIM ──


def test_a_key_of_ours_may_be_written_in_both_forms(
    opened: Opened, name_server: NameServer, tmp_path: Path, rsa_key: bytes
) -> None:
    signer = keep(tmp_path, rsa_key)
    for form in signer.public_forms:
        name_server.records = {AT: [f"v=DKIM1; p={base64.b64encode(form).decode()}"]}

        assert said(examine_domain(opened(DKIM), Names(name_server.address)))["DKIM s1"][0] == "ok"


def test_an_ed25519_key_is_found(opened: Opened, name_server: NameServer, tmp_path: Path) -> None:
    signer = keep(tmp_path, pem(ed25519.Ed25519PrivateKey.generate()))
    name_server.records = {AT: [signer.record]}

    assert said(examine_domain(opened(DKIM), Names(name_server.address)))["DKIM s1"][0] == "ok"


@pytest.mark.parametrize(
    ("record", "verdict", "words"),
    [
        ("", "error", "there is no record at"),
        ("v=DKIM1; p=", "error", "was taken back"),
        ("v=DKIM1; k=rsa", "error", "has no key"),
        ("v=DKIM1; p=AAAA", "error", "is not the one of ccmail.yaml"),
        ("v=DKIM1; p=no base64!", "error", "is not the one of ccmail.yaml"),
        ("OURS; t=y", "warning", "only there for tests"),
    ],
)
def test_a_dkim_record_is_compared_with_our_key(
    opened: Opened, name_server: NameServer, tmp_path: Path, rsa_key: bytes, record: str, verdict: str, words: str
) -> None:
    signer = keep(tmp_path, rsa_key)
    name_server.records = {AT: [record.replace("OURS", signer.record)]} if record else {}

    (finding,) = (f for f in examine_domain(opened(DKIM), Names(name_server.address)) if f.what == "DKIM s1")

    assert finding.verdict.value == verdict
    assert words in finding.words
    assert verdict == "warning" or signer.record in finding.repair


def test_a_key_that_cannot_be_read_is_an_error(opened: Opened, name_server: NameServer) -> None:
    found = said(examine_domain(opened(DKIM), Names(name_server.address)))

    assert found["DKIM s1"] == ("error", "there is no key to sign the mails with")


def test_without_a_key_of_ours_nobody_says_ok(opened: Opened, name_server: NameServer) -> None:
    assert said(examine_domain(opened(), Names(name_server.address)))["DKIM"][0] == "not checked"


# ── DMARC ──


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    [
        ({}, "warning", "does not say what to do"),
        ({"_dmarc.news.stadt.example": "v=DMARC1; p=none"}, "ok", "_dmarc.news.stadt.example says p=none"),
        ({"_dmarc.stadt.example": "v=DMARC1; p=none"}, "ok", "_dmarc.stadt.example says p=none"),
        ({"_dmarc.stadt.example": "v=DMARC1; p=none; psd=y"}, "warning", "does not say what to do"),
        ({"_dmarc.stadt.example": "v=DMARC1; p=block"}, "error", "which is no policy"),
        ({"_dmarc.stadt.example": "v=DMARC1"}, "error", "which is no policy"),
        ({"_dmarc.stadt.example": "p=none"}, "warning", "does not say what to do"),
    ],
)
def test_a_dmarc_record_is_looked_for_up_to_the_top(
    opened: Opened, name_server: NameServer, records: dict[str, str], verdict: str, words: str
) -> None:
    name_server.records = {name: [text] for name, text in records.items()}

    found = said(examine_domain(opened(), Names(name_server.address)))["DMARC"]

    assert found[0] == verdict
    assert words in found[1]


# ── no answer ──


def test_where_no_name_server_answers_nothing_is_checked_and_one_wait_is_enough(
    opened: Opened, name_server: NameServer, tmp_path: Path, rsa_key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_SECONDS", 0.2)
    keep(tmp_path, rsa_key)
    name_server.is_silent = True

    found = said(examine_domain(opened(DKIM), Names(name_server.address)))

    assert set(found.values()) == {("not checked", "no name server answers")}


def test_a_name_server_in_trouble_is_no_answer(opened: Opened, name_server: NameServer) -> None:
    name_server.refuses = True

    found = said(examine_domain(opened(), Names(name_server.address)))

    assert {verdict for verdict, _ in found.values()} == {"not checked"}


def test_without_dnspython_nothing_is_checked(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dns.resolver", None)

    found = list(examine_domain(opened(), Names()))

    assert {f.verdict.value for f in found} == {"not checked"}
    assert found[0].repair == "pip install 'ccmail[dns]'"


@pytest.mark.parametrize("written", ["localhost", "1.2.3", "127.0.0.1:dns"])
def test_what_is_no_address_of_a_name_server_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="not the address of a name server"):
        Names(written)


@pytest.mark.parametrize("written", ["127.0.0.1", "127.0.0.1:5353", "::1", "[::1]:5353", "[::1]"])
def test_addresses_with_and_without_a_port_are_understood(written: str) -> None:
    Names(written)  # does not raise
