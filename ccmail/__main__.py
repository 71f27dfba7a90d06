"""`python -m ccmail` is `ccmail`."""

import os
import sys

# Python looks for modules where one stands, too: in a workspace, which somebody else may have packed
sys.path[:] = [place for place in sys.path if place and os.path.abspath(place) != os.getcwd()]  # noqa: PTH100, PTH109

from ccmail.cli import main  # noqa: E402

main()
