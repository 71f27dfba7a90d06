"""The comparison of pictures sees what a person would see, and nothing else."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from tests.golden_pictures import FOLDER, assert_looks_as_before, difference, opened, reduced, write

LARGEST = 64_000  # octets


def mail(*, band: str = "#0b6a8f", down: int = 0, words: int = 9) -> Image.Image:
    """Return a page with a band, a button and lines of words."""
    image = Image.new("RGB", (376, 800), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 376, 60), band)
    pen.rectangle((20, 300 + down, 356, 348 + down), "#0b6a8f")
    for line in range(12):
        for word in range(words):
            pen.rectangle((20 + 36 * word, 400 + down + 24 * line, 48 + 36 * word, 410 + down + 24 * line), "#16222a")
    return image


def kept(image: Image.Image, folder: Path) -> Image.Image:
    write(folder / "kept.png", image)
    return opened(folder / "kept.png")


@pytest.mark.parametrize(
    ("now", "where"),
    [
        (mail(band="white"), "from 0, 0 to"),
        (mail(down=8), "from 16, 288 to"),
        (mail(words=7), "from 272, 400 to"),
        (mail().crop((0, 0, 376, 700)), "376 × 800 pixels before, now 376 × 700"),
    ],
    ids=["a lost band", "a block that moved", "words that are missing", "a shorter page"],
)
def test_what_a_person_would_see_is_a_difference(now: Image.Image, where: str, tmp_path: Path) -> None:
    assert where in difference(kept(mail(), tmp_path), reduced(now))


def test_letters_that_are_drawn_a_little_differently_are_none(tmp_path: Path) -> None:
    chance = random.Random(7)
    noise = Image.frombytes("L", (376, 800), bytes(chance.choice((0, 0, 0, 40)) for _ in range(376 * 800)))
    edges = ImageChops.multiply(noise, ImageChops.invert(mail().convert("L"))).convert("RGB")
    shifted = ImageChops.offset(mail(), 1, 0)

    assert difference(kept(mail(), tmp_path), reduced(ImageChops.add(mail(), edges))) == ""
    assert difference(kept(mail(), tmp_path), reduced(shifted.crop((0, 0, 376, 796)))) == ""


def test_a_difference_leaves_the_picture_of_today_to_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.golden_pictures.FOLDER", tmp_path / "golden")
    octets = io.BytesIO()
    mail(band="white").save(octets, "PNG")
    monkeypatch.delenv("CCMAIL_GOLDEN", raising=False)
    write(tmp_path / "golden" / "page.png", mail())

    with pytest.raises(AssertionError, match="make golden-pictures"):
        assert_looks_as_before("page", octets.getvalue(), tmp_path)

    with Image.open(tmp_path / "page.png") as kept_for_eyes:
        assert kept_for_eyes.size == (376, 800)


def test_the_pictures_that_are_kept_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}

    assert len(sizes) > 12
    assert [name for name, size in sizes.items() if size > LARGEST] == []
