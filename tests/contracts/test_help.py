"""The help: every command has one, it is that of the golden file, and its examples work."""

import os
import re
import shutil
import signal
import subprocess
import sys
from difflib import unified_diff
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from importer.cli import cli
from importer.cli.help.examples import EXAMPLES, FIRST_STEPS, RUN, Example
from importer.cli.help.summaries import GROUPS, SUMMARIES
from importer.cli.options import common
from importer.cli.options.option import heading as heading_of
from importer.cli.values import settings
from importer.sandbox import Sandbox
from tests.support.paths import GOLDEN, ROOT, SAMPLES
from tests.support.processes import PATIENCE
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW, write_table

COMMANDS = sorted(cli.commands)
REGENERATE = os.environ.get("REGENERATE") == "1"


def test_the_commands_are_those_that_are_promised() -> None:
    """Nothing is missing."""
    assert set(COMMANDS) >= {"validate", "plan", "apply", "import", "runs", "template", "sandbox", "demo"}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help(bare: Program, command: str, flag: str) -> None:
    """--help and -h show what a command does, and end with 0."""
    told = bare(command, flag)
    assert told.exit_code == 0
    assert told.stdout.startswith(f"Usage: cli {command} [OPTIONS]")
    assert told.stderr == ""


NARROW = 80
"""Columns of a terminal that nobody has made wider."""

WITH_EXPERT_OPTIONS = [name for name in COMMANDS if any(getattr(one, "expert", 0) for one in cli.commands[name].params)]
HELP = [
    ("--help",),
    *((command, "--help") for command in COMMANDS),
    *((command, "--help-all") for command in WITH_EXPERT_OPTIONS),
]
"""The command lines that show all the help there is."""


def shown(*arguments: str, columns: int = NARROW) -> str:
    """Return the help that a command line shows on a terminal of a width."""
    environment = {"COLUMNS": str(columns)}
    told = CliRunner().invoke(cli, arguments, prog_name="campaign-importer", env=environment)
    assert told.exit_code == 0
    return told.stdout


def test_all_help_is_that_of_the_golden_file() -> None:
    """A change of any help text is seen; REGENERATE=1 writes the file anew."""
    text = "\n".join(f"$ {' '.join(['campaign-importer', *line])}\n{shown(*line)}" for line in HELP)
    path = GOLDEN / "help.txt"
    if REGENERATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [*unified_diff(path.read_text(encoding="utf-8").splitlines(), text.splitlines(), lineterm="")] == []


@pytest.mark.parametrize("arguments", HELP, ids=" ".join)
def test_the_help_fits_a_narrow_terminal(arguments: tuple[str, ...]) -> None:
    """No line is wider than the terminal, and the text of an option goes on in a second line only where it must.

    All texts begin right of the longest option, so that none is pushed into a second line.
    """
    lines = shown(*arguments).splitlines()
    assert max(map(len, lines)) <= NARROW
    specs = [re.split(r"  +", line[2:])[0] for line in lines if line.startswith("  -")]
    start = 2 + max(map(len, specs)) + 2
    for line, following in pairwise(lines):
        if line.startswith("  -"):
            column = re.match(r"  -.*?  +(?=[^ -])", line)
            assert column, line
            assert column.end() == start, line
            if following.startswith(" " * column.end()):
                assert len(line) + 1 + len(following.split()[0]) > NARROW, line
                assert len(line) + 1 + len(following.strip()) > NARROW, line


def test_the_help_uses_a_wider_terminal() -> None:
    """Where there is room, texts that need two lines on a narrow terminal need one, up to 100 columns."""
    narrow, wide, widest = (shown("import", "--help-all", columns=width) for width in (NARROW, 100, 200))
    assert len(wide.splitlines()) < len(narrow.splitlines())
    assert widest == wide


def test_the_help_of_an_import_is_short() -> None:
    """What experts need is shown by --help-all alone, and the rest fits on a screen or two."""
    short, full = shown("import", "--help"), shown("import", "--help-all")
    assert len(short.splitlines()) <= 71
    expert = {one.opts[0] for one in cli.commands["import"].params if getattr(one, "expert", False)}
    assert expert >= {"--reader-memory", "--reader-seconds", "--max-errors", "--max-error-share", "--settle-wait"}
    assert expert >= {"--max-rows", "--max-file-size", "--copy-up-to"}
    assert not [name for name in expert if f"  {name} " in short]
    assert not [name for name in expert if f"  {name} " not in full]
    assert "--help-all" in short


