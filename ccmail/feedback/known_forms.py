"""The door of flufl.bounce, which knows the forms of many servers' texts."""

from __future__ import annotations

import email
import logging
import re

from ccmail.feedback.header_fields import addresses_in

_LOOKED_AT, _MOST_LINES, _DEEPEST = 100_000, 2000, 20
_DEEPER = re.compile(rb"boundary|message/", re.IGNORECASE)
_LONG_LINE = re.compile(rb"([^\n]{900})(?=[^\n])")


def find_known_forms(mail: bytes) -> tuple[str, ...]:
    """Return the recipients of a bounce of which flufl.bounce knows the form.

    It is given mails of a reasonable size and shape only, for the parser before it follows any depth. That it calls
    most of them permanent failures is not believed.
    """
    from flufl.bounce import all_failures  # noqa: PLC0415 - brings the email package's parsers; for mails that need it

    logging.getLogger("flufl.bounce").disabled = True  # it logs each failure with a traceback
    lines = _LONG_LINE.sub(rb"\1\n", mail[:_LOOKED_AT]).split(b"\n")
    cut = b"\n".join(lines[:_MOST_LINES])
    if len(_DEEPER.findall(cut)) > _DEEPEST:
        return ()
    try:
        temporary, permanent = all_failures(email.message_from_bytes(cut))
    except Exception:  # noqa: BLE001 - a mail of a stranger, in a library that raises what Python raises
        return ()
    found = b" ".join(sorted({*temporary, *permanent})).decode("utf-8", "replace")
    return addresses_in(found)
