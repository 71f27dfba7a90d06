"""Names of files that travel with a mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmail.campaign.file_names import FileName, ascii_name, file_names, real_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Протокол заседания.pdf", "Protokol-zasedaniya.pdf"),
        ("თბილისი.pdf", "tbilisi.pdf"),
        ("Αθήνα.docx", "Athina.docx"),
        ("مرحبا.pdf", "mrhb.pdf"),
        ("İstanbul çağrısı.pdf", "Istanbul-cagrisi.pdf"),
        ("Straßenfest für Köln.pdf", "Strassenfest-fuer-Koeln.pdf"),
        ("Strassenfest fu\u0308r Ko\u0308ln.pdf", "Strassenfest-fuer-Koeln.pdf"),
        ("LPT1.pdf", "file-LPT1.pdf"),
        ("nul.tar.pdf", "file-nul.tar.pdf"),
        ("---.pdf", "file.pdf"),
        ("Plan.PDF", "Plan.PDF"),
        ("a" * 300 + ".pdf", "a" * 80 + ".pdf"),
    ],
)
def test_a_name_in_ascii_can_be_read(name: str, expected: str) -> None:
    assert ascii_name(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Протокол заседания.pdf", "Протокол заседания.pdf"),
        ("Rechnung\u202efdp.exe.pdf", "Rechnungfdp.exe.pdf"),
        ("a\x07b\u200e.pdf", "ab.pdf"),
        ('Was? "Wo" <hier>: |da|*.pdf', "Was- -Wo- -hier- -da.pdf"),
        ("con.pdf", "file-con.pdf"),
        (" . .pdf", "file.pdf"),
    ],
)
def test_a_real_name_misleads_nobody(name: str, expected: str) -> None:
    assert real_name(name) == expected


def test_no_two_files_of_a_mail_have_one_name() -> None:
    names = file_names(["Plan.pdf", "plan.PDF", "план.pdf", "plan.pdf"], [FileName("plan.pdf", "plan.pdf")])

    assert [name.ascii for name in names] == ["Plan-2.pdf", "plan-3.PDF", "plan-4.pdf", "plan-5.pdf"]
    assert [name.real for name in names][2] == "план.pdf"


@given(st.lists(st.text(max_size=40).map(lambda stem: f"a{stem}.pdf"), max_size=6))
def test_any_names_become_distinct_ones_that_keep_their_ending(names: list[str]) -> None:
    made = file_names(names)

    assert len({name.ascii.casefold() for name in made}) == len({name.real.casefold() for name in made}) == len(names)
    assert all(name.ascii.isascii() and name.ascii.endswith(".pdf") for name in made)
    assert all(name.real.isprintable() or "\u200c" in name.real or "\u200d" in name.real for name in made)
