"""The command about profiles: what old diallers are known, and what only a person knows about an export."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli import options, resolve
from importer.cli.app import command, heading, wants_color
from importer.cli.option_types import PATH, Values
from importer.cli.output import put
from importer.errors import FileRefused, WrongUsage
from importer.model import ExitCode
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.cli.screen import Screen

ACTIONS = ("list", "show", "check", "init")


@command(
    click.argument("action", type=click.Choice(ACTIONS), default="list", metavar="[list|show|check|init]"),
    click.argument("what", required=False, metavar="[NAME|FILE]"),
    click.option(
        "--out", "written", type=PATH, metavar="FILE", help="With init: where the questions go. [default: beside FILE]"
    ),
    options.PROFILE,
    options.FORM,
)
def profiles(context: click.Context, screen: "Screen", values: Values) -> ExitCode:
    """List, show or check the profiles of old diallers; with init, ask what only you know about an export."""
    action, what = values["action"], values["what"]
    if action != "list" and what is None:
        raise WrongUsage(f"profiles {action} needs to know of what: a name, or a file.", ProblemCode.COMMAND_LINE)
    _refuse_idle(context, action)
    match action:
        case "list":
            _list(values)
        case "show":
            _show(values, what)
        case "check":
            _check(screen, values, what)
        case _:
            _init(screen, values, Path(what))
    return ExitCode.DONE


def _refuse_idle(context: click.Context, action: str) -> None:
    """Raise WrongUsage for what is given and means nothing to an action: only `init` reads a file."""
    said = resolve.given(context)
    if action == "list" and "what" in said:
        raise WrongUsage("profiles list shows all there are. To look at one: profiles show NAME.", ProblemCode.CLASH)
    theirs = [one for one in context.command.params if one.name in said and isinstance(one, click.Option)]
    idle = [one.opts[0] for one in theirs if heading(one) not in (options.GENERAL, "Options")]
    idle += [one.opts[0] for one in theirs if one.name == "written"]
    if action != "init" and idle:
        message = f"{', '.join(idle)} means nothing to profiles {action}: it reads no file. Leave it out."
        raise WrongUsage(message, ProblemCode.CLASH)


def _list(values: Values) -> None:
    from importer.cli.screen import put_table
    from importer.migration import load_all

    known = [(one.system, one.title, one.forms) for one in load_all()]
    put(
        values,
        {"profiles": [dict(zip(("name", "system", "forms"), one, strict=True)) for one in known], "exit_code": 0},
    )
    if not values["json"]:
        put_table(("name", "system", "forms"), known, color=wants_color(values))


def _show(values: Values, what: str) -> None:
    from importer.cli.screen import put_lines
    from importer.migration import load_profile

    load_profile(what)
    shipped = files("schemas") / "profiles" / f"{what}.toml"
    text = (shipped if shipped.is_file() else Path(what)).read_text(encoding="utf-8")
    put(values, {"profile": text, "exit_code": 0})
    if not values["json"]:
        put_lines(text.rstrip())


def _check(screen: "Screen", values: Values, what: str) -> None:
    from importer.migration import load_profile

    profile = load_profile(what)
    screen.say(f"The profile {profile.system} can be used.")
    put(values, {"profile": profile.system, "exit_code": 0})


def _init(screen: "Screen", values: Values, path: Path) -> None:
    """Write a file with the questions about an export; for a table made by hand, with what its headings may mean."""
    from importer.migration import AUTO, find_profile, guesses, open_questions, render

    form = resolve.reading(values)
    try:
        profile, decided = find_profile(path, values["profile"] or AUTO, form)
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.NO_HEADINGS or values["profile"]:
            raise
        text, out = (
            guesses(path, values["sheet"], form),
            values["written"] or path.with_name(f"{path.stem}.columns.toml"),
        )
        then = f"Correct it, then: {screen.to_type('import', path, config=out)}"
    else:
        text = render(open_questions(path, profile, form))
        out = values["written"] or path.with_name(f"{path.stem}.answers.toml")
        named = values["profile"] or profile.system
        then = f"Fill it in, then: {screen.to_type('plan', path, profile=named, answers=out)}"
        if decided:
            screen.say(f"Recognised as {profile.title} by {', '.join(decided)}.")
    _write_anew(out, text)
    screen.say(f"{out} is written. {then}")
    put(values, {"file": str(out.absolute()), "exit_code": 0})


def _write_anew(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUsage(
            f"{out} exists already, and nothing is overwritten. Name another with --out.", ProblemCode.OUTPUT
        ) from None
    except OSError as error:
        raise WrongUsage(
            f"{out} cannot be written: {error.strerror}. Name another with --out.", ProblemCode.OUTPUT
        ) from None
