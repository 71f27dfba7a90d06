"""A picture file becomes the picture that is sent: upright, in screen colours, not too large, without metadata.

What needs no change stays as it is, byte for byte. The same file and recipe give the same bytes.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import json
import struct
import warnings
import zlib
from typing import TYPE_CHECKING

from ccmail.campaign.focus import FocusPoint
from ccmail.campaign.metadata import without_metadata
from ccmail.campaign.transparency import Ground, is_light, is_transparent, on_ground

if TYPE_CHECKING:
    from PIL.Image import Image

    from ccmail.workspace import TextCache

LARGE = 300_000  # octets
_PIXEL_LIMIT = 40_000_000
_PIXEL_LIMIT_OF_JPEG = 85_000_000  # it is read at a half or a quarter of its size
_SUBTYPES = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "GIF": "gif"}  # what every mail program shows
_QUALITIES = (86, 80, 74, 68)  # of JPEG: the first one that gives a small file
_RULES = "1"  # of this module: part of a changed picture's digest
_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, struct.error, zlib.error)
_PHONE_KINDS = {"heic": "HEIC", "heix": "HEIC", "hevc": "HEIC", "mif1": "HEIC", "msf1": "HEIC", "avif": "AVIF"}
_SIXTEEN_BIT, _BITS_OF_PNG = 16, 24
_ORIENTATION, _POSITION = 0x0112, 0x8825  # Exif 2.32, 4.6


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """The requirements for a picture.

    Attributes:
        width: Pixels at most: twice the width at which mails show it, for good screens.
        aspect: Width by height, to crop it to; None for the whole picture.
        focus: The point that stays when it is cropped.
        under_dark: The ground of a transparent picture whose lines are dark; None leaves it transparent.
        under_light: The same, if its lines are light.
    """

    width: int = 1200
    aspect: tuple[int, int] | None = None
    focus: FocusPoint = dataclasses.field(default_factory=FocusPoint)
    under_dark: Ground | None = None
    under_light: Ground | None = None

    def __str__(self) -> str:
        """Write it down: what has no part in the picture has none in this."""
        focus = [self.focus.x, self.focus.y] if self.aspect else None
        grounds = [ground and dataclasses.astuple(ground) for ground in (self.under_dark, self.under_light)]
        return json.dumps([self.width, self.aspect, focus, *(grounds if any(grounds) else [])])

    def ground_of(self, image: Image) -> Ground | None:
        """Return the ground that a picture in screen colours gets."""
        if not is_transparent(image):
            return None
        return self.under_light if is_light(image) else self.under_dark


@dataclasses.dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """A picture as it is sent.

    Attributes:
        digest: Identifies file and recipe, on every computer; the SHA-256 of the file if nothing is changed.
        changes: What was done: turned, cropped, scaled, colours, ground, metadata.
        shown: The part of the picture that is left, from 0 to 1.
        animated: Whether it moves; Outlook shows the first frame only.
        is_light: Whether its lines are light on a ground that is transparent, or was.
    """

    content: bytes = dataclasses.field(repr=False)
    subtype: str
    width: int
    height: int
    digest: str
    changes: tuple[str, ...] = ()
    animated: bool = False
    shown: float = 1.0
    is_light: bool = False


class PhotoRefused(Exception):
    """A file is no picture for a mail; `code` says why, `kind` is its format if that is known."""

    def __init__(self, code: str, kind: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind


def prepare_photo(content: bytes, recipe: Recipe, cache: TextCache) -> PreparedPhoto:
    """Return the picture as it is sent, from the cache if the same was made before.

    Raises:
        PhotoRefused: M602 (unreadable), M603 (kind), M604 (colours for printing), M605 (too many pixels), M608 (cut
            off).
    """
    digest = hashlib.sha256(content).hexdigest()
    written = str(recipe)
    kept = json.loads(cache.text(("photo", digest, written), lambda: json.dumps(_made(content, recipe)), ("Pillow",)))
    if "refused" in kept:
        raise PhotoRefused(kept["refused"], kept["kind"])
    if kept["changes"]:
        digest = hashlib.sha256(json.dumps([digest, written, _RULES]).encode()).hexdigest()
    return PreparedPhoto(
        content=base64.b64decode(kept["content"]) if kept["changes"] else content,
        subtype=kept["subtype"],
        width=kept["width"],
        height=kept["height"],
        digest=digest,
        changes=tuple(kept["changes"]),
        animated=kept["animated"],
        shown=kept["shown"],
        is_light=kept.get("is_light", False),  # an older ccmail kept nothing of it
    )


def tells_where(content: bytes, cache: TextCache) -> bool:
    """Return whether a picture tells where it was taken."""
    digest = hashlib.sha256(content).hexdigest()
    return cache.text(("position", digest), lambda: "yes" if _has_position(content) else "", ("Pillow",)) == "yes"


def _has_position(content: bytes) -> bool:
    from PIL import Image  # noqa: PLC0415 - only for pictures that are not in the cache

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content)) as image:
                return bool(image.getexif().get_ifd(_POSITION)) or b"exif:GPSL" in content
        except (*_DAMAGED, Image.DecompressionBombError):
            return False


def _made(content: bytes, recipe: Recipe) -> dict[str, object]:
    """Return the values for the cache: those of the picture, or the reason against it."""
    try:
        photo = _develop(content, recipe)
    except PhotoRefused as refused:
        return {"refused": refused.code, "kind": refused.kind}
    kept = dataclasses.asdict(photo)
    return {**kept, "content": base64.b64encode(photo.content).decode() if photo.changes else ""}


def _develop(content: bytes, recipe: Recipe) -> PreparedPhoto:
    from PIL import Image  # noqa: PLC0415 - only for pictures that are not in the cache

    kind = _foreign_kind(content)
    if kind:
        raise PhotoRefused("M603", kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is damaged in the metadata, which nobody gets
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(content))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PhotoRefused("M605") from None
        except _DAMAGED:
            raise PhotoRefused("M602") from None
        with image:
            return _develop_opened(image, content, recipe)


def _foreign_kind(content: bytes) -> str:
    """Return the kind of a picture that Pillow does not know, or knows only on some computers."""
    if content[4:8] == b"ftyp":  # ISO 14496-12 4.3
        return _PHONE_KINDS.get(content[8:12].decode("ascii", "replace"), "")
    is_markup = content[:20].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return "SVG" if is_markup and b"<svg" in content[:2000].lower() else ""


def _develop_opened(image: Image, content: bytes, recipe: Recipe) -> PreparedPhoto:
    size = image.size
    if size[0] * size[1] > (_PIXEL_LIMIT_OF_JPEG if image.format in {"JPEG", "MPO"} else _PIXEL_LIMIT):
        raise PhotoRefused("M605")
    subtype = _SUBTYPES.get(image.format or "")
    if subtype is None:
        raise PhotoRefused("M603", image.format or "")
    animated = bool(getattr(image, "is_animated", False)) and image.format != "MPO"
    if subtype == "jpeg":
        image.draft(image.mode, (recipe.width, recipe.width))  # reads a large file at a half or a quarter of its size
    try:
        image.load()
    except _DAMAGED:
        raise PhotoRefused("M608") from None
    orientation, colours = _orientation(image), _foreign_colours(image)
    if image.mode in {"CMYK", "YCCK"} and not colours:
        raise PhotoRefused("M604")
    width, height = size if orientation < 5 else size[::-1]  # noqa: PLR2004
    box = crop_box(width, height, recipe)
    deep = image.mode.startswith(("I", "F")) or (subtype == "png" and content[_BITS_OF_PNG] == _SIXTEEN_BIT)
    changes = [
        name
        for name, is_so in {
            "turned": orientation > 1,
            "cropped": box != (0, 0, width, height),
            "scaled": box[2] - box[0] > recipe.width,
            "colours": bool(colours) or deep,
        }.items()
        if is_so and not animated
    ]
    bare = without_metadata(content, subtype)
    if animated and bare is None:
        raise PhotoRefused("M608")
    shown = image if animated or subtype == "jpeg" else _in_screen_colours(image, colours)
    light, ground = is_transparent(shown) and is_light(shown), recipe.ground_of(shown)
    changes += ["ground"] if ground else []
    if not changes and bare is not None:
        digest = hashlib.sha256(content).hexdigest()
        stripped = () if bare == content else ("metadata",)
        return PreparedPhoto(bare, subtype, *size, digest, stripped, animated, is_light=light)
    made = _in_screen_colours(image, colours)
    made = _turned(made, orientation)
    made = _scaled(made, crop_box(*made.size, recipe), min(box[2] - box[0], recipe.width), box)
    made = on_ground(made, ground) if ground else made
    made_content, subtype = _encoded(made, subtype)
    left = (box[2] - box[0]) * (box[3] - box[1]) / (width * height)
    changes = [*changes, "metadata"]
    return PreparedPhoto(made_content, subtype, *made.size, "", tuple(changes), shown=left, is_light=light)


def crop_box(width: int, height: int, recipe: Recipe) -> tuple[int, int, int, int]:
    """Return the part of a picture to show: as large as its aspect allows, as near to the focus as it can be."""
    if recipe.aspect is None:
        return 0, 0, width, height
    across, down = recipe.aspect
    shown = (min(width, round(height * across / down)) or 1, min(height, round(width * down / across)) or 1)
    left = min(max(round(recipe.focus.x * width - shown[0] / 2), 0), width - shown[0])
    top = min(max(round(recipe.focus.y * height - shown[1] / 2), 0), height - shown[1])
    return left, top, left + shown[0], top + shown[1]


def _orientation(image: Image) -> int:
    """Return how a phone was held, 1 to 8 (Exif 2.32, 4.6.4)."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except _DAMAGED:
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1  # noqa: PLR2004


