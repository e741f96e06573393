"""`journal`: copy it to one file, or check that it is intact."""

from dataclasses import dataclass
from pathlib import Path

from importer import history
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.values import resolve
from importer.cli.values.common import JournalValues
from importer.errors import WrongUsage
from importer.files import similar_name
from importer.model import ExitCode, counted
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class JournalCommandValues(JournalValues):
    """What `journal` takes; `action` is backup or check."""

    action: str
    file: Path | None


def run(values: JournalCommandValues, screen: Screen) -> ExitCode:
    """Check the journal, and copy it if requested."""
    path, file = resolve.journal(values.journal), values.file
    if (values.action == "backup") != (file is not None):
        raise WrongUsage("Use `journal backup FILE` or `journal check`.", ProblemCode.CLASH)
    if not path.exists():
        message = f"There is no journal {path}.{similar_name(path) or ' Name it with --journal.'}"
        raise WrongUsage(message, ProblemCode.NO_FILE)
    runs = history.check_journal(path)
    if file is not None:
        history.back_up(path, file)
        screen.say(f"Copied the journal {path} to {file}.")
    else:
        screen.say(f"The journal {path} is intact and contains {counted(runs, 'run')}.")
    put(values, {"journal": str(path), "runs": runs, "backup": str(file) if file else None, "exit_code": 0})
    return ExitCode.DONE
