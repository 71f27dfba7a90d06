"""Access tokens for a connection that is about to begin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from ccmail.delivery.refusals import UnavailableError
from ccmail.signin import ProviderAway


async def from_provider(ask: Callable[..., str], *words: str) -> str:
    """Ask for a token in a thread: a provider may take seconds, and the other connections go on meanwhile.

    Raises:
        ServerRefused: W865 to W871 and W879, as `AccessTokens` has it.
        UnavailableError: The provider cannot be reached now.
    """
    try:
        return await asyncio.to_thread(ask, *words)
    except ProviderAway as away:
        raise UnavailableError(away.message) from away
