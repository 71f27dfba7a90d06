from __future__ import annotations

from pathlib import PureWindowsPath

import pytest

from ccmail.delivery.outbox import file_name
from ccmail.doctor.long_paths import about_paths
from ccmail.ledger import Purpose

SHORT = PureWindowsPath(r"C:\Netz")
LONG = PureWindowsPath(
    r"C:\Users\Jürgen Groß\OneDrive - Stadt Musterhausen\Referat 12\Städtenetz\Einladungen und Rückblicke 2027"
)


@pytest.mark.parametrize(
    ("root", "campaigns", "found"),
    [
        (SHORT, ["2027-03-01-digital"], 0),
        (LONG, ["2027-03-01-digital"], 1),
        (SHORT, ["c" * 100], 0),
        (LONG, [], 0),
    ],
)
def test_paths_that_windows_may_refuse_are_named(root: PureWindowsPath, campaigns: list[str], found: int) -> None:
    findings = list(about_paths(root, campaigns))

    assert len(findings) == found
    assert all(campaigns[0] in each.words for each in findings)


@pytest.mark.parametrize(("length", "found"), [(259, 0), (260, 1)])
def test_the_longest_path_of_a_mail_counts(length: int, found: int) -> None:
    folder = f"x{max((purpose.suffix for purpose in Purpose), key=len)}"
    mail = PureWindowsPath(".ccmail", "outbox", folder, file_name(999_999, f"{'a' * 200}@city.example"))
    root = PureWindowsPath("C:\\" + "r" * (length - len(str(mail)) - len("C:\\") - 1))

    assert len(str(root / mail)) == length
    assert len(list(about_paths(root, ["x"]))) == found
