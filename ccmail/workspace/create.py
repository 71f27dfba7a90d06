"""A new workspace: the files that an organiser starts from."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from ccmail.own_files import make_folder
from ccmail.problems import UsageError
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.workspace.load import find_workspace
from ccmail.workspace.placeholders import DOMAIN, PERSON, PRIVACY, STREET
from ccmail.yamlfile import ReadContext, SourceText, ValueProblem
from ccmail.yamlfile.addresses import read_mail_address
from ccmail.yamlfile.lines import read_line
from ccmail.yamlfile.zones import read_zone

EXAMPLES = ("2020-10-digitalisierung", "2021-04-governance-rueckblick")
"""The two campaigns that come with ccmail."""

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
    recipients: {list}          # Excel, CSV, .ods or .vcf, as it comes
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
  look: band                    # band: head and end in the brand colour · photo: a large picture at the top · plain
  colour: "#0b6a8f"             # the brand colour; everything else is computed from it
  # logo: campaigns/photos/logo.png

# partners:                     # whose logos stand in a row at the end of the mails
#   - {{name: City Alliance, logo: campaigns/photos/alliance.png, url: https://alliance.example}}

# smtp:                         # needed when delivery is smtp
#   host: smtp.example.org      # or, in place of host, port and security: provider: microsoft365 (google, ionos, gmx …)
#   port: 587
#   security: starttls          # starttls · tls
#   user: {address}
#   password: keyring           # stored by `ccmail login`; or file:/run/secrets/smtp, or env:CCMAIL_SMTP_PASSWORD
#                               # without a password (Microsoft 365, Google), in its place:
#   login: {{oauth: microsoft, tenant: city.onmicrosoft.com, client: ID-OF-THE-APP}}
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
    """The answers to the questions of `ccmail init`; the defaults make an example."""

    name: str = "City Network"
    address: str = f"newsletter@{DOMAIN}"
    timezone: str = "Europe/Berlin"
    contact: str = PERSON
    contact_address: str = f"kim.muster@{DOMAIN}"
    own_list: Path | None = None

    @property
    def list(self) -> str:
        """The path of the first segment's list in the workspace."""
        return f"recipients/{self.own_list.name}" if self.own_list else "recipients/german.csv"


def read_answer(field: str, typed: str) -> str:
    """Return the answer to a question in the form of ccmail.yaml.

    Raises:
        UsageError: The answer is not valid; the message says why.
    """
    read = {"address": read_mail_address, "contact_address": read_mail_address, "timezone": _read_zone}
    try:
        return str(read.get(field, read_line)(SourceText.plain(typed), {}))
    except ValueProblem as mistake:
        found = mistake.problem
        raise UsageError(
            found.message, code="W726", hint=found.marks[0].label or found.hint if found.marks else found.hint
        ) from None


def _read_zone(text: SourceText, context: ReadContext) -> SourceText:
    read_zone(text, context)
    return text


def refuse_workspace(folder: Path) -> None:
    """Refuse a folder that is a workspace already.

    Raises:
        UsageError: The folder is a workspace already.
    """
    if (folder / "ccmail.yaml").exists():
        raise UsageError(
            say("{folder} is a workspace already", folder=folder), code="W721", hint=say("`ccmail` shows what is in it")
        )


def create_workspace(folder: Path, answers: Answers) -> tuple[Path, ...]:
    """Write the files of a new workspace and return them; files that exist already stay as they are.

    After any error none of the new files is left.

    Raises:
        UsageError: The folder is a workspace already, or cannot be written to.
    """
    refuse_workspace(folder)
    before = {path for path in (folder, *_folders(folder)) if path.exists()}
    written: list[Path] = []
    try:
        for path in _folders(folder):
            path.mkdir(parents=True, exist_ok=True)
        for path, data in _files(folder, answers):
            if not path.exists():
                written.append(path)
                path.write_bytes(data)
    except BaseException as error:
        _take_back(written, [path for path in (*_folders(folder), folder) if path not in before])
        if isinstance(error, OSError):
            message = say("{folder} cannot be written to: {error}", folder=folder, error=words_of(error))
            raise UsageError(message, code="W722", hint=say("choose another folder")) from error
        raise
    return tuple(written)


def _folders(folder: Path) -> tuple[Path, ...]:
    return (folder / "campaigns" / "photos", folder / "campaigns", folder / "recipients")


def _take_back(files: list[Path], folders: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
    for path in folders:
        with contextlib.suppress(OSError):  # not empty: it has other files
            path.rmdir()


def _files(folder: Path, answers: Answers) -> Iterator[tuple[Path, bytes]]:
    texts = {field.name: getattr(answers, field.name) for field in dataclasses.fields(answers)}
    texts["list"] = answers.list
    quoted = {name: json.dumps(text, ensure_ascii=False) for name, text in texts.items() if isinstance(text, str)}
    imprint = json.dumps(f"{answers.name} · {STREET} · {answers.address}", ensure_ascii=False)
    settings = _SETTINGS.format(**quoted, imprint=imprint, privacy=PRIVACY)
    yield folder / "ccmail.yaml", settings.encode()
    own_list = answers.own_list
    yield folder / answers.list, own_list.read_bytes() if own_list else _GERMAN.encode()
    yield folder / "recipients" / "international.csv", _INTERNATIONAL.encode()
    yield folder / ".gitignore", _GITIGNORE.encode()


def find_example(start: Path) -> Path:
    """Return a workspace with the two example campaigns: the one at `start`, or a copy of ccmail's own."""
    try:
        root = find_workspace(start)
    except UsageError:
        return copy_example(start / "ccmail-demo")
    has_them = all((root / "campaigns" / f"{name}.yaml").exists() for name in EXAMPLES)
    return root if has_them else copy_example(start / "ccmail-demo")


def renew_example(folder: Path) -> Path:
    """Copy the example workspace into a folder of ccmail's own, in the place of an earlier copy; return the folder.

    Raises:
        CcmailError: W746, a link leads there.
        UsageError: This installation has no example.
    """
    make_folder(folder)
    shutil.rmtree(folder)
    return copy_example(folder)


def copy_example(folder: Path) -> Path:
    """Copy the example workspace that comes with ccmail, unless the copy exists already, and return its folder.

    Raises:
        UsageError: This installation has none.
    """
    if (folder / "ccmail.yaml").exists():
        return folder
    package = Path(__file__).resolve().parent.parent
    source = next((p for p in (package / "example", package.parent) if (p / "ccmail.yaml").exists()), None)
    if source is None:
        raise UsageError(
            say("this installation of ccmail has no example campaigns"), code="W724", hint=say("install ccmail anew")
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("campaigns", "recipients"):
        shutil.copytree(source / name, folder / name, dirs_exist_ok=True)
    shutil.copy(source / "ccmail.yaml", folder)
    return folder
