"""The commands: options in, one call of the pipeline, words and an exit code out.

Whatever is slow to import is imported by the command that needs it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli import options, prompts, resolve
from importer.cli.agreeing import agreed
from importer.cli.app import command, known_runs, wants_color
from importer.cli.option_types import PATH, Values
from importer.cli.output import each, put, tell, watching
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.shutdown import gently
from schemas.parameters import LONGEST_WHOLE_NUMBER
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.cli.screen import Screen
    from importer.delivery import Switch, Switchable, Switched
    from importer.report import Report
    from importer.run_options import OutputOptions
    from importer.session import Session

FILES = click.argument("files", nargs=-1, required=True, type=PATH, metavar="FILE...")
RUN = click.argument("run", metavar="RUN", shell_complete=known_runs)


@command(
    click.argument("file", type=PATH, metavar="FILE"),
    click.option("--raw", is_flag=True, help="Print every cell by position, one JSON line a row."),
    click.option("--all-sheets", is_flag=True, help="With --raw: of all sheets."),
    options.FORM,
)
def show(_context: click.Context, screen: "Screen", values: Values, file: Path) -> ExitCode:
    """Show a file as the importer sees it: sheet, headings and what they mean, first rows."""
    from importer import preview
    from importer.cli.screen import put_json_line, put_table
    from importer.documents import shown_document

    form = resolve.reading(values)
    if values["raw"]:
        for row in preview.raw_rows(file, values["sheet"], values["all_sheets"], form):
            put_json_line(row.as_json())
        found = preview.objections(file, values["sheet"], form)
        screen.objections(found.notes, found.refusals, found.problems)
        return ExitCode.DONE
    shown = preview.show(file, values["sheet"], form)
    put(values, shown_document(shown))
    if not values["json"]:
        screen.say(shown.title)
        put_table(("column", "heading", "parameter"), shown.column_lines, color=wants_color(values))
        put_table(("row", *shown.letters), shown.row_lines, color=wants_color(values))
    screen.objections(shown.notes, shown.objections, shown.problems)
    return ExitCode.DONE


@command(FILES, options.READING, options.RESULTS, options.LOG)
def validate(_context: click.Context, screen: "Screen", values: Values, files: tuple[Path, ...]) -> ExitCode:
    """Check files and nothing more; no server is needed."""
    from importer import pipeline

    output_options = _handover(values, files)
    import_options = resolve.import_options(values)
    with watching(screen, values) as observer:
        return tell(
            screen, values, *each(files, lambda path: pipeline.validate(path, import_options, observer, output_options))
        )


@command(FILES, options.READING, options.MAKING, options.SERVER, options.SENDING, options.RESULTS, options.LOG)
def plan(context: click.Context, screen: "Screen", values: Values, files: tuple[Path, ...]) -> ExitCode:
    """Check files and have the server check every row; create nothing. Prints the ID of each run, for `apply`."""
    from importer import pipeline
    from importer.cli.screen import prospect, put_lines

    output_options = _handover(values, files)
    import_options = resolve.import_options(values)
    with _session(context, screen, values, "plan") as session:

        def compared(path: Path) -> "Report":
            planned = pipeline.compare(session, pipeline.plan(session, path, import_options))
            return pipeline.hand_back(session, planned, output_options)

        reports, refused = each(files, compared)
    code = tell(screen, values, reports, refused)
    for report in reports:
        screen.say(f"Run {report.run}: {prospect(report)}")
        if not values["json"]:
            put_lines(report.run)
    return code


@command(RUN, options.ON_EXISTING, options.SERVER, options.SENDING, options.CANARY, options.RESULTS, options.LOG)
def apply(context: click.Context, screen: "Screen", values: Values, run: str) -> ExitCode:
    """Create what a plan says, nothing else; also continue an interrupted run. Rows in doubt are looked up first."""
    from importer import pipeline

    output_options = _handover(values, (run,))
    with _session(context, screen, values, "apply", run) as session, gently(session.worker_pool.stop):
        applied = pipeline.apply(session, run, on_existing=resolve.on_existing(values))
        return tell(screen, values, [pipeline.hand_back(session, applied, output_options)])


@command(
    FILES,
    options.YES,
    options.READING,
    options.MAKING,
    options.SERVER,
    options.SENDING,
    options.CANARY,
    options.RESULTS,
    options.LOG,
)
def import_(context: click.Context, screen: "Screen", values: Values, files: tuple[Path, ...]) -> ExitCode:
    """Check files, have the server check every row, ask, and create the campaigns."""
    from importer import pipeline

    output_options = _handover(values, files)
    import_options = resolve.import_options(values)
    if not values["yes"]:
        prompts.require_terminal("Add --yes to create without asking, or use plan and apply.")
    with _session(context, screen, values, "import") as session:

        def plan_of(path: Path) -> "Report":
            planned = pipeline.plan(session, path, import_options)
            # Whoever is asked is told what is there already. With --yes nobody is, and the list before the first
            # create is soon enough.
            return planned if values["yes"] else pipeline.compare(session, planned)

        planned, refused = each(files, plan_of)
        go_on = False
        if refused and planned:
            screen.say("Nothing is created, because not every file can be read.")
        elif planned:
            planned, go_on = agreed(screen, values, session, planned)
        with gently(session.worker_pool.stop):
            planned = _apply_each(session, planned) if go_on else planned
            return tell(
                screen, values, [pipeline.hand_back(session, report, output_options) for report in planned], refused
            )


@command(
    RUN,
    options.YES,
    click.option(
        "--all",
        "every",
        is_flag=True,
        help="Also those whose rows say off, and those that were there before the run.",
    ),
    options.SERVER,
    options.SENDING,
    options.LOG,
)
def enable(context: click.Context, screen: "Screen", values: Values, run: str) -> ExitCode:
    """Switch on what a run has created or updated, but for rows that say off: these campaigns start dialling. Asks."""
    from importer.delivery import Switch

    if not values["yes"]:
        prompts.require_terminal("Add --yes to enable without asking.")
    return _switch(context, screen, values, run, Switch(enabled=True, every=values["every"]))


@command(RUN, options.SERVER, options.SENDING, options.LOG)
def disable(context: click.Context, screen: "Screen", values: Values, run: str) -> ExitCode:
    """Switch all campaigns of a run off: they stop dialling."""
    from importer.delivery import Switch

    return _switch(context, screen, values, run, Switch(enabled=False))


@command(
    RUN,
    click.option(
        "--row", type=click.IntRange(1, 2**31), required=True, metavar="N", help="The row, by its number in the sheet."
    ),
    click.option("--id", "campaign_id", metavar="ID", help="It was created: this is its ID on the server."),
    click.option("--not-created", is_flag=True, help="It was not created: it may be sent again."),
    options.JOURNAL,
)
def settle(_context: click.Context, screen: "Screen", values: Values, run: str) -> ExitCode:
    """Say what became of a row in doubt, when only a person can find out."""
    from importer import switching

    if bool(values["campaign_id"]) == values["not_created"]:
        raise WrongUsage("Say either --id ID or --not-created.", ProblemCode.CLASH)
    campaign_id = _campaign_id(values["campaign_id"])
    outcome = switching.settle_by_hand(resolve.journal(values), run, values["row"], campaign_id)
    screen.say(f"Row {values['row']} of run {run} is {outcome.status}. Next: {screen.to_type('apply', run)}")
    put(values, {"run": run, "row": values["row"], "status": outcome.status, "exit_code": 0})
    return ExitCode.DONE


def _campaign_id(text: str | None) -> str | None:
    """Return the ID of a campaign as the server writes it. Raises WrongUsage for what is none."""
    if text is None:
        return None
    if not re.fullmatch(rf"0*[1-9][0-9]{{0,{LONGEST_WHOLE_NUMBER - 1}}}", text.strip(), re.ASCII):
        message = f"--id {text}: the IDs of campaigns are whole numbers, such as 4711. Look it up on the server."
        raise WrongUsage(message, ProblemCode.BAD_VALUE)
    return str(int(text))


@command(click.argument("out", type=PATH, metavar="OUT.xlsx"))
def template(_context: click.Context, screen: "Screen", values: Values, out: Path) -> ExitCode:
    """Write a workbook to fill in."""
    from importer import template as workbook

    workbook.write(out)
    put(values, {"file": str(out.absolute()), "exit_code": 0})
    screen.say(f"{out} is ready to be filled in. Remove its two example rows before you import it.")
    return ExitCode.DONE


@command(
    click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Listen on this address."),
    click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."),
    click.option("--database", default=":memory:", metavar="FILE", help="Keep the campaigns in this file."),
    click.option("--faults", default="", metavar="LIST", help="Faults, such as late=0.05,cut=0.05,seed=3."),
    click.option("--modes", default="", metavar="LIST", help="Ways to answer, such as ids=string,responses=object."),
    click.option("--allow-remote", is_flag=True, help="Listen on an address that others can reach."),
)
def sandbox(_context: click.Context, screen: "Screen", values: Values) -> ExitCode:
    """Run a stand-in for an Enswitch server: user admin, password secret. Prints its address."""
    from importer.cli.screen import put_lines
    from importer.sandbox import Config, Faults, Modes, run

    def ready(url: str) -> None:
        if values["json"]:
            put(values, {"url": url, "exit_code": 0})
        else:
            put_lines(url)

    try:
        config = Config(
            host=values["host"],
            port=values["port"],
            database=values["database"],
            faults=Faults.parse(values["faults"]),
            modes=Modes.parse(values["modes"]),
            allow_remote=values["allow_remote"],
        )
        run(config, ready)
    except ValueError as error:
        raise WrongUsage(str(error), ProblemCode.BAD_VALUE) from None
    except OSError as error:
        message = (
            f"The sandbox cannot start on {values['host']}:{values['port']}: {error.strerror}. Name another --port."
        )
        raise WrongUsage(message, ProblemCode.NO_SANDBOX) from None
    screen.say("The sandbox has ended.")
    return ExitCode.DONE


@command()
def demo(_context: click.Context, screen: "Screen", values: Values) -> ExitCode:
    """Watch an import happen, with a stand-in server: nothing else is needed."""
    from importer.cli.commands import demonstration as show
    from importer.cli.screen import put_table
    from importer.documents import document

    reports, held = show.play(screen)
    code = ExitCode.worst(report.exit_code for report in reports)
    put(values, {"runs": [document(report) for report in reports], "exit_code": int(code)})
    if not values["json"]:
        put_table(show.SHOWN, held, color=wants_color(values))
    return code


@contextmanager
def _session(
    context: click.Context, screen: "Screen", values: Values, name: str, run: str | None = None
) -> Iterator["Session"]:
    from importer import history
    from importer.session import open_session
    from importer.shutdown import Stop

    journal = resolve.journal(values)
    server = resolve.server(context, values, history.find_run(journal, run) if run else None)
    message = f"{name} {run}" if run else name
    stop = Stop(screen.cry)
    with watching(screen, values) as observer, ExitStack() as opened:
        session = open_session(server, journal, resolve.send_options(values), observer, message, stop)
        try:
            yield opened.enter_context(session)
        finally:
            # What the command has told of its work stays true while the journal is closed.
            with gently(stop):
                opened.close()


def _apply_each(session: "Session", planned: Sequence["Report"]) -> list["Report"]:
    """Apply runs one after another, up to the first that something stops; the others stay as they are planned."""
    from importer import pipeline

    reports = list(planned)
    for number, report in enumerate(planned):
        reports[number] = pipeline.apply(session, report.run)
        if reports[number].stopped:
            break
    return reports


def _switch(context: click.Context, screen: "Screen", values: Values, run: str, asked: "Switch") -> ExitCode:
    from importer import switching
    from importer.cli.screen import campaigns
    from importer.delivery import Switched

    word = "enable" if asked.enabled else "disable"
    with _session(context, screen, values, word, run) as session:
        found = switching.switchable(session, run, asked)
        message = f"Enable {campaigns(found.campaigns)} (up to {found.calls} calls at a time)?"
        if not asked.enabled or not found.campaigns or values["yes"]:
            agreed = True
        else:
            agreed = prompts.confirm(screen, message, dialling=found.campaigns, stopped="Nothing was enabled.")
        with gently(session.worker_pool.stop):
            switched = switching.switch(session, run, asked) if agreed else Switched(0)
            return _tell_switched(screen, values, run, word, found, switched)


def _tell_switched(
    screen: "Screen", values: Values, run: str, word: str, found: "Switchable", switched: "Switched"
) -> ExitCode:
    """Say what was switched, what was not, and how to go on."""
    from importer.cli.screen import campaigns

    stopped, failed = switched.stopped, len(switched.failures)
    for failure in switched.failures:
        screen.complain(failure)
    if stopped:
        screen.complain(stopped.message, stopped.problem_code)
    waiting = found.campaigns - switched.done - failed
    if found.campaigns:
        screen.say(f"{campaigns(switched.done)} {word}d, {failed + waiting} not.")
    else:
        screen.say(f"The run {run} has no campaigns to {word}.")
    if found.left:
        screen.say(
            f"{campaigns(found.left)} stay{'s' if found.left == 1 else ''} as before: the rows say off, or the "
            f"campaigns were there before the run. To switch them on too: {screen.to_type('enable', run, every=True)}"
        )
    if stopped and waiting:
        screen.say(f"Next: {screen.to_type(word, run)}  goes on with the others, once the cause is gone.")
    code = stopped.exit_code if stopped else ExitCode.SOME_WRONG if failed else ExitCode.DONE
    put(
        values,
        {
            "run": run,
            f"{word}d": switched.done,
            "failures": list(switched.failures),
            "waiting": waiting,
            "left": found.left,
            "message": stopped.message if stopped else None,
            "code": stopped.problem_code if stopped else None,
            "exit_code": int(code),
        },
    )
    return code


def _handover(values: Values, inputs: Sequence[object]) -> "OutputOptions":
    """Return what is to be handed back and where, once it is sure that it can be written."""
    from importer import results
    from importer.run_options import OutputOptions

    target: Path | None = values["results"]
    page: Path | None = values["report"]
    for option, path in (("--results", target), ("--report", page)):
        if path is not None and len(inputs) > 1:
            message = f"{option} names one file, and there are several inputs. Import them one by one."
            raise WrongUsage(message, ProblemCode.CLASH)
    if target is not None:
        results.check_target(target)
    if page is not None:
        results.check_page(page)
    return OutputOptions(target, page, values["copy_up_to"])
