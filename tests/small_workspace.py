"""A workspace for the code that decides who gets what: two lists, four people, a campaign of one sentence.

Its templates are small, so that a plan takes milliseconds; nothing of what is decided hangs on how a mail looks.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ccmail.ledger import open_ledger, sqlite
from ccmail.planning.load import load_or_refuse
from ccmail.sending.new import plan_new
from ccmail.sending.request import make_request
from ccmail.sending.send_plan import SendOptions
from ccmail.workspace import load_workspace

if TYPE_CHECKING:
    from ccmail.ledger.store import Ledger
    from ccmail.rendering import LoadedCampaign
    from ccmail.sending.request import SendRequest
    from ccmail.workspace import Workspace

NOW = "2020-09-21T09:00"
"""For CCMAIL_NOW."""

CAMPAIGN = "news"
ADA, BO, CY, DEE = "ada@bonn.example", "bo@köln.example", "cy@tartu.example", "dee@gyumri.example"
"""Ada and Bo are on the German list, Cy and Dee on the international one."""

EVE = "eve@kassel.example"
"""Is on no list at first."""

_SETTINGS = """\
name: Städtenetz
delivery: smtp
sender: {name: Städtenetz, address: newsletter@netz.example, bounces: bounces@netz.example}
people:
  fatina: {name: Fatina Toukan, email: fatina@netz.example, role: {de: Leiterin, en: Head}}
  otto: {name: Otto Ohne}
segments:
  german: {recipients: recipients/german.csv, language: de, contact: fatina, label: {de: Deutsch, en: German}}
  international: {recipients: recipients/international.csv, language: en, label: {de: Alle, en: All}}
unsubscribe: {address: stop@netz.example}
footer:
  imprint: Städtenetz · Berliner Platz 2 · 53111 Bonn
  privacy: https://netz.example/privacy
smtp: {host: 127.0.0.1, port: 9, security: none}
test: {to: [fatina]}
"""
_CAMPAIGN = """\
type: review
event: {date: 12.3.2020, place: Tartu}
de: {title: Nachrichten, text: Die Sonne scheint.}
en: {title: News, text: The sun is shining.}
"""
_TEMPLATES = {
    "review.html.j2": """\
<!DOCTYPE html>
<html lang="{{ mail.lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ mail.subject }}</title></head><body style="font-family:Arial,sans-serif">{% for block in mail.blocks %}
<p>{{ block.greeting }}</p>{{ block.text.html }}<p>{{ block.imprint }}</p>
<a href="{{ block.unsubscribe }}">{{ block.words.footer.unsubscribe }}</a>
{% endfor %}</body></html>
""",
    "review.txt.j2": """\
{% from "components/footer.txt.j2" import footer %}
{% for block in mail.blocks %}
{{ block.greeting | wrap }}

{{ block.text.plain }}
{% endfor %}

{{ footer(mail.blocks) }}
""",
}


class SmallWorkspace:
    """The files of the workspace in a folder, to be changed and read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[bytes, Workspace] | None = None

    def write(self) -> SmallWorkspace:
        """Write the files as they are at first."""
        for name in ("campaigns", "recipients", "templates"):
            (self.folder / name).mkdir(parents=True)
        for name, template in _TEMPLATES.items():
            (self.folder / "templates" / name).write_text(template, encoding="utf-8")
        (self.folder / "ccmail.yaml").write_text(_SETTINGS, encoding="utf-8")
        (self.folder / "campaigns" / f"{CAMPAIGN}.yaml").write_text(_CAMPAIGN, encoding="utf-8")
        self.put("german", ADA, BO)
        self.put("international", CY, DEE)
        return self

    def put(self, segment: str, *addresses: str) -> None:
        """Have these people on the list of a segment, and nobody else."""
        rows = (f"{address},{address.partition('@')[0].capitalize()},Weiß\n" for address in addresses)
        text = "".join(["email,first_name,last_name\n", *rows])
        (self.folder / "recipients" / f"{segment}.csv").write_text(text, encoding="utf-8")

    def unsubscribe(self, *rows: str) -> None:
        """Have these rows in the list of the unsubscribed, and no others."""
        text = "".join(f"{row}\n" for row in ("email", *rows))
        (self.folder / "recipients" / "unsubscribed.csv").write_text(text, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    @property
    def workspace(self) -> Workspace:
        """What ccmail.yaml says now."""
        settings = (self.folder / "ccmail.yaml").read_bytes()
        if self._read is None or self._read[0] != settings:
            workspace, problems = load_workspace(self.folder)
            assert workspace is not None, problems
            self._read = settings, workspace
        return self._read[1]

    def loaded(self) -> LoadedCampaign:
        """Return the campaign as its files are now."""
        return load_or_refuse(self.workspace, CAMPAIGN)[0]

    def request(self, ledger: Ledger, **options: Any) -> SendRequest:
        """Return the wish to send the campaign as its files are now; `options` are those of `SendOptions`."""
        workspace = self.workspace
        loaded, _ = load_or_refuse(workspace, CAMPAIGN)
        return make_request(workspace, ledger, loaded, SendOptions(**options))


def pretend(patch: pytest.MonkeyPatch) -> None:
    """Have it be the morning of that day, and no commit wait for the disk: half of the time would be that.

    What is deleted stays in SQLite's files until something else is written there, as it does on most computers; some
    Linux distributions build it otherwise.
    """
    patch.setenv("CCMAIL_NOW", NOW)
    patch.setattr(sqlite, "_ALONE", ("journal_mode=WAL", "synchronous=OFF", "secure_delete=OFF"))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SmallWorkspace:
    """The workspace as it is at first, with a ledger of which nobody knows anything: for copies only."""
    small = SmallWorkspace(tmp_path_factory.mktemp("written") / "workspace").write()
    with pytest.MonkeyPatch.context() as patch:
        pretend(patch)
        with open_ledger(small.workspace.ledger_file) as ledger:
            plan_new(small.request(ledger, look_only=True))  # what it keeps in the cache need not be made again
    return small


@pytest.fixture
def small(written: SmallWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallWorkspace:
    """The workspace for this test alone; it is the morning of 21 September 2020."""
    pretend(monkeypatch)
    return SmallWorkspace(shutil.copytree(written.folder, tmp_path / "workspace"))


@pytest.fixture
def ledger(small: SmallWorkspace) -> Iterator[Ledger]:
    """Its ledger, open."""
    with open_ledger(small.workspace.ledger_file) as opened:
        yield opened
