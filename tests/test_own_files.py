"""The door to the files in `.ccmail`: nothing leads out of it, nothing is half written, nobody else can read it."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ccmail.campaign.schema import write_schemas
from ccmail.delivery import Outbox, Server, read_password
from ccmail.delivery.connect import connect
from ccmail.delivery.signers import try_signers
from ccmail.ledger import Sending, SendingKind, current_sender, open_ledger, sole_sender, take_turns, write_receipt
from ccmail.own_files import Unfit, create_file, make_folder, read_whole, replace_file
from ccmail.privacy.erasure import erase_recipient
from ccmail.privacy.lookup import find_personal_data
from ccmail.problems import CcmailError, Problem, ServerRefused
from ccmail.suppression.pseudonym import find_pseudonymiser, make_pseudonymiser
from ccmail.workspace import Security
from ccmail.workspace.key import read_key_file, unsubscribe_key
from tests.small_workspace import ADA, NOW, SmallWorkspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ccmail.workspace import Workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are those of POSIX")
NAMES = ("file", "000001-ada@bonn.example.eml", "kept.text.json", ".ccmail-outbox")
SECRET = b"of somebody else, and dear to them\n"


@pytest.fixture
def precious(tmp_path: Path) -> Iterator[Path]:
    """A folder outside of the workspace, in which nothing may change."""
    folder = tmp_path / "precious"
    folder.mkdir(mode=0o755)
    for name in NAMES:
        (folder / name).write_bytes(SECRET)
    yield folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == dict.fromkeys(NAMES, SECRET)


def sending() -> Sending:
    now = dt.datetime.fromisoformat(f"{NOW}+00:00")
    return Sending(1, "news", SendingKind.SMTP, "7f3a-91c2", now, 1, 0, now)


def rehearse(folder: Path) -> None:
    Outbox(folder).announce(["000001-ada@bonn.example.eml"])


def enter(context: object) -> None:
    with context:  # type: ignore[attr-defined]
        pass


# ── links ──


WRITERS: dict[str, tuple[str, Callable[[Workspace], object]]] = {
    "the lock of a campaign": ("news.lock", lambda w: enter(sole_sender(w.state, "news"))),
    "the look at a lock": ("news.lock", lambda w: current_sender(w.state, "news")),
    "the turn of a writer": ("x.turn", lambda w: enter(take_turns(w.state, "x"))),
    "a receipt": ("news.sent", lambda w: write_receipt(w.state, sending(), 1)),
    "the ledger": ("ledger.sqlite", lambda w: enter(open_ledger(w.ledger_file))),
    "the log of the ledger": ("ledger.sqlite-wal", lambda w: enter(open_ledger(w.ledger_file))),
    "the key of the erased": ("erasure.key", make_pseudonymiser),
    "a schema": ("campaign.schema.json", write_schemas),
    "the list of an outbox": ("outbox/news/.ccmail-outbox", lambda w: rehearse(w.outbox / "news")),
}


@pytest.mark.parametrize("what", WRITERS)
def test_nothing_is_written_through_a_link(small: SmallWorkspace, precious: Path, what: str) -> None:
    name, write = WRITERS[what]
    link = small.workspace.state / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(precious / "file")

    with pytest.raises(CcmailError) as refusal:
        write(small.workspace)

    assert refusal.value.code in {"W746", "W763"}
    assert str(link) in refusal.value.message


@pytest.mark.parametrize("name", ["outbox", "outbox/news", "outbox/news.test", "cache"])
def test_nobody_is_erased_through_a_link_to_a_folder(small: SmallWorkspace, precious: Path, name: str) -> None:
    link = small.workspace.state / name
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.exists():
        link.rename(small.folder / "moved")
    link.symlink_to(precious, target_is_directory=True)

    with pytest.raises(CcmailError) as refusal:
        erase_recipient(small.workspace, ADA)

    assert (refusal.value.code, str(link) in refusal.value.message) == ("W746", True)
    with open_ledger(small.workspace.ledger_file) as ledger:
        assert list(ledger.suppressed()) == []


def test_a_rehearsal_writes_no_mail_through_a_linked_folder(small: SmallWorkspace, precious: Path) -> None:
    small.workspace.outbox.symlink_to(precious, target_is_directory=True)

    with pytest.raises(CcmailError) as refusal:
        rehearse(small.workspace.outbox / "news")

    assert refusal.value.code == "W746"


def test_the_folder_may_be_a_link_to_a_private_folder_of_ones_own(small: SmallWorkspace, tmp_path: Path) -> None:
    elsewhere = small.workspace.state.rename(tmp_path / "encrypted")
    elsewhere.chmod(0o700)
    small.workspace.state.symlink_to(elsewhere, target_is_directory=True)

    with sole_sender(small.workspace.state, "news"), open_ledger(small.workspace.ledger_file) as ledger:
        assert ledger.sendings() == ()

    assert (elsewhere / "news.lock").exists()


def test_the_folder_is_no_link_to_a_folder_that_others_can_open(small: SmallWorkspace, precious: Path) -> None:
    small.workspace.state.rename(small.folder / "moved")
    small.workspace.state.symlink_to(precious, target_is_directory=True)

    with pytest.raises(CcmailError) as refusal, open_ledger(small.workspace.ledger_file):
        pass

    assert refusal.value.code == "W746"
    assert f"chmod 700 {precious}" in refusal.value.hint


def test_a_pipe_in_the_place_of_a_file_makes_nobody_wait(small: SmallWorkspace) -> None:
    os.mkfifo(small.workspace.state / "news.lock")

    with pytest.raises(CcmailError) as refusal:
        current_sender(small.workspace.state, "news")

    assert (refusal.value.code, "a pipe" in refusal.value.message) == ("W746", True)


def test_a_pipe_among_the_mails_makes_nobody_wait(small: SmallWorkspace) -> None:
    make_folder(small.workspace.outbox / "news")
    os.mkfifo(small.workspace.outbox / "news" / "000001-x.eml")

    with pytest.raises(CcmailError) as refusal:
        find_personal_data(small.workspace, ADA)

    assert refusal.value.code == "W746"


# ── modes ──


def test_folders_that_an_older_ccmail_left_open_are_closed(small: SmallWorkspace) -> None:
    small.workspace.state.chmod(0o755)
    (small.workspace.outbox / "news").mkdir(parents=True, mode=0o755)

    rehearse(small.workspace.outbox / "news")

    folders = (small.workspace.state, small.workspace.outbox, small.workspace.outbox / "news")
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert stat.S_IMODE((small.workspace.outbox / "news" / ".ccmail-outbox").stat().st_mode) == 0o600


# ── keys ──


@pytest.fixture
def full_disk() -> Iterator[Callable[[], None]]:
    """A function that lets no file grow over ten bytes any more."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_no_key_at_all(small: SmallWorkspace, full_disk: Callable[[], None]) -> None:
    before = sorted(small.workspace.state.iterdir())
    full_disk()

    with pytest.raises(CcmailError) as refusal:
        make_pseudonymiser(small.workspace)

    assert refusal.value.code == "W763"
    assert sorted(small.workspace.state.iterdir()) == before


