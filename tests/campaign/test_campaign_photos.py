"""Pictures as they are sent: upright, in screen colours, small enough, and silent about where they come from."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from ccmail.campaign.focus import FocusPoint, read_focus
from ccmail.campaign.metadata import without_metadata
from ccmail.campaign.photos import PhotoRefused, PreparedPhoto, Recipe, crop_box, prepare_photo, tells_where
from ccmail.workspace import TextCache
from ccmail.yamlfile import SourceText, ValueProblem

CAMERA, ORIENTATION, POSITION = 0x0110, 0x0112, 0x8825
CORNERS = {"red": (250, 10, 10), "green": (10, 160, 10), "blue": (10, 10, 250), "white": (250, 250, 250)}


def scene(width: int = 60, height: int = 40) -> Image.Image:
    """Return a picture with red, green, blue and white in its corners, from the left above."""
    image = Image.new("RGB", (width, height), "grey")
    draw = ImageDraw.Draw(image)
    across, down = width // 2, height // 2
    for colour, (x, y) in zip(CORNERS.values(), ((0, 0), (across, 0), (0, down), (across, down)), strict=True):
        draw.rectangle((x, y, x + across - 1, y + down - 1), colour)
    return image


def saved(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    octets = io.BytesIO()
    image.save(octets, kind, **({"quality": 95, "subsampling": 0} if kind == "JPEG" else {}) | how)
    return octets.getvalue()


def exif_of(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = orientation, "Telephone 9"
    position = exif.get_ifd(POSITION)
    position[1], position[2] = "N", (50.0, 44.0, 0.0)
    return exif


def prepared(content: bytes, tmp_path: Path, recipe: Recipe | None = None) -> PreparedPhoto:
    return prepare_photo(content, recipe or Recipe(), TextCache(tmp_path / "cache"))


def opened(photo: PreparedPhoto) -> Image.Image:
    image = Image.open(io.BytesIO(photo.content))
    image.load()
    return image


def corners(image: Image.Image) -> list[str]:
    """Return the colours in the corners, from the left above."""
    image = image.convert("RGB")
    right, bottom = image.width - 4, image.height - 4

    def nearest(at: tuple[int, int]) -> str:
        pixel = image.getpixel(at)
        assert isinstance(pixel, tuple)
        return min(CORNERS, key=lambda c: sum(abs(a - b) for a, b in zip(CORNERS[c], pixel, strict=True)))

    return [nearest(at) for at in ((3, 3), (right, 3), (3, bottom), (right, bottom))]


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (1, ["red", "green", "blue", "white"]),
        (2, ["green", "red", "white", "blue"]),
        (3, ["white", "blue", "green", "red"]),
        (4, ["blue", "white", "red", "green"]),
        (5, ["red", "blue", "green", "white"]),
        (6, ["blue", "red", "white", "green"]),
        (7, ["white", "green", "blue", "red"]),
        (8, ["green", "white", "red", "blue"]),
        (9, ["red", "green", "blue", "white"]),
    ],
)
def test_a_picture_is_turned_as_the_phone_was_held(orientation: int, expected: list[str], tmp_path: Path) -> None:
    photo = prepared(saved(scene(), exif=exif_of(orientation)), tmp_path)

    image = opened(photo)
    assert corners(image) == expected
    assert image.size == (photo.width, photo.height) == ((40, 60) if 5 <= orientation <= 8 else (60, 40))
    assert not image.getexif()


def test_a_png_is_turned_too(tmp_path: Path) -> None:
    photo = prepared(saved(scene(), "PNG", exif=exif_of(6)), tmp_path)

    assert (photo.subtype, corners(opened(photo))) == ("png", ["blue", "red", "white", "green"])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_a_picture_that_needs_nothing_stays_byte_for_byte(kind: str, tmp_path: Path) -> None:
    content = saved(scene(), kind)

    photo = prepared(content, tmp_path)

    assert (photo.content, photo.changes) == (content, ())


def commented_png() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Secret Name")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Secret Name</x:xmpmeta>")
    notes.add_text("Comment", "Secret Name", zip=True)
    return saved(scene(), "PNG", pnginfo=notes)


@pytest.mark.parametrize(
    "content",
    [
        saved(scene(), exif=exif_of()) + b"Secret Name",
        saved(scene(), comment=b"Secret Name", xmp=b"<x:xmpmeta>Secret Name</x:xmpmeta>"),
        saved(scene(), progressive=True, exif=exif_of()),
        commented_png(),
        commented_png() + b"Secret Name",
        saved(scene(), "GIF", comment=b"Secret Name"),
    ],
    ids=["EXIF and what follows", "comment and XMP", "progressive", "texts of PNG", "behind a PNG", "comment of GIF"],
)
def test_what_is_beside_the_pixels_goes_and_they_stay_as_they_are(content: bytes, tmp_path: Path) -> None:
    before = Image.open(io.BytesIO(content)).convert("RGB")

    photo = prepared(content, tmp_path)

    assert photo.changes == ("metadata",)
    assert not any(word in photo.content for word in (b"Secret", b"Telephone", b"Exif", b"xmp"))
    assert not tells_where(photo.content, TextCache(tmp_path))
    assert opened(photo).convert("RGB").tobytes() == before.tobytes()


def test_a_thumbnail_goes() -> None:
    content = saved(scene())
    thumbnail = b"\xff\xe0\x00\x13JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01abc"
    with_thumbnail = content[:2] + thumbnail + content[20:]

    bare = without_metadata(with_thumbnail, "jpeg")

    assert bare == content


def test_a_picture_is_scaled_to_twice_the_width_of_a_mail_but_never_up(tmp_path: Path) -> None:
    large, small = prepared(saved(scene(3000, 2000)), tmp_path), prepared(saved(scene(300, 200)), tmp_path)

    assert (large.width, large.height, corners(opened(large))) == (1200, 800, list(CORNERS))
    assert (small.width, small.height) == (300, 200)


def test_a_tall_picture_of_a_phone_is_turned_before_it_is_scaled(tmp_path: Path) -> None:
    photo = prepared(saved(scene(2400, 3000), exif=exif_of(8)), tmp_path)

    assert (photo.width, photo.height) == (1200, 960)


def test_the_same_file_gives_the_same_bytes_and_digest_with_and_without_the_cache(tmp_path: Path) -> None:
    content = saved(scene(2000, 1000), exif=exif_of(6))

    photos = [prepared(content, tmp_path / folder) for folder in ("a", "a", "b")]

    assert photos[0] == photos[1] == photos[2]


def test_another_file_or_recipe_gives_another_digest(tmp_path: Path) -> None:
    content, other = (saved(scene(2000, 1000), exif=exif_of(n)) for n in (6, 8))
    recipes = (Recipe(), Recipe(width=600), Recipe(aspect=(2, 1)), Recipe(aspect=(2, 1), focus=FocusPoint(0, 0)))

    digests = [prepared(content, tmp_path, recipe).digest for recipe in recipes]

    assert len({*digests, prepared(other, tmp_path).digest}) == 5


def test_transparency_stays(tmp_path: Path) -> None:
    image = Image.new("RGBA", (2400, 100), (200, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 1200, 100))

    for content in (saved(image, "PNG"), saved(image.quantize(16), "PNG")):
        made = opened(prepared(content, tmp_path)).convert("RGBA")

        assert made.size == (1200, 50)
        assert [made.getpixel((x, 25))[3] for x in (50, 1150)] == [0, 255]  # type: ignore[index]


def test_sixteen_bits_of_grey_become_eight(tmp_path: Path) -> None:
    image = Image.new("I;16", (30, 10), 40_000)

    photo = prepared(saved(image, "PNG"), tmp_path)

    assert (opened(photo).mode, opened(photo).getpixel((5, 5))) == ("L", 156)


def test_colours_of_another_kind_become_those_of_screens(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    other = prepared(saved(scene(), icc_profile=lab), tmp_path)
    same = prepared(saved(scene(), icc_profile=screen), tmp_path)
    damaged = prepared(saved(scene(), icc_profile=b"nonsense"), tmp_path)

    assert other.changes == ("colours", "metadata")
    assert same.changes == damaged.changes == ("metadata",)
    assert not any("icc_profile" in opened(photo).info for photo in (other, same, damaged))


def test_a_picture_that_moves_goes_on_moving(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (1400, 8), colour) for colour in ("red", "green", "blue")]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, duration=80, comment=b"Secret")

    photo = prepared(content, tmp_path)

    image = Image.open(io.BytesIO(photo.content))
    assert photo.animated
    assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 0, 80)  # type: ignore[attr-defined]
    assert b"Secret" not in photo.content


def test_two_pictures_in_one_file_of_a_phone_become_one(tmp_path: Path) -> None:
    content = saved(scene(), "MPO", save_all=True, append_images=[scene(30, 20)])

    photo = prepared(content, tmp_path)

    assert (opened(photo).format, opened(photo).size) == ("JPEG", (60, 40))
    assert len(photo.content) < len(content)


def png_that_says(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"no picture", "M602"),
        (b"", "M602"),
        (b"\0\0\0\x1cftypheic" + b"\0" * 50, "M603 HEIC"),
        (b"\0\0\0\x1cftypmif1" + b"\0" * 50, "M603 HEIC"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<SVG xmlns="x"/>', "M603 SVG"),
        (saved(scene(), "WEBP"), "M603 WEBP"),
        (saved(scene(), "TIFF"), "M603 TIFF"),
        (saved(Image.new("CMYK", (9, 9))), "M604"),
        (png_that_says(9_000, 9_000), "M605"),
        (png_that_says(60_000, 60_000), "M605"),
        (saved(scene(600, 400))[:-900], "M608"),
        (saved(scene(600, 400), progressive=True)[:-900], "M608"),
        (saved(scene(600, 400), "PNG")[:-40], "M608"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_kind(content: bytes, expected: str, tmp_path: Path) -> None:
    with pytest.raises(PhotoRefused) as refused:
        prepared(content, tmp_path)

    assert f"{refused.value.code} {refused.value.kind}".strip() == expected


@pytest.mark.parametrize(
    ("focus", "expected"),
    [
        ("center", (0, 250, 1000, 750)),
        ("top", (0, 0, 1000, 500)),
        ("bottom left", (0, 500, 1000, 1000)),
        ("50% 40%", (0, 150, 1000, 650)),
        ("10% 95%", (0, 500, 1000, 1000)),
    ],
)
def test_what_is_cropped_is_as_near_to_the_focus_as_it_can_be(focus: str, expected: tuple[int, ...]) -> None:
    point = read_focus(SourceText.plain(focus), {})

    assert crop_box(1000, 1000, Recipe(aspect=(2, 1), focus=point)) == expected


def test_a_wide_picture_loses_its_sides(tmp_path: Path) -> None:
    recipe = Recipe(width=100, aspect=(1, 1), focus=FocusPoint(1.0, 0.5))

    photo = prepared(saved(scene(400, 200)), tmp_path, recipe)

    assert (photo.width, photo.height) == (100, 100)
    assert corners(opened(photo)) == ["green", "green", "white", "white"]


@pytest.mark.parametrize("written", ["oben", "top bottom", "120% 10%", "10%", "top left right", ""])
def test_what_is_no_point_is_refused(written: str) -> None:
    with pytest.raises(ValueProblem, match="no point"):
        read_focus(SourceText.plain(written), {})
