"""`python -m ccmail` is `ccmail`."""

from ccmail.cli import main

main()
