"""What only others can say: whether the targets of links are there, what spam filters make of a mail.

Nothing here is asked unless somebody wants it, and whoever does not answer leaves a thing “not checked”, never “ok”.
"""

from __future__ import annotations

from ccmail.checks.online.verdict import Verdict

__all__ = ["Verdict"]
