"""The parameter table as the README shows it, and the catalogue of messages as docs/messages.md does."""

from collections.abc import Iterator, Mapping

from schemas.parameters import PARAMETERS, Parameter, ParameterKind
from schemas.problem_codes import ProblemCode

GROUPS: Mapping[str, str] = {
    "E1": "A cell or a row of the sheet",
    "E2": "The file",
    "E3": "What the server did with a row",
    "E4": "What stopped a run",
    "E5": "Settings and the command line",
    "E9": "A mistake in the program",
    "W1": "Warnings about a cell or a row",
    "W2": "Warnings about the file",
    "W3": "Warnings about what became of a row, and about what the server has",
}
"""What the codes are about, by their first two characters, in the order of the document."""


def column_table() -> str:
    """Return the table of columns as Markdown, one line a parameter."""
    lines = ["| column | needed | what the cell may hold | blank means |", "|---|---|---|---|"]
    for one in PARAMETERS:
        needed = "yes" if one.required else "no"
        lines.append(f"| `{one.name}` | {needed} | {_may_hold(one)} | {_blank(one)} |")
    return "\n".join(lines)


def messages() -> str:
    """Return the catalogue of faults as Markdown: a heading and a table for each group of codes."""
    return "\n\n".join("\n".join(_group(start, heading)) for start, heading in GROUPS.items())


def _group(start: str, heading: str) -> Iterator[str]:
    yield f"## {start}: {heading}\n"
    yield "| code | problem | how it comes about | what to do |"
    yield "|---|---|---|---|"
    for problem_code in sorted(problem_code for problem_code in ProblemCode if problem_code.startswith(start)):
        yield f"| {problem_code} | {problem_code.title} | {problem_code.cause} | {problem_code.cure} |"


def _may_hold(parameter: Parameter) -> str:
    if parameter.kind in (ParameterKind.TEXT, ParameterKind.LOWER_CASE):
        allowed = ""
    else:
        allowed = f" {parameter.allowed[0].upper()}{parameter.allowed[1:]}."
    added = "" if parameter.added == "3.13" else f" Since Enswitch {parameter.added}."
    return f"{parameter.meaning}{allowed}{added}"


def _blank(parameter: Parameter) -> str:
    if parameter.required:
        return "an error"
    if parameter.default is None:
        return "your own"
    return f"`{parameter.default}`" if parameter.default else "none"
