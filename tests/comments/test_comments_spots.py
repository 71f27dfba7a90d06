"""The places of a campaign's file, and where a comment stands after the file has changed."""

from __future__ import annotations

import pytest

from ccmail import clock
from ccmail.comments import Comment, PlacedComment, Remark, Spot, place_comments, spots_of
from ccmail.yamlfile.document import parse_document

FILE = """\
type: announcement
event:
  date: 7.10.2020
  place: {de: Bonn, en: Bonn on the Rhine}
agenda:
  - {time: 9:00, title: Begrüßung}
de:
  title: Ein Titel
  text: |
    Wir laden Kommunen und städtische Praktiker ein,
    auch aus anderen Ländern.

    Den Zugangslink gibt es {{ city }} später.
"""


def spots(text: str = FILE) -> tuple[Spot, ...]:
    return spots_of(parse_document(text.encode(), "x.yaml"), ("de", "en"))


def placed(key: str, words: str, text: str = FILE) -> PlacedComment:
    comment = Comment("00000000", Remark("Ada", "Hm.", key, words), clock.now())
    return place_comments([comment], spots(text))[0]


def test_every_text_that_people_see_is_a_place_with_its_line() -> None:
    found = {spot.key: (spot.place.line, spot.language, spot.words) for spot in spots()}

    assert found == {
        "event.date": (3, "", "7.10.2020"),
        "event.place.de": (4, "de", "Bonn"),
        "event.place.en": (4, "en", "Bonn on the Rhine"),
        "agenda.1.time": (6, "", "9:00"),
        "agenda.1.title": (6, "", "Begrüßung"),
        "de.title": (8, "de", "Ein Titel"),
        "de.text/1": (10, "de", "Wir laden Kommunen und städtische Praktiker ein, auch aus anderen Ländern."),
        "de.text/2": (13, "de", "Den Zugangslink gibt es {{ city }} später."),
    }


@pytest.mark.parametrize(
    ("key", "words", "found", "is_changed"),
    [
        ("de.text/2", "Den Zugangslink gibt es {{ city }} später.", "de.text/2", False),
        ("de.text/1", "Den Zugangslink gibt es {{ city }} später.", "de.text/2", False),  # another one came before it
        ("de.text/1", "Wir laden Kommunen und Praktiker ein, auch aus vielen Ländern.", "de.text/1", True),
        ("de.title", "Ein anderer Titel", "de.title", True),
        ("en.title", "Ein Titel", "de.title", False),  # moved
        ("", "", None, False),
        ("de.text/1", "Völlig andere Worte, die nirgends stehen.", None, False),
        ("de.subtitle", "Gibt es nicht mehr", None, False),
    ],
)
def test_a_comment_is_found_where_its_words_are(key: str, words: str, found: str | None, is_changed: bool) -> None:  # noqa: FBT001
    comment = placed(key, words)

    assert (comment.spot.key if comment.spot else None, comment.is_changed) == (found, is_changed)
    assert comment.is_lost == (found is None and key != "")


def test_a_file_of_thousands_of_texts_is_read_in_part() -> None:
    many = "de:\n  text: |\n" + "".join(f"    Absatz {n}\n\n" for n in range(3000))

    assert len(spots(many)) == 400
