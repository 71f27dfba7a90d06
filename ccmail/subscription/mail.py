"""The mail in which somebody confirms a subscription: short, and without any advertising.

A mail that asks for a confirmation is allowed only as far as it does nothing else (OLG München, 27.09.2012, 29 U
1682/12, saw advertising even in a bare one; BGH, 10.02.2011, I ZR 164/09, asks for the proof that it brings).
So no words of the form stand in it: a stranger could write to anybody with them.
"""

from __future__ import annotations

import dataclasses
from html import escape

from ccmail.messages.skeleton import MimePart, multipart, text_leaf


@dataclasses.dataclass(frozen=True, slots=True)
class ConfirmationWords:
    """The words of the mail in one language.

    Attributes:
        language: Its code.
        direction: `ltr` or `rtl`.
        before: The paragraphs before the link: who asked when.
        button: The words of the link.
        after: The paragraphs after it: how long it counts; to do nothing if it was not you.
        sender: Whose mail it is: the imprint.
    """

    language: str
    direction: str
    subject: str
    before: tuple[str, ...]
    button: str
    after: tuple[str, ...]
    sender: str


_BODY = "margin:0;padding:24px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1d1d1f"
_BUTTON = (
    "display:inline-block;padding:10px 18px;background:#1d1d1f;color:#ffffff;text-decoration:none;border-radius:6px"
)


def content_of(words: ConfirmationWords, link: str) -> MimePart:
    """Return the MIME tree of the mail: text and HTML.

    Args:
        words: Its words.
        link: The address of the page with the button.
    """
    text = "\n\n".join((*words.before, f"{words.button}:\n{link}", *words.after, f"-- \n{words.sender}")) + "\n"
    return multipart("alternative", [text_leaf("plain", (text,)), text_leaf("html", (_html(words, link),))])


def _html(words: ConfirmationWords, link: str) -> str:
    paragraphs = [
        *map(_paragraph, words.before),
        f'<p><a href="{escape(link)}" style="{_BUTTON}">{escape(words.button)}</a></p>',
        f'<p style="font-size:14px;word-break:break-all">{escape(link)}</p>',
        *map(_paragraph, words.after),
        f'<p style="font-size:14px;color:#55585e">{escape(words.sender)}</p>',
    ]
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{words.language}" dir="{words.direction}"><head><meta charset="utf-8">'
        f"<title>{escape(words.subject)}</title></head>\n"
        f'<body style="{_BODY}">\n' + "\n".join(paragraphs) + "\n</body></html>\n"
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
