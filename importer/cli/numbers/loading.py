"""Numbers are loaded into a campaign that exists: planned, shown, asked about, sent, and handed back."""

from datetime import datetime
from pathlib import Path

from importer import numbers
from importer.cli.numbers.reports import show_check, show_outcome, show_prospect
from importer.cli.options.option_types import moment_of
from importer.cli.screen import prompts
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint
from importer.cli.server.connecting import session
from importer.cli.values.number_choices import number_options
from importer.cli.values.numbers import ContinuingValues, LoadingValues, NumbersValues
from importer.documents import numbers_document
from importer.errors import WrongUsage
from importer.model import ExitCode, Run, counted
from importer.numbers import (
    DuplicateScope,
    LoadOptions,
    LoadOrder,
    LoadPlan,
    NumberStatus,
    TooManyRefused,
    WhenOn,
    WireFormat,
)
from importer.session import Session
from importer.shutdown import gently
from schemas.problem_codes import ProblemCode


def load_numbers(values: NumbersValues, screen: Screen) -> ExitCode:
    """Check lists, ask, and load their numbers into a campaign."""
    if values.campaign is None:
        message = "numbers load needs the campaign that gets the numbers: --campaign ID, as the server's list shows it."
        raise WrongUsage(message, ProblemCode.COMMAND_LINE)
    if values.split is not None:
        message = (
            "numbers load fills one campaign, which has one time group, so --split does not apply. Put the campaign "
            "into a sheet, and use import SHEET --numbers FILE --split timezone: it creates one for each time zone."
        )
        raise WrongUsage(message, ProblemCode.CLASH)
    if not values.yes:
        prompts.require_terminal("Add --yes to load without asking.")
    listing = values.listing or numbers.default_listing(values.what[0], datetime.now())  # noqa: DTZ005 -- the user's
    options = number_options(values, None)
    order = load_order(values, options.rules.country, when_on(values))
    with session(values, screen, numbers.COMMAND) as opened:
        try:
            plan = numbers.plan_load(opened, values.what, options, values.campaign, order)
        except TooManyRefused as refused:
            return _nothing_sent(values, screen, refused)
        show_check(screen, plan.report)
        show_prospect(screen, [numbers.dialling_of(plan.to_call, plan.campaign.fields)])
        agreed = values.yes or not plan.to_load or _ask(screen, opened, plan, order)
        with gently(opened.worker_pool.stop):
            if not agreed:
                screen.say("Nothing was loaded.")
            code = _finish(values, screen, opened, plan.run, listing, load=agreed)
            numbers.remove_old_numbers(opened, values.keep_numbers)
            return code


def continue_load(values: ContinuingValues, screen: Screen, run: Run) -> ExitCode:
    """Load the numbers of a run, or go on with it."""
    listing = numbers.default_listing(Path(run.source.path), datetime.now())  # noqa: DTZ005 -- the user's clock
    if values.results is not None:
        listing = values.results
        numbers.check_listing(listing)
    with session(values, screen, "apply", run.id) as opened, gently(opened.worker_pool.stop):
        loads = opened.journal.number_loads.of(run.id)
        settled = bool(loads) and not any(load.is_open for load in loads) and numbers.are_kept(opened.journal, run.id)
        again = values.results is not None or not numbers.has_listing(Path(run.source.path))
        code = _finish(values, screen, opened, run.id, listing, load=not settled, handed_back=settled and not again)
        numbers.remove_old_numbers(opened, values.keep_numbers)
        return code


def load_order(values: LoadingValues, country: str, when: WhenOn) -> LoadOrder:
    """Return what is asked for besides the numbers; `country` is that of national numbers, `when` for a campaign on."""
    return LoadOrder(
        how=LoadOptions(
            number_format=WireFormat(values.number_format) if values.number_format else None,
            country=country,
            batch=values.batch,
            when_on=when,
        ),
        status=NumberStatus.of(values.number_status),
        not_again=None if values.not_again is None else moment_of(values.not_again),
        duplicates=DuplicateScope(values.duplicates),
        accept_refused=(values.accept_refused or 0) / 100,
    )


def when_on(values: NumbersValues) -> WhenOn:
    """Return what is to be done about a campaign that is on."""
    if values.switch_off and values.while_dialling:
        message = "--switch-off and --while-dialling cannot be used together. Remove one of them."
        raise WrongUsage(message, ProblemCode.CLASH)
    if values.switch_off:
        return WhenOn.SWITCH_OFF
    return WhenOn.WHILE_DIALLING if values.while_dialling else WhenOn.REFUSE


def _ask(screen: Screen, opened: Session, plan: LoadPlan, order: LoadOrder) -> bool:
    campaign, server = plan.campaign, opened.server.identity
    name = f", {campaign.name!r}," if campaign.name else ""
    message = f"Load {counted(plan.to_load, 'number')} into campaign {campaign.campaign_id}{name} on {server}?"
    stopped = "\n  ".join(("Nothing was loaded. To continue:", screen.to_type("apply", plan.run)))
    may_dial = int(campaign.is_on is not False and order.how.when_on is not WhenOn.REFUSE)
    return prompts.confirm(
        screen, f"{message} {_state(campaign, order.how.when_on)}", dialling=may_dial, stopped=stopped
    )


def _state(campaign: numbers.CampaignState, when: WhenOn) -> str:
    if campaign.is_on is False:
        return "It is switched off, and stays off."
    if when is WhenOn.WHILE_DIALLING:
        return "It is switched on, and may dial them at once."
    if when is WhenOn.SWITCH_OFF:
        return "It is switched on: it is switched off for the load, and on again when all numbers are there."
    return ""


def _finish(
    values: NumbersValues | ContinuingValues,
    screen: Screen,
    opened: Session,
    run: str,
    listing: Path,
    *,
    load: bool,
    handed_back: bool = False,
) -> ExitCode:
    """Load the numbers of a run if that is agreed, and hand back those that were not loaded, unless that was done."""
    outcome = numbers.load_run(opened, run) if load else numbers.outcome_of(opened.journal, run)
    every = values.all_numbers
    if every or (outcome.left and not handed_back):
        outcome = numbers.write_listing(opened.journal, outcome, listing, every_number=every)
    show_outcome(screen, outcome)
    if outcome.unfinished:
        screen.suggest(Hint("to continue where this run stopped", screen.to_type("apply", run)))
    put(values, numbers_document(outcome))
    return outcome.exit_code


def _nothing_sent(values: NumbersValues, screen: Screen, refused: TooManyRefused) -> ExitCode:
    show_check(screen, refused.report)
    screen.fail(refused)
    said = {"message": refused.message, "code": refused.problem_code, "exit_code": int(refused.exit_code)}
    put(values, {"run": None, "campaigns": [], "scrubs": [], **numbers.evidence_of(refused.report), **said})
    return refused.exit_code
