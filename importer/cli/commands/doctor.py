"""`doctor`: the settings, whether the server, the login and the journal work, and how to fix what does not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from importer.cli.screen.printing import put, put_lines
from importer.cli.screen.screen import Screen
from importer.cli.screen.tables import put_check_results, put_table
from importer.cli.server import connecting, kept_passwords
from importer.cli.server.diagnosis import (
    examine_account,
    examine_address,
    examine_connection,
    examine_journal,
    failed,
)
from importer.cli.settings_in_force import InForce, examine_files, settings_in_force
from importer.cli.values import resolve, settings
from importer.cli.values.server import CredentialValues
from importer.cli.values.settings import PasswordSource
from importer.errors import ImporterError
from importer.model import CheckResult, ExitCode, Health, counted
from schemas.problem_codes import ProblemCode

SETTING_HEADINGS = ("setting", "value", "from")


@dataclass(frozen=True, kw_only=True)
class DoctorValues(CredentialValues):
    """What `doctor` takes."""


def run(values: DoctorValues, screen: Screen) -> ExitCode:
    """Check everything, show it, and return 6 where something keeps an import from working."""
    source = _password_source(values)
    in_force = list(settings_in_force(values, source))
    results = [
        examine_files(values.config),
        *_examine_server(values, screen),
        examine_journal(resolve.journal(values.journal)),
    ]
    counts = Counter(one.health for one in results)
    code = ExitCode.CONFIGURATION if counts[Health.PROBLEM] else ExitCode.DONE
    put(values, _document(results, in_force, code))
    if not values.json:
        _show(results, in_force, screen)
    return code


def _show(results: Sequence[CheckResult], in_force: Sequence[InForce], screen: Screen) -> None:
    screen.rest()
    put_table(SETTING_HEADINGS, in_force, color=screen.color)
    put_lines("")
    put_check_results(results, color=screen.color)
    counts = Counter(one.health for one in results)
    told = [counted(counts[health], health.value) for health in (Health.PROBLEM, Health.WARNING) if counts[health]]
    screen.say(f"{' and '.join(told)}." if told else "Everything is ready for an import.")


def _password_source(values: CredentialValues) -> PasswordSource | None:
    """Return where the password comes from; None where there is none."""
    given = settings.given_password(values.password_file, file_first=connecting.typed(values, "password_file"))
    if given or not values.url or not values.username:
        return given
    try:
        kept = kept_passwords.find(connecting.account(values))
    except ImporterError:
        return None
    if kept:
        return PasswordSource.KEY_STORE
    return PasswordSource.PROMPT if connecting.can_ask() else None


def _examine_server(values: CredentialValues, screen: Screen) -> Iterator[CheckResult]:
    """Check the server step by step; what cannot be checked is reported as not checked."""
    if not values.url:
        message = (
            "No server address is set. Set it with --url, CAMPAIGN_IMPORTER_URL, or url in campaign-importer.toml."
        )
        yield CheckResult("address", Health.PROBLEM, message, ProblemCode.MISSING_SETTING)
        yield from _not_checked("There is no address", "connection", "login", "list", "create", "version")
        return
    try:
        named = connecting.account(replace(values, username=values.username or "nobody"))
    except ImporterError as error:
        yield failed("address", error)
        yield from _not_checked("The server cannot be asked", "connection", "login", "list", "create", "version")
        return
    address = examine_address(named)
    yield address
    if address.health is Health.PROBLEM:
        yield from _not_checked("The address cannot be used", "connection", "login", "list", "create", "version")
        return
    screen.stage("Connecting", None)
    connection = examine_connection(named)
    yield connection
    if connection.health is Health.PROBLEM:
        yield from _not_checked("There is no connection", "login", "list", "create", "version")
        return
    yield from _examine_account(values, screen)


def _examine_account(values: CredentialValues, screen: Screen) -> Iterator[CheckResult]:
    try:
        screen.rest()
        server = connecting.server(values)
    except ImporterError as error:
        yield failed("login", error)
        yield from _not_checked("There was no login", "list", "create", "version")
        return
    screen.stage("Asking the server", None)
    found = list(examine_account(server, resolve.journal(values.journal)))
    yield from found
    done = {one.check for one in found}
    yield from _not_checked("There was no login", *(one for one in ("list", "create", "version") if one not in done))


def _not_checked(why: str, *checks: str) -> Iterator[CheckResult]:
    for check in checks:
        yield CheckResult(check, Health.NOT_CHECKED, f"{why}.")


def _document(results: Sequence[CheckResult], in_force: Sequence[InForce], code: ExitCode) -> dict[str, object]:
    return {
        "checks": [
            {"name": one.check, "status": one.health.value, "message": one.message, "code": one.code} for one in results
        ],
        "settings": [{"name": one.name, "value": one.value, "source": one.source} for one in in_force],
        "exit_code": int(code),
    }
