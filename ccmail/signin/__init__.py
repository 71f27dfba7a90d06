"""Stage: a person's consent at a provider becomes access tokens, in the place of a password (OAuth 2.0).

The public verbs: `device.sign_in_by_code` and `browser.sign_in_by_browser` ask a person once, `AccessTokens` gives a
token for each connection from then on, `forget.forget` ends it. What lasts lies in one place, the refresh token in
`grants`; it leaves this computer towards the issuer that gave it, and to nobody else.
"""

from __future__ import annotations

from ccmail.signin.access import AccessTokens
from ccmail.signin.account import Account, account_of
from ccmail.signin.refusals import ProviderAway

__all__ = ["AccessTokens", "Account", "ProviderAway", "account_of"]
