"""The package emails with its Jinja2 templates: one connection, which its backend keeps."""

from __future__ import annotations

import emails
import kit
from emails.backend.smtp import SMTPBackend
from emails.template import JinjaTemplate

html, text = JinjaTemplate(kit.HTML), JinjaTemplate(kit.TEXT)


def mail_for(reader: dict[str, str]) -> emails.Message:
    mail = emails.Message(
        html=html,
        text=text,
        subject=kit.ABOUT.subject,
        mail_from=(kit.ABOUT.from_name, kit.ABOUT.from_address),
        message_id=reader["message_id"],
        headers={"List-Unsubscribe": f"<{reader['link']}>", "List-Unsubscribe-Post": kit.UNSUBSCRIBE_POST},
    )
    mail.attach(data=kit.invite(reader).encode(), filename="invite.ics", mime_type="text/calendar")
    return mail


server = SMTPBackend(host=kit.HOST, port=kit.PORT)
with kit.stopwatch():
    for reader in kit.READERS:
        answer = mail_for(reader).send(to=(reader["name"], reader["email"]), render={"r": reader}, smtp=server)
        assert answer.status_code == 250, answer
