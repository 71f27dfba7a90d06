"""What the stages begin with: files, settings and the time become their plain inputs."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ccmail import clock, gc_tuning
from ccmail.problems import InputError, Mark, Problem, Severity, UsageError, sort_problems

if TYPE_CHECKING:
    from ccmail.audience import LeftOut, Selected, Suppression
    from ccmail.campaign import Campaign, Variant
    from ccmail.delivery import Courier, Retry, Server
    from ccmail.ledger import Claim, Sending
    from ccmail.ledger.store import Ledger
    from ccmail.messages import Assembler, Frame, Message, NumberedMail
    from ccmail.messages.dkim import Signer
    from ccmail.planning.planner import AudiencePlan
    from ccmail.rendering import LoadedCampaign
    from ccmail.rendering.environment import MailEnvironment
    from ccmail.suppression.list_file import Suppressions
    from ccmail.suppression.pseudonym import Pseudonymiser
    from ccmail.workspace import Dkim, RetrySettings, SmtpSettings, Workspace

_KEPT_MAILS = 256  # compiled mails that are at hand at a time
_EXAMINED_MAILS = 32
_BYTES_OF_AN_EXCEL_ROW = 60


def open_workspace(start: Path) -> Workspace:
    """Find and load the workspace of a folder.

    Raises:
        UsageError: There is none.
        InputError: ccmail.yaml has errors.
    """
    from ccmail.workspace import find_workspace, load_workspace

    workspace, problems = load_workspace(find_workspace(start))
    if workspace is None or any(p.is_error for p in problems):
        raise InputError(problems)
    return workspace


@contextlib.contextmanager
def open_ledger(workspace: Workspace) -> Iterator[Ledger]:
    """Open the ledger of a workspace; it is made when it is first needed."""
    from ccmail.ledger import open_ledger as open_file

    with open_file(workspace.ledger_file, now=clock.now) as ledger:
        yield ledger


def load_with_files(
    workspace: Workspace, name: str, environment: MailEnvironment | None = None
) -> tuple[LoadedCampaign | None, tuple[Problem, ...]]:
    """Load a campaign with its pictures, attachments and related campaigns: all that its mails need.

    Args:
        workspace: Where it lies.
        name: The campaign.
        environment: Of an earlier edition, if no template has changed since.

    Returns:
        The edition, None if there are errors; and everything that is wrong.

    Raises:
        UsageError: There is no such campaign.
    """
    from ccmail.campaign import find_campaign, load_campaign
    from ccmail.campaign.files import load_attachments, load_pictures
    from ccmail.rendering import LoadedCampaign, make_environment

    campaign, problems = load_campaign(find_campaign(workspace, name), workspace)
    if campaign is None or any(p.is_error for p in problems):
        return None, problems
    pictures, in_pictures = load_pictures(campaign, workspace)
    attachments, in_attachments = load_attachments(campaign, workspace)
    problems = sort_problems([*problems, *in_pictures, *in_attachments])
    if any(p.is_error for p in problems):
        return None, problems
    edition = LoadedCampaign(
        settings=workspace.settings,
        languages=workspace.languages,
        campaign=campaign,
        environment=environment or make_environment(workspace.template_folders, workspace.cache.folder),
        pictures=pictures,
        attachments=attachments,
        related=_load_related(campaign, workspace),
        today=clock.now().astimezone(workspace.zone).date(),
        columns=_columns(campaign, workspace),
        cache=workspace.cache,
    )
    return edition, problems


def load_or_refuse(
    workspace: Workspace, name: str, environment: MailEnvironment | None = None
) -> tuple[LoadedCampaign, tuple[Problem, ...]]:
    """Do the same for commands that cannot go on with errors; raises `InputError`."""
    edition, problems = load_with_files(workspace, name, environment)
    if edition is None:
        raise InputError(problems)
    return edition, problems


def read_audience(
    workspace: Workspace, campaign: Campaign, ledger: Ledger | None
) -> Iterator[Selected | LeftOut | Problem]:
    """Stream the lists of a campaign: who gets which variant, who is left out and why."""
    from ccmail.audience import SegmentList, read_contacts, select_audience

    gc_tuning.tighten()  # a stream of any length begins
    for problem in read_unsubscribed(workspace).problems:
        # whoever cannot be read there would get mail all the same: not a matter of one row
        yield dataclasses.replace(problem, code="R511") if problem.is_error else problem
    suppressed = read_suppressed(workspace, ledger)
    lists = [
        SegmentList(s.name, s.languages, read_contacts(s.recipients, workspace.shown(s.recipients)))
        for s in campaign.segments
    ]
    yield from select_audience(lists, suppressed, campaign.texts.keys())


def read_suppressed(workspace: Workspace, ledger: Ledger | None) -> Mapping[str, Suppression]:
    """Return who must get nothing, by address key: those in recipients/unsubscribed.csv and in the ledger."""
    from ccmail.suppression.list_file import PseudonymisedSuppressions
    from ccmail.suppression.pseudonym import PSEUDONYM, missing_key

    found = {**_in_ledger(ledger), **read_unsubscribed(workspace)}
    veil = find_veil(workspace)
    if veil is not None:
        return PseudonymisedSuppressions(found, veil)
    if any(key.startswith(PSEUDONYM) for key in found):
        raise missing_key()
    return found


def find_veil(workspace: Workspace) -> Pseudonymiser | None:
    """Return what recognises those who were erased; None if nobody ever was."""
    from ccmail.suppression.pseudonym import find_pseudonymiser as find

    return find(workspace)


def plan_mails(
    workspace: Workspace,
    edition: LoadedCampaign,
    ledger: Ledger | None,
    report: Callable[[int], None] = lambda _people: None,
) -> AudiencePlan:
    """Plan who gets what, and keep nothing of it; `report` is told how many were looked at, and may raise to end it."""
    from ccmail.checks.readers import check_reader
    from ccmail.planning.planner import AudiencePlanner
    from ccmail.rendering import fingerprint, manifest

    version = fingerprint(manifest(edition))
    assembler = make_assembler(workspace, edition, version)
    planner = AudiencePlanner(
        edition,
        version,
        assembler,
        examine=mail_checker(edition),
        examine_reader=check_reader,
        lists=list_fingerprint(edition.campaign),
    )
    for people, _ in enumerate(planner.people(read_audience(workspace, edition.campaign, ledger)), 1):
        report(people)
    return planner.plan()


def first_mails(workspace: Workspace, plan: AudiencePlan) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each variant of a plan, `german·de`, and the mail of its first reader."""
    assembler = make_assembler(workspace, plan.edition, plan.version)
    for planned in plan.variants:
        variant = planned.variant
        message = assembler.assemble(planned.first.contact, variant)
        yield f"{variant.segment.name}·{'+'.join(variant.languages)}", b"".join(message.chunks)