def _foreign_colours(image: Image) -> bytes:
    """Return the description of the colours (ICC), b"" if they are those of screens (sRGB) or there is none."""
    described = image.info.get("icc_profile") or b""
    if not described:
        return b""
    from PIL import ImageCms  # noqa: PLC0415 - only for pictures that are not in the cache

    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(described))
        name = ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, *_DAMAGED):
        return b""
    return b"" if "srgb" in name.casefold() else bytes(described)


def _in_screen_colours(image: Image, described: bytes) -> Image:
    """Return a picture with 8 bits a colour, of sRGB: in mode L, RGB or RGBA."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    clear = "transparency" in image.info or image.mode in {"LA", "PA", "La", "RGBa"}
    if image.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        image = image.convert("L" if image.mode == "1" and not clear else "RGBA" if clear else "RGB")
    elif clear and image.mode != "RGBA":
        image = image.convert("RGBA")
    if not described:
        return image
    from PIL import ImageCms  # noqa: PLC0415 - only for pictures that are not in the cache

    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(described))
        screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        made = ImageCms.profileToProfile(image, profile, screen, outputMode=wanted)
    except (ImageCms.PyCMSError, *_DAMAGED):
        made = None
    if made is None and image.mode == "CMYK":
        raise PhotoRefused("M604")
    return image if made is None else made


def _eight_bits(image: Image) -> Image:
    """Return a picture of 16 bits in grey with 8: `convert` alone would make all that is not dark white."""
    return image.convert("F").point(lambda value: value * (1 / 256) + 0).convert("L")


def _turned(image: Image, orientation: int) -> Image:
    from PIL.Image import Transpose  # noqa: PLC0415 - only for pictures that are not in the cache

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _scaled(image: Image, box: tuple[int, int, int, int], width: int, whole: tuple[int, int, int, int]) -> Image:
    """Return a part of a picture, `width` pixels wide; `whole` is the part in pixels of the file."""
    from PIL.Image import Resampling  # noqa: PLC0415 - only for pictures that are not in the cache

    height = max(1, round(width * (whole[3] - whole[1]) / (whole[2] - whole[0])))
    if (width, height) == image.size:
        return image
    return image.resize((width, height), Resampling.LANCZOS, box)


def _encoded(image: Image, subtype: str) -> tuple[bytes, str]:
    """Return a picture as JPEG, or as PNG if it was none; and the subtype."""
    image.info.clear()
    content = b""
    if subtype != "jpeg":
        content, subtype = _saved(image, "PNG", optimize=True), "png"
    else:
        for quality in _QUALITIES:
            content = _saved(image, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
            if len(content) <= LARGE:
                break
    return without_metadata(content, subtype) or content, subtype


def _saved(image: Image, kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()
