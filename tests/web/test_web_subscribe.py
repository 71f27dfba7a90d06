"""Subscribing on the public pages: the form, the mail, the link, the list; and what strangers could do with them."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import pytest
import requests

from ccmail import clock
from ccmail.audience import address_key
from ccmail.ledger import SendingKind, State, SuppressionEntry, SuppressionReason, open_ledger
from ccmail.privacy.erasure import erase_recipient
from ccmail.privacy.lookup import find_personal_data
from ccmail.subscription.asking import EACH, OF_ALL, OF_NETWORK
from ccmail.subscription.confirming import drop_expired
from ccmail.subscription.link_token import hash_of
from ccmail.suppression.keep import suppress
from ccmail.web.form_stamp import make_stamp
from ccmail.workspace.key import link_keys
from tests.conftest import Smtpd
from tests.e2e.shell import Shell
from tests.small_workspace import ADA, CAMPAIGN, EVE, SmallWorkspace
from tests.waiting import wait_for
from tests.web.conftest import PUBLIC, PublicSite, site_running

CONSENT = "Ja, Nachrichten bitte."
SUBSCRIBED = "recipients/subscribed.csv"


@dataclasses.dataclass
class Visitor:
    """Somebody with a browser; the clock goes on while they fill in a form."""

    site: PublicSite
    small: SmallWorkspace
    patch: pytest.MonkeyPatch

    def wait(self, **time: float) -> None:
        """Let time go by."""
        self.patch.setenv(clock.VARIABLE, (clock.now() + dt.timedelta(**time)).isoformat())

    def shown(self, segment: str = "german", language: str = "de") -> dict[str, str]:
        """Return the fields of a form as it is shown."""
        answer = self.site.ask("GET", f"/subscribe/{segment}?l={language}")
        assert answer.status_code == 200
        tags = re.findall(r"<input[^>]*>", answer.text)
        fields = [(re.findall(r' name="(\w+)"', tag), re.findall(r' value="([^"]*)"', tag)) for tag in tags]
        return {name[0]: unescape(value[0]) for name, value in fields if name[0] != "consent" and value}

    def ask(self, address: str, segment: str = "german", language: str = "de", **fields: str) -> requests.Response:
        """Fill in the form and send it, ten seconds later."""
        form = self.shown(segment, language) | {"language": language}
        self.wait(seconds=10)
        return self.post(segment, language, form | {"email": address} | fields)

    def post(self, segment: str, language: str, form: dict[str, str]) -> requests.Response:
        return self.site.ask("POST", f"/subscribe/{segment}?l={language}", data=form)

    def rows(self) -> list[dict[str, str]]:
        """Return the list of those who have subscribed."""
        path = self.small.folder / SUBSCRIBED
        if not path.exists():
            return []
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def wishes(self) -> int:
        with open_ledger(self.small.workspace.ledger_file) as ledger:
            return ledger.subscriptions.count(clock.now() - dt.timedelta(days=30))


def open_form(small: SmallWorkspace, **server: object) -> None:
    """Let people subscribe to both segments, by this mail server."""
    words = f"consent: {{de: '{CONSENT}', en: 'Yes, news please.'}}, title: {{de: Neues, en: News}}"
    small.edit(
        "ccmail.yaml",
        "recipients: recipients/german.csv, language: de",
        f"recipients: [recipients/german.csv, {SUBSCRIBED}], language: [de, en], "
        f"subscribe: {{{words}, fields: [first_name, last_name, organisation, city, country]}}",
    )
    small.edit(
        "ccmail.yaml",
        "recipients: recipients/international.csv",
        f"recipients: [recipients/international.csv, {SUBSCRIBED}], subscribe: {{consent: Yes please}}",
    )
    small.edit("ccmail.yaml", "footer:\n", f"serve: {{public_url: {PUBLIC}}}\nfooter:\n")
    if server:
        given = ", ".join(f"{key}: {value}" for key, value in server.items())
        small.edit("ccmail.yaml", "smtp: {host: 127.0.0.1, port: 9, security: none}", f"smtp: {{{given}}}")
    else:
        small.edit("ccmail.yaml", "delivery: smtp", "delivery: outbox")


@pytest.fixture
def served(small: SmallWorkspace, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    """A visitor of a site whose mails really leave, for the server of this test."""
    open_form(small, host=smtpd.host, port=smtpd.port, ca_file=smtpd.ca_file)
    with site_running(small.folder) as site:
        yield Visitor(site, small, monkeypatch)


@pytest.fixture
def quiet(small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    """A visitor of a site whose mails lie in the outbox."""
    open_form(small)
    with site_running(small.folder) as site:
        yield Visitor(site, small, monkeypatch)


def mail_to(smtpd: Smtpd, address: str, number: int = 1) -> Any:
    """Return a mail to an address, when it has come."""
    wait_for(lambda: smtpd.recipients.count(address) >= number)
    found = [mail.content for mail in smtpd.mails if address in mail.envelope_to]
    return message_from_bytes(found[number - 1], policy=policy.default)


def link_in(mail: Any) -> str:
    text = mail.get_body(("plain",)).get_content()
    return str(re.findall(re.escape(f"{PUBLIC}/confirm/") + r"\S+", text)[0])


def people(visitor: Visitor) -> int:
    """Return how many people would get the campaign now."""
    return int(Shell(visitor.small.folder).json("send", CAMPAIGN, "-n", "--untested")["recipients"])


# ── the way of somebody who wants mails ──


def test_from_the_form_to_the_list(served: Visitor, smtpd: Smtpd) -> None:
    before = people(served)
    answer = served.ask(EVE, first_name="Eve", last_name="Weiß", consent=_version(served))
    assert (answer.status_code, "Sehen Sie in Ihr Postfach" in answer.text) == (200, True)

    link = link_in(mail_to(smtpd, EVE))
    assert served.site.ask("GET", link).status_code == 200
    assert (served.rows(), people(served)) == ([], before)  # a look changes nothing

    confirmed = served.site.ask("POST", link)

    assert "Sie sind angemeldet" in confirmed.text
    [row] = served.rows()
    assert row | {"consent": "", "confirmed_at": ""} == {
        **dict.fromkeys(("organisation", "city", "country", "consent", "confirmed_at"), ""),
        "email": EVE,
        "first_name": "Eve",
        "last_name": "Weiß",
        "language": "de",
        "segment": "german",
    }
    assert people(served) == before + 1
    assert served.site.ask("POST", link).text == confirmed.text
    assert (len(served.rows()), len(smtpd.mails)) == (1, 1)


def _version(visitor: Visitor, segment: str = "german") -> str:
    subscribe = visitor.small.workspace.settings.segments[segment].subscribe
    assert subscribe is not None
    return subscribe.version


def test_the_mail_says_who_asked_when_and_holds_no_words_of_the_form(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, language="en", first_name="Buy at spam.example", consent=_version(served))

    mail = mail_to(smtpd, EVE)

    bodies = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
    for body in bodies:
        assert "21 September 2020" in body
        assert "11:00 CEST" in body
        assert "news.cities.example" in body
        assert "If it was not you, do nothing" in body
        assert "spam" not in body
    assert mail["Content-Language"] == "en"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert "spam" not in mail.as_string()


def test_the_open_segments_are_listed(quiet: Visitor) -> None:
    page = quiet.site.ask("GET", "/subscribe?l=de")

    assert page.status_code == 200
    assert re.findall(r'href="(/subscribe/\w+)">([^<]+)<', page.text) == [
        ("/subscribe/german", "Neues"),
        ("/subscribe/international", "Alle"),
    ]
    assert quiet.site.ask("GET", "/subscribe/other").status_code == 404


def test_before_anybody_has_subscribed_checks_find_nothing_wrong(small: SmallWorkspace) -> None:
    open_form(small)
    before = Shell(small.folder).json("check", CAMPAIGN)["problems"]

    Shell(small.folder).run("recipients", "check")

    assert not [problem for problem in before if "subscribed" in str(problem)]


def test_the_box_is_not_ticked_and_the_language_is_asked_for_where_there_are_several(quiet: Visitor) -> None:
    german, other = (quiet.site.ask("GET", f"/subscribe/{name}?l=de").text for name in ("german", "international"))

    assert CONSENT in german
    assert "checked" not in german
    assert ('name="language"' in german, 'name="language"' in other) == (True, False)


def test_rows_of_one_segment_are_not_those_of_another(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, "international", "en", consent=_version(served, "international"))
    served.site.ask("POST", link_in(mail_to(smtpd, EVE)))

    plan = Shell(served.small.folder).json("send", CAMPAIGN, "-n", "--untested", "--segment", "german")

    assert served.rows()[0]["segment"] == "international"
    assert plan["recipients"] == 2


def test_whoever_subscribes_again_gets_mails_in_the_new_language(served: Visitor, smtpd: Smtpd) -> None:
    for number, language in enumerate(("de", "en"), start=1):
        served.ask(EVE, language=language, consent=_version(served))
        served.site.ask("POST", link_in(mail_to(smtpd, EVE, number)))
        served.wait(minutes=11)

    variants = Shell(served.small.folder).json("send", CAMPAIGN, "-n", "--untested")["variants"]

    assert [row["language"] for row in served.rows()] == ["de", "en"]
    german = [(v["languages"], v["people"]) for v in variants if v["segment"] == "german"]
    assert german == [(["de", "en"], 2), (["en"], 1)]


# ── nobody learns who is on a list ──


def test_the_answer_is_the_same_for_everybody(served: Visitor, smtpd: Smtpd) -> None:
    workspace = served.small.workspace
    with open_ledger(workspace.ledger_file) as ledger:
        entry = SuppressionEntry(address_key(EVE), SuppressionReason.UNSUBSCRIBED, clock.now(), "by link")
        suppress(workspace, ledger, [entry])
    everybody = {"known": ADA, "suppressed": EVE, "new": "new@kassel.example"}

    answers = {who: served.ask(address, consent=_version(served)) for who, address in everybody.items()}
    answers["too often"] = served.ask(ADA, consent=_version(served))

    told = {(a.status_code, a.text, tuple(k for k in a.headers if k.lower() != "date")) for a in answers.values()}
    assert len(told) == 1
    wait_for(lambda: len(smtpd.mails) == 3)
    bodies = [mail_to(smtpd, address).get_body(("html",)).get_content() for address in everybody.values()]
    assert len({re.sub(r"/confirm/[\w-]+|11:00", "", body) for body in bodies}) == 1


def test_confirming_lifts_an_unsubscription_with_a_note_of_it(served: Visitor, smtpd: Smtpd) -> None:
    served.small.unsubscribe(EVE)
    served.ask(EVE, consent=_version(served))
    before = people(served)

    served.site.ask("POST", link_in(mail_to(smtpd, EVE)))

    assert people(served) == before + 1
    [asked] = find_personal_data(served.small.workspace, EVE).resubscriptions
    assert (asked.was, asked.note) == (SuppressionReason.UNSUBSCRIBED, "subscribed again: asked 2020-09-21T09:00:10Z")


def test_an_old_link_pressed_again_does_not_undo_a_later_unsubscription(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, consent=_version(served))
    link = link_in(mail_to(smtpd, EVE))
    served.site.ask("POST", link)
    with_eve = people(served)
    served.small.unsubscribe(EVE)

    served.site.ask("POST", link)

    assert people(served) == with_eve - 1


# ── mistakes, and what is no form of a person ──


@pytest.mark.parametrize(
    "address", ["", "eve", "eve@", "eve@kassel.example\r\nBcc: x@y.example", "=1+1@kassel.example"]
)
def test_what_is_no_address_gets_the_form_again_with_the_reason_at_its_field(quiet: Visitor, address: str) -> None:
    answer = quiet.ask(address, first_name='<b>"E"</b>', consent=_version(quiet))

    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="email-fault"' in answer.text
    assert 'id="email-fault"' in answer.text
    assert 'value="&lt;b&gt;&#34;E&#34;&lt;/b&gt;"' in answer.text
    assert quiet.wishes() == 0


@pytest.mark.parametrize("name", ["Eve\r\nBcc: x@y.example", "Eve\nWeiß", "x" * 101, "Eve\x00", "=?utf-8?q?Eve?="])
def test_a_name_with_a_line_break_or_too_long_is_refused(quiet: Visitor, name: str) -> None:
    answer = quiet.ask(EVE, first_name=name, consent=_version(quiet))

    assert answer.status_code == 422
    assert 'id="first_name-fault"' in answer.text
    assert quiet.wishes() == 0


@pytest.mark.parametrize("consent", ["", "on", "000000000000"])
def test_without_consent_to_the_text_of_today_nothing_is_kept(quiet: Visitor, consent: str) -> None:
    answer = quiet.ask(EVE, consent=consent)

    assert (answer.status_code, 'id="consent-fault"' in answer.text, quiet.wishes()) == (422, True, 0)


def test_programs_are_ignored_and_not_told(quiet: Visitor) -> None:
    right = {"email": EVE, "consent": _version(quiet)}
    shown = quiet.shown()
    instant = quiet.post("german", "de", shown | right)
    quiet.wait(seconds=10)
    answers = {
        "instant": instant,
        "trap": quiet.post("german", "de", shown | right | {"website": "https://spam.example"}),
        "forged": quiet.post("german", "de", shown | right | {"stamp": shown["stamp"][:-1] + "x"}),
        "of another form": quiet.post("international", "de", shown | right),
        "no form": quiet.site.ask("POST", "/subscribe/german?l=de", data=b"\xff\xfe"),
    }
    quiet.wait(days=1)
    answers["old"] = quiet.post("german", "de", shown | right)

    assert quiet.wishes() == 0
    answers["person"] = quiet.ask(EVE, consent=_version(quiet))
    assert {(answer.status_code, answer.text) for answer in answers.values()} == {(200, answers["person"].text)}
    assert quiet.wishes() == 1


def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_becomes_a_text(served: Visitor, smtpd: Smtpd) -> None:
    formula = '=HYPERLINK("https://spam.example")'
    served.ask(EVE, first_name=formula, organisation="@SUM(A1)", consent=_version(served))
    served.site.ask("POST", link_in(mail_to(smtpd, EVE)))

    assert (served.rows()[0]["first_name"], served.rows()[0]["organisation"]) == (f"'{formula}", "'@SUM(A1)")
    Shell(served.small.folder).run("recipients", "check", SUBSCRIBED)


# ── limits ──


def test_an_address_gets_one_mail_in_ten_minutes_and_three_a_day(quiet: Visitor) -> None:
    often, daily = EACH
    asked = []
    for _ in range(daily.most + 1):
        for _ in range(2):
            quiet.ask(EVE, consent=_version(quiet))
        asked.append(quiet.wishes())
        quiet.wait(seconds=often.within.total_seconds())

    assert asked == [1, 2, 3, 3]
    quiet.wait(days=1)
    quiet.ask(EVE, consent=_version(quiet))
    assert quiet.wishes() == 4


def test_a_network_may_ask_thirty_times_an_hour_and_is_told(quiet: Visitor) -> None:
    version = _version(quiet)
    form = quiet.shown()
    quiet.wait(seconds=10)
    for number in range(OF_NETWORK.most):
        quiet.post("german", "de", form | {"email": f"p{number}@kassel.example", "consent": version})

    more = quiet.post("german", "de", form | {"email": EVE, "consent": version})

    assert (more.status_code, more.headers["Retry-After"], quiet.wishes()) == (429, "3600", OF_NETWORK.most)
    quiet.wait(hours=1)
    assert quiet.ask(EVE, consent=version).status_code == 200


def test_all_networks_together_may_ask_three_hundred_times_an_hour(quiet: Visitor) -> None:
    quiet.ask(EVE, consent=_version(quiet))
    with open_ledger(quiet.small.workspace.ledger_file) as ledger, ledger._writer.begin() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO subscription (token, person, segment, language, consent, words, asked_at, network, address,"
            " fields) SELECT 't' || i, 'p' || i, segment, language, consent, words, asked_at, 'n' || i, '', '{}'"
            " FROM n, subscription",
            (OF_ALL.most - 1,),
        )

    answer = quiet.ask("new@kassel.example", consent=_version(quiet))

    assert (answer.status_code, quiet.wishes()) == (429, OF_ALL.most)


# ── the link ──


def test_a_link_counts_for_seven_days(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, consent=_version(served))
    link = link_in(mail_to(smtpd, EVE))
    served.wait(days=7, seconds=1)

    answers = [served.site.ask(method, link) for method in ("GET", "POST")]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert served.rows() == []


def test_what_nobody_has_confirmed_is_removed_after_seven_days(
    small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_form(small)
    with site_running(small.folder) as site:
        visitor = Visitor(site, small, monkeypatch)
        visitor.ask(EVE, consent=_version(visitor))
    with open_ledger(small.workspace.ledger_file) as ledger:
        assert drop_expired(small.workspace, ledger) == 0
        visitor.wait(days=7, seconds=1)
        assert drop_expired(small.workspace, ledger) == 1
        assert (visitor.wishes(), ledger.subscriptions.sendings()) == (0, ())
        assert ledger.search(lambda data: EVE.encode() in data) == ()


def test_a_link_that_nobody_has_leads_to_a_new_form(quiet: Visitor) -> None:
    for method in ("GET", "POST"):
        answer = quiet.site.ask(method, "/confirm/" + "A" * 32)
        assert (answer.status_code, "/subscribe?l=" in answer.text) == (410, True)


def test_the_ledger_has_no_token_and_after_the_confirmation_no_address(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, first_name="Evangeline", consent=_version(served))
    link = link_in(mail_to(smtpd, EVE))
    token = link.rpartition("/")[2]
    with open_ledger(served.small.workspace.ledger_file) as ledger:
        wait_for(lambda: not ledger.subscriptions.sendings(are_open=True))
        assert {table for table, _ in ledger.search(lambda data: hash_of(token).encode() in data)} >= {"subscription"}
        served.site.ask("POST", link)

        for text in (EVE, "Evangeline", token):
            assert ledger.search(lambda data, text=text: text.encode() in data) == ()  # type: ignore[misc]


# ── the proof ──


def test_the_proof_is_shown_and_erased(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, consent=_version(served))
    link = link_in(mail_to(smtpd, EVE))
    with open_ledger(served.small.workspace.ledger_file) as ledger:
        wait_for(lambda: not ledger.subscriptions.sendings(are_open=True))
    served.site.ask("POST", link)
    shell = Shell(served.small.folder)

    found = shell.run("recipients", "find", EVE).stdout

    assert "german: asked on the page" in found
    assert "confirmed by the link in the mail" in found
    assert f"consent {_version(served)}: {CONSENT}" in found
    [wish] = shell.json("recipients", "find", EVE)["subscriptions"]
    assert (wish["segment"], wish["words"], wish["state"]) == ("german", CONSENT, "accepted")

    shell.run("recipients", "forget", EVE, "--yes")

    left = shell.json("recipients", "find", EVE)
    assert (left["subscriptions"], left["lists"], served.rows()) == ([], [], [])


def test_the_mail_that_waits_is_erased_too(small: SmallWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    open_form(small, host="127.0.0.1", port=9, security="none")  # nobody listens there
    with site_running(small.folder) as site:
        visitor = Visitor(site, small, monkeypatch)
        visitor.ask(EVE, consent=_version(visitor))
    assert [wish.state for wish in find_personal_data(small.workspace, EVE).subscriptions] == ["queued"]

    left = erase_recipient(small.workspace, EVE)

    assert left.subscriptions == ()
    with open_ledger(small.workspace.ledger_file) as ledger:
        assert ledger.search(lambda data: EVE.encode() in data) == ()


# ── the mail leaves once, whatever dies ──


def test_where_nothing_really_leaves_the_mail_lies_in_the_outbox(quiet: Visitor) -> None:
    quiet.ask(EVE, consent=_version(quiet))

    folder = quiet.small.folder / ".ccmail" / "outbox" / "@subscribe"
    wait_for(lambda: [path.name for path in folder.glob("*.eml")] == [f"000001-{EVE}.eml"])


@pytest.mark.smtpd(rcpt={EVE: "550 5.1.1 no such user"})
def test_what_the_server_refuses_is_kept_and_shown(served: Visitor) -> None:
    served.ask(EVE, consent=_version(served))

    wait_for(lambda: [w.state for w in find_personal_data(served.small.workspace, EVE).subscriptions] == ["refused"])
    assert "no such user" in Shell(served.small.folder).run("recipients", "find", EVE).stdout


@pytest.mark.smtpd(rcpt={EVE: "450 4.2.0 greylisted"})
def test_a_deferred_mail_keeps_no_other_waiting_and_is_tried_again(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, consent=_version(served))
    served.ask("new@kassel.example", consent=_version(served))
    mail_to(smtpd, "new@kassel.example")
    wait_for(lambda: [w.state for w in find_personal_data(served.small.workspace, EVE).subscriptions] == ["deferred"])

    smtpd.replies = {}
    served.wait(minutes=6)

    mail_to(smtpd, EVE)
    assert smtpd.recipients == [EVE, "new@kassel.example"]


@pytest.mark.smtpd(end="hang up")
def test_an_answer_that_is_lost_is_in_doubt_and_the_mail_not_sent_again(served: Visitor, smtpd: Smtpd) -> None:
    served.ask(EVE, consent=_version(served))

    wait_for(lambda: [w.state for w in find_personal_data(served.small.workspace, EVE).subscriptions] == ["in_doubt"])
    served.ask("new@kassel.example", consent=_version(served))
    mail_to(smtpd, "new@kassel.example")
    assert smtpd.recipients == [EVE, "new@kassel.example"]


@pytest.mark.slow
@pytest.mark.parametrize("is_in_flight", [False, True], ids=["queued", "in flight"])
@pytest.mark.skipif(os.name != "posix", reason="kills in the way of POSIX")
def test_a_server_that_is_killed_sends_each_mail_once_or_leaves_it_in_doubt(
    small: SmallWorkspace, smtpd: Smtpd, monkeypatch: pytest.MonkeyPatch, *, is_in_flight: bool
) -> None:
    open_form(small, host=smtpd.host, port=smtpd.port, ca_file=smtpd.ca_file)
    smtpd.replies = {"end": "silence"} if is_in_flight else {"mail": "421 4.3.2 later"}
    with served_by_a_process(small) as (process, site):
        visitor = Visitor(site, small, monkeypatch)
        stamped = visitor.shown() | {"email": EVE, "consent": _version(visitor), "stamp": _older_stamp(small)}
        assert visitor.post("german", "de", stamped).status_code == 200
        wait_for(lambda: bool(smtpd.mails) if is_in_flight else smtpd.commands["mail"] > 0)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    smtpd.replies = {}

    with served_by_a_process(small) as (_process, _site), open_ledger(small.workspace.ledger_file) as ledger:
        wait_for(lambda: not ledger.subscriptions.sendings(are_open=True))
        [sending] = ledger.subscriptions.sendings()
        [row] = ledger.rows(sending)
    assert sending.delivery is SendingKind.SUBSCRIBE
    assert row.state is (State.IN_DOUBT if is_in_flight else State.ACCEPTED)
    assert smtpd.recipients == [EVE]


def _older_stamp(small: SmallWorkspace) -> str:
    return make_stamp(link_keys(small.workspace), "german", clock.now() - dt.timedelta(seconds=10))


@contextmanager
def served_by_a_process(small: SmallWorkspace) -> Iterator[tuple[subprocess.Popen[str], PublicSite]]:
    """Run `ccmail serve` in a process of its own, at the time of this test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ccmail", "serve", "--port", "0"],
        cwd=small.folder,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        said = ""
        assert process.stdout is not None
        while "http://127.0.0.1" not in said:
            said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found is not None
        yield process, PublicSite(found[0], Shell(small.folder))
    finally:
        process.kill()
        process.communicate()
