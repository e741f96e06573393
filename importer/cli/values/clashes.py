"""Options that cannot be used together."""

from collections.abc import Mapping
from typing import Any

import click

from importer.cli.values import resolve
from importer.errors import WrongUsage
from schemas.problem_codes import ProblemCode

WORKBOOKS = (".xlsx", ".xlsm")
"""The endings of results with several sheets; `results`, which has them too, takes a while to import."""

CLASHES: Mapping[tuple[str, str], str] = {
    ("no_header", "header_row"): "one says that the file has no headings, the other which row they are in",
    ("raw", "json"): "--raw already prints JSON, one line per row",
    ("sheet", "all_sheets"): "one names the sheets to read, the other selects all of them",
    ("profile", "all_sheets"): "the export of an old dialler is always read as a whole",
    ("quiet", "verbose"): "one asks for fewer messages, the other for more",
}
"""Options that contradict each other, by the names of their parameters, and why."""

NEEDS = {"all_sheets": "raw", "answers": "profile", "numbers_sheet": "numbers", "with_leads": "profile"}
"""Options that need another one."""


def refuse_clashes(context: click.Context, values: Mapping[str, Any]) -> None:
    """Raise WrongUsage for options of the command line that cannot be used together."""
    said = resolve.given(context)
    for (one, other), why in CLASHES.items():
        if one in said and other in said:
            message = (
                f"{resolve.flag(one)} and {resolve.flag(other)} cannot be used together: {why}. Remove one of them."
            )
            raise WrongUsage(message, ProblemCode.CLASH)
    for one, needed in NEEDS.items():
        if one in said and not values.get(needed, True):
            message = f"{resolve.flag(one)} needs {resolve.flag(needed)}. Use both, or neither."
            raise WrongUsage(message, ProblemCode.CLASH)
    _refuse_sheets(context, values)


def _refuse_sheets(context: click.Context, values: Mapping[str, Any]) -> None:
    """Raise WrongUsage for several sheets where only one can be read, or one file holds only one."""
    several = len(values.get("sheet", ())) > 1
    can_read_several = any(one.name == "all_sheets" for one in context.command.params) and "raw" not in values
    if several and (not can_read_several or values.get("profile")):
        message = "--sheet was given more than once, but only one sheet can be read here. Name one."
        raise WrongUsage(message, ProblemCode.CLASH)
    if several or values.get("all_sheets"):
        for name in ("results", "rejects"):
            if (path := values.get(name)) is not None and path.suffix.lower() not in WORKBOOKS:
                message = (
                    f"{resolve.flag(name)} {path}: the {name} of several sheets are a workbook. Name an .xlsx file."
                )
                raise WrongUsage(message, ProblemCode.CLASH)