def count_rows(campaign: Campaign) -> int:
    """Return how many people are on the lists, about: what lies there in lines, or a guess for Excel."""
    rows = 0
    for path in {segment.recipients for segment in campaign.segments}:
        with contextlib.suppress(OSError):
            is_text = path.suffix.casefold() in {".csv", ".txt", ".tsv"}
            rows += path.read_bytes().count(b"\n") if is_text else path.stat().st_size // _BYTES_OF_AN_EXCEL_ROW
    return rows


def make_assembler(
    workspace: Workspace, edition: LoadedCampaign, version: str, *, sequence: int = 0, compiled_before: int = 0
) -> Assembler:
    """Return the assembler of messages as they would be if they were sent now.

    Args:
        workspace: Has the key that signs the readers' links, and the time zone of the date.
        edition: The campaign.
        version: Its fingerprint.
        sequence: Of the calendar entry.
        compiled_before: How many compiled mails its sending has already.
    """
    from ccmail.calendar import Method, Revision
    from ccmail.campaign import CalendarMode
    from ccmail.messages import Assembler, MailStamp
    from ccmail.workspace.key import unsubscribe_key

    now = clock.now()
    answerable = edition.campaign.calendar is CalendarMode.RSVP and not edition.trial
    revision = Revision(sequence, now, Method.REQUEST if answerable else Method.PUBLISH)
    envelope = MailStamp(date=now.astimezone(workspace.zone), revision=revision, seed=version)
    key = unsubscribe_key(workspace)
    return Assembler(edition, envelope, unsubscribe_key=key, compiled_before=compiled_before)


def mail_checker(edition: LoadedCampaign) -> Callable[[Message, Variant], Iterable[Problem]]:
    """Return what looks at the first finished mails of a campaign; after many of them the rest is no news."""
    from ccmail.checks.mails import check_mail

    left = iter(range(_EXAMINED_MAILS))
    said: dict[tuple[str, str], Problem] = {}

    def examine(message: Message, variant: Variant) -> Iterable[Problem]:
        if next(left, None) is None:
            return
        for problem in check_mail(message.as_bytes(), edition, variant, message.to):
            # the same thing is in another line of another reader's mail
            what = problem.code, re.sub(r"line \d+", "", problem.message)
            if said.setdefault(what, problem) is problem:
                yield problem

    return examine


