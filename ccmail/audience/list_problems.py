"""The problems of a recipient list: the table of the R codes."""

from __future__ import annotations

from typing import Final

from ccmail.problems import Mark, Place, Problem, Severity, Subject

NOT_AN_ADDRESS: Final = "R501"
NO_ADDRESS_COLUMN: Final = "R502"
TWO_ADDRESS_COLUMNS: Final = "R503"
OPEN_QUOTE: Final = "R504"
TOO_LONG: Final = "R505"
CONTROL_CHARACTER: Final = "R506"
TOO_MANY_CELLS: Final = "R507"
UNREADABLE: Final = "R508"
EXCEL_READER_MISSING: Final = "R509"
NO_LANGUAGE: Final = "R510"
UNKNOWN_SUPPRESSION: Final = "R511"
UNCLEAR_MARK: Final = "R512"
NO_SUCH_COLUMN: Final = "R513"
NO_ADDRESS: Final = "R520"
REPAIRED: Final = "R521"
SEVERAL_ADDRESSES: Final = "R522"
DEFAULT_LANGUAGE: Final = "R523"
SECOND_ADDRESS: Final = "R524"
MISTYPED_DOMAIN: Final = "R530"
MIXED_ALPHABETS: Final = "R531"
UNKNOWN_COUNTRY: Final = "R532"
UNKNOWN_SALUTATION: Final = "R533"
DAMAGED_LETTER: Final = "R534"
UNKNOWN_TIME_ZONE: Final = "R535"
EMPTY_LIST: Final = "R536"
NAME_NOT_SPLIT: Final = "R537"
ODD_NAME: Final = "R538"
NAMES_MISSING: Final = "R539"
OTHER_SHEETS: Final = "R560"
HIDDEN_ROWS: Final = "R561"
STRUCK_THROUGH: Final = "R562"
HIDDEN_COLUMNS: Final = "R563"
MERGED_CELLS: Final = "R564"
NO_RESULT: Final = "R565"
NO_SUCH_SHEET: Final = "R566"
UNSURE_ENCODING: Final = "R567"
OTHER_ENCODING: Final = "R568"
OTHER_LINK: Final = "R569"
REMARK_SAYS_NO: Final = "R542"
UNUSED_LANGUAGES: Final = "R543"
NOT_JSON: Final = "R544"
NOT_A_CARD: Final = "R541"