def test_a_full_disk_leaves_a_file_as_it_was(tmp_path: Path, full_disk: Callable[[], None]) -> None:
    file = tmp_path / "news.sent"
    replace_file(file, b"12345")
    full_disk()

    with pytest.raises(OSError, match="too large"):
        replace_file(file, b"1234567890123")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("news.sent", b"12345")]


def test_of_two_that_make_a_key_at_once_the_first_ones_stays(small: SmallWorkspace) -> None:
    first = make_pseudonymiser(small.workspace)
    path = small.workspace.state / "erasure.key"
    create_file(path, b"x" * 64)

    assert make_pseudonymiser(small.workspace)(ADA) == first(ADA)


def spoil(path: Path, how: str) -> Path:
    path.unlink(missing_ok=True)
    match how:
        case "empty":
            path.touch(0o600)
        case "blank":
            path.write_bytes(b" \n" * 40)
        case "huge":
            path.write_bytes(b"x" * 5_000_000)
        case "pipe":
            os.mkfifo(path, 0o600)
        case "folder":
            path.mkdir()
        case "device":
            return Path("/dev/zero")
    if path.is_file():
        path.chmod(0o600)
    return path


SPOILT = ["empty", "blank", "huge", "pipe", "folder", "device"]


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_no_key_is_refused_at_once_for_every_kind_of_key(small: SmallWorkspace, how: str) -> None:
    path = spoil(small.folder / "some.key", how)
    small.edit("ccmail.yaml", "address: stop@netz.example", f'url: "https://n.example/u", key: "file:{path}"')
    dkim = f'smtp: {{dkim: [{{domain: netz.example, selector: s, key: "file:{path}"}}], host'
    small.edit("ccmail.yaml", "smtp: {host", dkim)

    with pytest.raises(CcmailError) as links:
        unsubscribe_key(small.workspace)
    with pytest.raises(ServerRefused) as password:
        read_password(f"file:{path}", "user", "host")
    ((_, signer),) = try_signers(small.workspace)

    assert links.value.code == "W763"
    assert password.value.code == "W701"
    assert isinstance(signer, Problem)
    assert signer.code in {"W769", "W770"}


