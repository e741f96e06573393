"""`explain`: what the code of a message means, from the catalogue."""

import shutil
import sys
import textwrap
from dataclasses import dataclass

from importer.cli.screen.printing import put, put_lines
from importer.cli.screen.screen import Screen
from importer.cli.values.common import ShowingValues
from importer.errors import WrongUsage
from importer.model import ExitCode
from schemas.problem_codes import ProblemCode, problem_code_of

WIDEST = 100
"""Columns of a line on a terminal: longer ones are hard to read."""

UNLIMITED = 1_000_000
"""Columns of a file or a pipe, where nothing is wrapped."""


@dataclass(frozen=True, kw_only=True)
class ExplainValues(ShowingValues):
    """What `explain` takes."""

    codes: tuple[str, ...]


def run(values: ExplainValues, screen: Screen) -> ExitCode:  # noqa: ARG001 -- as every command is called
    """Print title, cause and how to fix it, for each code."""
    found = [_found(text) for text in values.codes]
    described = [{"code": one, "title": one.title, "cause": one.cause, "fix": one.cure} for one in found]
    put(values, {"codes": described, "exit_code": 0})
    if not values.json:
        width = min(shutil.get_terminal_size().columns, WIDEST) if sys.stdout.isatty() else UNLIMITED
        put_lines("\n\n".join(_explained(one, width) for one in found))
    return ExitCode.DONE


def _found(text: str) -> ProblemCode:
    """Return the problem with a code, in upper or lower case, with or without the brackets of a message."""
    try:
        return problem_code_of(text.strip(" []").upper())
    except ValueError:
        message = (
            f"There is no code {text!r}. Codes are a letter and three digits, such as E102, at the end of a message."
        )
        raise WrongUsage(message, ProblemCode.COMMAND_LINE) from None


def _explained(code: ProblemCode, width: int) -> str:
    parts = (("Cause:", code.cause), ("How to fix:", code.cure))
    return "\n".join((f"{code}  {code.title}", "", *(_hanging(title, text, width) for title, text in parts)))


def _hanging(title: str, text: str, width: int) -> str:
    start = f"  {title:<13}"
    return textwrap.fill(f"{start}{text}", width, subsequent_indent=" " * len(start), break_on_hyphens=False)
