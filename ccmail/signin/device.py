"""Signing in by a code that a person types into a browser, on this or another device (RFC 8628)."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ccmail.signin import refusals
from ccmail.signin.consent import keep_consent
from ccmail.signin.grants import check_store
from ccmail.signin.provider_refusals import refused
from ccmail.signin.refusals import ProviderAway, Refused
from ccmail.wording import say

if TYPE_CHECKING:
    from ccmail.signin.grants import Grant
    from ccmail.signin.token_service import TokenService

_PAUSE, _LONGER, _SHORTEST = 5.0, 5.0, 1.0  # seconds: RFC 8628 3.2, 3.5
_LIFETIME = 900.0  # seconds, if a provider does not say
_LONGEST_LIFE, _LONGEST_PAUSE = 3600.0, 60.0


@dataclasses.dataclass(frozen=True, slots=True)
class DeviceCode:
    """The code for a person, and the page to type it on.

    Attributes:
        address: The page to open.
        code: The code to type there.
        lifetime: Seconds for which the code counts.
        pause: Seconds to wait between two questions to the provider.
    """

    address: str
    code: str
    lifetime: float
    pause: float
    device_code: str = dataclasses.field(repr=False)


def sign_in_by_code(
    service: TokenService,
    show: Callable[[DeviceCode], None],
    wait: Callable[[float, float], None],
    clock: Callable[[], float] = time.monotonic,
) -> Grant:
    """Ask a person to sign in, wait for it, and keep the permission.

    Args:
        service: The provider's.
        show: Shows the person what to do.
        wait: Waits for some seconds; is told how many seconds the code still counts, too.
        clock: Monotonic seconds.

    Raises:
        ServerRefused: The provider has no such sign-in, refuses it, or nobody finished it (W873).
        ProviderAway: The provider cannot be reached to begin with.
    """
    account = service.account
    check_store(account)
    if not service.provider.device:
        raise refusals.no_codes(account)
    try:
        code = _read(service, service.device_code())
        show(code)
        return keep_consent(account, _await(service, code, wait, clock))
    except Refused as refusal:
        raise _said(service, refusal) from None


def _read(service: TokenService, answer: Mapping[str, Any]) -> DeviceCode:
    # Google once called the address verification_url
    address = answer.get("verification_uri") or answer.get("verification_url")
    secret, code = answer.get("device_code"), answer.get("user_code")
    if not all(isinstance(text, str) and text for text in (address, secret, code)):
        raise refusals.wrong_provider(service.account, say("its answer has no code"))
    service.hidden.add(str(secret))
    return DeviceCode(
        refusals.one_line(str(address)),
        refusals.one_line(str(code)),
        min(_seconds(answer.get("expires_in"), _LIFETIME), _LONGEST_LIFE),
        min(max(_seconds(answer.get("interval"), _PAUSE), _SHORTEST), _LONGEST_PAUSE),
        str(secret),
    )


def _seconds(value: object, otherwise: float) -> float:
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return otherwise


def _await(
    service: TokenService, code: DeviceCode, wait: Callable[[float, float], None], clock: Callable[[], float]
) -> Any:
    until, pause = clock() + code.lifetime, code.pause
    while (left := until - clock()) > 0:
        wait(pause, left)
        try:
            return service.by_device_code(code.device_code)
        except Refused as refusal:
            if refusal.error == "slow_down":
                pause = min(pause + _LONGER, _LONGEST_PAUSE)
            elif refusal.error != "authorization_pending":
                raise
        except ProviderAway:
            pause = min(2 * pause, _LONGEST_PAUSE)  # RFC 8628 3.5: a time-out is answered by patience
    raise Refused("expired_token", "")


def _said(service: TokenService, refusal: Refused) -> Exception:
    if refusal.error == "expired_token":
        return refusals.not_finished(service.account, say("the code was not typed in time"))
    if refusal.error == "access_denied":
        return refusals.not_finished(service.account, say("somebody has clicked “Cancel” or “Deny” there"))
    return refused(service.account, refusal)
