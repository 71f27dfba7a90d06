"""The standard library alone, as its documentation shows it, with Jinja2: one connection, one mail after the other."""

from __future__ import annotations

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime

import jinja2
import kit

html = jinja2.Environment(autoescape=True, keep_trailing_newline=True).from_string(kit.HTML)
text = jinja2.Environment(autoescape=False, keep_trailing_newline=True).from_string(kit.TEXT)


def mail_for(reader: dict[str, str]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = Address(kit.ABOUT.from_name, addr_spec=kit.ABOUT.from_address)
    mail["To"] = Address(reader["name"], addr_spec=reader["email"])
    mail["Subject"] = kit.ABOUT.subject
    mail["Date"] = localtime()
    mail["Message-ID"] = reader["message_id"]
    mail["List-Unsubscribe"] = f"<{reader['link']}>"
    mail["List-Unsubscribe-Post"] = kit.UNSUBSCRIBE_POST
    mail.set_content(text.render(r=reader), cte="quoted-printable")  # it would choose 8 bits for short lines
    mail.add_alternative(html.render(r=reader), subtype="html")
    calendar = {"filename": "invite.ics", "params": {"method": "REQUEST", "charset": "utf-8"}}
    mail.add_attachment(kit.invite(reader).encode(), maintype="text", subtype="calendar", **calendar)
    return mail


with kit.stopwatch(), smtplib.SMTP(kit.HOST, kit.PORT, local_hostname="bench.example") as server:
    for reader in kit.READERS:
        server.send_message(mail_for(reader))
