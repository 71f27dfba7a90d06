"""The keys of ccmail.yaml: everything that is the same for every campaign.

Editors show the titles and descriptions from here.
"""

import enum
import re
from pathlib import Path
from typing import Annotated, Any, Self

import pydantic
from pydantic import Field

from ccmail.wording import say
from ccmail.workspace.domain import Domain, DomainRates, Selector
from ccmail.workspace.duration import Duration
from ccmail.workspace.graph import GraphSettings
from ccmail.workspace.ledger_place import LedgerAt
from ccmail.workspace.list_format import (
    NOT_NAMED,
    SUBSCRIBED_FILE,
    Encoding,
    ListFile,
    ListFormat,
    NamedColumns,
    lists_at,
)
from ccmail.workspace.mail_look import MailLook, Partner
from ccmail.workspace.names import LanguageCodes, Name, PersonName, Tester
from ccmail.workspace.per_day import MailsPerDay
from ccmail.workspace.providers import ProviderName, provider_called, providers_at, read_provider
from ccmail.workspace.rate import MailRate
from ccmail.workspace.retry import RetrySettings
from ccmail.workspace.secret import KeyPlace, SecretPlace
from ccmail.workspace.sending_hours import Hours
from ccmail.workspace.serve import ServeSettings
from ccmail.workspace.sign_in import SignIn, refuse_two_ways
from ccmail.workspace.spamd import RspamdPlace, SpamAssassinPlace
from ccmail.workspace.subscribe import Subscribe
from ccmail.workspace.yes_no import YesOrNo
from ccmail.yamlfile import (
    FilePath,
    FromText,
    Line,
    Localized,
    MailAddress,
    ReadContext,
    SourceText,
    ValueProblem,
    WebLink,
    Written,
)
from ccmail.yamlfile.addresses import read_mail_address, read_web_link
from ccmail.yamlfile.zones import read_zone

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
LONGEST_BEFORE_TOKEN = 64 - len("+") - 26
"""The longest local part that a bounce token may be added to, in bytes (RFC 5321 4.5.3.1.1)."""

_COLOUR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


class DeliveryMode(enum.Enum):
    """The way of the mails: into a folder, or out."""

    OUTBOX = "outbox"
    SMTP = "smtp"
    GRAPH = "graph"

    @property
    def is_real(self) -> bool:
        """Whether mails leave this computer."""
        return self is not DeliveryMode.OUTBOX


class ApprovalRule(enum.Enum):
    """Whether somebody has to approve a version before it is sent."""

    NONE = "none"
    REQUIRED = "required"


