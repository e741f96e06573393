"""`template`: a workbook to fill in is written."""

from dataclasses import dataclass
from pathlib import Path

from importer import template
from importer.cli.printing import put
from importer.cli.screen import Screen
from importer.cli.values import CommonValues
from importer.cli.wording import Hint
from importer.model import ExitCode


@dataclass(frozen=True, kw_only=True)
class TemplateValues(CommonValues):
    """What `template` takes."""

    out: Path


def run(values: TemplateValues, screen: Screen) -> ExitCode:
    """Write the workbook."""
    template.write(values.out)
    put(values, {"file": str(values.out.absolute()), "exit_code": 0})
    screen.say(f"Created {values.out}.")
    screen.suggest(Hint("fill in a row for each campaign, then check it", screen.to_type("validate", values.out)))
    return ExitCode.DONE
