"""Where the results and the page are written, decided before anything is done."""

from collections.abc import Sequence

from importer import results
from importer.cli.values.output import ResultsValues
from importer.errors import WrongUsage
from importer.run_options import OutputOptions
from schemas.problem_codes import ProblemCode


def output_options(values: ResultsValues, inputs: Sequence[object]) -> OutputOptions:
    """Return what is to be handed back and where, once it is sure that it can be written."""
    for option, path in (
        ("--results", values.results),
        ("--rejects", values.rejects),
        ("--report", values.report),
    ):
        if path is not None and len(inputs) > 1:
            message = f"{option} names a single file, but there are several inputs. Import them one by one."
            raise WrongUsage(message, ProblemCode.CLASH)
    if values.results is not None:
        results.check_target("--results", values.results)
    if values.rejects is not None:
        results.check_target("--rejects", values.rejects)
    if values.report is not None:
        results.check_page(values.report)
    return OutputOptions(
        results=values.results, page=values.report, largest_copy=values.copy_up_to, rejects=values.rejects
    )
