"""The DKIM signature of a mail (RFC 6376, RFC 8463). The only import of cryptography, which is an extra."""

from __future__ import annotations

import functools
import hashlib
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from ccmail.messages.headers import token_field

_SHORTEST, _SHORT = 1024, 2048  # bits that an RSA key must and should have: RFC 8301 3.2
_SIGNED = (
    *("From", "Reply-To", "Subject", "Date", "To", "Message-ID"),
    *("MIME-Version", "Content-Type", "Content-Language"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),  # RFC 8058 4 requires the last two
    "Auto-Submitted",
)
_BY_KEY = {name.lower().encode(): name for name in _SIGNED}
_FIELD = "DKIM-Signature"
_CRLF = b"\r\n"
_BLANK_LINE = b"\r\n\r\n"
_BASE64_LINE, _H_LINE = 72, 66


class Signer:
    """Signs mails for a domain, with relaxed/simple canonicalisation.

    The same mail always gets the same signature: the signature contains no time.

    Attributes:
        name: The name of the key: where its public half stands, and a hash of that.
        record: The TXT record with which receivers verify the signatures.
        public_forms: The encodings of the public key that the record may have; ccmail writes the first.
        is_weak: Whether receivers may reject the key one day: RSA with less than 2048 bits.
    """

    def __init__(self, domain: str, selector: str, pem: bytes) -> None:
        """Take a private key, RSA or Ed25519; its public key is at `selector._domainkey.domain` (A-labels).

        Raises:
            ValueError: The key cannot sign mails. The message never contains the key.
        """
        key = _private_key(pem)
        self._sign = _rsa(key) if isinstance(key, RSAPrivateKey) else _ed25519(key)
        algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
        self._tags = ("v=1;", f"a={algorithm};", "c=relaxed/simple;", f"d={domain};", f"s={selector};")
        kind, self.public_forms = _public(key)
        self.record = f"v=DKIM1; k={kind}; p={b64encode(self.public_forms[0]).decode()}"
        digest = hashlib.sha256(self.public_forms[0]).hexdigest()[:16]
        self.name = f"{selector}._domainkey.{domain}:{digest}"
        self.is_weak = isinstance(key, RSAPrivateKey) and key.key_size < _SHORT

    def sign(self, mail: Sequence[bytes]) -> bytes:
        """Return the DKIM-Signature field to put before a mail, folded and with its line end.

        Args:
            mail: Chunks, cut at any place, with CRLF line ends only.

        Raises:
            ValueError: The mail has no From.
        """
        head, body = _parted(mail)
        fields = _relaxed_fields(head)
        if b"from" not in fields:
            raise ValueError("a mail without From cannot be signed")
        signed = [(name, line) for key, name in _BY_KEY.items() for line in reversed(fields.get(key, ()))]
        # one From more than the mail has: nobody can add another (RFC 6376 8.15)
        field, relaxed = _beginning(self._tags, ("From", *(name for name, _ in signed)))
        body_hash = b64encode(_body_hash(body))
        lines = b"".join([line for _, line in signed])
        signature = b64encode(self._sign(b"%b%b%b; b=" % (lines, relaxed, body_hash)))
        return b"%b%b;\r\n b=%b\r\n" % (field, body_hash, _folded(signature))


# ── keys ──


