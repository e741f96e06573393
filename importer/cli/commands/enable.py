"""`enable`: the campaigns of a run are switched on."""

from dataclasses import dataclass

from importer.cli.screen import prompts
from importer.cli.screen.screen import Screen
from importer.cli.switching import switch_run
from importer.cli.values.server import DiallingLimitValues, ServerValues
from importer.delivery import Switch
from importer.model import ExitCode
from importer.run_options import Limits


@dataclass(frozen=True, kw_only=True)
class EnableValues(ServerValues, DiallingLimitValues):
    """What `enable` takes."""

    run: str
    yes: bool
    every: bool


def run(values: EnableValues, screen: Screen) -> ExitCode:
    """Ask, and switch the campaigns on."""
    if not values.yes:
        prompts.require_terminal("Add --yes to enable without asking.")
    limits = Limits(dialling=values.max_dialling, calls=values.max_calls)
    asked = Switch(enabled=True, every=values.every)
    return switch_run(values, screen, values.run, asked, ask=not values.yes, limits=limits)
