"""`numbers`: check lists of telephone numbers, or load them into a campaign."""

from collections.abc import Mapping

from click.core import ParameterSource

from importer import numbers
from importer.cli.declarations import COMMANDS
from importer.cli.number_choices import number_options
from importer.cli.number_reports import show_check
from importer.cli.number_values import NumbersValues
from importer.cli.option import Option
from importer.cli.printing import put
from importer.cli.screen import Screen
from importer.errors import WrongUsage
from importer.model import ExitCode
from schemas.problem_codes import ProblemCode

IDLE: Mapping[str, frozenset[str]] = {
    "check": frozenset(("Loading", "Server", "Sending")),
}
"""The headings of the options that have no effect on an action."""

USED: Mapping[str, frozenset[str]] = {"check": frozenset(("server", "number_format"))}
"""The options under these headings that have one, or do no harm, by the names of their parameters."""


def run(values: NumbersValues, screen: Screen) -> ExitCode:
    """Check lists of numbers, or load them."""
    _refuse_idle(values)
    if values.all_numbers and values.listing is None:
        raise WrongUsage("--all-numbers needs --results. Use both, or neither.", ProblemCode.CLASH)
    if values.listing is not None:
        numbers.check_listing(values.listing)
    if values.action == "load":
        from importer.cli.number_loading import load_numbers  # with it comes what speaks HTTP

        return load_numbers(values, screen)
    return _check(values, screen)


def _check(values: NumbersValues, screen: Screen) -> ExitCode:
    options = number_options(values, values.listing)
    report = numbers.check_numbers(values.what, options, lambda stage: screen.stage(stage, None))
    show_check(screen, report)
    put(values, numbers.evidence_of(report))
    return report.exit_code


def _refuse_idle(values: NumbersValues) -> None:
    """Raise WrongUsage for options without effect on an action."""
    said = {name for name, origin in values.origins.items() if origin is ParameterSource.COMMANDLINE}
    theirs = [one for one in COMMANDS["numbers"].parameters if one.name in said and isinstance(one, Option)]
    headings, used = IDLE.get(values.action, frozenset()), USED.get(values.action, frozenset())
    idle = [one.opts[0] for one in theirs if one.heading in headings and one.name not in used]
    if values.action == "check" and "yes" in said:
        idle.append("--yes")
    if idle:
        message = f"{', '.join(idle)} has no effect on `numbers {values.action}`. Leave it out."
        raise WrongUsage(message, ProblemCode.CLASH)
