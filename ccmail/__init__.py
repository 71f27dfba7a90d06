"""ccmail: from a campaign file to the mail in the mailbox.

Start reading in `ccmail.pipeline`; docs/architecture.md draws the house.
"""

__version__ = "0.1.0"
