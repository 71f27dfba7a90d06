"""The file of a recipient list, text or a workbook of Excel or Calc, becomes rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.audience import list_problems
from ccmail.audience.delimited import read_delimited
from ccmail.audience.list_problems import mistake
from ccmail.audience.row import ListRow
from ccmail.problems import Place, Problem, did_you_mean
from ccmail.wording import say
from ccmail.wording.system import words_of
from ccmail.workspace.list_format import AS_IT_COMES, ListFormat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".vcf"})
_BOM, _VCARD = b"\xef\xbb\xbf", b"BEGIN:VCARD"
_MARKUP = (b"<!DOCTYPE", b"<HTML", b"<TABLE", b"<META", b"<HEAD", b"<?XML", b"MIME-VERSION:")


def read_rows(
    path: Path, shown_as: str, list_format: ListFormat = AS_IT_COMES, *, suppresses: bool = False
) -> Iterator[ListRow | Problem]:
    """Yield the rows of a list and the problems of the file; its first bytes show whether it is a workbook.

    Never raises for the content of the file, nor if it is missing. The people of a list that `suppresses` get no mail;
    its problems say so.
    """
    try:
        if not path.is_file():
            yield _missing(path, shown_as)
        elif is_vcard(path):
            yield from _read_vcards(path, shown_as)
        elif _is_markup(path):
            # what web programs call .xls: Excel opens it, and says that it is something else
            hint = say("open it in Excel and save it as .xlsx or CSV UTF-8")
            yield _unreadable(shown_as, say("{file} is a web page or XML, not a workbook", file=shown_as), hint)
        elif is_excel(path):
            from ccmail.audience.workbook.reading import read_workbook  # noqa: PLC0415 - most lists are text

            yield from read_workbook(path, shown_as, list_format, suppresses=suppresses)
        else:
            yield from read_delimited(path, shown_as, list_format.encoding)
    except OSError as error:
        why = words_of(error) if error.strerror else say("it is damaged")
        yield _unreadable(shown_as, say("{file} cannot be read: {why}", file=shown_as, why=why))


def _missing(path: Path, shown_as: str) -> Problem:
    """Return the problem of a list that is not there, with the name of a file beside it that may be meant."""
    near = did_you_mean(path.name, (file.name for file in path.parent.glob("*") if is_list(file)))
    hint = say("put the list there, or name another file at its segment in ccmail.yaml")
    if near:
        hint = say("did you mean “{near}”?", near=near)
    return _unreadable(shown_as, say("there is no file {path}", path=shown_as), hint)


def is_list(file: Path) -> bool:
    """Return whether a file is called as lists are; what Excel and others lay beside an open file is none."""
    return file.suffix.lower() in _SUFFIXES and not file.name.startswith((".", "~$"))


def is_excel(path: Path) -> bool:
    """Return whether a file is a workbook, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(_OLE)).startswith((_ZIP, _OLE))


def is_vcard(path: Path) -> bool:
    """Return whether a file holds vCards, by its beginning."""
    return _beginning(path).startswith(_VCARD)


def _is_markup(path: Path) -> bool:
    return _beginning(path).startswith(_MARKUP)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1000).removeprefix(_BOM).lstrip()[:20].upper()


def _read_vcards(path: Path, shown_as: str) -> Iterator[ListRow | Problem]:
    from ccmail.audience.vcard import read_vcards  # noqa: PLC0415 - for such lists only

    yield from read_vcards(path, shown_as)


def _unreadable(shown_as: str, message: str, hint: str = "") -> Problem:
    return mistake(list_problems.UNREADABLE, message, Place(shown_as), hint=hint)
