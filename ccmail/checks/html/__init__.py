"""The HTML part of a finished mail."""

from ccmail.checks.html import colours, document, images, links, text  # noqa: F401 - they register
