"""Pictures that were looked at, to be compared with those of today: `make golden-pictures` takes them anew.

They are made smaller, and compared by the mean colours of small cells: a letter that is drawn a little differently is
no difference, a band that is lost or a block that has moved is one.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image, ImageChops

FOLDER = Path(__file__).parent / "golden" / "pictures"
REDUCED = 2  # a picture is kept in a half of its width and height
CELL = 16  # pixels of a cell's side, of the picture as it was taken
TOLERANCE = 32  # of 255, for each colour of a cell; fewer colours alone make 16, a line of text that moves 50
COLOURS = 128


def assert_looks_as_before(name: str, taken: bytes, seen: Path) -> None:
    """Compare a picture (PNG) with tests/golden/pictures/NAME.png, or write that if CCMAIL_GOLDEN=write.

    Args:
        name: The name of the picture.
        taken: The picture of today.
        seen: The folder for it and for what differs, if it does.
    """
    today = Image.open(io.BytesIO(taken)).convert("RGB")
    path = FOLDER / f"{name}.png"
    if os.environ.get("CCMAIL_GOLDEN") == "write":
        write(path, today)
    found = difference(opened(path), reduced(today))
    if found:
        today.save(seen / f"{name}.png")
        raise AssertionError(f"{name}: {found}; look at {seen / name}.png, then `make golden-pictures`")


def opened(path: Path) -> Image.Image:
    """Return a picture that is kept."""
    with Image.open(path) as kept:
        return kept.convert("RGB")


def write(path: Path, picture: Image.Image) -> None:
    """Keep a picture, small in size and in colours."""
    path.parent.mkdir(exist_ok=True)
    method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    reduced(picture).quantize(COLOURS, method, dither=dither).save(path, optimize=True)


def reduced(picture: Image.Image) -> Image.Image:
    """Return a picture as it is kept."""
    return picture.reduce(REDUCED)


def difference(before: Image.Image, now: Image.Image) -> str:
    """Return in words what differs between two reduced pictures, "" for nothing; places are in pixels of whole ones."""
    if abs(before.height - now.height) * REDUCED > CELL or before.width != now.width:
        sizes = (f"{one.width * REDUCED} × {one.height * REDUCED}" for one in (before, now))
        return " pixels before, now ".join(sizes)
    size = before.width, min(before.height, now.height)
    cells = [one.crop((0, 0, *size)).reduce(CELL // REDUCED) for one in (before, now)]
    red, green, blue = ImageChops.difference(*cells).split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = largest.point(lambda value: 255 if value > TOLERANCE else 0).getbbox()
    if box is None:
        return ""
    left, top, right, bottom = (edge * CELL for edge in box)
    return f"another picture from {left}, {top} to {right}, {bottom}"
