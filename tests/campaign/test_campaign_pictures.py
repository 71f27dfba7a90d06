"""The pictures of a campaign as they are sent: each cropped to its place, whatever people have."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from ccmail.campaign import load_campaign
from ccmail.campaign.pictures import PictureFile, load_pictures
from ccmail.problems import Problem
from ccmail.workspace import open_workspace
from ccmail.workspace.create import copy_example
from tests.campaign.test_campaign_photos import exif_of, saved

Loaded = tuple[dict[str, PictureFile], tuple[Problem, ...]]
Load = Callable[..., Loaded]
REVIEW = "type: review\nevent: {date: 12.3.2021}\nde: {title: Städte, text: Rund 50 Städte waren da.}\n"


def bands(width: int, height: int) -> Image.Image:
    """Return a picture whose upper, middle and lower third are red, green and blue."""
    image = Image.new("RGB", (width, height), (10, 160, 10))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 3), (250, 10, 10))
    draw.rectangle((0, 2 * height // 3, width, height), (10, 10, 250))
    return image


def colour_at(file: PictureFile, x: float, y: float) -> str:
    image = Image.open(io.BytesIO(file.content)).convert("RGB")
    pixel = image.getpixel((round(x * (image.width - 1)), round(y * (image.height - 1))))
    assert isinstance(pixel, tuple)
    return ("red", "green", "blue")[pixel.index(max(pixel))]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Return a function that loads the pictures of a review: by place, those of the gallery with their number."""
    root = copy_example(tmp_path / "example")

    def run(facts: str, settings: str = "", **files: bytes) -> Loaded:
        (root / "campaigns" / "c.yaml").write_text(facts + REVIEW, encoding="utf-8")
        for name, content in files.items():
            (root / "campaigns" / name.replace("_", ".")).write_bytes(content)
        if settings:
            with (root / "ccmail.yaml").open("a", encoding="utf-8") as file:
                file.write(settings)
        workspace = open_workspace(root)
        campaign, problems = load_campaign(root / "campaigns" / "c.yaml", workspace)
        assert campaign is not None, problems
        pictures, problems = load_pictures(campaign, workspace)
        counted = [f"{use.where} {use.name}" for use in pictures]
        return dict(zip(counted, pictures.values(), strict=True)), problems

    return run


def test_each_place_has_its_shape_and_twice_its_pixels_at_most(load: Load) -> None:
    facts = (
        "photo: {file: a.jpg, alt: Stadt}\nvideo: {url: https://city.example/f, image: a.jpg}\n"
        "gallery: [{file: a.jpg, caption: Stadt}]\n"
    )

    pictures, problems = load(facts, a_jpg=saved(bands(4000, 3000)))

    sizes = {name.split()[0]: (file.width, file.height) for name, file in pictures.items()}
    assert sizes == {"photo": (1200, 600), "video": (1200, 675), "gallery": (1072, 715)}
    assert [file.name for file in pictures.values()] == ["a.jpg", "a-2.jpg", "a-3.jpg"]
    assert len({file.digest for file in pictures.values()}) == 3
    assert problems == ()
    assert sum(len(file.content) for file in pictures.values()) < 100_000


@pytest.mark.parametrize(("focus", "expected"), [("", "green"), (", focus: top", "red"), (", focus: 50% 100%", "blue")])
def test_what_must_stay_stays(load: Load, focus: str, expected: str) -> None:
    pictures, _ = load(f"photo: {{file: a.jpg, alt: Turm{focus}}}\n", a_jpg=saved(bands(900, 1800)))

    photo = pictures["photo a.jpg"]
    assert (photo.width, photo.height, photo.is_cropped) == (900, 450, True)
    assert {colour_at(photo, x, 0.5) for x in (0.1, 0.9)} == {expected}


def test_a_photo_of_a_phone_is_upright_before_it_is_cropped(load: Load) -> None:
    lying = bands(900, 1800).transpose(Image.Transpose.ROTATE_90)

    pictures, _ = load("photo: {file: a.jpg, alt: Turm, focus: top}\n", a_jpg=saved(lying, exif=exif_of(6)))

    photo = pictures["photo a.jpg"]
    assert (photo.width, photo.height) == (900, 450)
    assert colour_at(photo, 0.5, 0.5) == "red"


def test_a_panorama_loses_its_sides(load: Load) -> None:
    image = bands(600, 6000).transpose(Image.Transpose.ROTATE_90)

    pictures, problems = load("gallery: [{file: a.jpg, caption: Land, focus: right}]\n", a_jpg=saved(image))

    shot = pictures["gallery a.jpg"]
    assert (shot.width, shot.height) == (900, 600)
    assert colour_at(shot, 0.5, 0.5) == "blue"
    assert problems == ()


def test_a_tiny_picture_is_cropped_and_never_enlarged(load: Load) -> None:
    pictures, _ = load("gallery: [{file: a.png, caption: Land}]\n", a_png=saved(bands(40, 40), "PNG"))

    assert (pictures["gallery a.png"].width, pictures["gallery a.png"].height) == (40, 27)


def test_what_is_clear_stays_clear_when_it_is_cropped(load: Load) -> None:
    image = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 300, 600))

    pictures, _ = load("photo: {file: a.png, alt: Zeichen}\n", a_png=saved(image, "PNG"))

    photo = pictures["photo a.png"]
    made = Image.open(io.BytesIO(photo.content))
    assert (made.size, made.mode) == ((600, 300), "RGBA")
    assert [made.getpixel((x, 150))[3] for x in (50, 550)] == [255, 0]  # type: ignore[index]


def test_a_picture_that_has_the_shape_of_its_place_stays_byte_for_byte(load: Load) -> None:
    content = saved(bands(1000, 667))

    pictures, _ = load("gallery: [{file: a.jpg, caption: Land}]\n", a_jpg=content)

    assert pictures["gallery a.jpg"].content == content


def test_the_same_crop_is_made_of_the_same_bytes(load: Load) -> None:
    content = saved(bands(2000, 2000))

    first, _ = load("photo: {file: a.jpg, alt: Turm}\n", a_jpg=content)
    (*_, cached) = load("photo: {file: a.jpg, alt: Turm}\n")[0].values()

    assert first["photo a.jpg"] == cached


def test_pictures_at_an_address_have_one_file_each_and_are_shown_whole(load: Load) -> None:
    facts = "photo: {file: a.jpg, alt: Stadt}\ngallery: [{file: a.jpg, caption: Stadt}]\n"

    pictures, problems = load(facts, "pictures: https://city.example/p\n", a_jpg=saved(bands(1200, 900)))

    assert {(file.name, file.width, file.height) for file in pictures.values()} == {("a.jpg", 1200, 900)}
    assert len(pictures) == 2
    assert problems == ()
