"""The mail in the browser, in a browser: a reader's own page, and the web version, on a phone and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.web.conftest import PUBLIC, PublicSite, rehearsed, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.slow
Look = Callable[..., Page]


@pytest.fixture
def look(browser: Browser, site: PublicSite) -> Iterator[Look]:  # noqa: F811
    """A function that opens a public link; what the page may not do, or asks of others, fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_page(link: str, *, with_policy: bool = True, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(site.url) else None)
        if not with_policy:
            page.route("**/*", _without_policy)
        page.goto(site.url + link.removeprefix(PUBLIC))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _without_policy(route: Route) -> None:
    """Let scripts run: those of axe, for the page has none."""
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
    route.fulfill(response=answer, headers=headers)


@pytest.fixture(params=["own", "shared"])
def links(site: PublicSite, request: pytest.FixtureRequest) -> list[str]:  # noqa: F811
    """The links to the same mails: those of a reader, or those of the web versions."""
    own = [min(site.links(campaign, f"{PUBLIC}/m/").values()) for campaign in (ANNOUNCEMENT, REVIEW)]
    if request.param == "own":
        return own
    return [re.findall(r'class="web-share">.*?href="([^"]+)"', site.ask("GET", link).text)[0] for link in own]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_mails_are_accessible_on_a_phone(
    look: Look, links: list[str], findings: Callable[[Page], list[str]], scheme: str
) -> None:
    for link in links:
        page = look(link, with_policy=False, viewport={"width": 360, "height": 740}, color_scheme=scheme)

        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.evaluate("document.documentElement.lang")
        assert page.title()
        assert page.locator("main h1").count() == 1
        assert findings(page) == []


def test_pictures_of_mails_are_shown_under_the_policy(look: Look, links: list[str]) -> None:
    for link in links:
        page = look(link)

        page.wait_for_load_state("load")
        sizes = page.evaluate("[...document.images].map(image => image.naturalWidth)")
        assert sizes
        assert all(sizes)
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).width") != "auto"  # styles count


def test_files_are_saved(look: Look, links: list[str]) -> None:
    page = look(links[0])

    with page.expect_download() as saved:
        page.locator("footer.web-line a").first.click()

    assert saved.value.suggested_filename.endswith(".ics")


def test_on_paper_the_mail_stands_alone(look: Look, links: list[str]) -> None:
    page = look(links[0])
    page.emulate_media(media="print")

    assert not page.locator(".web-line").first.is_visible()
    assert page.locator("main h1").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
