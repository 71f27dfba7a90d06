"""The mail in the browser: the reader's own, the web version for everybody, the archive."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest
import requests

from ccmail.ledger import open_ledger
from ccmail.messages.identity import web_version_tokens
from ccmail.workspace import open_workspace
from ccmail.workspace.key import unsubscribe_key
from tests.e2e.shell import ANNOUNCEMENT, REVIEW, Shell
from tests.web.conftest import PUBLIC, PublicSite, site_running

BEGIN = f"{PUBLIC}/m/"
SHARE = re.compile(r'class="web-share">.*?href="([^"]+)"')
NEWS = re.compile(r'class="web-news">(.*?) <a href="([^"]+)"')
PARTS = re.compile(r'(?:src|href)="(/m/[^"]+/part/[0-9a-f]+)"')


@pytest.fixture
def somebody(site: PublicSite) -> tuple[str, str]:
    """An address and the link to its own mail."""
    return min(site.links(ANNOUNCEMENT, BEGIN).items())


@pytest.fixture
def shared(site: PublicSite, somebody: tuple[str, str]) -> str:
    """The address of the web version of somebody's mail."""
    return shared_by(site, somebody[1])


def shared_by(site: PublicSite, link: str) -> str:
    found = SHARE.search(site.ask("GET", link).text)
    assert found is not None
    return found[1]


def html_part(site: PublicSite, campaign: str, address: str) -> str:
    mails = {str(mail["To"].addresses[0].addr_spec): mail for mail in site.mails(campaign)}
    return str(mails[address].get_body(("html",)).get_content())


def of_the_mail(page: str) -> str:
    """Return what a page has from the mail: its head, and its content."""
    head, _, rest = page.partition('<meta name="robots"')
    return head.rstrip("\n") + rest.partition("<main>\n")[2].partition("\n</main>")[0]


def of_the_part(html: str) -> str:
    head, _, rest = html.partition("</head>")
    return head.rstrip("\n") + re.split(r"<body\b[^>]*>", rest)[1].partition("</body>")[0]


def personal_texts(site: PublicSite, campaign: str) -> set[str]:
    """Return what names a reader and nobody else: addresses, names as they stand in the mails, last names.

    Some readers are speakers, too: what a campaign itself says of them is no secret.
    """
    files = ("ccmail.yaml", f"campaigns/{campaign}.yaml")
    said = "".join((site.shell.folder / file).read_text("utf-8") for file in files)
    readers = [mail["To"].addresses[0] for mail in site.mails(campaign)]
    names = {reader.display_name for reader in readers if reader.display_name}
    named = {reader.addr_spec for reader in readers} | names | {name.split()[-1] for name in names}
    return {text for text in named if text not in said}


@pytest.mark.parametrize("campaign", [ANNOUNCEMENT, REVIEW])
def test_a_readers_own_page_is_their_mail_as_it_was_sent(site: PublicSite, campaign: str) -> None:
    for address, link in site.links(campaign, BEGIN).items():
        answer = site.ask("GET", link)

        sent = of_the_part(html_part(site, campaign, address))
        assert answer.status_code == 200
        shown = re.sub(r'"/m/[^"]+/part/[0-9a-f]+"', '"cid"', of_the_mail(answer.text))
        assert shown == re.sub(r'"cid:[^"]+"', '"cid"', sent)


def test_the_link_stands_in_both_parts_of_a_mail_and_is_each_readers_own(site: PublicSite) -> None:
    links = site.links(ANNOUNCEMENT, BEGIN)

    assert len(set(links.values())) == len(links) == len(site.mails(ANNOUNCEMENT))
    assert all(f'href="{link}"' in html_part(site, ANNOUNCEMENT, address) for address, link in links.items())


def test_a_test_mail_has_the_link_of_nobody(site: PublicSite) -> None:
    readers = set(site.links(ANNOUNCEMENT, BEGIN).values())
    before = set((site.shell.folder / ".ccmail" / "outbox").rglob("*.eml"))

    site.shell.run("test", ANNOUNCEMENT, "--to", "jana.mueller@stadt-bonn.example")

    tests = set((site.shell.folder / ".ccmail" / "outbox").rglob("*.eml")) - before
    found = {link for file in tests for link in links_in(file.read_bytes())}
    assert found
    assert not found & readers
    assert {site.ask("GET", link).status_code for link in found} == {404}


def links_in(raw: bytes) -> list[str]:
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return re.findall(re.escape(BEGIN) + r"[^\s>]+", str(body.get_content()))


def test_a_page_of_a_reader_is_kept_and_listed_by_nobody(site: PublicSite, somebody: tuple[str, str]) -> None:
    answer = site.ask("GET", somebody[1])

    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert "og:" not in answer.text


