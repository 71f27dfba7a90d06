"""A reader's own links to the public pages, as they stand in mails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from ccmail.messages.identity import LinkPurpose, link_tokens, unsubscribe_tokens

if TYPE_CHECKING:
    from ccmail.campaign import Campaign
    from ccmail.workspace import ServeSettings, Settings

ReaderLink = Callable[[str], str]
"""Returns the link of a reader, from the key of their address."""


def unsubscribe_links(settings: Settings, campaign: str, secret: bytes) -> ReaderLink | None:
    """Return the maker of the links to unsubscribe, None if there are none.

    Where `unsubscribe.url` names a page of somebody else, the token is the same in all mails; that of our own pages
    says which mail it stood in.
    """
    if settings.unsubscribe.url is not None:
        begin = f"{settings.unsubscribe.url.rstrip('/')}/"
        token = unsubscribe_tokens(secret, settings.sender.address)
        return lambda key: begin + token(key)
    if settings.serve is None:
        return None
    return reader_links(settings.serve, LinkPurpose.UNSUBSCRIBE, campaign, secret)


def view_links(settings: Settings, campaign: str, secret: bytes) -> ReaderLink | None:
    """Return a function that makes the links to the mail in the browser, None if there are no public pages."""
    return reader_links(settings.serve, LinkPurpose.VIEW, campaign, secret) if settings.serve else None


def answer_links(settings: Settings, campaign: Campaign, secret: bytes) -> ReaderLink | None:
    """Return the maker of the links to the page on which an invitation is answered, None if nobody is asked."""
    if settings.serve is None or not campaign.is_answered:
        return None
    return reader_links(settings.serve, LinkPurpose.ANSWER, campaign.id, secret)


def reader_links(serve: ServeSettings, purpose: LinkPurpose, campaign: str, secret: bytes) -> ReaderLink:
    """Return the maker of the links to a page: https://newsletter.city.example/u/CAMPAIGN/TOKEN."""
    begin = f"{serve.public_url}/{purpose.value}/{quote(campaign)}/"
    token = link_tokens(secret, purpose, campaign)
    return lambda key: begin + token(key)
