"""`demo`: a stand-in server, an import into it, and the same import once more."""

import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path

from importer import pipeline
from importer.cli.output import put
from importer.cli.sample_files import sample_folder
from importer.cli.screen import Screen
from importer.cli.tables import put_table
from importer.cli.values import CommonValues
from importer.documents import document
from importer.enswitch import Server
from importer.model import ExitCode, Secret
from importer.report import Report
from importer.run_options import OutputOptions, SendOptions
from importer.sandbox import Sandbox
from importer.session import open_session
from importer.shutdown import Stop

SAMPLE = "campaigns.xlsx"
SHOWN = ("id", "name", "dtype", "dnumber", "callerid", "attempts", "maximum", "enabled", "machine")


@dataclass(frozen=True, kw_only=True)
class DemoValues(CommonValues):
    """What `demo` takes."""


def run(values: DemoValues, screen: Screen) -> ExitCode:
    """Play the demonstration, and show what the server holds then."""
    reports, held = _play(screen)
    code = ExitCode.worst(report.exit_code for report in reports)
    put(values, {"runs": [document(report) for report in reports], "exit_code": int(code)})
    if not values.json:
        put_table(SHOWN, held, color=screen.color)
    return code


def _play(screen: Screen) -> tuple[list[Report], list[list[str]]]:
    """Import the sample workbook into a sandbox twice; return both reports, and what the server holds then."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-importer-demo-"))
    workbook = folder / SAMPLE
    _copy_sample(workbook)
    with Sandbox() as sandbox:
        screen.say(f"Started a stand-in for an Enswitch server at {sandbox.url}. Importing {workbook} into it:")
        first = _import(screen, sandbox, workbook, folder / "journal.sqlite3")
        screen.say("")
        screen.say("Importing the same file again, as if by mistake:")
        second = _import(screen, sandbox, workbook, folder / "journal.sqlite3")
        held = sandbox.campaigns()
    screen.say("")
    screen.say(f"Now on the server: {len(held)} campaigns, each created once.")
    return [first, second], [[str(campaign[name]) for name in SHOWN] for campaign in held]


def _import(screen: Screen, sandbox: Sandbox, workbook: Path, journal: Path) -> Report:
    server = Server(sandbox.url, "admin", Secret("secret"))
    with open_session(server, journal, SendOptions(), screen, "demo", Stop()) as session:
        report = pipeline.import_file(session, workbook, output_options=OutputOptions())
    screen.report(report)
    return report


def _copy_sample(target: Path) -> None:
    """Copy the sample workbook to a file."""
    with as_file(sample_folder() / SAMPLE) as sample:
        shutil.copy2(sample, target)
