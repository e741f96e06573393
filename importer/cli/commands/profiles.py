"""`profiles`: the supported old diallers, and the questions only a person can answer about an export."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from click.core import ParameterSource

from importer.cli.options.declarations import COMMANDS
from importer.cli.options.option import GENERAL, OWN, Option
from importer.cli.screen.printing import put, put_lines
from importer.cli.screen.screen import Screen
from importer.cli.screen.tables import put_table
from importer.cli.screen.wording import Hint
from importer.cli.values import import_options
from importer.cli.values.reading import FormValues
from importer.errors import FileRefused, WrongUsage
from importer.migration import AUTO, find_profile, guesses, load_all, load_profile, open_questions, render
from importer.model import ExitCode
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class ProfilesValues(FormValues):
    """What `profiles` takes; `action` is list, show, check or init, `written` where the questions go."""

    action: str
    what: str | None
    written: Path | None
    profile: str | None


def run(values: ProfilesValues, screen: Screen) -> ExitCode:
    """List the profiles, show or check one, or ask about an export."""
    action, what = values.action, values.what
    if action == "list":
        _refuse_idle(values)
        _list(values, screen)
        return ExitCode.DONE
    if what is None:
        raise WrongUsage(f"profiles {action} needs a name or a file.", ProblemCode.COMMAND_LINE)
    _refuse_idle(values)
    match action:
        case "show":
            _show(values, what)
        case "check":
            _check(values, screen, what)
        case _:
            _init(values, screen, Path(what))
    return ExitCode.DONE


def _refuse_idle(values: ProfilesValues) -> None:
    """Raise WrongUsage for options without effect on an action: only `init` reads a file."""
    said = {name for name, origin in values.origins.items() if origin is ParameterSource.COMMANDLINE}
    if values.action == "list" and "what" in said:
        raise WrongUsage("profiles list shows all profiles. To show one: profiles show NAME.", ProblemCode.CLASH)
    theirs = [one for one in COMMANDS["profiles"].parameters if one.name in said and isinstance(one, Option)]
    idle = [one.opts[0] for one in theirs if one.heading not in (GENERAL, OWN)]
    idle += [one.opts[0] for one in theirs if one.name == "written"]
    if values.action != "init" and idle:
        message = f"{', '.join(idle)} has no effect on profiles {values.action}, which reads no export. Leave it out."
        raise WrongUsage(message, ProblemCode.CLASH)


def _list(values: ProfilesValues, screen: Screen) -> None:
    known = [(one.system, one.title, one.forms) for one in load_all()]
    put(
        values,
        {"profiles": [dict(zip(("name", "system", "forms"), one, strict=True)) for one in known], "exit_code": 0},
    )
    if not values.json:
        put_table(("name", "system", "forms"), known, color=screen.color)


def _show(values: ProfilesValues, what: str) -> None:
    load_profile(what)
    shipped = files("schemas") / "profiles" / f"{what}.toml"
    text = (shipped if shipped.is_file() else Path(what)).read_text(encoding="utf-8")
    put(values, {"profile": text, "exit_code": 0})
    if not values.json:
        put_lines(text.rstrip())


def _check(values: ProfilesValues, screen: Screen, what: str) -> None:
    profile = load_profile(what)
    screen.say(f"The profile {profile.system} is valid.")
    put(values, {"profile": profile.system, "exit_code": 0})


def _init(values: ProfilesValues, screen: Screen, path: Path) -> None:
    """Write a file with the questions about an export; for a table made by hand, with what its headings may mean."""
    form = import_options.reading(values)
    try:
        profile, decided = find_profile(path, values.profile or AUTO, form)
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.NO_HEADINGS or values.profile:
            raise
        text, out = (
            guesses(path, form),
            values.written or path.with_name(f"{path.stem}.columns.toml"),
        )
        then = Hint("check it, then import the file", screen.to_type("import", path, config=out))
    else:
        text = render(open_questions(path, profile, form))
        out = values.written or path.with_name(f"{path.stem}.answers.toml")
        named = values.profile or profile.system
        then = Hint("fill it in, then plan the migration", screen.to_type("plan", path, profile=named, answers=out))
        if decided:
            screen.say(f"Recognised as {profile.title} by {', '.join(decided)}.")
    _write_anew(out, text)
    screen.say(f"Wrote {out}.")
    screen.suggest(then)
    put(values, {"file": str(out.absolute()), "exit_code": 0})


def _write_anew(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUsage(
            f"{out} already exists, and nothing is overwritten. Choose another file with --out.", ProblemCode.OUTPUT
        ) from None
    except OSError as error:
        raise WrongUsage(
            f"{out} cannot be written: {error.strerror}. Choose another file with --out.", ProblemCode.OUTPUT
        ) from None
