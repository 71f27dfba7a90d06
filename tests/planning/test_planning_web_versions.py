"""The web versions of a campaign: the mail of each variant as everybody may see it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from ccmail.messages import date_field
from ccmail.planning.assembler import FIRST, make_assembler
from ccmail.planning.web_versions import make_web_versions
from ccmail.rendering import LoadedCampaign
from tests.small_workspace import SmallWorkspace

VERSION = "7f3a-91c2"
SERVED = "serve: {public_url: https://news.city.example}\n"


def with_pages(small: SmallWorkspace) -> LoadedCampaign:
    small.edit("ccmail.yaml", "test: {", f"{SERVED}test: {{")
    return small.loaded()


def made(small: SmallWorkspace, loaded: LoadedCampaign) -> dict[tuple[str, tuple[str, ...]], EmailMessage]:
    assembler = make_assembler(small.workspace, loaded, VERSION)
    date = date_field(assembler.stamp.date)
    return {
        (web.segment, web.languages): message_from_bytes(
            b"".join(compiled.mail.frame.fill(web.personal_parts, date)), policy=policy.default
        )
        for compiled, web in make_web_versions(small.workspace, loaded, VERSION, FIRST)
    }


def texts(mail: EmailMessage) -> str:
    return "".join(str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text")


def test_every_variant_has_one_with_numbers_after_those_that_are_taken(small: SmallWorkspace) -> None:
    loaded = with_pages(small)

    found = list(make_web_versions(small.workspace, loaded, VERSION, FIRST, compiled_before=7))

    numbers = [compiled.number for compiled, _ in found]
    assert numbers == [web.mail for _, web in found] == [8, 9, 10, 11]
    assert {web.version for _, web in found} == {VERSION}
    assert all(web.title for _, web in found)


def test_none_has_a_readers_links_or_the_reason_for_getting_the_mail(small: SmallWorkspace) -> None:
    small.edit("ccmail.yaml", "  privacy:", "  why: You are a member.\n  privacy:")
    mails = made(small, with_pages(small))

    assert mails
    for mail in mails.values():
        assert "https://news.city.example" not in mail.as_string()
        assert "You are a member." not in texts(mail)
        assert "List-Unsubscribe-Post" not in mail


def test_an_invitation_to_answer_becomes_an_entry_for_everybody(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "type: review", "type: announcement\ncalendar: rsvp")
    small.edit("campaigns/news.yaml", "{date: 12.3.2020,", '{date: 12.10.2020, time: "13:00–14:00",')

    for mail in made(small, with_pages(small)).values():
        entries = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        assert [part.get_content_disposition() for part in entries] == ["attachment"]
        assert "METHOD:PUBLISH" in entries[0].get_content()
        assert "ATTENDEE" not in entries[0].get_content()


def test_a_field_of_the_lists_is_empty(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "The sun is shining.", "'Yours: ({{ email }}).'")

    mails = made(small, with_pages(small))

    assert mails
    assert any("Yours: ()." in texts(mail) for mail in mails.values())
    assert not any("example.invalid" in texts(mail) for mail in mails.values())


def test_a_mail_that_needs_a_link_of_its_reader_has_none(small: SmallWorkspace) -> None:
    small.edit("campaigns/news.yaml", "The sun is shining.", "'[Yours]({{ city }})'")

    assert made(small, with_pages(small)).keys() == {("german", ("de",)), ("international", ("de",))}
