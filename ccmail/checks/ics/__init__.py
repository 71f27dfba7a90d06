"""The calendar file of a finished mail: its rules look at it beside the mail and its origin."""

from ccmail.checks.ics import component, people, text, times  # noqa: F401 - they register
