"""The server that a command talks to, and a session with it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from shlex import quote

from click.core import ParameterSource

from importer import history
from importer.cli.debug_log import hide
from importer.cli.options.variables import variable
from importer.cli.screen import prompts
from importer.cli.screen.screen import Screen
from importer.cli.screen.watching import watching
from importer.cli.server import kept_passwords
from importer.cli.values import resolve, settings
from importer.cli.values.common import CommonValues
from importer.cli.values.server import AccountValues, ConnectionValues, CredentialValues, LimitValues, ServerValues
from importer.enswitch import Client, RateLimiter, Refusals, Server
from importer.errors import WrongSettings
from importer.files import similar_name
from importer.model import Run, Secret
from importer.run_options import Limits, SendOptions
from importer.security import is_readable_by_others
from importer.session import Session, open_session
from importer.shutdown import Stop, gently
from schemas.problem_codes import ProblemCode

STDIN = "-"
"""What stands for standard input among the names of options."""


@contextmanager
def session(
    values: ServerValues,
    screen: Screen,
    name: str,
    run: str | None = None,
    canary: int = 0,
    limits: Limits = Limits(),
) -> Iterator[Session]:
    """Yield a session for a command, for the server of a run if one is named; the screen and the log hear of all.

    `canary` is how many campaigns are read back before the others are created, `limits` how much may be started.
    """
    journal = resolve.journal(values.journal)
    if values.password_file and is_readable_by_others(values.password_file):
        file = values.password_file
        screen.say(f"Other users can read the password file {file}. To fix this: chmod 600 {quote(str(file))}")
    asked = server(values, history.find_run(journal, run) if run else None)
    message = f"{name} {run}" if run else name
    stop = Stop(screen.cry)
    with watching(screen, values) as observer, ExitStack() as opened:
        opening = open_session(asked, journal, send_options(values, canary, limits), observer, message, stop)
        try:
            yield opened.enter_context(opening)
        finally:
            # What the command has reported stays true while the journal is closed.
            with gently(stop):
                opened.close()


def lone_client(asked: Server, journal: Path) -> Client:
    """Return a client for questions of a command that needs no lock; close it.

    Raises AccessRefused if the server has just refused the password.
    """
    refusals = Refusals(journal, asked.identity, asked.username)
    refusals.check(asked.hashed_password)
    return Client(asked, RateLimiter(), refused=lambda: refusals.remember(asked.hashed_password))


def limits(values: LimitValues) -> Limits:
    """Return how much a command may create and start."""
    return Limits(new=values.max_new, dialling=values.max_dialling, calls=values.max_calls)


def send_options(values: ServerValues, canary: int = 0, limits: Limits = Limits()) -> SendOptions:
    """Return how requests are to be sent; `canary` and `limits` are about what they start."""
    return SendOptions(
        workers=values.workers,
        rate=values.rate,
        max_errors=values.max_errors,
        max_error_share=values.max_error_share,
        settle_wait=values.settle_wait,
        canary=canary,
        limits=limits,
    )


def server(values: CredentialValues, run: Run | None = None) -> Server:
    """Return the server to speak to; a run brings the address and the account that it was planned with.

    Asks for the password if there is none and a person can answer. Raises WrongSettings for what is missing.
    """
    found = account(values, run)
    _refuse_mixture(values, _password_part(values))
    _ = found.base_url
    with_password = replace(found, password=_password(values, found))
    hide(with_password.redaction())
    return with_password


def account(values: ConnectionValues, run: Run | None = None) -> Server:
    """Return the server with the account, and without a password. Raises WrongSettings for what is missing."""
    found = named_account(values, run)
    bundle = values.ca_bundle
    if bundle and not os.path.isfile(bundle):  # noqa: PTH113 -- Path.is_file raises where a folder may not be entered
        message = f"--ca-bundle {bundle}: there is no such file.{similar_name(bundle) or ' Check its name.'}"
        raise WrongSettings(message, ProblemCode.BAD_VALUE)
    return replace(
        found, timeout=values.timeout, ca_bundle=str(bundle) if bundle else None, allow_http=values.allow_http
    )


def named_account(values: AccountValues, run: Run | None = None) -> Server:
    """Return only the address and the account. Raises WrongSettings if one is missing."""
    url = values.url or (run.url if run else None)
    username = values.username or (run.account if run else None)
    if not url or not username:
        missing = [name for name, value in (("url", url), ("username", username)) if not value]
        raise WrongSettings(
            f"No {' and no '.join(_MISSING[name] for name in missing)}. Set "
            f"{' and '.join(map(resolve.flag, missing))}, "
            f"{' and '.join(map(variable, missing))}, or {' and '.join(missing)} in campaign-importer.toml.",
            ProblemCode.MISSING_SETTING,
        )
    return Server(url, username, Secret(""))


def can_ask() -> bool:
    """Return whether a person can be asked for a password."""
    return prompts.is_terminal()


def refuse_piped(values: ConnectionValues) -> None:
    """Refuse a password on standard input for an address from the settings file in the current folder."""
    _refuse_mixture(values, (STDIN, "password"))


def _password(values: CredentialValues, found: Server) -> Secret:
    return settings.password(
        values.password_file,
        partial(prompts.password, found.username, found.url) if prompts.is_terminal() else None,
        file_first=typed(values, "password_file"),
        stored=partial(kept_passwords.read, found),
    )


_MISSING = {"url": "server URL", "username": "user name"}


def _password_part(values: CredentialValues) -> tuple[str, str] | None:
    """Return what gives the password, by the name of its option, where it is not asked for or kept for the server."""
    source = settings.given_password(values.password_file, file_first=typed(values, "password_file"))
    if source is None:
        return None
    return ("password" if source is settings.PasswordSource.VARIABLE else "password_file"), "password"


def _refuse_mixture(values: ConnectionValues, password: tuple[str, str] | None) -> None:
    """Refuse an address and credentials of which only one comes from the settings file in the current folder.

    A password goes only to the server that it was given for. What a person types is asked for with the address, and
    what the key store has is kept for one server; `password` names what gives another one.
    """
    if typed(values, "url"):
        return
    parts = {"url": "address", "username": "user name", **dict([password] if password else [])}
    files = {name: origin for name in parts if isinstance(origin := values.origins.get(name), settings.Setting)}
    at_hand = [setting.file for setting in files.values() if setting.at_hand]
    if at_hand and len(at_hand) < len(parts):
        sources = ", ".join(f"the {what} comes from {_source(values, name)}" for name, what in parts.items())
        raise WrongSettings(
            f"A password is sent only to the server it was given for, but {sources}. Set all of them in one place, "
            f"or name {at_hand[0]} with --config (for `drop`: --settings) if you trust it.",
            ProblemCode.MIXED_SETTINGS,
        )


def typed(values: CommonValues, name: str) -> bool:
    """Return whether an option was given on the command line."""
    return values.origins.get(name) is ParameterSource.COMMANDLINE


def _source(values: CommonValues, name: str) -> str:
    """Return in words where the value of an option comes from; for a settings file, its path."""
    if name == STDIN:
        return "standard input"
    return resolve.source(name, values.origins.get(name), otherwise="the run")
