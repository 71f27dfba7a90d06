"""The fields of a form that a browser has sent."""

from __future__ import annotations

from urllib.parse import parse_qs

_MOST = 100  # fields; a form with a box for each segment has some dozen


def form_fields(body: bytes) -> dict[str, list[str]]:
    """Return the values of each field of a form, empty ones too; none if the body is no form, as programs send it."""
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST)
    except ValueError:
        return {}


def first_values(body: bytes) -> dict[str, str]:
    """Return the first value of each field of a form."""
    return {name: values[0] for name, values in form_fields(body).items()}