def test_pages_of_mails_have_styles_and_nothing_that_acts(
    site: PublicSite, somebody: tuple[str, str], shared: str
) -> None:
    for address in (somebody[1], shared):
        rules = site.ask("GET", address).headers["content-security-policy"].split("; ")
        policy_of = {name: values for name, _, values in (rule.partition(" ") for rule in rules)}

        assert policy_of["default-src"] == policy_of["form-action"] == policy_of["base-uri"] == "'none'"
        assert policy_of["style-src"] == "'unsafe-inline'"
        assert policy_of["img-src"] == "'self' data:"
        assert "script-src" not in policy_of
        assert "allow-scripts" not in policy_of["sandbox"]
        assert "allow-same-origin" not in policy_of["sandbox"]


@pytest.mark.parametrize("campaign", [ANNOUNCEMENT, REVIEW])
def test_a_web_version_has_nobodys_data(site: PublicSite, campaign: str) -> None:
    links = site.links(campaign, BEGIN)
    personal = personal_texts(site, campaign)
    pages = {shared_by(site, link) for link in links.values()}

    assert len(pages) == 3  # german·de, international·en, international·de
    for address in pages:
        page = site.ask("GET", address)
        answers = [page, *(site.ask("GET", path) for path in PARTS.findall(page.text))]
        assert len(answers) > 1
        assert len(personal) > 15
        for content in (answer.content for answer in answers):
            assert not [text for text in personal if text.encode() in content]
            assert not [link for link in links.values() if link.rpartition("/")[2].encode() in content]
            assert b"/u/" not in content
            assert b"reader@example.invalid" not in content


def test_the_greeting_of_a_web_version_names_nobody(site: PublicSite, shared: str) -> None:
    assert "Sehr geehrte Damen und Herren" in site.ask("GET", shared).text


def test_a_web_version_shows_what_was_sent_whatever_the_files_say_now(
    site: PublicSite, somebody: tuple[str, str], shared: str
) -> None:
    own, web = (site.ask("GET", address).text for address in (somebody[1], shared))
    for file in ("campaigns", "templates"):
        for path in (site.shell.folder / file).rglob("*.*"):
            path.unlink()

    assert (site.ask("GET", somebody[1]).text, site.ask("GET", shared).text) == (own, web)


