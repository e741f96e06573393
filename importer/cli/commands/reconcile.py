"""`reconcile`: campaigns of runs that are gone from the server, or were edited there."""

from dataclasses import dataclass
from datetime import datetime

from importer.cli.reconciling import reconciliation_document, tell_reconciliation
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.server.connecting import session
from importer.cli.values.server import ServerValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.undo import reconcile
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class ReconcileValues(ServerValues):
    """What `reconcile` takes."""

    run: str | None
    since: datetime | None
    forget: bool


def run(values: ReconcileValues, screen: Screen) -> ExitCode:
    """Compare campaigns with what the server shows, and say what differs."""
    if values.run is not None and values.since is not None:
        message = "--since is for the campaigns of several runs, and RUN names one. Remove one of them."
        raise WrongUsage(message, ProblemCode.CLASH)
    with session(values, screen, "reconcile", values.run) as opened:
        found = reconcile(opened, values.run, values.since, forget=values.forget)
    tell_reconciliation(screen, found, again=[values.run] if values.run else [])
    put(values, {"run": values.run, **reconciliation_document(found)})
    return found.exit_code
