"""Stage 0: a folder becomes a Workspace, which all its campaigns share.

The public verb is `load_workspace`; `find_workspace` finds the folder.
"""

from __future__ import annotations

from ccmail.workspace.cache import TextCache
from ccmail.workspace.duration import Waits
from ccmail.workspace.graph import GraphSettings
from ccmail.workspace.load import find_workspace, languages_of, load_workspace, open_workspace
from ccmail.workspace.rate import Rate
from ccmail.workspace.retry import RetrySettings
from ccmail.workspace.secret import Secret, SecretKind
from ccmail.workspace.serve import ServeSettings
from ccmail.workspace.settings import (
    ApprovalRule,
    DeliveryMode,
    Dkim,
    Footer,
    Inbox,
    ListColumns,
    Person,
    Pipelining,
    Security,
    Segment,
    Sender,
    Settings,
    SmtpSettings,
    Testers,
    ThemeSettings,
    TimeoutSettings,
    Unsubscribe,
)
from ccmail.workspace.sign_in import SignIn
from ccmail.workspace.subscribe import Subscribe, SubscribeField
from ccmail.workspace.workspace import Workspace

__all__ = [
    "ApprovalRule",
    "DeliveryMode",
    "Dkim",
    "Footer",
    "GraphSettings",
    "Inbox",
    "ListColumns",
    "Person",
    "Pipelining",
    "Rate",
    "RetrySettings",
    "Secret",
    "SecretKind",
    "Security",
    "Segment",
    "Sender",
    "ServeSettings",
    "Settings",
    "SignIn",
    "SmtpSettings",
    "Subscribe",
    "SubscribeField",
    "Testers",
    "TextCache",
    "ThemeSettings",
    "TimeoutSettings",
    "Unsubscribe",
    "Waits",
    "Workspace",
    "find_workspace",
    "languages_of",
    "load_workspace",
    "open_workspace",
]
