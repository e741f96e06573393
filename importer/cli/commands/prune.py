"""`prune`: what is old is removed from the journal and from a drop folder."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from importer import history
from importer.cli import prompts, resolve
from importer.cli.output import put
from importer.cli.screen import Screen
from importer.cli.values import JournalValues
from importer.errors import WrongUsage
from importer.files import similar_name
from importer.model import ExitCode
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class PruneValues(JournalValues):
    """What `prune` takes."""

    folder: Path | None
    older_than: datetime
    yes: bool


def run(values: PruneValues, screen: Screen) -> ExitCode:
    """Show what is old, ask, and remove it."""
    path, before = resolve.journal(values.journal), values.older_than
    if values.folder and not values.folder.is_dir():
        message = f"There is no folder {values.folder}.{similar_name(values.folder) or ' Check its name.'}"
        raise WrongUsage(message, ProblemCode.NO_FILE)
    runs = history.prunable(path, before)
    files = _old_files(values.folder, before) if values.folder else []
    for old in runs:
        screen.say(f"Run {old.id} of {old.started:%Y-%m-%d}: {old.source.path}")
    for file in files:
        screen.say(f"File {file}")
    agreed = bool(runs or files)
    if agreed and not values.yes:
        prompts.require_terminal("Add --yes to remove them without asking.")
        agreed = prompts.confirm(screen, f"Remove the contents of {len(runs)} runs and {len(files)} files?")
    if agreed:
        runs = history.prune(path, before)
        if files:
            _remove(files)
        screen.say(f"Removed the contents of {len(runs)} runs and {len(files)} files.")
    document = {"runs": [old.id for old in runs], "files": list(map(str, files)), "removed": agreed, "exit_code": 0}
    put(values, document)
    return ExitCode.DONE


def _old_files(folder: Path, before: datetime) -> list[Path]:
    # Where the journal alone is pruned, nothing of what looks after folders is needed.
    from importer.drop import old_files

    return old_files(folder, before)


def _remove(files: list[Path]) -> None:
    from importer.drop import remove_files

    remove_files(files)