MEANINGS = {
    NOT_AN_ADDRESS: (Severity.ERROR, "a cell of the address column holds no mail address"),
    NO_ADDRESS_COLUMN: (Severity.ERROR, "no column is called E-Mail"),
    TWO_ADDRESS_COLUMNS: (Severity.ERROR, "more than one column is called E-Mail"),
    OPEN_QUOTE: (Severity.ERROR, "a quote is never closed, and would swallow the following people"),
    TOO_LONG: (Severity.ERROR, "a cell is too long for what it should hold"),
    CONTROL_CHARACTER: (Severity.ERROR, "a cell holds characters that do not belong into a mail"),
    TOO_MANY_CELLS: (Severity.ERROR, "a row has more cells than the header"),
    UNREADABLE: (Severity.ERROR, "the list cannot be read"),
    EXCEL_READER_MISSING: (Severity.ERROR, "reading Excel needs one more package"),
    NO_LANGUAGE: (Severity.ERROR, "somebody should get a language that this campaign does not have"),
    UNKNOWN_SUPPRESSION: (Severity.ERROR, "somebody wants no mail, but nobody can say who"),
    UNCLEAR_MARK: (Severity.ERROR, "a column says who wants mails, and a value of it can be a yes or a no"),
    NO_SUCH_COLUMN: (Severity.ERROR, "ccmail.yaml names a column that the list does not have"),
    NO_ADDRESS: (Severity.NOTE, "a row has no address and is passed over"),
    REPAIRED: (Severity.NOTE, "an address was written in an odd way, and is understood"),
    SEVERAL_ADDRESSES: (Severity.NOTE, "a cell holds several addresses; each gets a mail"),
    DEFAULT_LANGUAGE: (Severity.NOTE, "people without a language get the segment's"),
    SECOND_ADDRESS: (Severity.NOTE, "a list has several columns of addresses; the first that is filled counts"),
    MISTYPED_DOMAIN: (Severity.WARNING, "an address looks like a slip of the finger"),
    MIXED_ALPHABETS: (Severity.WARNING, "an address mixes letters of two alphabets"),
    UNKNOWN_COUNTRY: (Severity.WARNING, "a country is not known by that name"),
    UNKNOWN_SALUTATION: (Severity.WARNING, "a salutation is neither Frau nor Herr, nor known otherwise"),
    DAMAGED_LETTER: (Severity.WARNING, "a letter was damaged before the list came here"),
    UNKNOWN_TIME_ZONE: (Severity.WARNING, "a time zone is not known by that name"),
    EMPTY_LIST: (Severity.ERROR, "nobody is in the list"),
    NAME_NOT_SPLIT: (Severity.WARNING, "a whole name cannot be split into first and last name for certain"),
    ODD_NAME: (Severity.WARNING, "a name is written so that its greeting looks odd"),
    NAMES_MISSING: (Severity.WARNING, "most people of a list are greeted without a name"),
    OTHER_SHEETS: (Severity.WARNING, "another sheet of the file has addresses, and is not read"),
    HIDDEN_ROWS: (Severity.WARNING, "rows are hidden in the sheet, and get the mail"),
    STRUCK_THROUGH: (Severity.WARNING, "rows are struck through in the sheet, and get the mail"),
    HIDDEN_COLUMNS: (Severity.WARNING, "columns are hidden in the sheet, and are read"),
    MERGED_CELLS: (Severity.WARNING, "a cell of the sheet spans several; only the first of them has its text"),
    NO_RESULT: (Severity.WARNING, "a formula of the sheet has no result in the file, or an error"),
    NO_SUCH_SHEET: (Severity.ERROR, "the file has no sheet of that name"),
    UNSURE_ENCODING: (Severity.ERROR, "nobody can tell how the letters of the list are meant"),
    OTHER_ENCODING: (Severity.NOTE, "the list is not in UTF-8; it is said how it is read"),
    OTHER_LINK: (Severity.WARNING, "the link of a cell leads to another address than the one that is shown and read"),
    REMARK_SAYS_NO: (Severity.WARNING, "a remark sounds as if somebody wants no mail, or cannot get any"),
    UNUSED_LANGUAGES: (Severity.WARNING, "a column looks like languages or countries, and is not used"),
    NOT_JSON: (Severity.WARNING, "the attributes of a row are not JSON, and are not used"),
    NOT_A_CARD: (Severity.ERROR, "a contact of a vCard file has no end, or a line that is none"),
}

_LIST_IS_LOST = frozenset(
    {
        NO_ADDRESS_COLUMN, TWO_ADDRESS_COLUMNS, UNREADABLE, EXCEL_READER_MISSING, UNKNOWN_SUPPRESSION, EMPTY_LIST,
        NO_SUCH_SHEET, UNSURE_ENCODING, NO_SUCH_COLUMN,
    }
)  # fmt: skip
"""The codes of problems that lose a whole list, of recipients or of suppressions: then nothing is sent."""

OF_A_WHOLE_LIST = frozenset(
    {
        NAMES_MISSING,
        OTHER_SHEETS, HIDDEN_ROWS, STRUCK_THROUGH, HIDDEN_COLUMNS, MERGED_CELLS, NO_RESULT, NO_SUCH_SHEET,
        UNSURE_ENCODING, OTHER_ENCODING, OTHER_LINK,
    }
)  # fmt: skip
"""The codes of problems that are reported once for a list; the plan of a sending shows them."""

ROW_IS_LOST = frozenset({NOT_AN_ADDRESS, OPEN_QUOTE, TOO_LONG, CONTROL_CHARACTER, TOO_MANY_CELLS, NOT_A_CARD})
"""The codes of problems that cost one row the mail."""


def mistake(code: str, message: str, place: Place, *, label: str = "", hint: str = "") -> Problem:
    """Return a problem with the severity of the table; it is about the row, or about the whole list."""
    severity, _ = MEANINGS[code]
    about = Subject.LIST if code in _LIST_IS_LOST else Subject.ROW
    return Problem(code, message, severity, (Mark(place, label),), hint, about)
