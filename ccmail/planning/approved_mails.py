"""The mails of the version that was approved last, kept so that a later version can be compared with them.

They are made for a reader who does not exist, and so hold nobody's data. Each is a file as a mail program opens it,
`.ccmail/approved/PAGE/VERSION/german.de.eml`, without the attachments; those of earlier approvals are removed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote

from ccmail.audience import Contact
from ccmail.campaign import variants
from ccmail.own_files import is_link, make_folder, refuse_links, replace_file
from ccmail.planning.assembler import make_assembler
from ccmail.problems import CcmailError
from ccmail.wording import say
from ccmail.wording.system import words_of

if TYPE_CHECKING:
    from pathlib import Path

    from ccmail.campaign import Variant
    from ccmail.ledger import Purpose
    from ccmail.messages import Assembler
    from ccmail.planning.assembler import Mailing
    from ccmail.rendering import LoadedCampaign
    from ccmail.workspace import Workspace

NOBODY = Contact("reader@example.invalid")
"""The reader of the kept mails: no name, no town, and an address that can never be one (RFC 2606 2)."""


def mail_to_nobody(assembler: Assembler, variant: Variant) -> bytes:
    """Return the mail of a variant to a reader of whom nothing is known.

    Raises:
        CcmailError: A text or template needs a field.
    """
    return assembler.assemble(NOBODY, variant).as_bytes()


def keep_approved(
    workspace: Workspace, loaded: LoadedCampaign, version: str, purpose: Purpose, mailing: Mailing
) -> None:
    """Keep the mails of a version in the place of those kept before; a variant that needs a reader's fields is not.

    Raises:
        CcmailError: They cannot be written (W763).
    """
    assembler = make_assembler(workspace, dataclasses.replace(loaded, attachments=()), version, mailing)
    folder = _folder(workspace, loaded.campaign.id, purpose)
    try:
        make_folder(folder / version)
        for variant in variants(loaded.campaign):
            with contextlib.suppress(CcmailError):
                replace_file(folder / version / _file_name(variant), mail_to_nobody(assembler, variant))
        for other in folder.iterdir():
            if other.name != version and not is_link(other):
                shutil.rmtree(other)
    except OSError as error:
        message = say(
            "the approved mails cannot be kept in {folder}: {why}", folder=workspace.shown(folder), why=words_of(error)
        )
        raise CcmailError(message, code="W763", hint=say("give yourself the right to write there")) from error


def approved_mail(workspace: Workspace, campaign: str, purpose: Purpose, version: str, variant: Variant) -> bytes:
    """Return the kept mail of a variant, b"" if it was not kept."""
    path = _folder(workspace, campaign, purpose) / version / _file_name(variant)
    refuse_links(path)
    return path.read_bytes() if path.is_file() else b""


def kept_versions(workspace: Workspace, campaign: str, purpose: Purpose) -> tuple[str, ...]:
    """Return the versions of which mails are kept: one, or none."""
    folder = _folder(workspace, campaign, purpose)
    return tuple(path.name for path in sorted(folder.glob("*")) if path.is_dir() and not is_link(path))


def approved_files(workspace: Workspace) -> tuple[Path, ...]:
    """Return the files of all kept mails; raises as `refuse_links`."""
    root = _root(workspace)
    refuse_links(root)
    return tuple(path for path in sorted(root.rglob("*.eml")) if not is_link(path))


def _root(workspace: Workspace) -> Path:
    return workspace.state / "approved"


def _folder(workspace: Workspace, campaign: str, purpose: Purpose) -> Path:
    return _root(workspace) / f"{campaign}{purpose.suffix}"


def _file_name(variant: Variant) -> str:
    return f"{quote(variant.segment.name)}.{'+'.join(variant.languages)}.eml"