class Security(enum.Enum):
    """The encryption of the connection to the mail server."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only for a server on this computer


def _read_zone_name(text: SourceText, context: ReadContext) -> str:
    return read_zone(text, context).key


def _read_reply_to(text: SourceText, context: ReadContext) -> SourceText:
    return text if text == "contact" else read_mail_address(text, context)


def _read_pictures(text: SourceText, context: ReadContext) -> SourceText:
    return text if text == "cid" else read_web_link(text, context)


def _read_colour(text: SourceText, _context: ReadContext) -> str:
    found = _COLOUR.fullmatch(text.strip())
    if found is None:
        raise ValueProblem(
            "W756",
            say("“{text}” is not a colour", text=text),
            text.place,
            hint=say('write it like "#0b6a8f", in quotes'),
        )
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits))  # noqa: PLR2004


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Lines = Annotated[
    tuple[Line, ...], pydantic.BeforeValidator(_one_or_more, json_schema_input_type=Line | tuple[Line, ...])
]
ListPaths = Annotated[
    tuple[FilePath, ...],
    pydantic.BeforeValidator(_one_or_more, json_schema_input_type=FilePath | tuple[FilePath, ...]),
    Field(min_length=1),
]
Colour = Annotated[str, FromText(_read_colour, str, {"type": "string", "pattern": "^#?([0-9a-fA-F]{3}){1,2}$"})]


class Pipelining(enum.Enum):
    """The number of commands that a server gets before it has answered, if it announces that it can follow."""

    depth: int  # each member needs more of a server than the one before it

    NONE = "none", 0  # one command after the other
    ENVELOPE = "envelope", 1  # MAIL, RCPT and DATA together (RFC 2920)
    FULL = "full", 2  # and those of the next mail right after the final dot
    CHUNKS = "chunks", 3  # and the content with them (RFC 3030)

    def __new__(cls, word: str, depth: int) -> Self:
        """Make a member; its value is the word in ccmail.yaml."""
        member = object.__new__(cls)
        member._value_ = word
        member.depth = depth
        return member

    @property
    def below(self) -> Self:
        """The next lower member; NONE for NONE."""
        return list(type(self))[max(0, self.depth - 1)]


class Sender(Written):
    """The sender of the mails."""

    name: Line = Field(description="The sender's name, as inboxes show it")
    address: MailAddress = Field(description="The address the mails come from")
    bounces: MailAddress | None = Field(None, description="Undeliverable mails come back here")
    bounce_tokens: YesOrNo | None = Field(
        None,
        description="Whether that mailbox takes bounces+TOKEN@…, by which a bounce is known as that of one mail;"
        " without it: as `ccmail doctor --bounces` has seen it",
    )
    reply_to: Annotated[str, FromText(_read_reply_to, str, {"type": "string"})] = Field(
        "contact",
        description="contact: answers go to the contact person of the reader's segment; or an address",
    )

    @pydantic.field_validator("bounce_tokens")
    @classmethod
    def _leaves_room_for_a_token(cls, value: bool | None, info: pydantic.ValidationInfo) -> bool | None:  # noqa: FBT001
        address = info.data.get("bounces") or info.data.get("address")
        if value and address is not None and len(address.rpartition("@")[0].encode()) > LONGEST_BEFORE_TOKEN:
            raise ValueProblem(
                "W842",
                say(
                    "{address} is too long for a token: no more than 64 characters may stand before the @",
                    address=address,
                ),
                address.place,
                hint=say("take an address that is shorter, or “bounce_tokens: no”"),
            )
        return value


class Person(Written):
    """Somebody whom campaigns name: a contact person, an author, a tester."""

    name: Line = Field(description="First name and last name")
    email: MailAddress | None = Field(None, description="Mail address; user(at)city.example works too")
    role: Localized | None = Field(None, description="What the person does, one text or {de: …, en: …}")
    organisation: Line | None = Field(None, description="Where the person works")
    photo: FilePath | None = Field(None, description="A portrait; it is cropped to a square")


class ListColumns(Written):
    """The meanings of the columns of a list, where their headers do not say it."""

    email: Line | None = Field(None, description="The header of the column of addresses")
    salutation: Line | None = Field(None, description="Frau, Herr, Ms, Mr")
    title: Line | None = Field(None, description="Dr., Prof.")
    first_name: Line | None = Field(None, description="The header of the column of first names")
    last_name: Line | None = Field(None, description="The header of the column of last names")
    organisation: Line | None = Field(None, description="Where the reader works")
    city: Line | None = Field(None, description="The reader's city")
    country: Line | None = Field(None, description="The reader's country")
    language: Line | None = Field(None, description="The language of the reader's mail")
    greeting: Line | None = Field(None, description="A whole line that greets the reader")
    timezone: Line | None = Field(None, description="The reader's time zone")
    unsubscribed: Lines = Field((), description="Columns in which a yes, or a date, means: no mail")
    subscribed: Lines = Field((), description="Columns in which a no means: no mail")
    further: Lines = Field((), description="Columns that decide nothing, though they look like it")

    @property
    def named(self) -> NamedColumns:
        """The same, as the reading of lists takes it."""
        others = {"unsubscribed", "subscribed", "further"}
        fields = ((name, getattr(self, name)) for name in type(self).model_fields if name not in others)
        return NamedColumns(
            tuple((name, str(header)) for name, header in fields if header),
            tuple(map(str, self.unsubscribed)),
            tuple(map(str, self.subscribed)),
            tuple(map(str, self.further)),
        )


class Segment(Written):
    """A group of readers: a list, a language, a contact person."""

    label: Localized | None = Field(None, description="The heading over the contact person: the readers it is for")
    recipients: ListPaths = Field(
        description="The list: .csv, .xlsx, .xls or .ods, as it comes out of Excel or Calc; or several"
    )
    sheet: Line | None = Field(None, description="The sheet to read; without it: the first visible one")
    encoding: Encoding | None = Field(
        None, description="The encoding of a .csv, e.g. windows-1250; without it: found by its letters"
    )
    columns: ListColumns | None = Field(
        None, description="Which columns of the list are which: {email: Kontakt 2, last_name: Zuname}"
    )
    language: LanguageCodes = Field(
        description="The language of the mail; [de, en]: both in one. A column “language” in the list wins"
    )
    contact: PersonName | None = Field(None, description="The contact person: a name from “people”")
    colour: Colour | None = Field(None, description="Its own brand colour, in place of that of “theme”")
    subscribe: Subscribe | None = Field(None, description="The form by which people subscribe on the public pages")

    @pydantic.field_validator("subscribe")
    @classmethod
    def _is_heard(cls, value: Subscribe | None, info: pydantic.ValidationInfo) -> Subscribe | None:
        recipients = info.data.get("recipients")
        if value is not None and recipients is not None and SUBSCRIBED_FILE not in recipients:
            raise ValueProblem(
                "W920",
                say("whoever subscribes would get no mails: {file} is none of the lists", file=SUBSCRIBED_FILE),
                hint=say("recipients: [{files}]", files=", ".join((*recipients, SUBSCRIBED_FILE))),
            )
        return value

    def lists(self, root: Path, name: str) -> tuple[ListFile, ...]:
        """Return the lists, in the order in which they count.

        Args:
            root: The folder of the workspace.
            name: That of this segment.
        """
        return lists_at(root, self.recipients, name, self.list_format)

    @property
    def list_format(self) -> ListFormat:
        """The settings for the file of the list."""
        columns = self.columns.named if self.columns else NOT_NAMED
        return ListFormat(self.sheet or "", self.encoding or "", columns)


class Testers(Written):
    """The people who get `ccmail test`."""

    to: tuple[Tester, ...] = Field((), description="People or mail addresses")


class Unsubscribe(Written):
    """The ways for readers to stop the mails."""

    address: MailAddress | None = Field(
        None, description="A mail to this address unsubscribes; without it: to the sender's"
    )
    url: WebLink | None = Field(None, description="One click: the address that each reader's own link begins with")
    key: KeyPlace | None = Field(None, description="Where the key lies that signs the links")
    previous_key: KeyPlace | None = Field(
        None, description="Where the key lies that signed the links before: those of mails that were sent still count"
    )

    @pydantic.field_validator("url")
    @classmethod
    def _takes_a_token_at_its_end(cls, value: SourceText | None) -> SourceText | None:
        # RFC 8058 3.1 requires https; a query or fragment would swallow the token that is appended
        if value is not None and (not value.startswith("https://") or "?" in value or "#" in value):
            raise ValueProblem(
                "W757",
                say("“{value}” cannot be the beginning of each reader's own link", value=value),
                label=say("https, without ? and #"),
                hint=say("write it like https://newsletter.city.example/u"),
            )
        return value


class Footer(Written):
    """The end of every mail."""

    imprint: Localized = Field(description="Who is responsible, with an address")
    privacy: Localized = Field(description="A link to the privacy statement")
    why: Localized | None = Field(None, description="Why the reader gets this mail")


class TimeoutSettings(Written):
    """The time to wait for an answer of the server."""

    connect: Duration = Field("30s", validate_default=True, description="For the connection")
    reply: Duration = Field("300s", validate_default=True, description="For an answer")
    end_of_data: Duration = Field(
        "600s", validate_default=True, description="For the answer to a whole mail: servers look into it first"
    )


class Dkim(Written):
    """A key that signs the mails."""

    domain: Domain = Field(description="The domain that answers for the mails: the sender's")
    selector: Selector = Field(description="The name of the key in the DNS: news for news._domainkey.city.example")
    key: KeyPlace = Field(description="Where the private key lies: file:dkim.pem or env:CCMAIL_DKIM_KEY")


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _host_or_provider(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"required": ["host"]}, {"required": ["provider"]}]
    del schema["required"]


class SmtpSettings(Written):
    """The mail server; used only when `delivery` is smtp."""

    model_config = pydantic.ConfigDict(json_schema_extra=_host_or_provider)

    provider: ProviderName | None = Field(
        None, description="Whose server it is: sets all that is not written here, from host to per_day"
    )
    host: Line = Field(description="The name of the server")
    port: int = Field(587, ge=1, le=65535, description="587 for starttls, 465 for tls")
    security: Security = Field(Security.STARTTLS, description="none is only allowed for localhost")
    user: Line | None = Field(None, description="The name to log in with")
    password: SecretPlace | None = Field(
        None,
        description="keyring (stored by `ccmail login`), file:/run/secrets/smtp or env:CCMAIL_SMTP_PASSWORD",
    )
    login: SignIn | None = Field(None, description="In the place of a password: signing in by OAuth 2.0")
    ca_file: Line | None = Field(None, description="A file of certificates to trust, if the server's is your own")
    rate: MailRate = Field("120 per minute", validate_default=True, description="120 per minute, 2 per second, none")
    per_day: MailsPerDay = Field(None, description="How many mails at most in 24 hours, tests included: 2000, none")
    hours: Hours = Field(None, description="The hours of the day in which mails leave: 8-18; without it: all")
    connections: int = Field(4, ge=1, le=50, description="Connections at the same time")
    pipelining: Pipelining = Field(
        Pipelining.FULL, description="How much is said to a server before it has answered, if it can follow"
    )
    timeouts: TimeoutSettings = Field(default_factory=TimeoutSettings, description="How long to wait for answers")
    retry: RetrySettings = Field(
        default_factory=RetrySettings, description="How to go on when something does not work at once"
    )
    domains: DomainRates = Field(
        default_factory=dict, description="How many mails at most to readers at one domain: {gmail.com: 20 per minute}"
    )
    dkim: Annotated[
        tuple[Dkim, ...], pydantic.BeforeValidator(_one_or_many, json_schema_input_type=Dkim | tuple[Dkim, ...])
    ] = Field((), description="The key that signs the mails, or a list of keys")

    @pydantic.model_validator(mode="before")
    @classmethod
    def _take_from_the_provider_what_is_not_written(cls, value: Any, info: pydantic.ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return value
        written = {key: said for key, said in value.items() if said is not None and said != ""}
        name, host = written.get("provider"), written.get("host")
        if isinstance(name, SourceText):
            found = provider_called(read_provider(name, info.context or {}))
            given = dict(found.settings) if found else {}
            if {"port", "security"} & written.keys():  # one of the two says what the other has to be
                del given["port"], given["security"]
            return {**given, **written}
        if isinstance(host, SourceText) and "connections" not in written:
            # more connections than a server takes are refused; a limit that nobody wrote stops no run
            most = min((each.connections for each in providers_at(host) if each.connections), default=None)
            return {**value, "connections": min(most, cls.model_fields["connections"].default)} if most else value
        return value

    @pydantic.field_validator("login")
    @classmethod
    def _is_the_only_way_in(cls, value: SignIn | None, info: pydantic.ValidationInfo) -> SignIn | None:
        refuse_two_ways(value, info.data.get("password"), info.data.get("user"), "smtp")
        return value

    @pydantic.field_validator("dkim")
    @classmethod
    def _has_one_key_for_each_name(cls, value: tuple[Dkim, ...]) -> tuple[Dkim, ...]:
        seen: set[str] = set()
        for key in value:
            name = f"{key.selector}._domainkey.{key.domain}"
            if name in seen:
                hint = say("give the second one another selector")
                raise ValueProblem(
                    "W767", say("two keys cannot both lie at {name}", name=name), key.selector.place, hint=hint
                )
            seen.add(name)
        return value

    @pydantic.field_validator("security")
    @classmethod
    def _only_local_mails_are_readable_on_the_way(cls, value: Security, info: pydantic.ValidationInfo) -> Security:
        host = info.data.get("host")
        if value is Security.NONE and host is not None and host not in LOCAL_HOSTS:
            raise ValueProblem(
                "W753",
                say("“none” would send the password and every mail to {host} unencrypted", host=host),
                label=say("only allowed for localhost"),
                hint=say("write starttls (port 587) or tls (port 465)"),
            )
        return value


class Inbox(Written):
    """The mailbox that bounces and answers come to; `ccmail inbox` reads it, and changes nothing in it."""

    imap: Line = Field(description="The name of the IMAP server")
    port: int = Field(993, ge=1, le=65535, description="993 for tls, 143 for starttls")
    security: Security = Field(Security.TLS, description="none is only allowed for localhost")
    user: Line = Field(description="The name to log in with")
    password: SecretPlace | None = Field(
        None,
        description="keyring (stored by `ccmail login inbox`), file:/run/secrets/inbox or env:CCMAIL_INBOX_PASSWORD",
    )
    login: SignIn | None = Field(None, description="In the place of a password: signing in by OAuth 2.0")
    folder: Line = Field("INBOX", validate_default=True, description="The folder to read")
    ca_file: Line | None = Field(None, description="A file of certificates to trust, if the server's is your own")

    @pydantic.field_validator("login")
    @classmethod
    def _is_the_only_way_in(cls, value: SignIn | None, info: pydantic.ValidationInfo) -> SignIn | None:
        refuse_two_ways(value, info.data.get("password"), info.data.get("user"), "inbox")
        return value

    @pydantic.field_validator("security")
    @classmethod
    def _only_local_mails_are_readable_on_the_way(cls, value: Security, info: pydantic.ValidationInfo) -> Security:
        host = info.data.get("imap")
        if value is Security.NONE and host is not None and host not in LOCAL_HOSTS:
            raise ValueProblem(
                "W753",
                say("“none” would get the password and every mail from {host} unencrypted", host=host),
                label=say("only allowed for localhost"),
                hint=say("write tls (port 993) or starttls (port 143)"),
            )
        return value


class ThemeSettings(Written):
    """The look of the mails: design, colour and logo."""

    look: MailLook = Field(
        MailLook.PLAIN,
        description="plain: quiet. band: head and end in the brand colour. photo: the picture large at the top",
    )
    colour: Colour = Field("#0b6a8f", description="The brand colour; all other colours follow from it")
    logo: FilePath | None = Field(None, description="A picture for the head of the mail")
    logo_alt: Localized | None = Field(None, description="What the logo shows, for those who do not see it")


class Spam(Written):
    """The spam filters that `ccmail check` asks."""

    spamassassin: SpamAssassinPlace | None = Field(
        None, description="true: the program of this computer; or HOST:PORT of a spamd"
    )
    rspamd: RspamdPlace | None = Field(None, description="Where rspamd answers: http://127.0.0.1:11333")

    @property
    def is_wanted(self) -> bool:
        """Whether any filter is asked."""
        return bool(self.spamassassin or self.rspamd)


class Check(Written):
    """Options of `ccmail check`: mail programs and spam filters."""

    clients: tuple[Line, ...] = Field(
        tuple(SourceText.plain(name) for name in ("gmx", "web-de", "outlook.windows", "gmail", "apple-mail")),
        description="The mail programs of your readers, as caniemail.com calls them: gmx, or gmx.ios",
    )
    spam: Spam = Spam()


class Settings(Written):
    """The workspace: everything that is the same for every campaign."""

    name: Line = Field(description="The name of the newsletter or network")
    timezone: Annotated[str, FromText(_read_zone_name, str, {"type": "string"})] = Field(
        "Europe/Berlin", description="The time zone of events, e.g. Europe/Berlin"
    )
    delivery: DeliveryMode = Field(
        DeliveryMode.OUTBOX,
        description="outbox: mails are only kept on this computer. smtp, graph: mails really go out",
    )
    sender: Sender
    people: dict[Name, Person] = Field(default_factory=dict, description="The people whom campaigns name")
    segments: dict[Name, Segment] = Field(
        min_length=1, description="Groups of readers; somebody on two lists gets the mail of the first one"
    )
    test: Testers = Testers()
    approval: ApprovalRule = Field(
        ApprovalRule.NONE, description="required: only a version that somebody has approved (ccmail approve) is sent"
    )
    unsubscribe: Unsubscribe = Unsubscribe()
    footer: Footer
    smtp: SmtpSettings | None = None
    graph: GraphSettings | None = None
    inbox: Inbox | None = None
    serve: ServeSettings | None = None
    ledger: LedgerAt | None = Field(
        None, description="Where the ledger lies: postgresql://…, or env:NAME; without it: a file in .ccmail"
    )
    check: Check = Check()
    theme: ThemeSettings = ThemeSettings()
    partners: tuple[Partner, ...] = Field((), description="Whose logos stand in a row at the end of the mails")
    pictures: Annotated[str, FromText(_read_pictures, str, {"type": "string"})] = Field(
        "cid", description="cid: pictures travel inside the mail; or the https address where they lie"
    )
    calendar_copy: bool = Field(
        default=True,
        description="calendar: rsvp — the invitation is attached as a file, too; Gmail is said to want that",
    )
    max_recipients: int | None = Field(None, ge=1, description="Larger sendings are refused")

    def person(self, name: str | None) -> Person | None:
        """Return a person by the name that campaigns use, None if there is none."""
        return next((person for key, person in self.people.items() if key == name), None)

    @property
    def unsubscribes_by_link(self) -> bool:
        """Whether each reader has a link of their own to unsubscribe with one click (RFC 8058)."""
        return self.unsubscribe.url is not None or self.serve is not None

    @property
    def server(self) -> SmtpSettings | GraphSettings | None:
        """The section that says through what real mails leave, None if there is none."""
        return self.graph if self.delivery is DeliveryMode.GRAPH else self.smtp