def mail_writer(ledger: Ledger, sending: Sending, version: str) -> Callable[[NumberedMail], None]:
    """Return what keeps a sending's compiled mails."""
    from ccmail.ledger import StoredMail
    from ccmail.messages import serialise

    def keep(compiled: NumberedMail) -> None:
        frozen = serialise(compiled.mail.frame)
        ledger.keep_mail(sending, StoredMail(compiled.number, version, frozen.data, frozen.stretches))

    return keep


def frozen_mails(
    ledger: Ledger, sending: Sending, signers: Sequence[Signer] = ()
) -> Callable[[Claim], Sequence[bytes]]:
    """Return what puts together and signs a recipient's mail as it was frozen: no file and no template is read.

    It raises `LedgerFailure` for a mail that the ledger has not kept as it was.
    """
    from ccmail.ledger.failures import damaged
    from ccmail.messages import StoredMailDamaged, deserialise

    @functools.lru_cache(maxsize=_KEPT_MAILS)
    def stretch(name: str) -> bytes:
        return ledger.stretch(sending, name)

    @functools.lru_cache(maxsize=_KEPT_MAILS)
    def frame(number: int) -> Frame:
        return deserialise(ledger.mail(sending, number), stretch)

    def assemble(claim: Claim) -> list[bytes]:
        try:
            chunks = frame(claim.mail).fill(claim.parts)
        except (StoredMailDamaged, IndexError) as damage:  # a part that is not there
            raise damaged(ledger.name, f"it has no mail for {claim.email} that can be read") from damage
        return [*(signer.sign(chunks) for signer in signers), *chunks]

    return assemble


def list_fingerprint(campaign: Campaign) -> str:
    """Return the fingerprint of a campaign's lists: while it is the same, nobody has joined or gone."""
    digest = hashlib.sha256()
    for segment in campaign.segments:
        digest.update(f"{segment.name}\n{segment.languages}\n".encode())
        with contextlib.suppress(OSError), segment.recipients.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def open_courier(workspace: Workspace, edition: LoadedCampaign, *, real: bool) -> Courier:
    """Return who carries the mails: the server of ccmail.yaml, or the outbox.

    Raises:
        UsageError: ccmail.yaml names no server.
        ServerRefused: There is no password where ccmail.yaml says it lies.
    """
    from ccmail.delivery import Outbox

    if real:
        return _smtp(workspace)
    suffix = ".test" if edition.trial else ""
    return Outbox(workspace.outbox / f"{edition.campaign.id}{suffix}")


def open_signers(workspace: Workspace) -> tuple[Signer, ...]:
    """Return who signs the mails on their way to the server, one for each key of `smtp.dkim`.

    Raises:
        InputError: A key is not there, lies open, or is none.
    """
    opened = try_signers(workspace)
    problems = [found for _, found in opened if isinstance(found, Problem)]
    if problems:
        raise InputError(problems)
    return tuple(found for _, found in opened if not isinstance(found, Problem))


def try_signers(workspace: Workspace) -> tuple[tuple[Dkim, Signer | Problem], ...]:
    """Return for each key of `smtp.dkim` who signs with it, or why nobody can."""
    return tuple((key, _open_signer(workspace, key)) for key in _dkim_keys(workspace))


def check_signers(workspace: Workspace) -> tuple[Problem, ...]:
    """Return what is wrong with the keys of `smtp.dkim`; those that sign but are short get a warning."""
    opened = try_signers(workspace)
    judged = (found if isinstance(found, Problem) else _weakness(key, found) for key, found in opened)
    return sort_problems(problem for problem in judged if problem)


def _dkim_keys(workspace: Workspace) -> tuple[Dkim, ...]:
    return workspace.settings.smtp.dkim if workspace.settings.smtp else ()


def _open_signer(workspace: Workspace, settings: Dkim) -> Signer | Problem:
    from ccmail.delivery import NoSecret, read_secret

    marks = (Mark(settings.key.place),)
    try:
        from ccmail.messages.dkim import Signer

        pem = read_secret(str(settings.key), root=workspace.root)
        return Signer(settings.domain, settings.selector, pem.encode())
    except ImportError:
        hint = "pip install 'ccmail[dkim]'"
        return Problem("W768", "mails cannot be signed: cryptography is missing", marks=marks, hint=hint)
    except NoSecret as reason:
        return Problem("W769", "there is no key to sign the mails with", marks=marks, hint=str(reason))
    except ValueError as error:
        message = f"the key in {settings.key} cannot sign mails: {error}"
        return Problem("W770", message, marks=marks, hint="it has to be RSA (2048 bits) or Ed25519, in PEM form")


