"""A real Dovecot on loopback: its own configuration and mailboxes, and nothing left when it has ended."""

from __future__ import annotations

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.waiting import wait_for

USER, PASSWORD = "bounces@cities.example", "Zwölf Boxkämpfer"

_CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
auth_verbose = yes
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/certificate.pem
disable_plaintext_auth = {ssl}
mail_location = maildir:{maildir}
mail_max_userip_connections = 100
first_valid_uid = 1
first_valid_gid = 1
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  mechanisms = plain
  args = scheme=PLAIN username_format=%u {folder}/people
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
{own_user}
{oauth}
"""
_OAUTH = """\
auth_mechanisms = plain xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""
_INTROSPECTION = """\
introspection_mode = post
introspection_url = {oauth}
username_attribute = username
active_attribute = active
active_value = true
"""
_OWN_USER = """\
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
"""
_COMMAND = shutil.which("dovecot") or "/usr/sbin/dovecot"


def obstacle() -> str:
    """Return why Dovecot cannot be started here, "" if it can."""
    return "" if Path(_COMMAND).exists() else "Dovecot is not installed (Debian: apt-get install dovecot-imapd)"


class Dovecot:
    """A Dovecot in a folder of its own. `port` speaks STARTTLS, `tls_port` TLS."""

    host, user, password = "127.0.0.1", USER, PASSWORD

    def __init__(
        self,
        folder: Path,
        certificates: Path,
        certificate: str = "good",
        ssl: str = "yes",
        maildir: Path | None = None,
        oauth: str = "",
    ) -> None:
        self.folder = folder
        self.ca_file = certificates / "ca.pem"
        self.port, self.tls_port = _free_ports(2)
        is_root = os.geteuid() == 0
        owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
        names = {"user": getpass.getuser(), "group": grp.getgrgid(os.getegid()).gr_name}
        values = {
            "folder": folder,
            "maildir": maildir or folder / "mail",
            "ssl": ssl,
            "port": self.port,
            "tls_port": self.tls_port,
            "oauth": _OAUTH.format(folder=folder) if oauth else "",
        }
        values |= {"uid": owner.pw_uid, "gid": owner.pw_gid, "own_user": "" if is_root else _OWN_USER.format(**names)}
        folder.chmod(0o755)
        (folder / "dovecot.conf").write_text(_CONFIGURATION.format(**values), encoding="utf-8")
        (folder / "oauth2.conf").write_text(_INTROSPECTION.format(oauth=oauth), encoding="utf-8")
        (folder / "people").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        shutil.copy(certificates / f"{certificate}.pem", folder / "certificate.pem")
        for name in ("mail", "mail/cur", "mail/new", "mail/tmp"):
            (folder / name).mkdir()
            os.chown(folder / name, owner.pw_uid, owner.pw_gid)
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it greets."""
        command = [_COMMAND, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, start_new_session=True)
        wait_for(self._greets)

    def stop(self) -> None:
        """End it at once with all its sessions, as a crash of the machine would."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def put(self, *mails: bytes, folder: str = "") -> None:
        """Have these mails come, in this order; in a folder by its name in Maildir++ (modified UTF-7)."""
        place = self.folder / "mail" / (f".{folder}" if folder else "")
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        for mail in mails:
            number = sum(1 for _ in self.folder.rglob("*.M")) + 1
            (place / "new" / f"{number:08}.M").write_bytes(mail)
        for path in (place, *place.rglob("*")):
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def mails(self) -> dict[int, tuple[bytes, ...]]:
        """Return number and flags of each mail in the inbox, as another mail program sees them."""
        with imaplib.IMAP4(self.host, self.port) as other:
            other.starttls(None)
            other.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
            other.select(readonly=True)
            _, lines = other.uid("FETCH", "1:*", "(FLAGS)")
        found = [line for line in lines if isinstance(line, bytes)]
        return {int(_after(line, b"UID ")): imaplib.ParseFlags(line) for line in found}

    @property
    def log(self) -> str:
        """The log of Dovecot."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def _greets(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        try:
            with socket.create_connection((self.host, self.port), timeout=5) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False


@contextmanager
def dovecot_running(
    certificates: Path, certificate: str = "good", ssl: str = "yes", maildir: Path | None = None, oauth: str = ""
) -> Iterator[Dovecot]:
    """Run a Dovecot until the end of the block.

    `maildir` is a mailbox of another server that it is to show, `oauth` the address at which it asks whether a token
    is good (RFC 7662).
    """
    # a socket's whole path has at most 108 bytes: pytest's own folders are too deep
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder:
        server = Dovecot(Path(folder), certificates, certificate, ssl, maildir, oauth)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _after(line: bytes, word: bytes) -> bytes:
    return line.partition(word)[2].split(b" ")[0].rstrip(b")")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]
