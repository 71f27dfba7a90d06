"""A real Postfix on loopback: its own configuration, queue and mailboxes, and nothing left when it has ended.

Everybody in `PEOPLE` has a Maildir. `FULL` is refused for ever and `LATER` for now; all other addresses are
unknown. `GONE` is taken and bounces afterwards, to the mailbox of `BOUNCES`, which takes tokens. Nothing is relayed:
there is no SMTP client in this Postfix.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import os
import pwd
import re
import shutil
import smtplib
import socket
import socketserver
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.e2e.people import DOMAIN, PEOPLE
from tests.e2e.shell import LONG
from tests.waiting import wait_for

USER, PASSWORD = "newsletter@cities.example", "correct horse battery"
TESTER = f"tester@{DOMAIN}"
FULL, LATER, UNKNOWN = (f"{name}@{DOMAIN}" for name in ("full", "later", "nobody.of.this.name"))
GONE, BOUNCES = (f"{name}@{DOMAIN}" for name in ("gone", "bounces"))

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.test
mydestination =
mynetworks =
alias_maps =
smtpd_peername_lookup = no
in_flow_delay = 0
enable_long_queue_ids = yes
minimal_backoff_time = 1s
queue_run_delay = 1s
transport_retry_time = 1s
default_transport = error:5.1.2 nothing is relayed here

virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/etc/people
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = inline:{{ {{ {full} = error:5.2.2 the mailbox is full }} }}
virtual_alias_maps = inline:{{ {{ {gone} = gone@elsewhere.example }} }}
recipient_delimiter = +

# as strict as it gets with what clients write
strict_rfc821_envelopes = yes
smtpd_forbid_bare_newline = yes
smtpd_forbid_unauth_pipelining = yes
smtpd_helo_required = yes
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ {later} = 450 4.2.0 come back later }} }}

smtpd_tls_chain_files = {folder}/etc/certificate.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = unix:{folder}/passwords
smtpd_sasl_security_options = noanonymous
smtpd_tls_auth_only = yes
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{plain_port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_ADDED = re.compile(rb"(?:(?:Return-Path|X-Original-To|Delivered-To|Received):.*\n(?:[ \t].*\n)*)+")
_QUEUE_ID = re.compile(rb"\(Postfix\) with \w+ id (\w+)")
_WAITING = ("maildrop", "incoming", "active", "deferred")


def obstacle() -> str:
    """Return why Postfix cannot be started here, "" if it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "Postfix can only be started by root"
    return "" if shutil.which("postfix") else "Postfix is not installed (Debian: apt-get install postfix)"


@dataclasses.dataclass(frozen=True)
class Stored:
    """A mail as it lies in a mailbox.

    Attributes:
        owner: The owner of the mailbox.
        queue_id: Postfix's id of the mail. A Postfix that is killed may put the same mail into a mailbox again.
        content: The mail as it was sent, without the fields that Postfix added, and with CRLF line ends.
    """

    owner: str
    queue_id: str
    content: bytes

    @classmethod
    def read(cls, file: Path) -> Stored:
        """Read a file of a Maildir."""
        stored = file.read_bytes()
        added, queue_id = _ADDED.match(stored), _QUEUE_ID.search(stored)
        assert added is not None
        assert queue_id is not None
        return cls(file.parent.parent.name, queue_id[1].decode(), stored[added.end() :].replace(b"\n", b"\r\n"))


