"""Output for programs: reports, runs and rows as JSON objects. docs/machines.md lists the keys."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from importer.model import Severity, Status, part_of, sheet_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importer.model import ExitCode, Group, NumberLoad, Problem, RowResult, Run, Timing
    from importer.numbers import NumbersOutcome, Scrub
    from importer.preview import Preview
    from importer.report import Report


def document(report: Report) -> dict[str, Any]:
    """Return what `--json` prints for a report; one that sums up sheets has the documents of these as well."""
    sheets = {"runs": [document(sheet) for sheet in report.sheets]} if report.sheets else {}
    return {
        "run": report.run or None,
        "file": report.source.path,
        "sheet": None if report.sheets else report.source.sheet,
        "rows": report.rows,
        "counts": _all_counts(report.counts),
        "errors": report.problem_count(Severity.ERROR),
        "warnings": report.problem_count(Severity.WARNING),
        "problems": [_problem(problem) for problem in (*report.errors, *report.warnings)],
        "groups": [_group(group) for group in report.groups],
        "timings": [_timing(timing) for timing in report.timings],
        "existing": report.existing,
        "dialling": report.dialling,
        "calls": report.calls,
        "updating": report.to_update,
        "updates_dialling": report.updates_dialling,
        "update_calls": report.update_calls,
        "numbers": list(map(load_document, report.loads)),
        "results": report.results,
        "rejects": report.rejects,
        "report": report.page,
        "notes": list(report.notes),
        "message": report.stopped.message if report.stopped else None,
        "code": report.stopped.problem_code if report.stopped else None,
        "exit_code": int(report.exit_code),
        **sheets,
    }


def load_document(load: NumberLoad) -> dict[str, Any]:
    """Return what `--json` prints of a campaign that gets telephone numbers."""
    return {
        "campaign": load.campaign_id or None,
        "row": sheet_row(load.row) or None,
        "to_load": load.to_load,
        "loaded": load.loaded,
        "status": load.status.value,
        "message": load.message or None,
    }


def numbers_document(outcome: NumbersOutcome) -> dict[str, Any]:
    """Return what `--json` prints of the telephone numbers of a run; most digits of each are hidden."""
    stopped = outcome.stopped
    return {
        "run": outcome.run,
        **outcome.found,
        "counts": dict(outcome.counts),
        "campaigns": [load_document(one) for one in outcome.campaigns],
        "scrubs": outcome.found.get("scrubs", []),
        "results": str(outcome.listing) if outcome.listing else None,
        "notes": [*outcome.found.get("notes", ()), *outcome.notes],
        "message": stopped.message if stopped else None,
        "code": stopped.problem_code if stopped else None,
        "exit_code": int(outcome.exit_code),
    }


def scrub_document(done: Scrub) -> dict[str, Any]:
    """Return what `--json` prints of numbers on the server that were compared with do-not-call lists again."""
    stopped = done.stopped
    return {
        "run": done.run,
        "dnc": done.evidence,
        "campaigns": [
            {
                "campaign": one.campaign_id or None,
                "row": sheet_row(one.row) or None,
                "listed": one.listed,
                "found": len(one.found),
                "cancelled": one.cancelled,
                "to_leave_out": one.to_leave_out,
                "left_out": one.left_out,
                "message": one.message or None,
            }
            for one in done.campaigns
        ],
        "message": stopped.message if stopped else None,
        "code": stopped.problem_code if stopped else None,
        "exit_code": int(done.exit_code),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.problem_code or None,
        "severity": problem.severity.value,
        "row": sheet_row(problem.row) if problem.row else problem.row,
        "column": problem.column,
        "cell": problem.cell,
        "found": problem.found,
        "message": problem.message,
    }


def _group(group: Group) -> dict[str, Any]:
    first = group.first[0]
    return {
        "code": first.problem_code or None,
        "severity": first.severity.value,
        "column": first.column,
        "count": group.count,
        "message": first.message,
        "first": [problem.where for problem in group.first],
    }


def _timing(timing: Timing) -> dict[str, Any]:
    return {"stage": timing.stage, "rows": timing.rows, "seconds": round(timing.seconds, 3)}


def run_document(run: Run, counts: Mapping[Status, int]) -> dict[str, Any]:
    """Return what `--json` prints for a run in the list of runs."""
    return {
        "run": run.id,
        "started": run.started.isoformat(),
        "command": run.command,
        "file": run.source.path,
        "sheet": run.source.sheet,
        "server": run.server,
        "account": run.account,
        "user": run.os_user or None,
        "host": run.host or None,
        "results": run.results,
        "counts": _all_counts(counts),
    }


def row_document(row: RowResult) -> dict[str, Any]:
    """Return what `--json` prints for a row."""
    return {
        "row": sheet_row(row.number),
        "part": part_of(row.number),
        "status": row.outcome.status.value,
        "id": row.outcome.campaign_id,
        "code": row.outcome.code,
        "key": row.outcome.key,
        "message": row.message,
        "problems": [_problem(problem) for problem in row.problems],
        "names": dict(row.looked_up),
    }


def shown_document(shown: Preview) -> dict[str, Any]:
    """Return what `show --json` prints for a file."""
    return {**asdict(shown), "problems": [_problem(problem) for problem in shown.problems], "exit_code": 0}


def failed_document(
    path: Path | None, message: str, exit_code: ExitCode, problem_code: str | None = None, run: str | None = None
) -> dict[str, Any]:
    """Return what `--json` prints for a file, a run or a command that failed.

    `problem_code` is the code in the catalogue; `path` may be relative, and is printed as an absolute path.
    """
    # Lists of runs and rows are documents without a report.
    from importer.model import Source
    from importer.report import Report

    nothing = document(Report(source=Source(path="", sheet=None, headings=()), counts={}))
    file = str(path.absolute()) if path is not None else None
    return {**nothing, "run": run, "file": file, "message": message, "code": problem_code, "exit_code": int(exit_code)}


def _all_counts(counts: Mapping[Status, int]) -> dict[str, int]:
    return {status.value: counts.get(status, 0) for status in Status}
