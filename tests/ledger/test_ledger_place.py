from __future__ import annotations

from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from ccmail.ledger.place import sharing

MOUNTS = r"""
/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/vdb /home/kim/local xfs rw 0 0
//server/team /mnt/the\040team cifs rw 0 0
gdrive: /mnt/rclone fuse.rclone rw 0 0
C: /mnt/c 9p rw 0 0
/dev/vdc /mnt/covered nfs rw 0 0
/dev/vdd /mnt/covered btrfs rw 0 0
""".strip()


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/home/kim/.ccmail/ledger.sqlite", "on a network drive (nfs4)"),
        ("/mnt/the team/city/.ccmail/ledger.sqlite", "on a network drive (cifs)"),
        ("/mnt/rclone/ledger.sqlite", "on a network drive (fuse.rclone)"),
        ("/mnt/c/Users/kim/ledger.sqlite", "on a network drive (9p)"),
        ("/srv/OneDrive/ledger.sqlite", "in a folder that OneDrive synchronises"),
        ("/srv/OneDrive - City Network/ledger.sqlite", "in a folder that OneDrive synchronises"),
        ("/srv/City Dropbox/Kim/ledger.sqlite", "in a folder that Dropbox synchronises"),
        ("/srv/Google Drive/ledger.sqlite", "in a folder that Google Drive synchronises"),
        ("/Users/kim/Library/CloudStorage/GoogleDrive-kim/ledger", "in a folder that a cloud service synchronises"),
        ("/Users/kim/Library/Mobile Documents/x/ledger.sqlite", "in a folder that iCloud synchronises"),
        ("/srv/nextcloud/ledger.sqlite", "in a folder that Nextcloud synchronises"),
    ],
)  # fmt: skip
def test_a_place_that_other_computers_see(path: str, how: str) -> None:
    assert sharing(PurePosixPath(path), MOUNTS) == how


@pytest.mark.parametrize(
    "path",
    [
        "/srv/city/.ccmail/ledger.sqlite",
        "/home/kim/local/ledger.sqlite",  # a disk of this computer inside a network drive
        "/home2/ledger.sqlite",
        "/mnt/covered/ledger.sqlite",
        "/srv/dropboxes/ledger.sqlite",
        "/srv/Dropbox",  # a file of that name
    ],
)
def test_a_place_that_only_this_computer_sees(path: str) -> None:
    assert sharing(PurePosixPath(path), MOUNTS) == ""


def test_the_root_of_a_container_is_a_place_of_this_computer() -> None:
    assert sharing(PurePosixPath("/srv/x"), "fuse-overlayfs / fuse.fuse-overlayfs rw 0 0\n") == ""


@pytest.mark.parametrize(
    ("path", "how"),
    [
        (PureWindowsPath(r"\\server\team\ledger.sqlite"), "on a network drive"),
        (PureWindowsPath(r"C:\Users\kim\OneDrive\ledger.sqlite"), "in a folder that OneDrive synchronises"),
        (PureWindowsPath(r"C:\Users\kim\iCloudDrive\ledger.sqlite"), "in a folder that iCloud synchronises"),
        (PureWindowsPath(r"C:\Users\kim\city\ledger.sqlite"), ""),
    ],
)
def test_windows_has_no_mounts_but_names_say_it(path: PurePath, how: str) -> None:
    assert sharing(path, "") == how