class Postfix:
    """A Postfix in a folder of its own. `port` wants STARTTLS and a login, `plain_port` neither."""

    host, user, password = "127.0.0.1", USER, PASSWORD

    def __init__(self, folder: Path, certificates: Path) -> None:
        self.folder = folder
        self.ca_file = certificates / "ca.pem"
        self.port, self.plain_port = _free_ports(2)
        self.logins: list[tuple[str, str]] = []
        folder.chmod(0o755)  # Postfix's own user has to get through
        nobody, postfix = pwd.getpwnam("nobody"), pwd.getpwnam("postfix")
        for name, owner in (("etc", 0), ("queue", 0), ("data", postfix.pw_uid), ("mail", nobody.pw_uid)):
            (folder / name).mkdir()
            os.chown(folder / name, owner, -1)
        values = {"folder": folder, "domain": DOMAIN, "full": FULL, "later": LATER, "gone": GONE, "port": self.port}
        values |= {"plain_port": self.plain_port, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
        (folder / "etc" / "main.cf").write_text(_MAIN.format(**values))
        (folder / "etc" / "master.cf").write_text(_MASTER.format(**values))
        people = (*PEOPLE, TESTER, FULL, LATER, BOUNCES)
        (folder / "etc" / "people").write_text("".join(f"{name} {name}/\n" for name in people))
        shutil.copy(certificates / "good.pem", folder / "etc" / "certificate.pem")
        (folder / "log").touch()
        (folder / "log").chmod(0o666)  # after a crash, Postfix's own user writes of the queue that it tidies

    def start(self) -> None:
        """Start it, and return when it greets."""
        for _ in range(3):  # after a crash it refuses once, and has then tidied its queue
            with contextlib.suppress(AssertionError):
                self._command("start")
                break
        else:
            self._command("start")
        wait_for(self._greets)

    def stop(self) -> None:
        """End it at once with all its sessions, as a crash of the machine would; return when its ports are free."""
        self._command("abort")
        wait_for(self.is_gone)  # its sessions hold the ports a little longer than its master

    def _command(self, word: str) -> None:
        done = subprocess.run(
            ["postfix", "-c", str(self.folder / "etc"), word],  # noqa: S607 - its path depends on the distribution
            capture_output=True,
            encoding="utf-8",
            timeout=LONG,
            check=False,
        )
        assert done.returncode == 0, done.stderr + self.log

    def _greets(self) -> bool:
        try:
            with smtplib.SMTP(self.host, self.port, timeout=5):
                return True
        except OSError:
            return False

    def is_gone(self) -> bool:
        """Return whether nobody holds its ports."""
        with contextlib.ExitStack() as stack:
            try:
                for port in {self.port, self.plain_port}:  # a test may let both be the plain one
                    stack.enter_context(socket.create_server((self.host, port)))
            except OSError:
                return False
        return True

    @property
    def log(self) -> str:
        """The log of Postfix."""
        log = self.folder / "log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    @property
    def served(self) -> int:
        """Return how many people have a mail by now."""
        return sum(1 for _ in (self.folder / "mail").iterdir())

    def files_of(self, owner: str) -> list[Path]:
        """Return the mails in somebody's mailbox as they lie there, with what Postfix has added."""
        return list((self.folder / "mail" / owner / "new").glob("*"))

    def mails(self) -> list[Stored]:
        """Return all mails, after Postfix has put every one that it took into a mailbox."""
        wait_for(self._has_delivered)
        return [Stored.read(file) for file in (self.folder / "mail").glob("*/new/*")]

    def _has_delivered(self) -> bool:
        return not any(_is_whole(file) for name in _WAITING for file in (self.folder / "queue" / name).rglob("*"))


@contextmanager
def postfix_running(certificates: Path) -> Iterator[Postfix]:
    """Run a Postfix; afterwards its processes and its folder are gone."""
    with tempfile.TemporaryDirectory(prefix="ccmail-", dir="/tmp") as name:  # names of sockets are short
        postfix = Postfix(Path(name), certificates)
        with _passwords(Path(name) / "passwords", postfix.logins):
            try:
                postfix.start()
                yield postfix
            finally:
                if not postfix.is_gone():  # a test may have stopped it already
                    postfix.stop()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def _is_whole(queued: Path) -> bool:
    """Return whether a file in the queue is a mail that was taken; while it is being written it is not executable."""
    with suppress(FileNotFoundError):
        return queued.is_file() and bool(queued.stat().st_mode & stat.S_IXUSR)
    return False


@contextmanager
def _passwords(path: Path, logins: list[tuple[str, str]]) -> Iterator[None]:
    """Tell Postfix whether a password is right, in Dovecot's auth-protocol 1.1."""

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n")
            for line in self.rfile:
                verb, number, *words = line.decode().rstrip("\n").split("\t")
                if verb != "AUTH":
                    continue
                response = next(word.removeprefix("resp=") for word in words if word.startswith("resp="))
                _, user, password = base64.b64decode(response).decode().split("\0")
                logins.append((user, password))
                answer = f"OK\t{number}\tuser={user}\n" if (user, password) == (USER, PASSWORD) else f"FAIL\t{number}\n"
                self.wfile.write(answer.encode())

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    with Server(str(path), Conversation) as server:
        path.chmod(0o666)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
