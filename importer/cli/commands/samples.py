"""`samples`: the sample files are written into a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from importer.cli.sample_files import sample_folder
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint
from importer.cli.values.common import CommonValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from schemas.problem_codes import ProblemCode

FIRST = "mistakes.xlsx"
"""The sample to look at first: it shows what is reported."""


@dataclass(frozen=True, kw_only=True)
class SamplesValues(CommonValues):
    """What `samples` takes."""

    folder: Path


def run(values: SamplesValues, screen: Screen) -> ExitCode:
    """Write the files, or none if one of them exists already."""
    folder = values.folder
    targets = {folder / place: sample for place, sample in _within(sample_folder(), Path())}
    if existing := [target for target in targets if target.exists()]:
        message = f"{existing[0]} already exists, and nothing is overwritten. Name another folder."
        raise WrongUsage(message, ProblemCode.OUTPUT)
    try:
        for target, sample in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(sample.read_bytes())
    except OSError as error:
        message = f"{error.filename or folder} cannot be written: {error.strerror}. Name another folder."
        raise WrongUsage(message, ProblemCode.OUTPUT) from None
    screen.say(f"Wrote {len(targets)} sample files to {folder}.")
    screen.suggest(Hint("to see how mistakes are reported", screen.to_type("validate", folder / FIRST)))
    put(values, {"folder": str(folder.absolute()), "files": [str(one.absolute()) for one in targets], "exit_code": 0})
    return ExitCode.DONE


def _within(folder: Traversable, place: Path) -> Iterator[tuple[Path, Traversable]]:
    """Yield the files of a folder and of those in it, each with its place below the first one."""
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if one.is_dir():
            yield from _within(one, place / one.name)
        else:
            yield place / one.name, one
