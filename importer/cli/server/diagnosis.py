"""The checks of `doctor`: does the server respond, what may the account do there, can the journal be used.

Nothing is created: the requests are the list of campaigns and the server's dry run (`validation=1`).
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from importer.cli.server.connecting import lone_client
from importer.enswitch import Client, Fields, RetryPolicy, Server, look
from importer.errors import ImporterError, Locked, OutcomeUnknown, RowRefused
from importer.journal import Journal
from importer.model import CheckResult, Health, Status, counted
from importer.run_options import MEBIBYTE
from importer.security import is_this_machine
from schemas.problem_codes import ProblemCode

SOON = 10.0
"""Seconds without a response after which the server counts as failing: the user is waiting for the answer."""

ENDS_SOON = timedelta(days=21)
"""How long before it expires a certificate causes a warning."""

TRIAL: Mapping[str, str] = {
    "name": "campaign-importer doctor",
    "dtype": "mailbox",
    "dnumber": "1234",
    "enabled": "0",
}
"""The campaign of the dry run, from the example on the page "bulk/campaigns/create". It is off: a server without the
dry run would create one that does not dial anybody."""

UNDER_WAY = (Status.VALID, Status.READY, Status.SENDING, Status.IN_DOUBT)
"""The statuses of rows that their run has not finished."""


OF_A_ROW = {ProblemCode.DOUBTFUL: ProblemCode.NO_API, ProblemCode.NOT_CREATED: ProblemCode.SERVER_FAILS}
"""The failures that would concern a row if there were one."""


def failed(check: str, error: ImporterError) -> CheckResult:
    """Return the result of a check that ended with an error."""
    return CheckResult(check, Health.PROBLEM, error.message, OF_A_ROW.get(error.problem_code, error.problem_code))


def examine_address(server: Server) -> CheckResult:
    """Check whether the address can be used, and whether the connection is encrypted."""
    try:
        host, port = server.host_and_port
    except ImporterError as error:
        return failed("address", error)
    if server.base_url.startswith("https:"):
        return CheckResult("address", Health.OK, f"{server.url} (port {port})")
    if is_this_machine(host):
        return CheckResult("address", Health.OK, f"{server.url} (http, but on this machine)")
    message = f"{server.url} sends the password unencrypted, as --allow-http permits. Use https if the server has it."
    return CheckResult("address", Health.WARNING, message, ProblemCode.UNENCRYPTED)


def examine_connection(server: Server, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> CheckResult:
    """Check whether a web server responds, and until when its certificate is valid. Sends no credentials."""
    try:
        seen = look(_impatient(server))
    except OutcomeUnknown as error:
        message = f"{error.message} Check --url, and whether the server is busy or behind a firewall."
        return CheckResult("connection", Health.PROBLEM, message, ProblemCode.UNREACHABLE)
    except ImporterError as error:
        return failed("connection", error)
    if seen.certificate_ends is None:
        return CheckResult("connection", Health.OK, "A web server responds, without TLS.")
    until = f"{seen.certificate_ends.astimezone():%Y-%m-%d}"
    days = (seen.certificate_ends - now()).days
    if seen.certificate_ends - now() < ENDS_SOON:
        message = f"The certificate ends in {counted(days, 'day')}, on {until}. Have it renewed before then."
        return CheckResult("connection", Health.WARNING, message, ProblemCode.CERTIFICATE)
    return CheckResult("connection", Health.OK, f"A web server responds; its certificate is valid until {until}.")


def sign_in(server: Server, journal: Path) -> list[Fields]:
    """Have the server check the user name and the password, once, by requesting the campaigns; return these.

    A refusal is recorded beside the journal, and a recorded password is not sent. Raises AccessRefused for that and for
    a role that may not list campaigns, and any other error that prevents a response.
    """
    with closing(_client(server, journal)) as client:
        return client.list_campaigns(None)


def examine_account(server: Server, journal: Path) -> Iterator[CheckResult]:
    """Check whether the login works, what its role allows, and what can be seen of the server's version."""
    campaigns: list[Fields] = []
    try:
        campaigns = sign_in(server, journal)
    except ImporterError as error:
        if not isinstance(error, RowRefused) and getattr(error, "code", "") != "402":
            yield failed("login", error)
            return
        yield _logged_in(server)
        why = f" ({error.message})" if isinstance(error, RowRefused) else ""
        message = (
            f"The account may not list campaigns{why}, and rows in doubt cannot be looked up without the list. "
            "Have its role changed, or use another account."
        )
        yield CheckResult("list", Health.PROBLEM, message, error.problem_code)
    else:
        yield _logged_in(server)
        yield CheckResult("list", Health.OK, f"The account may list campaigns; it sees {len(campaigns):,}.")
    yield _may_create(server, journal)
    yield _version(campaigns)


