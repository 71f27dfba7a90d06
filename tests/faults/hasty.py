"""ccmail with short waits, for as long as ccmail.yaml cannot say them: `python -m tests.faults.hasty send …`.

To be deleted when `smtp.timeouts` and `smtp.retry` are there.
"""

from __future__ import annotations

import functools
import sys

import ccmail.delivery
from ccmail.delivery import Retry, Server, Smtp, Timeouts


def hurry() -> None:
    """Shorten the times that are built in."""
    retry = Retry(server=(0.02, 0.2), recipient=(0.05, 0.2), patience=5.0)
    delivery: dict[str, object] = vars(ccmail.delivery)
    delivery["Server"] = functools.partial(Server, timeouts=Timeouts(connect=1, reply=1, end_of_data=1))
    delivery["Smtp"] = functools.partial(Smtp, retry=retry)


if __name__ == "__main__":
    from ccmail.cli import main

    hurry()
    sys.argv[0] = "ccmail"
    main()
