"""The numbers that the server has for a run are compared with do-not-call lists again; who is on one is not called."""

from importer import numbers
from importer.cli.screen import prompts
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import campaigns
from importer.cli.server.connecting import session
from importer.cli.values import import_options
from importer.cli.values.number_choices import country_code, dnc_options
from importer.cli.values.numbers import NumbersValues
from importer.documents import scrub_document
from importer.errors import WrongUsage
from importer.model import ExitCode, counted
from importer.numbers import Scrub
from importer.shutdown import gently
from schemas.problem_codes import ProblemCode


def scrub_numbers(values: NumbersValues, screen: Screen, run: str) -> ExitCode:
    """Find the numbers of a run that are on a list, ask, and have the server call them no more."""
    if not values.dnc:
        raise WrongUsage("numbers scrub needs a do-not-call list: --dnc FILE.", ProblemCode.COMMAND_LINE)
    if not values.yes:
        prompts.require_terminal("Add --yes to cancel these numbers without asking.")
    country = country_code("--country", values.country) if values.country else ""
    reading = numbers.limits_of(import_options.file_reading(values))
    with session(values, screen, "numbers scrub", run) as opened:
        country = country or numbers.country_of_run(opened, run)
        lists = numbers.read_for_scrub(opened, dnc_options(values), reading, country)
        found = numbers.find_listed(opened, run, lists, country)
        agreed = found.is_any and (values.yes or _ask(screen, found))
        with gently(opened.worker_pool.stop):
            done = numbers.cancel_listed(opened, found) if agreed else found
            numbers.keep_evidence(opened, done)
            return _tell(values, screen, done)


def _ask(screen: Screen, found: Scrub) -> bool:
    within = campaigns(sum(bool(one.found) for one in found.campaigns))
    cancel = f"cancel {counted(found.found, 'number')} on do-not-call lists in {within}" if found.found else ""
    leave = f"leave out {counted(found.to_leave_out, 'number')} on do-not-call lists" if found.to_leave_out else ""
    what = " and ".join(filter(None, (cancel, leave and f"{leave} that the run has not loaded")))
    message = f"{what[:1].upper()}{what[1:]}? They will not be called any more."
    return prompts.confirm(screen, message, stopped="Nothing was cancelled.")


def _tell(values: NumbersValues, screen: Screen, done: Scrub) -> ExitCode:
    screen.rest()
    # Stopped before all were compared, a list without hits is not one without hits.
    for hit in (one for one in done.hits if one.count or done.stopped is None):
        screen.say(f"{hit.dnc.name} lists {counted(hit.count, 'number')} still to be called.")
    for one in done.campaigns:
        screen.say(numbers.scrubbed_words(one))
    if done.stopped is not None:
        screen.fail(done.stopped)
    put(values, scrub_document(done))
    return done.exit_code
