"""The faults of Microsoft Graph."""

from __future__ import annotations

from tests.faults.mischief import Act, Catalogue, Fault, Phase

_FAULTS = (
    # ── before the request: no recipient is concerned ──
    Fault("G1", Phase.CONNECT, Act.REFUSE, weight=1),
    Fault("G2", Phase.CONNECT, Act.CLOSE),
    Fault("G2", Phase.CONNECT, Act.RESET, weight=4),
    Fault("G2", Phase.CONNECT, Act.HANG, weight=1),
    # ── the body has not come, or not as a whole: no mail ──
    Fault("G3", Phase.HEAD, Act.CLOSE),
    Fault("G3", Phase.HEAD, Act.RESET, weight=4),
    Fault("G3", Phase.HEAD, Act.HANG, weight=1),
    Fault("G4", Phase.HEAD, Act.EXPIRE, weight=1, most=6),
    Fault("G5", Phase.BODY, Act.CLOSE, weight=4),
    Fault("G5", Phase.BODY, Act.RESET, weight=8),
    Fault("G5", Phase.BODY, Act.HANG, weight=1),
    Fault("G5", Phase.BODY, Act.CLOSING, "503 ServiceUnavailable", is_vague=True),
    # ── a clear answer ──
    Fault("G6", Phase.ANSWER, Act.SAY, "202 Accepted", accepted=True, retry_after="1", most=6),
    Fault("G6", Phase.ANSWER, Act.SAY, "202 Accepted", accepted=True, retry_after="date", weight=1, most=3),
    Fault("G7", Phase.ANSWER, Act.SAY, "429 ApplicationThrottled", weight=6),
    Fault("G7", Phase.ANSWER, Act.SAY, "429 ApplicationThrottled", retry_after="1", most=6),
    Fault("G7", Phase.ANSWER, Act.SAY, "429 ApplicationThrottled", retry_after="date", weight=1, most=3),
    Fault("G8", Phase.ANSWER, Act.SAY, "403 ErrorAccessDenied", weight=1, most=1),
    Fault("G9", Phase.ANSWER, Act.DRIP, accepted=True),
    # ── whoever asked cannot know what became of the mail ──
    Fault("G10", Phase.ANSWER, Act.SAY, "500 ErrorInternalServerError", weight=3, accepted=True, is_vague=True),
    Fault("G10", Phase.ANSWER, Act.SAY, "500 ErrorInternalServerError", weight=3, is_vague=True),
    Fault("G11", Phase.ANSWER, Act.SAY, "503 ErrorServerBusy", accepted=True, is_vague=True),
    Fault("G11", Phase.ANSWER, Act.SAY, "503 ErrorServerBusy", is_vague=True, retry_after="1", weight=1, most=3),
    Fault("G11", Phase.ANSWER, Act.SAY, "504 UnknownError", accepted=True, is_vague=True),
    Fault("G11", Phase.ANSWER, Act.SAY, "504 UnknownError", is_vague=True),
    Fault("G12", Phase.ANSWER, Act.SAY, "408 RequestTimeout", accepted=True, is_vague=True, weight=1),
    Fault("G12", Phase.ANSWER, Act.SAY, "408 RequestTimeout", is_vague=True, weight=1),
    Fault("G13", Phase.ANSWER, Act.SAY, "200 OK", accepted=True, is_vague=True),
    Fault("G13", Phase.ANSWER, Act.SAY, "200 OK", is_vague=True),
    Fault("G14", Phase.ANSWER, Act.CLOSE, accepted=True),
    Fault("G14", Phase.ANSWER, Act.RESET, accepted=True),
    Fault("G14", Phase.ANSWER, Act.HALF, accepted=True),
    Fault("G14", Phase.ANSWER, Act.GARBAGE, accepted=True),
    Fault("G14", Phase.ANSWER, Act.HANG, accepted=True, weight=1),
    Fault("G14", Phase.ANSWER, Act.TRICKLE, accepted=True, weight=1),
    Fault("G14", Phase.ANSWER, Act.CLOSE),
    Fault("G14", Phase.ANSWER, Act.RESET),
    Fault("G14", Phase.ANSWER, Act.HALF),
    Fault("G14", Phase.ANSWER, Act.GARBAGE, weight=1),
    Fault("G14", Phase.ANSWER, Act.HANG, weight=1),
)

_FATES = (
    Fault("G20", Phase.ANSWER, Act.SAY, "400 ErrorInvalidRecipients", weight=10),
    Fault("G21", Phase.ANSWER, Act.SAY, "413 ErrorMessageSizeExceeded"),
    Fault("G22", Phase.ANSWER, Act.SAY, "422 UnprocessableEntity"),
)

_SPELLS = (
    Fault("G30", Phase.ANSWER, Act.SAY, "403 ErrorSendAsDenied", most=2),
    Fault("G31", Phase.ANSWER, Act.SAY, "404 ErrorInvalidUser", most=2),
    Fault("G32", Phase.ANSWER, Act.SAY, "401 InvalidAuthenticationToken", most=4),
    Fault("G33", Phase.ANSWER, Act.SAY, "302 Found", most=2),
    Fault("G34", Phase.ANSWER, Act.SAY, "407 ProxyAuthenticationRequired", most=2),
    Fault("G35", Phase.ANSWER, Act.SAY, "429 ApplicationThrottled"),
    Fault("G36", Phase.ANSWER, Act.SAY, "500 ErrorInternalServerError", accepted=True, is_vague=True, most=8),
    Fault("G37", Phase.ANSWER, Act.SAY, "503 ErrorServerBusy", is_vague=True, most=8),
    Fault("G38", Phase.ANSWER, Act.SAY, "400 ErrorExceededMessageLimit", most=8),
)

_NOT_THE_READERS = ("401", "403", "404", "405", "407", "408", "415", "429")


def _is_for_good(said: str) -> bool:
    return said.startswith("4") and not said.startswith(_NOT_THE_READERS)


GRAPH = Catalogue(
    faults=_FAULTS,
    fates=_FATES,
    spells=_SPELLS,
    opening=(Phase.CONNECT,),
    personal=(Phase.BODY, Phase.ANSWER),
    is_refusal=_is_for_good,
    begins=0.012,
)
