"""What ccmail.yaml and a campaign say of the look, as it stands in finished mails."""

from __future__ import annotations

import base64
import dataclasses
import io
from pathlib import Path

import pytest
from PIL import Image

from ccmail.ledger import Purpose
from ccmail.planning.load import load_or_refuse, load_rest
from ccmail.rendering.spared import spare
from ccmail.rendering.theme import BRAND
from tests.looks import LOOKS, SEGMENT_COLOUR, ShownMail, edit, example, mail_in, mail_of
from tests.occasions import facts_of, on_occasion

ANNOUNCEMENT, REVIEW = "2020-10-digitalisierung", "2021-04-governance-rueckblick"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-09-21T09:00")


def pictures_beside(mail: ShownMail, mark: str) -> list[Image.Image]:
    """Return the pictures of the elements with a class."""
    tags = [tag for tag in mail.html.split("<img ")[1:] if f'class="{mark}' in tag.partition(">")[0]]
    sources = [mail.picture(tag.partition('src="')[2].partition('"')[0]) for tag in tags]
    return [Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))) for source in sources]


def is_look(mail: ShownMail) -> str:
    """Return the look that a mail has, by what stands in it."""
    body = mail.html.partition("<body")[2]
    if 'class="band head-' not in body:
        return "plain"
    return "photo" if 0 < body.find('class="picture') < body.index("band head-") else "band"


@pytest.mark.parametrize("look", LOOKS)
def test_a_workspace_has_one_look_and_a_campaign_may_have_another(look: str, tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", look)
    edit(workspace.root / "campaigns" / f"{REVIEW}.yaml", (r"^type: review", r"\g<0>\nlook: plain"))

    assert is_look(mail_in(workspace, ANNOUNCEMENT, "de")) == look
    assert is_look(mail_in(workspace, REVIEW, "de")) == "plain"


def test_the_look_changes_no_word_of_the_text_part(tmp_path: Path) -> None:
    texts = {mail_in(example(tmp_path / look, look, branded=True), ANNOUNCEMENT, "en").text for look in LOOKS}

    assert len(texts) == 1


def test_a_campaign_without_a_photo_and_a_cancellation_have_the_band(tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", "photo", branded=True)
    loaded, _ = load_or_refuse(workspace, ANNOUNCEMENT)
    bare = dataclasses.replace(loaded, campaign=loaded.campaign.model_copy(update={"photo": None}))
    off = on_occasion(loaded, Purpose.CANCELLATION, facts_of(loaded))

    without, cancelled = mail_of(workspace, bare, "en"), mail_of(workspace, off, "en")

    assert (is_look(without), is_look(cancelled)) == ("band", "band")
    assert pictures_beside(cancelled, "portrait") == []
    assert "League of Cities" not in cancelled.html + cancelled.text


def test_a_segment_has_a_colour_of_its_own(tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", "band", branded=True)
    loaded, _ = load_or_refuse(workspace, ANNOUNCEMENT)

    german, international = (mail_of(workspace, loaded, "de", segment) for segment in (0, 1))

    assert f'bgcolor="{BRAND}"' in german.html
    assert SEGMENT_COLOUR not in german.html
    assert f'bgcolor="{SEGMENT_COLOUR}"' in international.html
    assert BRAND not in international.html


def test_a_campaign_may_change_the_colour_of_a_segment(tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", "band", branded=True)
    file = workspace.root / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    edit(file, (r"international: \{contact: irakli\}", 'international: {contact: irakli, colour: "#005a3c"}'))

    assert 'bgcolor="#005a3c"' in mail_in(workspace, ANNOUNCEMENT, "de").html


def test_a_portrait_is_a_small_square_around_the_face_and_its_file_stays_whole_elsewhere(tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", "band", branded=True)
    file = workspace.root / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    edit(file, (r"^agenda:", "gallery:\n  - {file: photos/kim.jpg, caption: Kim}\nagenda:"))

    mail = mail_in(workspace, ANNOUNCEMENT, "en")

    portraits = pictures_beside(mail, "portrait")
    assert [portrait.size for portrait in portraits] == [(144, 144)] * 2  # of the agenda, of the contact
    red, green, blue = portraits[0].convert("RGB").getpixel((72, 72))  # type: ignore[misc]
    assert red > green > blue
    assert pictures_beside(mail, "picture")[-1].size == (300, 400)
    assert mail.html.count('class="portrait"') == 2


def test_logos_get_a_ground_on_which_their_lines_are_seen(tmp_path: Path) -> None:
    mail = mail_in(example(tmp_path / "a", "band", branded=True), ANNOUNCEMENT, "en")

    dark, solid, light = pictures_beside(mail, "partner-logo")
    (logo,) = pictures_beside(mail, "logo ")
    assert (dark.mode, dark.getpixel((0, 0))) == ("RGB", (255, 255, 255))
    assert solid.mode == "RGBA"  # it has its own
    assert light.mode == "RGB"
    assert sum(light.getpixel((0, 0))) < 100  # type: ignore[arg-type]
    assert (logo.mode, logo.getpixel((0, 0))) == ("RGB", (255, 255, 255))
    assert logo.size == (192 + 2 * 23, 192 + 2 * 23)


def test_in_the_look_plain_a_logo_begins_where_the_text_does(tmp_path: Path) -> None:
    mail = mail_in(example(tmp_path / "a", "plain", branded=True), ANNOUNCEMENT, "en")

    (logo,) = pictures_beside(mail, "logo ")
    assert logo.size == (192, 192)


@pytest.mark.parametrize(("written", "named"), [("[{name: Tartu}]", ["Tartu"]), ("[]", [])])
def test_a_campaign_may_have_partners_of_its_own_or_none(written: str, named: list[str], tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", "band", branded=True)
    edit(workspace.root / "campaigns" / f"{ANNOUNCEMENT}.yaml", (r"^agenda:", f"partners: {written}\nagenda:"))

    mail = mail_in(workspace, ANNOUNCEMENT, "en")

    assert ("In cooperation with" in mail.text) == bool(named)
    assert [name for name in ("Tartu", "League of Cities") if f"- {name}\n" in mail.text] == named
    assert "partner-logo" not in mail.html.partition("<body")[2]


def test_pictures_of_partners_and_people_that_are_missing_are_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    workspace = example(tmp_path / "a", "band", branded=True)
    for name in ("kim.jpg", "dark.png"):
        (workspace.root / "campaigns" / "photos" / name).unlink()

    loaded, problems = load_rest(workspace, ANNOUNCEMENT)

    assert loaded is not None
    assert {(p.code, p.message) for p in problems if p.is_error} == {
        ("M601", "photos/kim.jpg was not found"),
        ("M601", "campaigns/photos/kim.jpg was not found"),
        ("M601", "campaigns/photos/dark.png was not found"),
    }
    mail = mail_of(workspace, spare(loaded), "en")
    assert pictures_beside(mail, "portrait") == []
    assert "League of Cities" in mail.html