def test_a_web_version_has_what_chats_show(site: PublicSite, shared: str) -> None:
    page = site.ask("GET", shared).text
    card = {name: unescape(text) for name, text in re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', page)}

    assert card["og:url"] == shared
    assert card["og:title"].startswith("Einladung: ")
    assert card["og:description"] == "Online-Veranstaltung als Reaktion auf die COVID-19 Pandemie"
    picture = site.ask("GET", card["og:image"])
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8")


def test_a_web_version_may_be_kept_for_minutes_and_is_asked_for_with_its_tag(site: PublicSite, shared: str) -> None:
    first = site.ask("GET", shared)
    again = site.ask("GET", shared, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    head = site.ask("HEAD", shared)

    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(first.content))


def test_pictures_are_shown_and_files_are_saved(site: PublicSite, somebody: tuple[str, str], shared: str) -> None:
    for address in (somebody[1], shared):
        page = site.ask("GET", address).text
        parts = [site.ask("GET", path) for path in PARTS.findall(page)]

        assert "cid:" not in page
        kinds = {part.headers["content-type"].partition(";")[0]: part for part in parts}
        assert kinds.keys() == {"image/jpeg", "text/calendar"}
        assert kinds["image/jpeg"].headers["content-disposition"] == "inline"
        assert kinds["text/calendar"].headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert b"BEGIN:VCALENDAR" in kinds["text/calendar"].content
        assert all(part.headers["x-content-type-options"] == "nosniff" for part in parts)


def test_a_wrong_address_shows_nothing(site: PublicSite, somebody: tuple[str, str], shared: str) -> None:
    _, link = somebody
    token = link.rpartition("/")[2]
    unsubscribes = min(site.links(ANNOUNCEMENT, f"{PUBLIC}/u/").values()).rpartition("/")[2]
    wrong = [
        link[:-1] + ("A" if link[-1] != "A" else "B"),
        f"{BEGIN}{REVIEW}/{token}",
        f"{BEGIN}never-sent/{token}",
        f"{BEGIN}{ANNOUNCEMENT}/{unsubscribes}",
        f"{BEGIN}{ANNOUNCEMENT}/x",
        f"{BEGIN}{ANNOUNCEMENT}",
        f"{link}/part/0123456789abcdef0123",
        shared.replace("/de/", "/en/"),
        shared[:-1] + ("A" if shared[-1] != "A" else "B"),
        shared.replace(ANNOUNCEMENT, REVIEW),
        f"{shared}/part/x",
        f"{BEGIN}{ANNOUNCEMENT}/de/{token}",
        f"{BEGIN}{ANNOUNCEMENT}/de/%FF%00",
        f"{PUBLIC}/archive",
        f"{PUBLIC}/robots.txt",
    ]

    answers = {address: site.ask("GET", address) for address in wrong}

    assert {answer.status_code for answer in answers.values()} == {404}
    assert not any("Digitalisierung" in answer.text for answer in answers.values())


def test_a_variant_that_nobody_has_is_not_public(site: PublicSite, shared: str) -> None:
    """For german·en a web version was made, and nobody has that mail."""
    with open_ledger(open_workspace(site.shell.folder).ledger_file) as ledger:
        sending = ledger.sendings(ANNOUNCEMENT)[0]
        made = {(web.segment, web.languages) for web in ledger.web_versions(sending, sending.version)}
    token = web_version_tokens(unsubscribe_key(open_workspace(site.shell.folder)), ANNOUNCEMENT)

    assert ("german", ("en",)) in made
    assert shared == f"{BEGIN}{ANNOUNCEMENT}/de/{token(0, 'international', ('de',))}"
    assert site.ask("GET", f"{BEGIN}{ANNOUNCEMENT}/en/{token(0, 'german', ('en',))}").status_code == 404


def test_an_erased_person_has_no_page_any_more(site: PublicSite, somebody: tuple[str, str], shared: str) -> None:
    address, link = somebody
    assert site.ask("GET", link).status_code == 200

    site.shell.run("recipients", "forget", address, "--yes")

    assert site.ask("GET", link).status_code == 404
    assert site.ask("GET", shared).status_code == 200


def change_the_time(shell: Shell) -> None:
    path = shell.folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    path.write_text(path.read_text("utf-8").replace("13:00–15:30", "14:00–16:30"), "utf-8")


def test_after_an_update_the_earlier_page_says_so_and_leads_to_it(
    site: PublicSite, somebody: tuple[str, str], shared: str
) -> None:
    change_the_time(site.shell)
    site.shell.run("update", ANNOUNCEMENT, "--rehearse")

    said, newer = NEWS.findall(site.ask("GET", shared).text)[0]
    own = site.ask("GET", somebody[1]).text

    assert said == "Die Veranstaltung hat sich seit dieser Mail geändert."
    latest = site.ask("GET", newer).text
    assert "14:00" in latest
    assert not NEWS.search(latest)
    assert "14:00" in own  # the last mail that this reader has
    assert not NEWS.search(own)
    assert shared_by(site, somebody[1]) == newer


def test_after_a_cancellation_the_earlier_page_says_so(site: PublicSite, shared: str) -> None:
    site.shell.run("cancel", ANNOUNCEMENT, "--rehearse")

    said, newer = NEWS.findall(site.ask("GET", shared).text)[0]

    assert said == "Die Veranstaltung wurde nach dieser Mail abgesagt."
    assert "Abgesagt" in site.ask("GET", newer).text


@pytest.fixture
def with_archive(site: PublicSite) -> Path:
    path = site.shell.folder / "ccmail.yaml"
    path.write_text(path.read_text("utf-8").replace("serve: {", "serve: {archive: yes, "), "utf-8")
    return site.shell.folder


def test_the_archive_lists_what_was_sent_and_may_be_indexed(with_archive: Path) -> None:
    with site_running(with_archive) as site:
        archive = site.ask("GET", "/archive", headers={"Accept-Language": "de"})
        robots = site.ask("GET", "/robots.txt").text
        listed = re.findall(r'<a href="(/m/[^"]+)">([^<]+)</a>', archive.text)
        pages: list[requests.Response] = [site.ask("GET", path) for path, _ in listed]
        own = site.ask("GET", min(site.links(ANNOUNCEMENT, BEGIN).values()))

    assert [title for _, title in listed] == [
        "Kommunale Maßnahmen zu COVID-19 im Bereich Governance",
        "Einladung: Digitalisierung kommunaler Dienste, 7. Oktober 2020",
        "Municipal Measures on COVID-19 in the Field of Governance",
        "Invitation: Digitalisation of municipal services, 7 October 2020",
    ]
    assert archive.headers["x-robots-tag"] == "index, follow"
    assert {(page.status_code, page.headers["x-robots-tag"]) for page in pages} == {(200, "index, follow")}
    assert "noindex" in own.headers["x-robots-tag"]
    assert robots.splitlines() == ["User-agent: *", "Disallow: /u/", "Disallow: /a/"]


def test_the_archive_says_what_has_changed(with_archive: Path) -> None:
    shell = Shell(with_archive)
    shell.run("cancel", ANNOUNCEMENT, "--rehearse")

    with site_running(with_archive) as site:
        page = site.ask("GET", "/archive", headers={"Accept-Language": "de"}).text

    assert page.count("<strong") == 2
    assert ">abgesagt</strong>" in page