def _weakness(settings: Dkim, signer: Signer) -> Problem | None:
    if not signer.is_weak:
        return None
    message, hint = f"the key in {settings.key} is short: receivers may stop taking it", "make one of 2048 bits"
    return Problem("W771", message, Severity.WARNING, (Mark(settings.key.place),), hint)


def mail_server(workspace: Workspace, *, with_login: bool = True, **timeouts: float) -> Server:
    """Return the server of ccmail.yaml; with other timeouts than those there, if some are given.

    Raises:
        UsageError: ccmail.yaml names no server.
        ServerRefused: There is no password where ccmail.yaml says it lies.
    """
    from ccmail.delivery import Security, Server, Timeouts, read_password

    settings = _smtp_settings(workspace)
    user, password = settings.user if with_login else None, None
    if user and settings.password:
        password = read_password(str(settings.password), user, settings.host, root=workspace.root)
    given = {name: getattr(settings.timeouts, name).total_seconds() for name in ("connect", "reply", "end_of_data")}
    return Server(
        host=settings.host,
        port=settings.port,
        security=Security(settings.security.value),
        user=user,
        password=password,
        ca_file=workspace.root / Path(settings.ca_file).expanduser() if settings.ca_file else None,
        timeouts=Timeouts(**{**given, **timeouts}),
    )


def _smtp_settings(workspace: Workspace) -> SmtpSettings:
    if workspace.settings.smtp is None:
        raise UsageError("ccmail.yaml says “delivery: smtp”, but names no server", code="W762", hint="add “smtp:”")
    return workspace.settings.smtp


def _smtp(workspace: Workspace) -> Courier:
    from ccmail.audience import to_ascii
    from ccmail.delivery import Pipelining, SmtpCourier

    settings = _smtp_settings(workspace)
    sender = workspace.settings.sender
    return SmtpCourier(
        mail_server(workspace),
        to_ascii(sender.bounces or sender.address),
        connections=settings.connections,
        level=Pipelining[settings.pipelining.name],
        rate=settings.rate.per_second if settings.rate else None,
        retry=_retry(settings.retry),
        domains={domain: rate.per_second for domain, rate in settings.domains.items() if rate},
    )


def _retry(settings: RetrySettings) -> Retry:
    from ccmail.delivery import Retry

    return Retry(
        server=settings.server.seconds,
        recipient=settings.recipient.seconds,
        patience=settings.patience.total_seconds(),
        breaker=settings.breaker,
    )


def read_unsubscribed(workspace: Workspace) -> Suppressions:
    """Return who stands in recipients/unsubscribed.csv."""
    from ccmail.suppression.list_file import read_suppressions

    path = workspace.unsubscribed_file
    return read_suppressions(path, workspace.shown(path))


def _in_ledger(ledger: Ledger | None) -> dict[str, Suppression]:
    from ccmail.audience import Reason, Suppression
    from ccmail.ledger import SuppressionReason

    if ledger is None:
        return {}
    bounced = {SuppressionReason.BOUNCED: Reason.BOUNCED}
    return {s.key: Suppression(bounced.get(s.reason, Reason.UNSUBSCRIBED), s.source) for s in ledger.suppressed()}


def _columns(campaign: Campaign, workspace: Workspace) -> tuple[str, ...]:
    """Return the further columns that the lists have: the first row of each knows them."""
    from ccmail.audience import Contact, read_contacts

    names: dict[str, None] = {}
    for segment in campaign.segments:
        rows = read_contacts(segment.recipients, workspace.shown(segment.recipients))
        first = next((row for row in rows if isinstance(row, Contact)), None)
        names |= dict.fromkeys(first.extra if first else ())
    return tuple(names)


def _load_related(campaign: Campaign, workspace: Workspace) -> dict[str, Campaign]:
    from ccmail.campaign import find_campaign, load_campaign

    related: dict[str, Campaign] = {}
    for name in campaign.related:
        if "://" not in name:
            other, _ = load_campaign(find_campaign(workspace, name), workspace)
            if other is not None:
                related[name] = other
    return related
