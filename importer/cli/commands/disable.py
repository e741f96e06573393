"""`disable`: the campaigns of a run are switched off."""

from dataclasses import dataclass

from importer.cli.screen.screen import Screen
from importer.cli.switching import switch_run
from importer.cli.values.server import ServerValues
from importer.delivery import Switch
from importer.model import ExitCode


@dataclass(frozen=True, kw_only=True)
class DisableValues(ServerValues):
    """What `disable` takes."""

    run: str


def run(values: DisableValues, screen: Screen) -> ExitCode:
    """Switch the campaigns off, without a question, because none starts dialling."""
    return switch_run(values, screen, values.run, Switch(enabled=False), ask=False)
