"""Access to the page, its requests and its answers: without a browser."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from click.testing import CliRunner

from ccmail.cli.app import ccmail
from ccmail.ledger import open_ledger
from ccmail.preview.choice import Choice, View, read_choice
from ccmail.preview.clients import Client, ColourScheme, Look
from ccmail.preview.server import listen
from ccmail.preview.translations import LANGUAGES, preferred, read_translations
from ccmail.problems import UsageError
from tests.e2e.shell import ANNOUNCEMENT, REVIEW
from tests.preview.conftest import Edit, Visit, token_of

# ── access: see test_preview_access.py for who may come in ──


def test_every_answer_forbids_what_it_does_not_need(visit: Visit) -> None:
    client = visit()

    page, frame = client.get(f"/{ANNOUNCEMENT}"), client.get(f"/{ANNOUNCEMENT}/frame")

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in page.headers["content-security-policy"]
    assert "script-src" not in frame.headers["content-security-policy"]
    assert "sandbox allow-same-origin" in frame.headers["content-security-policy"]
    for answer in (page, frame, client.get("/-/static/page.js"), client.get("/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert 'sandbox="allow-same-origin"' in page.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)


@pytest.mark.parametrize(
    "path",
    [
        "/..%2f..%2fetc/passwd", "/%2e%2e/ccmail.yaml", "/-/static/..%2fapp.py", "/-/static/%2e%2e%2fapp.py",
        "/-/static/page.css%00", "/-/part/..%2f..%2fccmail.yaml", "/..%5cccmail.yaml", "/ccmail", "/campaigns/",
        "/-/static/", "/unsubscribed", f"/campaigns%2f{ANNOUNCEMENT}", f"/{ANNOUNCEMENT}.yaml", "/%00",
        f"/{ANNOUNCEMENT}/picture?at=../../ccmail.yaml", "/-/part/0123456789abcdef0123456789abcdef",
    ],
)  # fmt: skip
def test_no_file_can_be_asked_for_that_is_not_shown(visit: Visit, path: str) -> None:
    answer = visit().get(path, follow_redirects=False)

    assert answer.status_code in {404, 405}
    assert "sender" not in answer.text


# ── answers ──


def test_one_campaign_opens_at_once_and_several_are_listed(visit: Visit) -> None:
    listed = visit().get("/")

    assert f'href="/{ANNOUNCEMENT}"' in listed.text
    assert f'href="/{REVIEW}"' in listed.text
    assert visit(REVIEW).get("/", follow_redirects=False).headers["location"] == f"/{REVIEW}"


def test_a_campaign_whose_file_is_gone_stays_on_the_page_with_what_is_wrong(visit: Visit, folder: Path) -> None:
    client = visit()
    client.get(f"/{ANNOUNCEMENT}")
    (folder / "campaigns" / f"{ANNOUNCEMENT}.yaml").unlink()

    assert client.get(f"/{ANNOUNCEMENT}/pieces").status_code == 200
    assert client.get(f"/{ANNOUNCEMENT}x/pieces").status_code == 404


def test_a_name_stands_on_the_page_without_the_quotes_of_the_header(visit: Visit, folder: Path) -> None:
    settings = folder / "ccmail.yaml"
    text = settings.read_text(encoding="utf-8").replace("name: Connective Cities\n", "name: 'Netz \"Größe\"'\n")
    settings.write_text(text, encoding="utf-8")

    page = visit().get(f"/{ANNOUNCEMENT}").text

    assert "Netz &#34;Größe&#34; &lt;" in page


def test_the_bytes_can_be_downloaded_and_are_the_mail(visit: Visit) -> None:
    client = visit()

    eml = client.get(f"/{ANNOUNCEMENT}/mail.eml?variant=international.en&as=r.tamm@tartu.example")

    assert b"To: Raimond Tamm <r.tamm@tartu.example>\r\n" in eml.content
    assert eml.headers["content-type"] == "message/rfc822"


def test_the_calendar_file_is_what_the_mail_carries(visit: Visit) -> None:
    client = visit()
    pieces = client.get(f"/{ANNOUNCEMENT}/pieces?view=calendar&variant=international.en").json()

    link = re.search(r'href="(/-/part/[0-9a-f]+)" download="([^"]+)"', pieces["pieces"]["panel"])
    assert link
    file = client.get(link[1])

    assert file.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "attachment" in file.headers["content-disposition"]
    assert link[2] == "invitation-2020-10-07.ics"


def test_pictures_are_pictures_and_nothing_else_is_shown_inline(visit: Visit) -> None:
    client = visit()
    html = client.get(f"/{ANNOUNCEMENT}/frame").text

    (address,) = set(re.findall(r'src="(/-/part/[^"]+)"', html))
    picture = client.get(address)

    assert picture.headers["content-type"] == "image/jpeg"
    assert "immutable" in picture.headers["cache-control"]
    assert "cid:" not in html


def test_pictures_that_mails_link_to_come_from_the_workspace(visit: Visit, folder: Path) -> None:
    with (folder / "ccmail.yaml").open("a", encoding="utf-8") as file:
        file.write("\npictures: https://pictures.city.example/p\n")
    client = visit()
    html = client.get(f"/{ANNOUNCEMENT}/frame").text

    (address,) = set(re.findall(r'src="(/2020[^"]+)"', html))

    assert client.get(address.replace("&amp;", "&")).content.startswith(b"\xff\xd8")
    assert "https://pictures.city.example" not in re.sub(r"/picture\?at=[^\"]+", "", html)


MARKUP = "<img src=x onerror=alert(1)>"


def test_nothing_that_others_have_written_becomes_markup(visit: Visit, folder: Path, edit: Edit) -> None:
    with (folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.write(f'x@ulm.example,Frau,,"{MARKUP}","<script>alert(1)</script>","{MARKUP}","{MARKUP}",DE,de\n')
        file.write(f'"{MARKUP}",Frau,,Ria,Weg,,Ulm,DE,de\n')
    edit("ccmail.yaml", "name: Connective Cities\n", f"name: 'Netz {MARKUP}'\n")
    campaign = folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    named = campaign.with_name("a<img src=x>'\"&.yaml")
    named.write_bytes(campaign.read_bytes())
    broken = campaign.with_name("broken.yaml")
    broken.write_text(f"{MARKUP}: {MARKUP}\n", encoding="utf-8")
    client = visit()

    answers = [client.get("/").text]
    for name in (ANNOUNCEMENT, quote(named.stem), "broken"):
        for view in View:
            query = f"as=x@ulm.example&variant=german.de&view={view.value}"
            answers += [client.get(f"/{name}?{query}").text]
            answers += client.get(f"/{name}/pieces?{query}").json()["pieces"].values()

    for html in answers:
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert "&lt;img src=x" in "".join(answers)


def test_a_mail_of_the_outbox_that_is_hostile_is_shown_and_runs_nothing(visit: Visit, folder: Path) -> None:
    outbox = folder / ".ccmail" / "outbox" / "old"
    outbox.mkdir(parents=True)
    (outbox / "²-a@b.example.eml").write_bytes(
        b"From: =?utf-8?q?a=0ABcc=3A_b?=@x.example\r\nTo: <\r\nSubject: =?utf-8?q?=3Cimg_src=3Dx_onerror=3Dy=3E?=\r\n"
        b"Content-Language: <b>\r\nX-Half: =?utf-7?q?+2AA-?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b'--b\r\nContent-Type: text/html; name="<img src=x>"\r\n\r\n<script>alert(1)</script></template>'
        b"<template><img src=x>\r\n--b\r\n"
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999Z\r\n"
        b"RRULE:FREQ=DAILY;COUNT=999999999\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    (outbox / "\udcff.eml").write_bytes(b"")
    client = visit(outbox=True)

    pages = [client.get(f"/old?view={view.value}") for view in View]

    assert [page.status_code for page in pages] == [200] * len(View)
    for page in pages:
        assert "<img src=x" not in page.text
        assert "<script>alert" not in page.text
    assert "cannot be read; this is how it is written" in client.get("/old?view=headers").text
    frame = client.get("/old/frame")
    assert "sandbox allow-same-origin" in frame.headers["content-security-policy"]
    exported = client.get("/old/export.html")
    assert exported.status_code == 200
    assert exported.text.count("</template>") == 1
    assert "<script>alert" not in exported.text


def test_an_unknown_choice_is_as_usual() -> None:
    assert read_choice({"view": "x", "width": "9999999", "colours": "<", "client": "", "images": "?"}) == Choice(
        width=2000
    )
    assert read_choice({"width": "²"}) == Choice()


def test_a_choice_survives_its_address() -> None:
    look = Look(Client.GMX, ColourScheme.INVERTED, images=False)
    choice = Choice("german.de", "jörg+x@x.example", View.SOURCE, 375, look, "international.en")

    assert Choice().query() == ""
    assert read_choice(dict(parse_qsl(choice.query()))) == choice


# ── words ──


def test_both_languages_say_the_same_things() -> None:
    german, english = read_translations("de").words, read_translations("en").words

    assert german.keys() == english.keys()
    for name, text in german.items():
        fields = [set(re.findall(r"{(\w+)}", json.dumps(words))) for words in (text, english[name])]
        assert fields[0] == fields[1], name


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,de;q=0.5", "en"),
        ("fr,de;q=0.3", "de"),
        (";q=,x;q=y", "en"),
    ],
)
def test_the_browsers_language_is_chosen(accepted: str, code: str) -> None:
    assert preferred(accepted).code == code
    assert code in LANGUAGES


# ── test mails ──


def wish(**changes: Any) -> dict[str, Any]:
    usual = {"to": ["fatina.toukan@giz.de"], "other": "", "confirmed": False, "what": "this"}
    return {**usual, "variant": "international.en", "as": "r.tamm@tartu.example", **changes}


def sent(folder: Path) -> list[Path]:
    return sorted((folder / ".ccmail" / "outbox").rglob("*.eml"))


def test_a_test_is_the_mail_that_was_looked_at(visit: Visit, folder: Path) -> None:
    client = visit()

    answer = client.post(f"/{ANNOUNCEMENT}/test", json=wish(), headers={"X-Ccmail-Token": token_of(client)})

    assert answer.json()["done"], answer.json()
    (file,) = sent(folder)
    assert b"To: fatina.toukan@giz.de\r\n" in file.read_bytes()
    assert b"Dear Raimond Tamm" in file.read_bytes()
    status = CliRunner().invoke(ccmail, ["-C", str(folder), "send", "-n", ANNOUNCEMENT]).output
    assert "tested      not yet" in status


def test_an_approval_on_the_page_is_one_of_the_version_that_was_looked_at(
    visit: Visit, folder: Path, edit: Edit
) -> None:
    client = visit()
    seen = re.search(r'id="approve-open" data-version="([0-9a-f-]+)"', client.get(f"/{ANNOUNCEMENT}").text)
    assert seen

    def approve(**asked: object) -> Any:
        return client.post(f"/{ANNOUNCEMENT}/approve", json=asked, headers={"X-Ccmail-Token": token_of(client)})

    def by() -> list[str]:
        with open_ledger(folder / ".ccmail" / "ledger.sqlite") as ledger:
            return [approval.by for approval in ledger.approvals(ANNOUNCEMENT, seen[1])]

    assert client.post(f"/{ANNOUNCEMENT}/approve", json={"version": seen[1], "by": "A"}).status_code == 403
    assert [approve(**asked).status_code for asked in ({}, {"version": seen[1], "by": " "}, {"by": "A"})] == [400] * 3
    assert by() == []
    assert approve(version=seen[1], by=" Ria\n Kraft ").json() == {
        "said": f"Version {seen[1]} is approved by Ria Kraft.", "done": True
    }  # fmt: skip
    assert by() == ["Ria Kraft"]
    edit(f"campaigns/{ANNOUNCEMENT}.yaml", "date: 7.10.2020", "date: 8.10.2020")
    late = approve(version=seen[1], by="Too Late")
    assert late.status_code == 400
    assert "is not what would be sent" in late.json()["said"]
    assert by() == ["Ria Kraft"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Ccmail-Token": "wrong"}, {"X-Ccmail-Token": "right", "Origin": "http://evil.example"}],
    ids=["without", "wrong", "from elsewhere"],
)
def test_only_the_page_itself_can_send_a_test(visit: Visit, folder: Path, headers: dict[str, str]) -> None:
    client = visit()
    if headers.get("X-Ccmail-Token") == "right":
        headers["X-Ccmail-Token"] = token_of(client)

    answer = client.post(f"/{ANNOUNCEMENT}/test", json=wish(), headers=headers)

    assert answer.status_code == 403
    assert sent(folder) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": ["stranger@x.example"]}, "none of the people in ccmail.yaml"),
        ({"to": ["jana.mueller@stadt-bonn.example"]}, "none of the people in ccmail.yaml"),
        ({"to": [], "other": "me@x.example"}, "is not confirmed"),
        ({"to": [], "other": "Jana.Mueller@Stadt-Bonn.example", "confirmed": True}, "on the lists"),
        ({"to": [], "other": "gone@x.example", "confirmed": True}, "on the lists"),
        ({"to": [], "other": "me@x.example, you@x.example", "confirmed": True}, "is not an address"),
        ({"to": []}, "nobody to send"),
        ({"to": "fatina.toukan@giz.de"}, "?"),
    ],
)
def test_a_test_goes_to_testers_only(visit: Visit, folder: Path, changes: dict[str, Any], said: str) -> None:
    with (folder / "recipients" / "german.csv").open("a", encoding="utf-8") as file:
        file.write("gone@x.example,Frau,,Ria,Weg,,Ulm,DE,de\n")
    (folder / "recipients" / "unsubscribed.csv").write_text("email\ngone@x.example\n", encoding="utf-8")
    client = visit()

    answer = client.post(f"/{ANNOUNCEMENT}/test", json=wish(**changes), headers={"X-Ccmail-Token": token_of(client)})

    assert answer.status_code == 400
    assert said in answer.json()["said"]
    assert sent(folder) == []


def test_an_address_that_was_typed_and_confirmed_gets_a_test(visit: Visit, folder: Path) -> None:
    client = visit()
    wanted = wish(to=[], other="me@x.example", confirmed=True)

    answer = client.post(f"/{ANNOUNCEMENT}/test", json=wanted, headers={"X-Ccmail-Token": token_of(client)})

    assert answer.json()["done"], answer.json()
    assert len(sent(folder)) == 1


# ── the outbox ──


def test_the_outbox_shows_what_a_rehearsal_has_written(visit: Visit, folder: Path) -> None:
    with pytest.raises(UsageError, match="outbox"):
        visit(outbox=True)
    CliRunner().invoke(ccmail, ["-C", str(folder), "send", ANNOUNCEMENT])
    (folder / ".ccmail" / "outbox" / ANNOUNCEMENT / "link.eml").symlink_to(folder / "ccmail.yaml")
    client = visit(outbox=True)

    page = client.get(f"/{ANNOUNCEMENT}").text
    mail_choices = re.findall(r'<option value="([^"]+\.eml)"', page)
    eml = client.get(f"/{ANNOUNCEMENT}/mail.eml?as={quote(mail_choices[3])}").content

    assert len(mail_choices) == 11
    assert eml == (folder / ".ccmail" / "outbox" / ANNOUNCEMENT / mail_choices[3]).read_bytes()
    assert client.get(f"/{ANNOUNCEMENT}/find?words=tartu").json()[0]["as"].endswith("r.tamm@tartu.example.eml")
    assert b"sender:" not in client.get(f"/{ANNOUNCEMENT}/mail.eml?as=link.eml").content
    assert client.post(f"/{ANNOUNCEMENT}/test", json=wish()).status_code == 403
    assert 'id="find-words"' in page
    assert re.search(r"<dt[^>]*>Date</dt><dd>\w+, \d", page)


def test_the_list_of_all_says_when_and_every_page_leads_to_it(visit: Visit, folder: Path) -> None:
    for campaign in (ANNOUNCEMENT, REVIEW):
        CliRunner().invoke(ccmail, ["-C", str(folder), "send", campaign])
    os.utime(folder / ".ccmail" / "outbox" / ANNOUNCEMENT, (1_600_000_000, 1_600_000_000))
    os.utime(folder / "campaigns" / f"{REVIEW}.yaml", (1_600_000_000, 1_600_000_000))

    written, saved = visit(outbox=True), visit(None)

    entries = re.findall(r'<li><a class="folder" href="/([^"]+)">.*?"small">(.*?)</span>', written.get("/?all").text)
    assert [name for name, _ in entries] == [REVIEW, ANNOUNCEMENT]  # what was written last
    assert entries[1][1] == "11 mails · 13.09.2020 14:26 CEST"
    assert "saved 13.09.2020 14:26 CEST" in saved.get("/?all").text
    for client in (written, saved):
        assert 'href="/?all"' in client.get(f"/{ANNOUNCEMENT}").text


# ── the file for colleagues ──


def test_the_exported_file_has_everything_and_asks_for_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.html"

    printed = CliRunner().invoke(ccmail, ["-C", str(folder), "preview", ANNOUNCEMENT, "--export", str(file)])

    assert printed.exit_code == 0, printed.output
    html = file.read_text(encoding="utf-8")
    version = re.search(r"version ([0-9a-f]{4}-[0-9a-f]{4})", printed.output)
    assert version
    assert html.count(version[1]) >= 2
    assert html.count("<iframe") == html.count("srcdoc=") == 3  # the phones in the dark
    assert html.count("<template shadowrootmode=") == html.count("</template>") == 3
    assert "<script" not in html
    assert "Content-Security-Policy" in html
    assert not re.search(r'<(?:link|img|iframe)[^>]*\s(?:src|href)="(?!data:)', html)
    for text in ("Sehr geehrter Herr Professor Weiß,", "Dear Roberto Zambrana Flores,", "07:00"):
        assert text in html


def test_a_campaign_that_cannot_be_rendered_is_not_exported(folder: Path, tmp_path: Path) -> None:
    path = folder / "campaigns" / f"{ANNOUNCEMENT}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("date: 7.10.2020", "date: 7.13.2020"), encoding="utf-8")

    printed = CliRunner().invoke(
        ccmail, ["-C", str(folder), "preview", ANNOUNCEMENT, "--export", str(tmp_path / "all.html")]
    )

    assert printed.exit_code == 1
    assert not (tmp_path / "all.html").exists()


# ── the port ──


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as first:
        first.bind(("127.0.0.1", 0))
        first.listen()
        taken = first.getsockname()[1]

        listening = listen("127.0.0.1", taken)

        listening.socket.close()
        assert taken < listening.port < taken + 20


def test_a_host_that_is_not_this_computer_is_an_error() -> None:
    with pytest.raises(UsageError, match="the page cannot be shown at"):
        listen("192.0.2.1", 0)
