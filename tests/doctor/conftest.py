"""Workspaces to check, and a name server on loopback that gives the answers of a test."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from ccmail.doctor import Finding
from ccmail.workspace import Workspace, load_workspace

FILE = """\
name: Stadt
sender: {name: Stadt, address: post@news.stadt.example, bounces: post@news.stadt.example}
segments:
  german: {recipients: recipients/german.csv, language: de}
footer: {imprint: Stadt, privacy: https://stadt.example}
"""


class Opened(Protocol):
    """Loads a workspace with further lines in its ccmail.yaml, whose bounces go to some address."""

    def __call__(self, lines: str = "", *, bounces: str = "") -> Workspace: ...


class NameServer:
    """Answers queries for TXT records; `records` has these by name, a list of pieces is one record."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.is_silent = False
        self.refuses = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"

    def serve(self) -> None:
        """Answer until a packet comes that is no query."""
        while True:
            data, who = self._socket.recvfrom(4096)
            if not data:
                return
            if not self.is_silent:
                self._socket.sendto(self._answer(dns.message.from_wire(data)).to_wire(), who)
            else:
                self.asked.append("")

    def stop(self) -> None:
        self._socket.sendto(b"", self._socket.getsockname())

    def close(self) -> None:
        self._socket.close()

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        name = query.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if self.refuses:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.records:
            texts = [" ".join(f'"{t[at : at + 200]}"' for at in range(0, len(t), 200)) for t in self.records[name]]
            question = query.question[0].name
            answer.answer.append(dns.rrset.from_text_list(question, 60, "IN", dns.rdatatype.TXT, texts))
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    """A name server for this test."""
    server = NameServer()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield server
    server.stop()
    thread.join()
    server.close()


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """See `Opened`."""

    def load(lines: str = "", *, bounces: str = "post@news.stadt.example") -> Workspace:
        text = FILE.replace("bounces: post@news.stadt.example", f"bounces: {bounces}")
        (tmp_path / "ccmail.yaml").write_text(text + lines, encoding="utf-8")
        workspace, problems = load_workspace(tmp_path)
        assert workspace is not None, problems
        return workspace

    return load


def said(findings: Iterator[Finding]) -> dict[str, tuple[str, str]]:
    """Return verdict and words of each finding."""
    return {finding.what: (finding.verdict.value, finding.words) for finding in findings}
