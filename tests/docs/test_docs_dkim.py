"""The keys that docs/how-to/dkim.md makes, and the DNS records that it shows, go together."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import dkim
import pytest

from ccmail.delivery.signers import open_signers
from ccmail.workspace import load_workspace
from ccmail.workspace.create import copy_example

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "dkim.md"
MAIL = b"From: newsletter@city.example\r\n\r\nbody\r\n"


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="the page asks for openssl")
def test_whoever_follows_the_page_signs_with_both_keys(tmp_path: Path) -> None:
    root = copy_example(tmp_path / "example")
    printed = [
        subprocess.run(["/bin/sh", "-ec", block], cwd=root, check=True, capture_output=True).stdout
        for block in blocks("sh")
    ]
    (settings,) = blocks("yaml workspace")
    file = root / "ccmail.yaml"
    file.write_text(re.sub(r"(?ms)^smtp:.*?(?=^\w)", settings, file.read_text("utf-8")), "utf-8")
    kinds: list[str] = re.findall(r"v=DKIM1; k=\w+; p=", PAGE.read_text("utf-8"))
    records: dict[bytes, tuple[str, bytes]] = dict(
        zip((b"news", b"news-ed"), zip(kinds, [p for p in printed if p], strict=True), strict=True)
    )
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems

    fields = [signer.sign([MAIL]) for signer in open_signers(workspace)]

    def look_up(name: bytes, **_: object) -> bytes:
        kind, key = records[name.removesuffix(b"._domainkey.city.example.")]
        return kind.encode() + key

    assert [dkim.verify(field + MAIL, dnsfunc=look_up) for field in fields] == [True, True]
