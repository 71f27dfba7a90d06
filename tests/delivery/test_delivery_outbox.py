from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.delivery import Outbox
from ccmail.delivery.outbox import file_name
from ccmail.problems import ServerRefused


def written(outbox: Outbox, position: int, email: str, *mail: bytes) -> Path:
    outbox.announce([file_name(position, email)])
    return outbox.folder / outbox.write(position, email, mail).text


def test_a_file_holds_exactly_the_bytes_of_the_mail(tmp_path: Path) -> None:
    pieces = (b"Subject: x\r\n\r\n", b".dot\r\n", b"\x00\xff" * 100_000, b"\r\n")

    file = written(Outbox(tmp_path / "out"), 1, "a@x.example", *pieces)

    assert file.read_bytes() == b"".join(pieces)


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("lena.fuchs@stadt.example", "000007-lena.fuchs@stadt.example.eml"),
        ("../../etc/passwd@x", "000007-.._.._etc_passwd@x.eml"),
        ('a/b\\c:d*e?f"g<h>i|j@x', "000007-a_b_c_d_e_f_g_h_i_j@x.eml"),
        ("Müller@münchen.example", "000007-Muller@munchen.example.eml"),
        ("გიორგი@x.example", "000007-@x.example.eml"),
        ("a\n\x00b@x", "000007-a_b@x.eml"),
        ("x" * 300, "000007-" + "x" * 109 + ".eml"),
    ],
)
def test_an_address_becomes_a_name_for_every_file_system(email: str, name: str) -> None:
    assert file_name(7, email) == name


@given(position=st.integers(1, 2_000_000), email=st.text(max_size=400))
def test_no_address_leads_out_of_the_folder(position: int, email: str) -> None:
    name = file_name(position, email)

    assert name.isascii()
    assert len(name) <= 120
    assert Path("out", name).parent == Path("out")
    assert not set(name) & set('/\\:*?"<>| \r\n\t')
    assert unicodedata.normalize("NFD", name) == name


def test_two_people_never_share_a_file(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)

    files = {written(outbox, 1, "A@x.example", b"1"), written(outbox, 2, "a@x.example", b"2")}

    assert [file.read_bytes() for file in sorted(files)] == [b"1", b"2"]


def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    theirs = tmp_path / "000001-a@x.example.eml"
    theirs.write_text("mine")

    with pytest.raises(ServerRefused) as refusal:
        written(Outbox(tmp_path), 1, "a@x.example", b"new")

    assert refusal.value.code == "W714"
    assert theirs.read_text() == "mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "000001-a@x.example.eml").symlink_to(target)

    with pytest.raises(ServerRefused):
        written(Outbox(tmp_path / "out"), 1, "a@x.example", b"new")

    assert target.read_text() == "precious"


def test_a_rehearsal_that_was_interrupted_writes_its_file_again(tmp_path: Path) -> None:
    written(Outbox(tmp_path), 1, "a@x.example", b"half")

    file = written(Outbox(tmp_path), 1, "a@x.example", b"whole")

    assert file.read_bytes() == b"whole"


def test_clearing_removes_what_a_rehearsal_has_written_and_nothing_else(tmp_path: Path) -> None:
    ours = written(Outbox(tmp_path), 1, "a@x.example", b"x")
    others = [tmp_path / "notes.eml", tmp_path / "000002-b@x.example.eml", tmp_path / "list.csv"]
    for other in others:
        other.write_text("theirs")

    gone = Outbox(tmp_path).clear()

    assert gone == 1
    assert not ours.exists()
    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_a_forged_list_of_files_removes_nothing_outside(tmp_path: Path) -> None:
    outside = tmp_path / "000001-a@x.example.eml"
    outside.write_text("theirs")
    folder = tmp_path / "out"
    written(Outbox(folder), 1, "b@x.example", b"x")
    (folder / ".ccmail-outbox").write_text("../000001-a@x.example.eml\n")

    Outbox(folder).clear()

    assert outside.exists()


@pytest.mark.parametrize("spelling", ["bo@köln.example", "Bo@xn--kln-sna.example", "BO@KÖLN.example"])
@pytest.mark.parametrize("written_as", ["bo@köln.example", "bo@xn--kln-sna.example"])
def test_the_mails_to_somebody_and_their_names_are_removed_in_every_spelling_of_the_domain(
    tmp_path: Path, written_as: str, spelling: str
) -> None:
    outbox = Outbox(tmp_path)
    theirs = written(outbox, 1, written_as, b"x")
    others = written(outbox, 2, "bo@bonn.example", b"x")

    outbox.announce([file_name(3, written_as)])  # and was never written
    outbox.remove([theirs], spelling)

    assert list(tmp_path.glob("*.eml")) == [others]
    assert (tmp_path / ".ccmail-outbox").read_text() == f"{others.name}\n"


def test_clearing_a_folder_that_is_not_there_is_nothing(tmp_path: Path) -> None:
    assert Outbox(tmp_path / "never").clear() == 0


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ServerRefused) as refusal:
        written(Outbox(tmp_path / "file" / "out"), 1, "a@x.example", b"x")

    assert refusal.value.code == "W714"
    assert str(tmp_path / "file") in refusal.value.message


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_nobody_else_can_read_the_mails(tmp_path: Path) -> None:
    file = written(Outbox(tmp_path / "out"), 1, "a@x.example", b"x")

    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
