"""The ground of a transparent picture, such as a logo: without one, its lines vanish where a program is dark."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_SAMPLE = (64, 64)  # pixels, enough to say whether lines are light
_SOLID = 250  # of 255: softer edges than this are transparent
_LIGHT = 160  # of 255, in grey: halfway between black and white for the eye


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """The ground under a transparent picture: `#rrggbb`, and its room around the picture, a share of the height."""

    colour: str
    room: float = 0


def is_transparent(image: Image) -> bool:
    """Return whether anything shows through a picture in mode RGBA."""
    return image.mode == "RGBA" and any(image.getchannel("A").histogram()[:_SOLID])


def is_light(image: Image) -> bool:
    """Return whether most of what is to be seen of a picture in mode RGBA is light: made for dark grounds."""
    small = image.resize(_SAMPLE)
    seen = light = 0
    for grey, opacity in zip(small.convert("L").tobytes(), small.getchannel("A").tobytes(), strict=True):
        seen += opacity
        light += opacity if grey > _LIGHT else 0
    return light * 2 > seen


def on_ground(image: Image, ground: Ground) -> Image:
    """Return a picture in mode RGBA on a ground, as one in mode RGB."""
    room = round(image.height * ground.room)
    whole = image.convert("RGB").resize((image.width + 2 * room, image.height + 2 * room))
    whole.paste(ground.colour, (0, 0, *whole.size))
    whole.paste(image, (room, room), image)
    return whole