def _private_key(pem: bytes) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise ValueError("it is locked with a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("it is no private key in PEM form") from None
    if isinstance(key, RSAPrivateKey):
        if key.key_size < _SHORTEST:
            raise ValueError(f"its {key.key_size} bits are too few, {_SHORTEST} is the least")
        return key
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("it is neither RSA nor Ed25519")  # noqa: TRY004 - not an error of the caller's types
    return key


def _rsa(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    padding, algorithm = PKCS1v15(), SHA256()
    return lambda data: key.sign(data, padding, algorithm)


def _ed25519(key: Ed25519PrivateKey) -> Callable[[bytes], bytes]:
    return lambda data: key.sign(hashlib.sha256(data).digest())  # RFC 8463 3: it signs the hash


def _public(key: RSAPrivateKey | Ed25519PrivateKey) -> tuple[str, tuple[bytes, ...]]:
    public = key.public_key()
    if isinstance(public, Ed25519PublicKey):
        return "ed25519", (public.public_bytes_raw(),)  # RFC 8463 4.2
    # RFC 6376 3.6.1 requires the second form, but its example has the first, as almost all records do
    forms = (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)
    return "rsa", tuple(public.public_bytes(Encoding.DER, form) for form in forms)


# ── the signature's own field ──


@functools.lru_cache(maxsize=64)
def _beginning(tags: tuple[str, ...], names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return the field up to `bh=`, as written and in relaxed form; almost all mails have the same."""
    field = token_field(_FIELD, *tags, *_h_tag(names)) + b" bh="
    value = field[len(_FIELD) + 2 :].replace(_CRLF, b"")  # token_field folds before single blanks only
    return field, f"{_FIELD.lower()}:".encode() + value


def _h_tag(names: Sequence[str]) -> Iterator[str]:
    line = "h="
    for name in names[:-1]:
        if len(line) + len(name) > _H_LINE:
            yield line
            line = ""
        line += f"{name}:"
    yield f"{line}{names[-1]};"


def _folded(signature: bytes) -> bytes:
    return b"\r\n ".join([signature[at : at + _BASE64_LINE] for at in range(0, len(signature), _BASE64_LINE)])


# ── header and body ──


def _parted(mail: Sequence[bytes]) -> tuple[bytes, list[bytes | memoryview]]:
    """Return the header, and the chunks of the body."""
    head = b""
    for index, chunk in enumerate(mail):
        end = _end_of_header(head, chunk)
        if end:
            return head + chunk[:end], [memoryview(chunk)[end:], *mail[index + 1 :]]
        head += chunk
    return head, []


def _end_of_header(head: bytes, chunk: bytes) -> int:
    """Return the index in `chunk` at which the body begins, 0 if the header goes on."""
    before = (_CRLF + head)[-3:]  # a mail that begins with a blank line has no header
    across = (before + chunk[:3]).find(_BLANK_LINE)
    if across >= 0:
        return across + len(_BLANK_LINE) - len(before)
    at = chunk.find(_BLANK_LINE)
    return at + len(_BLANK_LINE) if at >= 0 else 0


def _relaxed_fields(head: bytes) -> Mapping[bytes, list[bytes]]:
    """Return the fields to sign in relaxed form (RFC 6376 3.4.2), by name; several of one name from the top."""
    fields: dict[bytes, list[bytes]] = defaultdict(list)
    for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(_CRLF):
        key, relaxed = _relaxed(line)
        if key in _BY_KEY:
            fields[key].append(relaxed)
    return fields


@functools.lru_cache(maxsize=256)  # most fields are the same in all mails
def _relaxed(line: bytes) -> tuple[bytes, bytes]:
    """Return an unfolded field's name and the whole field in relaxed form; b"" as the name of a line that is none."""
    name, colon, value = line.partition(b":")
    key = name.rstrip(b" \t").lower() if colon else b""
    words = [word for word in value.replace(b"\t", b" ").split(b" ") if word]
    return key, b"%b:%b\r\n" % (key, b" ".join(words))


def _body_hash(body: list[bytes | memoryview]) -> bytes:
    """Return the hash of a body in simple form (RFC 6376 3.4.3): the empty lines at its end count as one line end."""
    stretches, ends = list(body), b""
    while stretches:
        last = memoryview(stretches.pop())
        text = _without_line_ends(last)
        ends = bytes(last[len(text) :]) + ends
        if text:
            stretches.append(text)
            break
    digest = hashlib.sha256()
    for stretch in stretches:
        digest.update(stretch)
    digest.update(_without_empty_lines(ends) + _CRLF)
    return digest.digest()


def _without_line_ends(stretch: memoryview) -> memoryview:
    end = len(stretch)
    while end and stretch[end - 1] in _CRLF:
        end -= 1
    return stretch[:end]


def _without_empty_lines(ends: bytes) -> bytes:
    end = len(ends)
    while ends.endswith(_CRLF, 0, end):
        end -= 2
    return ends[:end]
