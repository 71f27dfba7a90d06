"""The keys of looks: what is read, and what is said of a wrong one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ccmail.campaign.photos import PreparedPhoto, Recipe, prepare_photo
from ccmail.campaign.transparency import Ground
from ccmail.workspace import TextCache, Workspace
from ccmail.workspace.mail_look import MailLook
from tests.campaign.conftest import Loaded

TEXT = """\
type: announcement
event: {date: 7.10.2020, time: 13:00–15:30, place: online}
de: {title: Rad, text: Wir laden ein.}
"""


def test_a_campaign_has_a_look_and_partners_or_those_of_the_workspace(load: Callable[[str], Loaded]) -> None:
    bare, _ = load(TEXT)
    own, problems = load(
        f"{TEXT}look: photo\npartners: [{{name: Tartu, logo: photos/t.png, url: https://t.example}}]\n"
    )

    assert problems == ()
    assert bare is not None
    assert own is not None
    assert (bare.look, bare.partners) == (None, None)
    assert own.look is MailLook.PHOTO
    assert [(str(p.logo), str(p.url)) for p in own.partners or ()] == [("photos/t.png", "https://t.example")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("look: bands", "C208"),
        ("partners: [{logo: photos/t.png}]", "C204"),
        ("partners: [{name: Tartu, logo: ../../t.png}]", "C225"),
        ("partners: [{name: Tartu, url: tartu}]", "C2"),
        ("segments: {german: {colour: red}}", "W756"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(line: str, expected: str, load: Callable[[str], Loaded]) -> None:
    campaign, problems = load(f"{TEXT}{line}\n")

    assert campaign is None
    assert [p.code[: len(expected)] for p in problems] == [expected]
    assert problems[0].marks[0].place.line == 4


def test_a_workspace_that_says_nothing_has_the_quiet_look(workspace: Workspace) -> None:
    assert workspace.settings.theme.look is MailLook.PLAIN
    assert workspace.settings.partners == ()
    assert {person.photo for person in workspace.settings.people.values()} == {None}


def drawn(ink: str, ground: str = "#00000000", size: tuple[int, int] = (40, 20)) -> bytes:
    image = Image.new("RGBA", size, ground)
    image.paste(ink, (8, 4, size[0] - 8, size[1] - 4))
    octets = io.BytesIO()
    image.save(octets, "PNG")
    return octets.getvalue()


RECIPE = Recipe(under_dark=Ground("#ffffff"), under_light=Ground("#16191d", 0.5))


def prepared(content: bytes, tmp_path: Path, recipe: Recipe = RECIPE) -> tuple[PreparedPhoto, Image.Image]:
    photo = prepare_photo(content, recipe, TextCache(tmp_path / "cache"))
    return photo, Image.open(io.BytesIO(photo.content))


@pytest.mark.parametrize("ink", ["#000000", "#0b6a8f", "#8a1538", "#b3261e"])
def test_a_transparent_picture_with_dark_lines_comes_to_the_ground_for_them(ink: str, tmp_path: Path) -> None:
    photo, image = prepared(drawn(ink), tmp_path)

    assert (photo.changes, photo.is_light) == (("ground", "metadata"), False)
    assert (image.mode, image.size, image.getpixel((0, 0))) == ("RGB", (40, 20), (255, 255, 255))


@pytest.mark.parametrize("ink", ["#ffffff", "#ffcc00", "#9ad0ec"])
def test_one_with_light_lines_comes_to_the_other_ground_with_its_room(ink: str, tmp_path: Path) -> None:
    photo, image = prepared(drawn(ink), tmp_path)

    assert (photo.changes, photo.is_light) == (("ground", "metadata"), True)
    assert (image.size, image.getpixel((0, 0)), (photo.width, photo.height)) == ((60, 40), (22, 25, 29), (60, 40))
    assert image.getpixel((30, 20)) == tuple(bytes.fromhex(ink[1:]))


def test_a_picture_with_a_ground_of_its_own_stays_byte_for_byte(tmp_path: Path) -> None:
    content = drawn("#0b6a8f", "#ffffffff")

    photo, _ = prepared(content, tmp_path)

    assert (photo.content, photo.changes, photo.is_light) == (content, (), False)


def test_without_a_ground_a_light_logo_stays_and_is_known_as_light(tmp_path: Path) -> None:
    content = drawn("#ffffff")

    photo, _ = prepared(content, tmp_path, Recipe(under_dark=Ground("#ffffff")))

    assert (photo.content, photo.is_light) == (content, True)


def test_a_picture_of_few_colours_can_be_transparent_too(tmp_path: Path) -> None:
    octets = io.BytesIO()
    Image.open(io.BytesIO(drawn("#0b6a8f"))).quantize(8).save(octets, "PNG")

    _, image = prepared(octets.getvalue(), tmp_path)

    assert (image.mode, image.getpixel((0, 0))) == ("RGB", (255, 255, 255))


def test_another_ground_is_another_picture_and_none_is_the_picture_of_ever(tmp_path: Path) -> None:
    content = drawn("#0b6a8f")
    grounds = (None, Ground("#ffffff"), Ground("#ffffff", 0.1), Ground("#eeeeee"))

    digests = [prepared(content, tmp_path, Recipe(under_dark=ground))[0].digest for ground in grounds]

    assert len(set(digests)) == 4
    assert str(Recipe()) == "[1200, null, null]"  # the cache and the versions of mails know it so
