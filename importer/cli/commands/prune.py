"""`prune`: old contents are removed from the journal, and old files from a drop folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from importer import history, numbers
from importer.cli.screen import prompts
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.values import resolve
from importer.cli.values.common import JournalValues
from importer.errors import WrongUsage
from importer.files import similar_name
from importer.model import ExitCode, Run, counted
from schemas.problem_codes import ProblemCode

MOST_LISTED = 20
"""How many runs, and how many files, are named before they are removed."""


@dataclass(frozen=True, kw_only=True)
class PruneValues(JournalValues):
    """What `prune` takes."""

    folder: Path | None
    older_than: datetime
    yes: bool


def run(values: PruneValues, screen: Screen) -> ExitCode:
    """Show what is old enough, ask, and remove it."""
    path, before = resolve.journal(values.journal), values.older_than
    if values.folder and not values.folder.is_dir():
        message = f"There is no folder {values.folder}.{similar_name(values.folder) or ' Check its name.'}"
        raise WrongUsage(message, ProblemCode.NO_FILE)
    runs, with_numbers = history.prunable(path, before), _with_numbers(path, before)
    files = _old_files(values.folder, before) if values.folder else []
    agreed = bool(runs or with_numbers or files)
    # A person who is asked sees what the question is about, even with --quiet.
    show = screen.say if values.yes or not agreed else screen.insist
    for line in _listed(runs, files):
        show(line)
    if with_numbers:
        show(f"Telephone numbers of {counted(len(with_numbers), 'run')}")
    if not agreed:
        screen.say("Nothing is older than that.")
    elif not values.yes:
        prompts.require_terminal("Add --yes to remove them without asking.")
        agreed = prompts.confirm(
            screen, f"Remove {_counted(runs, with_numbers, files)}?", stopped="Nothing was removed."
        )
        if not agreed:
            screen.say("Nothing was removed.")
    if agreed:
        runs = history.prune(path, before)
        with_numbers = numbers.prune_numbers(path, before) if with_numbers else []
        if files:
            _remove(files)
        screen.say(f"Removed {_counted(runs, with_numbers, files)}.")
    document = {"runs": [old.id for old in runs], "numbers": with_numbers, "files": list(map(str, files))}
    put(values, {**document, "removed": agreed, "exit_code": 0})
    return ExitCode.DONE


def _listed(runs: Sequence[Run], files: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each of the first runs and files, and how many more there are of each."""
    for run in runs[:MOST_LISTED]:
        yield f"Run {run.id} of {run.started.astimezone():%Y-%m-%d}: {run.source.path}"
    if len(runs) > MOST_LISTED:
        yield f"and {counted(len(runs) - MOST_LISTED, 'more run')}"
    for file in files[:MOST_LISTED]:
        yield f"File {file}"
    if len(files) > MOST_LISTED:
        yield f"and {counted(len(files) - MOST_LISTED, 'more file')}"


def _counted(runs: Sequence[Run], with_numbers: Sequence[str], files: Sequence[Path]) -> str:
    parts = (
        f"the contents of {counted(len(runs), 'run')}" * bool(runs),
        f"the telephone numbers of {counted(len(with_numbers), 'run')}" * bool(with_numbers),
        counted(len(files), "file") * bool(files),
    )
    return " and ".join(filter(None, parts))


def _with_numbers(journal: Path, before: datetime) -> list[str]:
    """Return the runs whose telephone numbers are no longer needed."""
    return numbers.prunable_numbers(journal, before) if numbers.any_kept(journal) else []


def _old_files(folder: Path, before: datetime) -> list[Path]:
    # If only the journal is pruned, the code for drop folders is not needed.
    from importer.drop import old_files

    return old_files(folder, before)


def _remove(files: list[Path]) -> None:
    from importer.drop import remove_files

    remove_files(files)
