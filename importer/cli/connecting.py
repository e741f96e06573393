"""The server that a command speaks to, and a session with it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from shlex import quote

from click.core import ParameterSource

from importer import history
from importer.cli import prompts, resolve, settings
from importer.cli.debug_log import hide
from importer.cli.output import watching
from importer.cli.screen import Screen
from importer.cli.values import CommonValues, ServerValues
from importer.cli.variables import PASSWORD_VARIABLE, variable
from importer.enswitch import Server
from importer.errors import WrongSettings
from importer.files import similar_name
from importer.model import Run
from importer.run_options import SendOptions
from importer.security import is_readable_by_others
from importer.session import Session, open_session
from importer.shutdown import Stop, gently
from schemas.problem_codes import ProblemCode


@contextmanager
def session(
    values: ServerValues, screen: Screen, name: str, run: str | None = None, canary: int = 0
) -> Iterator[Session]:
    """Yield a session for a command, for the server of a run if one is named; the screen and the log hear of all.

    `canary` is how many campaigns are read back before the others are created.
    """
    journal = resolve.journal(values.journal)
    if values.password_file and is_readable_by_others(values.password_file):
        file = values.password_file
        screen.say(f"Other users can read the password file {file}. To fix this: chmod 600 {quote(str(file))}")
    asked = server(values, history.find_run(journal, run) if run else None)
    message = f"{name} {run}" if run else name
    stop = Stop(screen.cry)
    with watching(screen, values) as observer, ExitStack() as opened:
        opening = open_session(asked, journal, send_options(values, canary), observer, message, stop)
        try:
            yield opened.enter_context(opening)
        finally:
            # What the command has told of its work stays true while the journal is closed.
            with gently(stop):
                opened.close()


def send_options(values: ServerValues, canary: int = 0) -> SendOptions:
    """Return how requests are to be sent; `canary` is how many campaigns are read back before the others."""
    return SendOptions(
        workers=values.workers,
        rate=values.rate,
        max_errors=values.max_errors,
        max_error_share=values.max_error_share,
        settle_wait=values.settle_wait,
        canary=canary,
    )


def server(values: ServerValues, run: Run | None = None) -> Server:
    """Return the server to speak to; a run brings the address and the account that it was planned with.

    Asks for the password where there is none and a person can answer. Raises WrongSettings for what is missing.
    """
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
    bundle = values.ca_bundle
    if bundle and not os.path.isfile(bundle):  # noqa: PTH113 -- Path.is_file raises where a folder may not be entered
        message = f"--ca-bundle {bundle}: there is no such file.{similar_name(bundle) or ' Check its name.'}"
        raise WrongSettings(message, ProblemCode.BAD_VALUE)
    _refuse_mixture(values)
    found = Server(
        url=url,
        username=username,
        password=settings.password(
            values.password_file, _prompt(username, url), file_first=_typed(values, "password_file")
        ),
        timeout=values.timeout,
        ca_bundle=str(bundle) if bundle else None,
        allow_http=values.allow_http,
    )
    hide(found.redaction())
    _ = found.base_url
    return found


_MISSING = {"url": "server URL", "username": "user name"}


def _refuse_mixture(values: ServerValues) -> None:
    """Refuse an address and credentials of which only one side is from the file of settings in the folder at hand.

    A password goes only to the server that it was given for. What a person types is asked for with the address.
    """
    if _typed(values, "url"):
        return
    by_variable = bool(os.environ.get(PASSWORD_VARIABLE)) and not _typed(values, "password_file")
    parts = {"url": "address", "username": "user name"}
    if by_variable or values.password_file:
        parts["password" if by_variable else "password_file"] = "password"
    files = {name: origin for name in parts if isinstance(origin := values.origins.get(name), settings.Setting)}
    at_hand = [setting.file for setting in files.values() if setting.at_hand]
    if at_hand and len(at_hand) < len(parts):
        sources = ", ".join(f"the {what} comes from {_source(values, name)}" for name, what in parts.items())
        raise WrongSettings(
            f"A password is sent only to the server it was given for, but {sources}. Set all of them in one place, "
            f"or name {at_hand[0]} with --config (for `drop`: --settings) if you trust it.",
            ProblemCode.MIXED_SETTINGS,
        )


def _typed(values: CommonValues, name: str) -> bool:
    return values.origins.get(name) is ParameterSource.COMMANDLINE


def _source(values: CommonValues, name: str) -> str:
    """Return in words where the value of an option comes from; of a file of settings, its path."""
    origin = values.origins.get(name)
    if isinstance(origin, settings.Setting):
        return str(origin.file)
    if origin is ParameterSource.COMMANDLINE:
        return resolve.flag(name)
    return f"the variable {variable(name)}" if os.environ.get(variable(name)) else "the run"


def _prompt(username: str, url: str) -> Callable[[], str] | None:
    return partial(prompts.password, username, url) if prompts.is_terminal() else None