def test_commands_are_listed_in_the_order_of_the_work() -> None:
    """Each command stands once, under its part of the work, with a summary that is never cut."""
    listed = shown("--help").partition("\nStart:\n")[2].partition("\nOptions:\n")[0]
    assert re.findall(r"^  (\w+)", listed, re.MULTILINE) == [name for names in GROUPS.values() for name in names]
    assert sorted(name for names in GROUPS.values() for name in names) == COMMANDS
    assert [*GROUPS] == ["Start", "Import", "After", "Automate", "Migrate", "Try"]
    for name, summary in SUMMARIES.items():
        assert len(summary) <= 50
        assert not summary.endswith(("…", "..."))
        assert re.search(rf"^  {name} +{re.escape(summary)}$", listed, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_the_help_of_a_command(bare: Program, command: str) -> None:
    """`help COMMAND` and `COMMAND --help` are the same."""
    assert bare("help", command).stdout == bare(command, "--help").stdout


def test_help_alone_is_that_of_the_program(bare: Program) -> None:
    """`help` shows what --help shows, and so does the program's name alone, which is not a mistake."""
    told = bare("--help")
    assert bare("help") == bare() == told
    assert (told.exit_code, told.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("help", "imprt"), "No such command 'imprt'. Did you mean 'import'?"),
        (("valdate", "a.csv"), "No such command 'valdate'. Did you mean 'validate'?"),
        (("import", "a.csv", "--shet", "1"), "No such option '--shet'. Did you mean '--sheet'?"),
        (("import", "a.csv", "--dry-run"), "There is no --dry-run. Use `campaign-importer plan`"),
        (("import", "a.csv", "--workers", "300"), "300 is out of range. Use 1 to 256."),
        (("import", "a.csv", "--rate", "0"), "0 is out of range. Use more than 0."),
        (("import", "a.csv", "--max-rows", "0"), "0 is out of range. Use 1 or more."),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_a_slip_is_answered_with_what_was_meant(bare: Program, arguments: tuple[str, ...], words: str) -> None:
    """An unknown command or option is answered with the closest one, a number beyond a range with the range."""
    told = bare(*arguments)
    assert told.exit_code == 2
    assert words in told.stderr


SHORT = {"-y": "--yes", "-q": "--quiet", "-v": "--verbose", "-o": "--results"}


def test_short_options_are_the_same_everywhere() -> None:
    """A letter means one option, wherever that exists."""
    for command in cli.commands.values():
        for option in command.params:
            letters = [name for name in option.opts if len(name) == 2]
            assert letters == [short for short, name in SHORT.items() if name in option.opts]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    """Each option has a help text of its own, which ends like a sentence or a default."""
    for parameter in cli.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.rstrip()[-1] in ".]", parameter.name


COMMON = {
    "url",
    "username",
    "password_file",
    "server",
    "config",
    "timeout",
    "workers",
    "results",
    "report",
    "copy_up_to",
    "log",
    "anonymise",
    "journal",
    "json",
    "quiet",
    "verbose",
    "no_color",
}


@pytest.mark.parametrize(
    ("command", "more"), [("plan", {"sheet", "default"}), ("apply", set()), ("import", {"yes", "sheet", "default"})]
)
def test_the_commands_that_send_have_all_common_options(command: str, more: set[str]) -> None:
    """No common option is missing where it means something."""
    assert {parameter.name for parameter in cli.commands[command].params} >= COMMON | more


def test_no_option_takes_a_password() -> None:
    """A password on a command line could be read by everybody on the machine."""
    names = {option for command in cli.commands.values() for one in command.params for option in one.opts}
    assert not {name for name in names if "password" in name} - {"--password-file"}


@pytest.mark.parametrize("command", COMMANDS)
def test_options_come_from_variables_too(command: str) -> None:
    """What is an option for settings has its variable, named after it."""
    for parameter in cli.commands[command].params:
        if parameter.envvar:
            assert parameter.envvar == f"CAMPAIGN_IMPORTER_{(parameter.name or '').upper()}"
        known = {*common.IN_FILES, "config", "debug"} - {"yes"}
        assert (parameter.name in known) is bool(parameter.envvar), parameter.name


WITHOUT_A_VARIABLE = {
    "row",
    "campaign_id",
    "not_created",
    "host",
    "port",
    "database",
    "faults",
    "modes",
    "dial",
    "latency",
    "allow_remote",
    "raw",
    "all_sheets",
    "with_leads",
    "with_names",
    "customer",
    "since",
    "failed",
    "older_than",
    "watch",
    "drop_file",
    "written",
    "every",
    "results_file",
    "yes",
    *(
        "number_columns",
        "status_column",
        "split",
        "ambiguous_zone",
        "column_use",
        "allow_countries",
        "number_types",
        "unknown_ranges",
        "letters",
        "strip_prefix",
    ),
    *("dnc_max_age", "dnc_skip_unreadable", "dnc_may_be_empty", "listing", "all_numbers"),
    *(
        "numbers",
        "numbers_sheet",
        "duplicates",
        "campaign",
        "number_status",
        "switch_off",
        "while_dialling",
        "batch",
        "not_again",
    ),
    "accept_refused",
    *("off_only", "force_touched", "backup", "forget"),
}


def test_which_options_have_no_variable() -> None:
    """Only what is of one row, list of numbers or list of names or the stand-in, or takes a question away, has none."""
    without = {
        parameter.name
        for command in cli.commands.values()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.envvar and parameter.name != "help"
    }
    assert without == WITHOUT_A_VARIABLE


def test_every_command_has_two_to_four_examples() -> None:
    """No command is without examples, and there are none of commands that are not there."""
    assert EXAMPLES.keys() == cli.commands.keys()
    assert {name for name, examples in EXAMPLES.items() if not 2 <= len(examples) <= 4} == set()


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_examples_come_first(bare: Program, command: str | None) -> None:
    """After the usage and what a command does come its examples, each as it is typed, and only then its options."""
    text = bare(*filter(None, [command]), "--help").stdout
    before, _, after = text.partition("\nExamples:\n")
    assert len(before.splitlines()) <= 4
    examples, _, rest = after.partition("\n\n")
    expected = EXAMPLES[command] if command else FIRST_STEPS
    assert examples.splitlines() == [line for one in expected for line in (f"  # {one.purpose}", f"  {one.line}")]
    assert "--help" in rest


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_the_help_ends_with_where_to_read_on(bare: Program, command: str | None) -> None:
    """The last lines name `explain` and the exit codes, and nothing that only a checkout has."""
    last = " ".join(bare(*filter(None, [command]), "--help").stdout.rpartition("\n\n")[2].split())
    assert "campaign-importer explain E102" in last
    assert "Exit codes: 0 done, 2 usage or file," in last
    assert ".md" not in last


@pytest.mark.parametrize("command", COMMANDS)
def test_options_stand_under_their_headings(bare: Program, command: str) -> None:
    """Each option is shown once, under the heading of its group, and --help with what every command has."""
    flag = "--help-all" if command in WITH_EXPERT_OPTIONS else "--help"
    listed: dict[str, str] = {}
    section = ""
    for line in bare(command, flag).stdout.partition("\nExamples:\n")[2].splitlines():
        if line.endswith(":") and not line.startswith(" "):
            section = line.removesuffix(":")
        elif line.startswith("  -"):
            name = re.findall(r"--[a-z-]+", line)[0]
            assert name not in listed
            listed[name] = section
    declared = {one.opts[0]: heading_of(one) for one in cli.commands[command].params if isinstance(one, click.Option)}
    assert listed == {**declared, "--help": "General", flag: "General"}


@pytest.mark.parametrize(
    ("option", "title"),
    [
        ("sheet", "Reading the file"),
        ("column", "Reading the file"),
        ("disabled", "Campaigns"),
        ("url", "Server"),
        ("journal", "Server"),
        ("rate", "Sending"),
        ("canary", "Sending"),
        ("results", "Output"),
        ("log", "Output"),
        ("json", "General"),
        ("config", "General"),
        ("yes", "Options"),
    ],
)
def test_what_belongs_together_has_one_heading(option: str, title: str) -> None:
    """The innermost group that has a title gives it; what belongs to one command alone stands under Options."""
    (parameter,) = [one for one in cli.commands["import"].params if one.name == option]
    assert isinstance(parameter, click.Option)
    assert heading_of(parameter) == title


def test_the_help_needs_nothing_slow() -> None:
    """--help imports neither what reads spreadsheets nor what speaks to servers, draws or keeps the journal."""
    code = (
        "import sys\nfrom importer.cli import main\nsys.argv = ['campaign-importer', 'import', '--help']\n"
        "try: main()\nexcept SystemExit: sys.exit(' '.join(sys.modules))"
    )
    # What measures coverage in a separate process imports a good deal itself.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False, env=bare)
    assert done.stdout.startswith("Usage: ")
    assert not set(done.stderr.split()) & {
        "pandas",
        "numpy",
        "pandera",
        "requests",
        "rich",
        "sqlite3",
        "jinja2",
        "dataclasses",
        "importer.model.row",
        "lxml",
    }


ALL_EXAMPLES = [*FIRST_STEPS, *(one for examples in EXAMPLES.values() for one in examples)]


@pytest.mark.parametrize("example", ALL_EXAMPLES, ids=lambda one: one.line)
def test_every_example_is_understood(example: Example) -> None:
    """The command and the options of each example exist and take what is given; it fits on a narrow terminal."""
    name, *arguments = example.arguments
    assert example.line.startswith("campaign-importer ")
    with cli.make_context("campaign-importer", [name]) as context:
        cli.commands[name].make_context(name, arguments, parent=context)
    assert example.purpose.endswith(".")
    assert max(len(example.line), len(example.purpose)) <= 76


RUNNABLE = {
    one.line: one
    for one in ALL_EXAMPLES
    if one.arguments[0] not in ("sandbox", "settle", "login", "logout") and "--watch" not in one.arguments
}
ENDINGS = {
    "campaign-importer validate bad.xlsx --report bad.html": 3,
    "campaign-importer plan old.sql --profile auto --answers old.toml": 4,
}
"""The examples that show what becomes of rows that are wrong, and their exit codes."""


@pytest.fixture
def prepared(here: Path, sandbox: Sandbox) -> Path:
    """A folder with the files that the examples name."""
    for name in ("campaigns.xlsx", "campaigns.csv"):
        shutil.copy(SAMPLES / name, here)
    shutil.copy(SAMPLES / "campaigns.xlsx", here / "plan.xlsx")
    shutil.copy(SAMPLES / "mistakes.xlsx", here / "bad.xlsx")
    write_table(here / "short.csv", ("name", "dnumber"), [("Spring", "0123")])
    for name in ("a", "monday", "tuesday"):
        write_table(here / f"{name}.csv", HEADINGS, [(name, "queue", "0123")])
    (here / "plan.csv").write_bytes("name;dtype;dnumber\nFrühling;queue;0123\n".encode("cp1252"))
    settings.of_the_user().parent.mkdir(parents=True)
    settings.of_the_user().write_text(f'[servers.test]\nurl = "{sandbox.url}"\nusername = "admin"\n', encoding="utf-8")
    shutil.copy(SAMPLES / "legacy" / "issabel.sql", here / "old.sql")
    shutil.copy(SAMPLES / "legacy" / "issabel.answers.toml", here / "old.toml")
    shutil.copy(ROOT / "schemas" / "profiles" / "issabel.toml", here / "ours.toml")
    (here / "leads.csv").write_text("phone\n+44 20 8366 1177\n", encoding="utf-8")
    (here / "tps.txt").write_text("+44 121 496 0000\n", encoding="utf-8")
    for name in ("Spring", "Summer"):
        sandbox.add_campaign(name=name, enabled=0)
    (here / "incoming").mkdir()
    (here / "drop.toml").write_text("[settle]\nseconds = 0\n", encoding="utf-8")
    return here


@pytest.mark.slow
@pytest.mark.parametrize("example", RUNNABLE.values(), ids=RUNNABLE)
def test_every_example_works(program: Program, prepared: Path, example: Example) -> None:
    """Typed in a folder with its files, each example does what it says and ends with 0, or 3 where rows are wrong."""
    arguments = example.arguments
    if arguments[0] == "template":
        (prepared / "campaigns.xlsx").unlink()
    if RUN in arguments:
        plan = ("plan", "plan.xlsx")
        if arguments[0] == "numbers":
            plan = ("numbers", "load", "leads.csv", "--campaign", "1", "--number-format", "plus", "--yes")
        run = program(*plan, "--json").document["run"]
        arguments = [run if one == RUN else one for one in arguments]
        if arguments[0] in ("enable", "disable", "undo", "reconcile"):
            assert program("apply", run).exit_code == 0
    if arguments[0] == "journal":
        assert program("plan", "plan.xlsx").exit_code == 0
    asks = arguments[0] in ("import", "enable", "undo") or arguments[:2] == ["numbers", "load"]
    if asks and "--yes" not in arguments:
        code, shown = program.terminal(*arguments, answers={"[y/N]": "y"})
        assert (
            code,
            any(word in shown for word in (" created in ", " enabled.", " loaded.", " deleted", " switched off")),
        ) == (0, True)
        return
    told = program(*arguments)
    assert told.exit_code == ENDINGS.get(example.line, 0), told.stderr


@pytest.mark.parametrize("example", EXAMPLES["settle"], ids=lambda one: one.line)
def test_the_examples_of_settle_work(
    program: Program, sandbox: Sandbox, here: Path, example: Example, no_waiting: list[float]
) -> None:
    """With row 17 in doubt, both ways to settle it end with 0."""
    table = write_table(here / "c.csv", HEADINGS, [(f"{ROW[0]} {number}", *ROW[1:]) for number in range(2, 18)])
    sandbox.script("create", [None] * 15 + ["dropped_after"])
    sandbox.script("list", [None, *["foreign"] * 20])
    told = program("import", table, "--yes", "--workers", "1", "--json")
    assert told.counts == {"created": 15, "in_doubt": 1}
    told = program(*[told.document["run"] if one == RUN else one for one in example.arguments])
    assert told.exit_code == 0, told.stderr


@pytest.mark.parametrize("example", EXAMPLES["sandbox"], ids=lambda one: one.line)
def test_the_examples_of_the_sandbox_work(bare: Program, example: Example) -> None:
    """Each sandbox tells its address and ends when it is interrupted; here on a free port."""
    with bare.start(*example.arguments, "--port", "0") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
