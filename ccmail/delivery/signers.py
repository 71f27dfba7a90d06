"""The signers of mails: the keys of `smtp.dkim`, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccmail.problems import InputError, Mark, Problem, Severity, sort_problems
from ccmail.wording import say
from ccmail.workspace import DeliveryMode
from ccmail.workspace.secret_store import NoSecret, read_secret

if TYPE_CHECKING:
    from ccmail.messages.dkim import Signer
    from ccmail.workspace import Dkim, Workspace


def open_signers(workspace: Workspace) -> tuple[Signer, ...]:
    """Return the signers of the mails on their way to the server, one for each key of `smtp.dkim`.

    Raises:
        InputError: A key is missing, others can read it, or it is no key.
    """
    opened = try_signers(workspace)
    problems = [found for _, found in opened if isinstance(found, Problem)]
    if problems:
        raise InputError(problems)
    return tuple(found for _, found in opened if not isinstance(found, Problem))


def try_signers(workspace: Workspace) -> tuple[tuple[Dkim, Signer | Problem], ...]:
    """Return each key of `smtp.dkim` with its signer, or with the reason why there is none."""
    return tuple((key, _open_signer(workspace, key)) for key in _dkim_keys(workspace))


def check_signers(workspace: Workspace) -> tuple[Problem, ...]:
    """Return the problems of the keys of `smtp.dkim`; a key that signs but is short gets a warning."""
    opened = try_signers(workspace)
    judged = (found if isinstance(found, Problem) else _weakness(key, found) for key, found in opened)
    return sort_problems(problem for problem in judged if problem)


def _dkim_keys(workspace: Workspace) -> tuple[Dkim, ...]:
    """Return the keys; none for mails that Exchange rewrites: it signs them itself."""
    settings = workspace.settings
    return settings.smtp.dkim if settings.smtp and settings.delivery is not DeliveryMode.GRAPH else ()


def _open_signer(workspace: Workspace, settings: Dkim) -> Signer | Problem:
    marks = (Mark(settings.key.place),)
    try:
        from ccmail.messages.dkim import Signer  # noqa: PLC0415 - an extra

        pem = read_secret(str(settings.key), root=workspace.root)
        return Signer(settings.domain, settings.selector, pem.encode())
    except ImportError:
        hint = say("pip install 'ccmail[dkim]'")
        return Problem("W768", say("mails cannot be signed: cryptography is missing"), marks=marks, hint=hint)
    except NoSecret as reason:
        return Problem("W769", say("there is no key to sign the mails with"), marks=marks, hint=reason.repair)
    except ValueError as error:
        message = say("the key in {place} cannot sign mails: {why}", place=settings.key, why=error.args[0])
        return Problem("W770", message, marks=marks, hint=say("it has to be RSA (2048 bits) or Ed25519, in PEM form"))


def _weakness(settings: Dkim, signer: Signer) -> Problem | None:
    if not signer.is_weak:
        return None
    message = say("the key in {place} is short: receivers may stop taking it", place=settings.key)
    hint = say("make one of 2048 bits")
    return Problem("W771", message, Severity.WARNING, (Mark(settings.key.place),), hint)
