"""The point of a picture that has to stay when the picture is cropped."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated

from ccmail.problems import Place
from ccmail.wording import say
from ccmail.yamlfile import FromText, ReadContext, SourceText, ValueProblem

_ACROSS = {"left": 0.0, "right": 1.0}
_DOWN = {"top": 0.0, "bottom": 1.0}
_MIDDLE = {"center", "centre", "middle"}
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%[\s,]+(\d{1,3}(?:\.\d+)?)\s*%")
_WHOLE = 100


@dataclasses.dataclass(frozen=True, slots=True)
class FocusPoint:
    """A point of a picture: 0 to 1 from the left, and from the top."""

    x: float = 0.5
    y: float = 0.5
    place: Place = dataclasses.field(default=Place(""), compare=False, repr=False)


def read_focus(text: SourceText, _context: ReadContext) -> FocusPoint:
    """Return the point of `top`, `bottom`, `left`, `right`, `center`, two of them, or `30% 60%`.

    Raises:
        ValueProblem: The text is none of these.
    """
    written = text.strip().casefold()
    found = _PERCENT.fullmatch(written)
    if found and max(float(found[1]), float(found[2])) <= _WHOLE:
        return FocusPoint(float(found[1]) / _WHOLE, float(found[2]) / _WHOLE, text.place)
    words = re.split(r"[\s,-]+", written)
    across = [word for word in words if word in _ACROSS]
    down = [word for word in words if word in _DOWN]
    if len(words) > 2 or len(across) > 1 or len(down) > 1 or set(words) - {*across, *down, *_MIDDLE}:  # noqa: PLR2004
        raise ValueProblem(
            "C208",
            say("“{text}” is no point of a picture", text=text),
            text.place,
            hint=say("top, bottom, left, right, center, top left …, or from the left and the top: 30% 60%"),
        )
    return FocusPoint(
        _ACROSS[across[0]] if across else 0.5,
        _DOWN[down[0]] if down else 0.5,
        text.place,
    )


Focus = Annotated[FocusPoint, FromText(read_focus, FocusPoint, {"type": "string"})]
