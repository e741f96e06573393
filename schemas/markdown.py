"""The parameter table as the README shows it."""

from schemas.parameters import PARAMETERS, Kind, Parameter


def column_table() -> str:
    """Return the table of columns as Markdown, one line a parameter."""
    lines = ["| column | needed | what the cell may hold | blank means |", "|---|---|---|---|"]
    for one in PARAMETERS:
        needed = "yes" if one.required else "no"
        lines.append(f"| `{one.name}` | {needed} | {_may_hold(one)} | {_blank(one)} |")
    return "\n".join(lines)


def _may_hold(parameter: Parameter) -> str:
    if parameter.kind in (Kind.TEXT, Kind.LOWER_CASE):
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
