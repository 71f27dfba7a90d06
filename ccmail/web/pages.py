"""The look of the public pages: templates, words, and the answers that carry them."""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from starlette.responses import Response

    from ccmail.web.translations import PageWords
    from ccmail.workspace import Workspace
    from ccmail.yamlfile import Localized

_HERE = Path(__file__).parent


class PageTemplates:
    """Renders the public pages of a workspace.

    Args:
        workspace: Its name, colour, imprint.
        base: The path that all addresses begin with; "" if there is none.
    """

    def __init__(self, workspace: Workspace, base: str) -> None:
        loader = jinja2.FileSystemLoader(os.fspath(_HERE / "templates"))
        self._environment = jinja2.Environment(
            loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, auto_reload=False
        )
        self._settings = workspace.settings
        self._base = base

    @functools.cached_property
    def style(self) -> tuple[str, bytes]:
        """The name of the style sheet, which changes with its content, and the content."""
        brand = f":root {{ --brand: {self._settings.theme.colour}; }}\n".encode()
        content = brand + (_HERE / "static" / "site.css").read_bytes()
        return f"site-{hashlib.sha256(content).hexdigest()[:12]}.css", content

    def page(self, template: str, words: PageWords, status: int = 200, **values: Any) -> Response:
        """Return a page.

        Args:
            template: The name of its template.
            words: Its language.
            status: Of the answer.
            values: For the template.
        """
        settings = self._settings
        html = self._environment.get_template(template).render(
            words=words,
            say=words.say,
            base=self._base,
            style=self.style[0],
            name=settings.name,
            imprint=_with_language(settings.footer.imprint, words.code),
            privacy=_with_language(settings.footer.privacy, words.code),
            **values,
        )
        return HTMLResponse(html, status)


def text_in(texts: Localized, code: str) -> str:
    """Return the text in a language, else in English, else the first one."""
    return _with_language(texts, code)[1]


def _with_language(texts: Localized, code: str) -> tuple[str, str]:
    """Return the text of `text_in`; before it, the code of its language."""
    known = {language: str(text) for language, text in texts}
    language = next((each for each in (code, "en") if each in known), next(iter(known)))
    return language, known[language]
