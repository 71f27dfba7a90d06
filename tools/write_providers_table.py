"""Write the table of docs/how-to/providers.md from the data: `python tools/write_providers_table.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from ccmail.workspace.providers import Login, Provider, SaidBy, providers

PAGE = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "providers.md"
_BEGIN, _END = "<!-- written by tools/write_providers_table.py -->\n", "<!-- end -->\n"
_HEAD = "| `provider:` | whose | server | takes at most | log in with |\n|---|---|---|---|---|\n"
_LOGINS = {
    Login.PASSWORD: "the password of the mailbox",
    Login.SWITCH_ON: "the password of the mailbox, after programs were let in",
    Login.ADMINISTRATOR: "the password of the mailbox, after an administrator has allowed it",
    Login.APP_PASSWORD: "an app password",
    Login.SMTP_KEY: "user and key for SMTP, made at the provider",
    Login.NONE: "not possible with a password",
}


def page() -> str:
    """Return the page as the data has it now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{_HEAD}{''.join(map(_row, providers()))}\n{_END}{after}"


def _row(provider: Provider) -> str:
    host = f"`{provider.host}`" if provider.host else "your own"
    server = f"{host}, {provider.port} {provider.security} ([source]({provider.server_source}))"
    limits = provider.limits or ("a matter of your account" if provider.limits_source else "not known")
    if provider.limits_source:
        said = "a report" if provider.said_by is SaidBy.REPORT else "source"
        limits += f" ([{said}]({provider.limits_source}))"
    login = _LOGINS[provider.login] + (f"; {provider.note}" if provider.note else "")
    return f"| `{provider.name}` | {provider.title} | {server} | {limits} | {login} |\n"


if __name__ == "__main__":
    sys.exit(PAGE.write_text(page(), encoding="utf-8") and None)
