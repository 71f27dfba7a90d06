"""The parts around the words of a finished mail: header fields, MIME parts, bytes on the wire."""

from ccmail.checks.headers import automatic, format, mime, senders, unsubscribe  # noqa: A004, F401 - they register
