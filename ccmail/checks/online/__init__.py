"""Questions to other computers: whether the targets of links are there, what spam filters say of a mail.

Nothing here is asked unless somebody wants it; what gets no answer is “not checked”, never “ok”.
"""

from __future__ import annotations

from ccmail.checks.online.verdict import Verdict

__all__ = ["Verdict"]