def _logged_in(server: Server) -> CheckResult:
    return CheckResult("login", Health.OK, f"The server accepts the user name {server.username} and the password.")


def _may_create(server: Server, journal: Path) -> CheckResult:
    try:
        with closing(_client(server, journal)) as client:
            client.validate(TRIAL)
    except RowRefused as error:
        if error.code == "403":
            return failed("create", error)
        message = (
            "The account may create campaigns: the server checked a dry run and refused only its made-up values "
            f"({error.message})."
        )
        return CheckResult("create", Health.OK, message)
    except ImporterError as error:
        return failed("create", error)
    return CheckResult("create", Health.OK, "The account may create campaigns: the server accepted a dry run.")


def _version(campaigns: list[Fields]) -> CheckResult:
    """Say what the campaigns show about the server's version: the API has no function for it."""
    for fields in campaigns:
        if "keep_agents_available" in fields:
            message = "Enswitch 4.2 or later: its campaigns have keep_agents_available."
            return CheckResult("version", Health.OK, message)
        if "maximum" in fields:
            message = (
                "Probably before Enswitch 4.2: its campaigns have no keep_agents_available. Leave that column out."
            )
            return CheckResult("version", Health.OK, message)
    message = "Unknown: the API does not report its version, and there are no campaigns to tell it by."
    return CheckResult("version", Health.NOT_CHECKED, message)


def examine_journal(path: Path) -> CheckResult:
    """Report where the journal is, whether it can be written, its size, and how many of its runs are unfinished."""
    if not os.path.exists(path):  # noqa: PTH110 -- Path.exists raises where a folder may not be entered
        return _new_journal(path)
    try:
        size = path.stat().st_size
        if not size:
            message = f"{path} is an empty file, not a journal. If it used to be one, restore a copy of it."
            return CheckResult("journal", Health.PROBLEM, message, ProblemCode.JOURNAL_UNUSABLE)
        with Journal(path) as journal:
            counts = [journal.rows.counts(run.id) for run in journal.runs.newest_first()]
    except Locked as error:
        return CheckResult("journal", Health.WARNING, error.message, error.problem_code)
    except ImporterError as error:
        return failed("journal", error)
    except OSError as error:
        message = f"The journal {path} cannot be read: {error.strerror}. Grant read and write access to it."
        return CheckResult("journal", Health.PROBLEM, message, ProblemCode.JOURNAL_UNUSABLE)
    in_doubt = sum(bool(one.get(Status.IN_DOUBT) or one.get(Status.SENDING)) for one in counts)
    under_way = sum(any(one.get(status) for status in UNDER_WAY) for one in counts)
    message = f"{path}: {size / MEBIBYTE:,.1f} MiB, {counted(len(counts), 'run')}, {under_way:,} of them not finished."
    if in_doubt:
        message += f" {counted(in_doubt, 'run')} with rows in doubt: `campaign-importer runs --failed` lists them."
        return CheckResult("journal", Health.WARNING, message, ProblemCode.DOUBTFUL)
    return CheckResult("journal", Health.OK, message)


def _new_journal(path: Path) -> CheckResult:
    folder = next(one for one in path.parents if os.path.exists(one))  # noqa: PTH110 -- as above
    try:
        with tempfile.TemporaryFile(dir=folder):
            return CheckResult("journal", Health.OK, f"{path} does not exist yet; the first plan or import creates it.")
    except OSError as error:
        message = (
            f"The journal {path} cannot be created: {folder} cannot be written to ({error.strerror}). Grant write "
            "access to it, or use another journal with --journal."
        )
        return CheckResult("journal", Health.PROBLEM, message, ProblemCode.JOURNAL_UNUSABLE)


def _client(server: Server, journal: Path) -> Client:
    return lone_client(_impatient(server), journal)


def _impatient(server: Server) -> Server:
    """Return a server that is asked only once, with a short time-out."""
    return replace(server, timeout=min(server.timeout, SOON), retry_policy=RetryPolicy(tries=1))
