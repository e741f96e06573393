"""`apply`: create what a plan lists."""

from dataclasses import dataclass, replace
from functools import partial

from importer import handing_back, history, numbers, pipeline
from importer.cli.agreeing import announce
from importer.cli.outputs import output_options
from importer.cli.screen.output import tell
from importer.cli.screen.screen import Screen
from importer.cli.server.connecting import limits, session
from importer.cli.values import import_options, resolve
from importer.cli.values.numbers import ContinuingValues
from importer.cli.values.server import LimitValues
from importer.model import ExitCode
from importer.shutdown import gently


@dataclass(frozen=True, kw_only=True)
class ApplyValues(ContinuingValues, LimitValues):
    """What `apply` takes."""

    run: str
    on_existing: str | None
    canary: int


def run(values: ApplyValues, screen: Screen) -> ExitCode:
    """Carry out a run, or continue it."""
    planned = history.find_run(resolve.journal(values.journal), values.run)
    if planned.command == numbers.COMMAND:
        from importer.cli.numbers.loading import continue_load  # few runs are of numbers alone

        return continue_load(values, screen, planned)
    if planned.command.startswith("undo "):
        from importer.cli.undoing import continue_undo  # nor are many undos

        return continue_undo(values, screen, planned.id, output_options(values, (values.run,)))
    output = replace(output_options(values, (values.run,)), every_number=values.all_numbers)
    on_existing = import_options.on_existing(values.on_existing)
    with (
        session(values, screen, "apply", values.run, values.canary, limits(values)) as opened,
        gently(opened.worker_pool.stop),
    ):
        applied = pipeline.apply(opened, values.run, on_existing=on_existing, announce=partial(announce, screen))
        handed_back = handing_back.hand_back(opened, applied, output)
        numbers.remove_old_numbers(opened, values.keep_numbers)
        return tell(screen, values, [handed_back])
