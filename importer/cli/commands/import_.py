"""`import`: check files, ask, and create the campaigns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from importer import handing_back, numbers, pipeline
from importer.cli.agreeing import Agreement, agree, announce
from importer.cli.numbers.sheet import sheet_numbers
from importer.cli.outputs import output_options
from importer.cli.own_headings import heading_questions
from importer.cli.screen import prompts
from importer.cli.screen.output import each, tell
from importer.cli.screen.screen import Screen
from importer.cli.server.connecting import limits, session
from importer.cli.values import import_options
from importer.cli.values.numbers import KeepingValues, SheetNumbersValues
from importer.cli.values.output import ResultsValues
from importer.cli.values.reading import MakingValues
from importer.cli.values.server import LimitValues, ServerValues
from importer.model import ExitCode
from importer.reading import InputTable, tables_of
from importer.report import Report
from importer.run_report import within_limits
from importer.session import Session
from importer.shutdown import gently


@dataclass(frozen=True, kw_only=True)
class ImportValues(MakingValues, SheetNumbersValues, KeepingValues, ServerValues, LimitValues, ResultsValues):
    """What `import` takes."""

    files: tuple[Path, ...]
    yes: bool
    all_sheets: bool
    canary: int
    check_existing: bool


def run(values: ImportValues, screen: Screen) -> ExitCode:
    """Plan all files, ask once, and apply their runs."""
    output = replace(output_options(values, values.files), every_number=values.all_numbers)
    options = import_options.making_options(values)
    several = values.all_sheets or len(values.sheet) > 1
    lists = sheet_numbers(values, screen, options, values.files, several=several)
    options = lists.awaited(options)
    if not values.yes:
        prompts.require_terminal("Add --yes to create without asking, or use plan and apply.")
    questions = heading_questions(screen, values.config, ask=not values.yes, nothing_done="Nothing was created.")
    allowed = limits(values)
    with session(values, screen, "import", canary=values.canary, limits=allowed) as opened:

        def plan_of(table: InputTable) -> Report:
            planned = questions.settle(table.options, lambda settled: pipeline.plan(opened, table.path, settled))
            # The question says what is on the server already. With --yes there is none, and the list before the first
            # create is early enough.
            taken = lists.taken(opened, planned)
            return taken if values.yes else pipeline.compare(opened, taken)

        compared = _compared(opened, screen) if values.check_existing else None
        planned, refused = each(values.files, tables_of(values.sheet, options, every=values.all_sheets), plan_of)
        if refused and planned:
            screen.say("Nothing was created, because not all files can be read.")
        planned = within_limits(allowed, planned, [planned_one.if_agreed for planned_one in planned])
        agreement = Agreement(planned) if refused else agree(screen, opened, planned, ask=not values.yes)
        with gently(opened.worker_pool.stop):
            starting = partial(announce, screen) if values.yes else None
            plans = agreement.plans
            reports = pipeline.apply_each(opened, plans, starting) if agreement.go_on else list(plans)
            handed_back = handing_back.hand_back_each(opened, reports, output)
            numbers.remove_old_numbers(opened, values.keep_numbers)
            shown = _shown_by(screen, agreement)
            return tell(screen, values, handed_back, refused, show=shown, compared=compared)


def _compared(opened: Session, screen: Screen) -> Mapping[str, Any]:
    """Say which campaigns of earlier runs are gone or were edited, and return the document of it.

    Raises what stops that: nothing is created then.
    """
    from importer.cli.reconciling import reconciliation_document, tell_reconciliation  # most imports do not ask for it
    from importer.undo import reconcile

    found = reconcile(opened)
    if found.stopped is not None:
        raise found.stopped
    tell_reconciliation(screen, found)
    return reconciliation_document(found)


def _shown_by(screen: Screen, agreement: Agreement) -> Callable[[Report], None]:
    """Return what shows a report: a person who was asked has seen the plan, and sees only what changed since."""
    if not agreement.asked:
        return screen.report if agreement.go_on else screen.plan
    if not agreement.go_on:
        screen.say("Nothing was created.")
        return screen.handed_back
    before = {plan.run: plan for plan in agreement.plans}

    def outcome(report: Report) -> None:
        screen.rest()
        if len(before) > 1:
            sheet = f", sheet {report.source.sheet}" if report.source.sheet else ""
            screen.say(f"{Path(report.source.path).name}{sheet}:")
        screen.outcome(report, before[report.run])

    return outcome
