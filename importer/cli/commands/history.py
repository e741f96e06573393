"""The commands about what was done: the runs, their rows, the journal itself, and removing what is not needed."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli import options, prompts, resolve
from importer.cli.app import command, known_runs, wants_color
from importer.cli.option_types import PATH, Moment, Values
from importer.cli.output import put
from importer.errors import WrongUsage
from importer.model import NEEDS_A_PERSON, ExitCode, RowResult, Status
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.cli.screen import Screen


@command(
    click.argument("run", required=False, metavar="[RUN]", shell_complete=known_runs),
    click.option("--since", type=Moment(), metavar="WHEN", help="Only runs since then: a date, or an age such as 7d."),
    click.option(
        "--failed",
        is_flag=True,
        help="Only runs, or rows, that need a person: wrong, failed, changed, in doubt, or on the server already.",
    ),
    options.JOURNAL,
)
def runs(_context: click.Context, _screen: "Screen", values: Values, run: str | None) -> ExitCode:
    """Show what was done, when and with what outcome; or the rows of one run."""
    from importer import documents, history
    from importer.cli import screen

    path, failed = resolve.journal(values), values["failed"]
    if run is not None and values["since"] is not None:
        raise WrongUsage(
            "--since is for the list of runs, and RUN asks for the rows of one. Leave one out.", ProblemCode.CLASH
        )
    if run is None:
        held = history.held(path) if failed else set()
        known = [
            (one, counts)
            for one, counts in history.runs(path, values["since"])
            if not failed or one.id in held or _is_unfinished(counts)
        ]
        headings: tuple[str, ...] = screen.RUN_HEADINGS
        told, lines = [documents.run_document(*one) for one in known], [screen.run_line(*one) for one in known]
    else:
        rows = [row for row in history.rows_of(path, run) if not failed or _needs_a_person(row)]
        headings = screen.ROW_HEADINGS
        told, lines = [documents.row_document(row) for row in rows], [screen.row_line(row) for row in rows]
    if values["json"]:
        screen.put_json(told)
    else:
        screen.put_table(headings, lines, color=wants_color(values))
    return ExitCode.DONE


@command(
    click.argument("folder", required=False, type=PATH, metavar="[DIR]"),
    click.option(
        "--older-than",
        type=Moment(),
        required=True,
        metavar="WHEN",
        help="What is older than that: an age such as 90d, or a date.",
    ),
    options.YES,
    options.JOURNAL,
)
def prune(_context: click.Context, screen: "Screen", values: Values, folder: Path | None) -> ExitCode:
    """Remove old texts from the journal, and old files from a drop folder; created rows stay recognised."""
    from importer import history
    from importer.drop import old_files, remove_files

    path, before = resolve.journal(values), values["older_than"]
    if folder and not folder.is_dir():
        raise WrongUsage(f"There is no folder {folder}. Check its name.", ProblemCode.NO_FILE)
    runs, files = history.prunable(path, before), old_files(folder, before) if folder else []
    for run in runs:
        screen.say(f"Run {run.id} of {run.started:%Y-%m-%d}: {run.source.path}")
    for file in files:
        screen.say(f"File {file}")
    message = f"Remove the contents of {len(runs)} runs and {len(files)} files?"
    agreed = bool(runs or files)
    if agreed and not values["yes"]:
        prompts.require_terminal("Add --yes to do it without asking.")
        agreed = prompts.confirm(screen, message)
    if agreed:
        runs = history.prune(path, before)
        remove_files(files)
        screen.say(f"Removed the contents of {len(runs)} runs and {len(files)} files.")
    document = {"runs": [run.id for run in runs], "files": list(map(str, files)), "removed": agreed, "exit_code": 0}
    put(values, document)
    return ExitCode.DONE


@command(
    click.argument("action", type=click.Choice(["backup", "check"])),
    click.argument("file", required=False, type=PATH, metavar="[FILE]"),
    options.JOURNAL,
)
def journal(_context: click.Context, screen: "Screen", values: Values, file: Path | None) -> ExitCode:
    """Copy the journal to one file with everything in it, even while a run is at work; or check that it is whole."""
    from importer import history

    path = resolve.journal(values)
    if (values["action"] == "backup") != (file is not None):
        raise WrongUsage("Say `journal backup FILE`, or `journal check`.", ProblemCode.CLASH)
    if not path.exists():
        raise WrongUsage(f"There is no journal {path}. Name it with --journal.", ProblemCode.NO_FILE)
    runs = history.check_journal(path)
    if file is not None:
        history.back_up(path, file)
        screen.say(f"{file} has everything of the journal {path}.")
    else:
        screen.say(f"The journal {path} is whole; it knows {runs} run{'s' if runs != 1 else ''}.")
    put(values, {"journal": str(path), "runs": runs, "backup": str(file) if file else None, "exit_code": 0})
    return ExitCode.DONE


def _is_unfinished(counts: Mapping[Status, int]) -> bool:
    """Say whether a run has rows that need a person, or was begun and has rows left to create."""
    half_done = counts.get(Status.READY) and counts.get(Status.CREATED)
    return bool(half_done) or any(counts.get(status) for status in NEEDS_A_PERSON)


def _needs_a_person(row: RowResult) -> bool:
    held = row.outcome.status is Status.READY and any(one.problem_code == ProblemCode.ON_SERVER for one in row.problems)
    return held or row.outcome.status in NEEDS_A_PERSON
