"""Answering an invitation in the browser: the same as an answer by mail, without a name, until the event is over."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import re
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmail.feedback.page_answer import MOST_ANSWERS
from ccmail.ledger import Feedback, open_ledger
from ccmail.mail_address import address_key
from ccmail.workspace import open_workspace
from tests.e2e.shell import NOW, Shell, connect
from tests.web.conftest import PUBLIC, PublicSite, public_workspace, site_running
from tests.web.events import RIDE, TALK, announce, move, rehearse

# the shape of `Smtpd` in tests/conftest.py
Server = Any
LATER = "2020-09-22T09:00"


@pytest.fixture
def guest(events: PublicSite) -> tuple[str, str]:
    """The address of a reader of the German mail, and their link."""
    links = events.links(RIDE, f"{PUBLIC}/a/")
    german = {str(mail["To"].addresses[0].addr_spec) for mail in events.mails(RIDE) if mail["Content-Language"] == "de"}
    return min((address, link) for address, link in links.items() if address in german)


def give(site: PublicSite, link: str, word: str, comment: str = "", sequence: int = 0) -> requests.Response:
    return site.ask("POST", link, data={"answer": word, "comment": comment, "sequence": str(sequence)})


def kept(site: PublicSite) -> list[Feedback]:
    with open_ledger(open_workspace(site.shell.folder).ledger_file) as ledger:
        return list(ledger.feedback(kind="rsvp"))


# ── the link in the mail ──


def test_each_reader_has_a_link_of_their_own_in_both_parts(events: PublicSite) -> None:
    links = events.links(RIDE, f"{PUBLIC}/a/{RIDE}/")

    assert len(links) == len(set(links.values())) == len(events.mails(RIDE))
    for mail in events.mails(RIDE):
        link = links[str(mail["To"].addresses[0].addr_spec)]
        html = mail.get_body(("html",)).get_content()
        assert f'href="{link}"' in html
        label = "Im Browser antworten" if mail["Content-Language"] == "de" else "Answer in the browser"
        assert label in html
        assert f"{label}: {link}" in re.sub(r"\s+", " ", mail.get_body(("plain",)).get_content())


def test_where_no_answer_is_wanted_there_is_no_link(events: PublicSite) -> None:
    assert not events.links(TALK, f"{PUBLIC}/a/")


def test_a_test_mail_has_nobodys_link(events: PublicSite) -> None:
    events.shell.run("test", RIDE, "--to", "somebody@city.example")

    raw = next((events.shell.folder / ".ccmail/outbox").glob("**/*test*/*.eml")).read_bytes()
    link = link_in(raw)
    assert link not in events.links(RIDE, f"{PUBLIC}/a/").values()
    assert events.ask("GET", link).status_code == 404


def test_without_public_pages_neither_mail_nor_version_changes(events: PublicSite) -> None:
    shell = events.shell
    settings = shell.folder / "ccmail.yaml"
    settings.write_text(re.sub(r"\nserve: .*", "", settings.read_text(encoding="utf-8")), encoding="utf-8")
    before = shell.json("check", RIDE)
    words = shell.folder / "templates" / "words" / "de.yaml"
    words.parent.mkdir(parents=True, exist_ok=True)
    shipped = open_workspace(shell.folder).template_folders[-1] / "words" / "de.yaml"
    words.write_text(re.sub(r"(?m)^answer_in_browser: .*", "", shipped.read_text(encoding="utf-8")), encoding="utf-8")

    after = shell.json("check", RIDE)

    assert [one["version"] for one in before["campaigns"]] == [one["version"] for one in after["campaigns"]]
    shell.run("send", RIDE, "--rehearse")
    assert not any("/a/" in mail.get_body(("plain",)).get_content() for mail in events.mails(RIDE))


# ── the page ──


def test_a_look_changes_nothing(events: PublicSite, guest: tuple[str, str]) -> None:
    page = events.ask("GET", guest[1])

    assert page.status_code == 200
    assert re.findall(r'name="answer" value="(\w+)"', page.text) == ["yes", "maybe", "no"]
    assert "Mittwoch, 7. Oktober 2020, 13:00–15:30 Uhr (MESZ)" in page.text
    assert "Ihre Antwort" not in page.text
    assert kept(events) == []


def test_the_page_names_nobody(events: PublicSite) -> None:
    with open_ledger(open_workspace(events.shell.folder).ledger_file) as ledger:
        rows = [row for sending in ledger.sendings(RIDE) for row in ledger.rows(sending)]
    links = events.links(RIDE, f"{PUBLIC}/a/")

    for row in (row for row in rows if row.email in links):
        give(events, links[row.email], "yes", "Ich bringe Kuchen mit.")
        page = events.ask("GET", links[row.email]).text.partition("<main>")[2].partition("</main>")[0]
        told = [row.email, *(str(row.contact.get(name) or "") for name in ("last_name", "first_name"))]
        assert "2020" in page
        assert not [word for word in [*filter(None, told), "Kuchen"] if word in page]


@pytest.mark.parametrize(("word", "partstat"), [("yes", "ACCEPTED"), ("maybe", "TENTATIVE"), ("no", "DECLINED")])
def test_an_answer_is_kept_as_one_that_came_by_mail(
    events: PublicSite, guest: tuple[str, str], word: str, partstat: str
) -> None:
    address, link = guest

    answer = give(events, link, word, "  Mit dem Zug \u202e\n")

    (row,) = kept(events)
    assert answer.status_code == 200
    assert (row.kind, row.key) == ("rsvp", address_key(address))
    assert {"partstat": partstat, "sequence": 0, "comment": "Mit dem Zug", "campaign": RIDE, "by": "page"}.items() <= (
        row.details.items()
    )


def test_the_last_answer_counts_also_within_one_second_and_one_twice_is_one(
    events: PublicSite, guest: tuple[str, str]
) -> None:
    for word in ("yes", "yes", "no", "maybe", "maybe"):
        give(events, guest[1], word)

    assert [row.details["partstat"] for row in kept(events)] == ["ACCEPTED", "DECLINED", "TENTATIVE"]
    assert "Ihre Antwort: Vielleicht" in events.ask("GET", guest[1]).text


def test_an_answer_comes_after_one_from_a_clock_that_is_fast(events: PublicSite, guest: tuple[str, str]) -> None:
    give(events, guest[1], "no")
    (row,) = kept(events)
    fast = {**row.details, "partstat": "ACCEPTED", "stamp": "2020-09-21T11:00:00+00:00", "by": ""}
    with open_ledger(open_workspace(events.shell.folder).ledger_file) as ledger:
        ledger.add_feedback([Feedback("x", "rsvp", row.at, row.at, row.sending, row.position, row.key, fast)])
    assert "Ihre Antwort: Ja" in events.ask("GET", guest[1]).text

    give(events, guest[1], "no")

    assert "Ihre Antwort: Nein" in events.ask("GET", guest[1]).text


def test_after_an_update_the_answer_is_old_and_asked_for_again(events: PublicSite, guest: tuple[str, str]) -> None:
    _, link = guest
    give(events, link, "yes")
    move(events.shell)
    rehearse(events.shell, "update")

    page = events.ask("GET", link).text
    late = give(events, link, "no", sequence=0)  # of a page that was opened before
    after_late = kept(events)
    again = give(events, link, "yes", sequence=1)

    assert "Seitdem hat sich die Veranstaltung geändert" in page
    assert "14:00" in page
    assert (late.status_code, len(after_late)) == (409, 1)
    assert "Bitte sehen Sie nach" in late.text
    assert (again.status_code, [row.details["sequence"] for row in kept(events)]) == (200, [0, 1])
    assert "Ihre Antwort: Ja" in again.text


def test_the_link_of_the_first_mail_and_that_of_the_update_are_one(events: PublicSite, guest: tuple[str, str]) -> None:
    address, link = guest
    move(events.shell)
    rehearse(events.shell, "update")

    assert events.links(f"{RIDE}.update", f"{PUBLIC}/a/")[address] == link


def test_an_event_that_is_off_takes_no_answer(events: PublicSite, guest: tuple[str, str]) -> None:
    rehearse(events.shell, "cancel")

    page, answer = events.ask("GET", guest[1]), give(events, guest[1], "yes", sequence=1)

    assert "Diese Veranstaltung ist abgesagt." in page.text
    assert "<form" not in page.text
    assert (answer.status_code, kept(events)) == (409, [])


def test_an_event_that_is_over_takes_no_answer(
    events: PublicSite, guest: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_NOW", "2020-10-07T13:29")
    before = give(events, guest[1], "yes")
    monkeypatch.setenv("CCMAIL_NOW", "2020-10-07T13:30")

    after = give(events, guest[1], "no")

    assert (before.status_code, after.status_code, len(kept(events))) == (200, 409, 1)
    assert "Diese Veranstaltung ist vorbei." in after.text
    assert "Ihre Antwort: Ja" in after.text


def test_a_comment_that_is_too_long_is_given_back(events: PublicSite, guest: tuple[str, str]) -> None:
    longest = "ä" * 499 + "\r\n" + "ö"  # a browser counts a line end as one, and sends two

    too_long = give(events, guest[1], "yes", longest[:-1] + "öö")
    nothing = kept(events)
    fits = give(events, guest[1], "yes", longest[1:])

    assert (too_long.status_code, fits.status_code) == (422, 200)
    assert "aria-invalid" in too_long.text
    assert "ä" * 499 in too_long.text
    assert nothing == []
    assert len(kept(events)[0].details["comment"]) == 500


def test_a_comment_is_text_and_no_markup(events: PublicSite, guest: tuple[str, str]) -> None:
    answer = give(events, guest[1], "yes", "</textarea><script>x</script>" + "x" * 500)

    assert "<script>" not in answer.text


def test_a_machine_cannot_fill_the_ledger(events: PublicSite, guest: tuple[str, str]) -> None:
    answers = [give(events, guest[1], ("yes", "no")[n % 2]) for n in range(MOST_ANSWERS + 2)]

    assert [answer.status_code for answer in answers[-3:]] == [200, 429, 429]
    assert len(kept(events)) == MOST_ANSWERS


def test_only_the_owner_of_a_link_can_answer(events: PublicSite, guest: tuple[str, str]) -> None:
    _, link = guest
    begin, _, token = link.rpartition("/")
    others = next(each for each in events.links(RIDE, f"{PUBLIC}/a/").values() if each != link).rpartition("/")[2]
    foreign = [
        f"{begin}/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        f"{begin}/{token[:11]}{others[11:]}",
        link.replace(RIDE, TALK),
        f"{link}=",
        next(iter(events.links(RIDE, f"{PUBLIC}/u/").values())).replace("/u/", "/a/"),
    ]

    statuses = {events.ask("GET", each).status_code for each in foreign}
    statuses |= {give(events, each, "yes").status_code for each in foreign}

    assert statuses == {404}
    assert kept(events) == []


def test_who_was_forgotten_has_no_page_any_more(events: PublicSite, guest: tuple[str, str]) -> None:
    address, link = guest
    give(events, link, "yes", "Ich bringe Kuchen mit.")

    events.shell.run("recipients", "forget", address, "--yes")

    assert {events.ask("GET", link).status_code, give(events, link, "no").status_code} == {404}
    (row,) = kept(events)
    assert (row.details["partstat"], row.details["by"]) == ("ACCEPTED", "page")
    assert not any(text in str(row) for text in (address, "Kuchen"))


# ── sent for real ──


@pytest.mark.slow
def test_answers_of_the_page_count_beside_those_of_mails(
    smtpd: Server, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCMAIL_NOW", NOW)
    shell: Shell = public_workspace(tmp_path)
    announce(shell)
    connect(shell, smtpd)
    shell.json("send", RIDE, "--untested", "--confirm", "11")
    links = {str(mail.envelope_to[0]): link_in(mail.content) for mail in smtpd.mails}
    first, second, third = sorted(links)[:3]

    with site_running(shell.folder) as site:
        give(site, links[first], "yes", "Gerne!")
        give(site, links[second], "no")
        give(site, links[third], "maybe")
        give(site, links[third], "yes")
    told = shell.json("answers", RIDE)
    table = shell.folder / "answers.csv"
    shell.run("answers", RIDE, "--csv", str(table))
    rows = {
        row["email"]: row for row in csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig")), delimiter=";")
    }

    assert (told["yes"], told["no"], told["maybe"], told["silent"], told["stale"]) == (2, 1, 0, 8, 0)
    assert rows[first]["answer"] == "yes"
    assert (rows[first]["comment"], rows[first]["in the browser"]) == ("Gerne!", "yes")

    move(shell)
    shell.environment["CCMAIL_NOW"] = LATER
    shell.json("update", RIDE, "--untested", "--confirm", "11")
    with site_running(shell.folder) as site:
        give(site, links[second], "yes", sequence=1)
    assert {name: shell.json("answers", RIDE)[name] for name in ("yes", "no", "stale")} == {
        "yes": 3,
        "no": 0,
        "stale": 2,
    }


def link_in(raw: bytes) -> str:
    mail: Any = email.message_from_bytes(raw, policy=email.policy.default)
    text = mail.get_body(("plain",)).get_content()
    (link,) = re.findall(rf"{re.escape(PUBLIC)}/a/[^\s>]+", text)
    return str(link)


FORMS = st.one_of(
    st.binary(max_size=300),
    st.dictionaries(
        st.sampled_from(["answer", "comment", "sequence", "x"]),
        st.one_of(st.text(max_size=30), st.sampled_from(["yes", "0", "-1", "9" * 2000, "\0", "\ud800"])),
    ),
)


@given(
    form=FORMS,
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_odd_forms_do_no_harm(events: PublicSite, guest: tuple[str, str], form: Any, kind: str) -> None:
    if isinstance(form, dict):
        form = "&".join(f"{name}={quote(text.encode('utf-8', 'replace'))}" for name, text in form.items())

    answer = events.ask("POST", guest[1], data=form, headers={"Content-Type": kind})

    assert answer.status_code in {200, 400, 409, 413, 422, 429}