@pytest.mark.parametrize("how", SPOILT)
async def test_what_holds_no_certificates_is_refused_at_once(tmp_path: Path, how: str) -> None:
    server = Server("127.0.0.1", 9, Security.TLS, ca_file=spoil(tmp_path / "ca.pem", how))

    with pytest.raises(ServerRefused) as refusal:
        await connect(server)

    assert refusal.value.code == "W703"


@pytest.mark.parametrize("content", [b"", b"\n", b"abc", b"0123456789abcde"])
def test_a_key_that_a_full_disk_has_cut_is_not_used(small: SmallWorkspace, content: bytes) -> None:
    key = small.workspace.state / "erasure.key"
    key.touch(0o600)
    key.write_bytes(content)

    with pytest.raises(CcmailError) as refusal:
        find_pseudonymiser(small.workspace)

    assert (refusal.value.code, "erasure.key" in refusal.value.message) == ("W763", True)


def test_a_name_that_no_file_can_have_names_no_password() -> None:
    with pytest.raises(ServerRefused) as refusal:
        read_password("file:pass\0word", "user", "host")

    assert refusal.value.code == "W701"


def test_a_key_that_others_can_read_is_not_used(small: SmallWorkspace) -> None:
    make_pseudonymiser(small.workspace)
    (small.workspace.state / "erasure.key").chmod(0o644)

    with pytest.raises(CcmailError, match="chmod 600"):
        find_pseudonymiser(small.workspace)


def test_a_key_of_the_workspace_is_no_link_not_even_one_that_leads_nowhere(small: SmallWorkspace) -> None:
    (small.workspace.state / "erasure.key").symlink_to(small.folder / "nowhere")

    with pytest.raises(CcmailError, match="is a link"):
        find_pseudonymiser(small.workspace)


def test_a_key_that_people_name_themselves_may_be_a_link_as_certbot_makes_them(tmp_path: Path) -> None:
    file, link = tmp_path / "archive.key", tmp_path / "live.key"
    file.touch(0o600)
    file.write_bytes(b"k" * 32)
    link.symlink_to(file)

    assert read_key_file(link, "the links") == b"k" * 32


def test_a_file_may_hold_as_much_as_is_allowed_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(b"12345")

    assert read_whole(file, most=5, is_secret=False) == b"12345"
    with pytest.raises(Unfit, match="more than 4 bytes"):
        read_whole(file, most=4, is_secret=False)
