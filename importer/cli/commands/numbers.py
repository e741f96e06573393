"""`numbers`: check lists of telephone numbers, or load them into a campaign."""

from collections.abc import Mapping

from click.core import ParameterSource

from importer import numbers
from importer.cli.numbers.reports import show_check, status_lines
from importer.cli.options.declarations import COMMANDS
from importer.cli.options.option import GENERAL, Option
from importer.cli.screen.printing import put, put_lines
from importer.cli.screen.screen import Screen
from importer.cli.values import resolve
from importer.cli.values.number_choices import country_code, number_options
from importer.cli.values.numbers import NumbersValues
from importer.documents import numbers_document
from importer.errors import WrongUsage
from importer.journal import Journal
from importer.model import ExitCode, counted
from schemas.problem_codes import ProblemCode

USED_HEADINGS: Mapping[str, frozenset[str]] = {
    "check": frozenset(("Reading the file", "Numbers", "Do-not-call lists", GENERAL)),
    "status": frozenset((GENERAL,)),
    "scrub": frozenset(("Do-not-call lists", "Server", "Sending", GENERAL)),
    "forget": frozenset((GENERAL,)),
}
"""The headings of the options that have an effect on an action; on others, all have."""

USED: Mapping[str, frozenset[str]] = {
    "check": frozenset(("server", "listing", "all_numbers")),
    "status": frozenset(("journal",)),
    "scrub": frozenset(("country", "yes", "log", "anonymise", "max_rows", "max_file_size")),
    "forget": frozenset(("journal", "country")),
}
"""Other options that have one, by the names of their parameters."""


def run(values: NumbersValues, screen: Screen) -> ExitCode:
    """Check lists of numbers, load them, say what became of them, compare them again, or forget some."""
    _refuse_idle(values)
    if values.action == "check" and values.all_numbers and values.listing is None:
        raise WrongUsage("--all-numbers needs --results. Use both, or neither.", ProblemCode.CLASH)
    if values.listing is not None:
        numbers.check_listing(values.listing)
    match values.action:
        case "check":
            return _check(values, screen)
        case "load":
            from importer.cli.numbers.loading import load_numbers  # with it comes what speaks HTTP

            return load_numbers(values, screen)
        case "status":
            return _status(values, screen)
        case "scrub":
            from importer.cli.numbers.scrubbing import scrub_numbers

            return scrub_numbers(values, screen, _one_run(values))
        case _:
            return _forget(values, screen)


def _check(values: NumbersValues, screen: Screen) -> ExitCode:
    options = number_options(values, values.listing)
    report = numbers.check_numbers(values.what, options, lambda stage: screen.stage(stage, None))
    show_check(screen, report)
    put(values, numbers.evidence_of(report))
    return report.exit_code


def _status(values: NumbersValues, screen: Screen) -> ExitCode:
    """Show what became of the numbers of a run, and the do-not-call lists that were used."""
    run = _one_run(values)
    with Journal(resolve.journal(values.journal)) as journal:
        outcome = numbers.outcome_of(journal, journal.runs.get(run).id)
    if not values.json:
        put_lines("\n".join(status_lines(outcome)))
    put(values, {**numbers_document(outcome), "exit_code": 0})
    screen.rest()
    return ExitCode.DONE


def _one_run(values: NumbersValues) -> str:
    run, *others = map(str, values.what)
    if others:
        raise WrongUsage(f"numbers {values.action} is about one run. Name one.", ProblemCode.COMMAND_LINE)
    return run


def _forget(values: NumbersValues, screen: Screen) -> ExitCode:
    """Remove numbers from all that is kept here, and say which campaigns may still have them."""
    journal = resolve.journal(values.journal)
    country = country_code("--country", values.country) if values.country else ""
    wanted = [_number(str(text), country) for text in values.what]
    forgotten = [numbers.forget_number(journal, number) for number in wanted]
    places = sum(one.places for one in forgotten)
    campaigns = {(sent.server, sent.campaign_id): sent for one in forgotten for sent in one.campaigns}
    screen.say(f"Removed from {counted(places, 'place')}." if places else "Nothing to remove: it is not kept here.")
    for server, campaign in sorted(campaigns):
        screen.insist(f"Campaign {campaign} on {server} may still have it: remove it there.")
    left = [{"server": server, "campaign": campaign} for server, campaign in sorted(campaigns)]
    put(values, {"places": places, "campaigns": left, "exit_code": 0})
    return ExitCode.DONE


def _number(text: str, country: str) -> int:
    """Return a number that is to be forgotten. Raises WrongUsage for a text that is not one."""
    if number := numbers.number_of(text, country):
        return number
    message = f"{numbers.masked(text)} is not a telephone number. Write it with + and the calling code."
    raise WrongUsage(message, ProblemCode.BAD_VALUE)


def _refuse_idle(values: NumbersValues) -> None:
    """Raise WrongUsage for options without effect on an action."""
    said = {name for name, origin in values.origins.items() if origin is ParameterSource.COMMANDLINE}
    theirs = [one for one in COMMANDS["numbers"].parameters if one.name in said and isinstance(one, Option)]
    if values.action == "load" and values.profile:
        message = "numbers load has no --profile: leads go to the campaigns of their export. Use import --with-leads."
        raise WrongUsage(message, ProblemCode.CLASH)
    if values.action not in USED_HEADINGS:
        return
    headings, used = USED_HEADINGS[values.action], USED[values.action]
    idle = [one.opts[0] for one in theirs if one.heading not in headings and one.name not in used]
    if idle:
        message = f"{', '.join(idle)} has no effect on `numbers {values.action}`. Leave it out."
        raise WrongUsage(message, ProblemCode.CLASH)
