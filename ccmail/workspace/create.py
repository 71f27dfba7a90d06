"""A new workspace: the files that an organiser starts from."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from ccmail.problems import UsageError

_SETTINGS = """\
# yaml-language-server: $schema=.ccmail/workspace.schema.json
# The workspace: everything that is the same for every campaign. `ccmail check` checks it.

name: {name}
timezone: {timezone}
delivery: outbox                # outbox: mails stay on this computer (.ccmail/outbox) · smtp: they really go out
max_recipients: 2000            # a campaign with more people is not sent; a guard against the wrong list

sender:
  name: {name}
  address: {address}
  reply_to: contact             # answers go to the contact person of the reader's segment

people:                         # the contact persons
  contact:
    name: {contact}
    email: {contact_address}
    # role: {{de: Projektmanagerin, en: Project Manager}}

segments:                       # who is written to: a list, its language, its contact person
  german:
    label: {{de: Für deutsche Interessierte, en: For readers in Germany}}
    recipients: {list}          # .csv or .xlsx, as it comes out of Excel
    language: de
    contact: contact
  international:
    label: {{de: Für internationale Interessierte, en: For international readers}}
    recipients: recipients/international.csv
    language: en                               # a column "language" in the list wins over this
    contact: contact

test:
  to: [contact]                 # who gets `ccmail test`; people or addresses

unsubscribe:
  address: {address}

footer:                         # who is responsible for the mails; the law wants it in each of them
  imprint: {imprint}
  privacy: {{de: {privacy}, en: {privacy}}}
  why:
    de: Sie erhalten diese Nachricht als Mitglied des Netzwerks.
    en: You receive this message as a member of the network.

theme:
  colour: "#0b6a8f"             # the colour of headings and buttons; everything else is computed from it

# smtp:                         # needed when delivery is smtp
#   host: smtp.example.org
#   port: 587
#   security: starttls          # starttls · tls
#   user: {address}
#   password: keyring           # stored by `ccmail login`; or file:/run/secrets/smtp, or env:CCMAIL_SMTP_PASSWORD
#   rate: 120 per minute
"""

_GERMAN = """\
email,salutation,title,first_name,last_name,organisation,city,country,language
jana.mueller@stadt-bonn.example,Frau,Dr.,Jana,Müller,Bundesstadt Bonn,Bonn,DE,de
presse@rostock.example,,,,,Hanse- und Universitätsstadt Rostock,Rostock,DE,de
"""
_INTERNATIONAL = """\
email,first_name,last_name,city,country,language
r.tamm@tartu.example,Raimond,Tamm,Tartu,EE,en
"""
_GITIGNORE = """\
# what ccmail remembers on this computer, and the lists: personal data does not belong into a repository
.ccmail/
recipients/*
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """What somebody who makes a workspace is asked."""

    name: str = "City Network"
    address: str = "newsletter@city-network.example"
    timezone: str = "Europe/Berlin"
    contact: str = "Kim Muster"
    contact_address: str = "kim.muster@city-network.example"
    list: str = "recipients/german.csv"


def create_workspace(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Write the files of a new workspace and return them; files that are there already stay as they are.

    Raises:
        UsageError: The folder is a workspace already, or cannot be written to.
    """
    if (folder / "ccmail.yaml").exists():
        raise UsageError(f"{folder} is a workspace already", code="W721", hint="`ccmail` shows what is in it")
    written = []
    try:
        (folder / "campaigns" / "photos").mkdir(parents=True, exist_ok=True)
        for path, text in _files(folder, answers):
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
                written.append(path)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written to: {error.strerror}", code="W722") from error
    return tuple(written)


def _files(folder: Path, answers: Answers) -> Iterator[tuple[Path, str]]:
    domain = answers.address.rpartition("@")[2]
    quoted = {name: json.dumps(value, ensure_ascii=False) for name, value in dataclasses.asdict(answers).items()}
    imprint = json.dumps(f"{answers.name} · Musterstraße 1 · 53113 Bonn · {answers.address}", ensure_ascii=False)
    yield (
        folder / "ccmail.yaml",
        _SETTINGS.format(**quoted, imprint=imprint, privacy=f"https://{domain}/privacy"),
    )
    yield folder / "recipients" / "german.csv", _GERMAN
    yield folder / "recipients" / "international.csv", _INTERNATIONAL
    yield folder / ".gitignore", _GITIGNORE


def copy_example(folder: Path) -> Path:
    """Copy the example workspace that comes with ccmail, unless it is there already, and return its folder.

    Raises:
        UsageError: This installation has none.
    """
    if (folder / "ccmail.yaml").exists():
        return folder
    package = Path(__file__).resolve().parent.parent
    source = next((p for p in (package / "example", package.parent) if (p / "ccmail.yaml").exists()), None)
    if source is None:
        raise UsageError("this installation of ccmail has no example campaigns", code="W724")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("campaigns", "recipients"):
        shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
    shutil.copy(source / "ccmail.yaml", folder)
    return folder
