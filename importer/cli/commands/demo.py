"""`demo`: a stand-in server, an import into it, and the same import again."""

import shutil
import tempfile
from dataclasses import dataclass, replace
from importlib.resources import as_file
from pathlib import Path

from importer import pipeline
from importer.cli.sample_files import sample_folder
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.tables import put_table
from importer.cli.values.common import CommonValues
from importer.documents import document
from importer.enswitch import Server
from importer.model import ExitCode, Secret
from importer.report import Report
from importer.run_options import OutputOptions, SendOptions
from importer.sandbox import Sandbox
from importer.session import open_session
from importer.shutdown import Stop

SAMPLE = "campaigns.xlsx"
SHOWN = ("id", "name", "dtype", "dnumber", "maximum", "enabled")
"""What is shown of a campaign: as much as a narrow terminal has room for."""

NEXT = """
Next, with a workbook of your own and still without a phone system:
  campaign-importer sandbox                  in one terminal; do what it says
  campaign-importer template campaigns.xlsx  a workbook to fill in
  campaign-importer import campaigns.xlsx    checks it, asks, and creates
For a real server, `campaign-importer doctor` shows which settings are missing."""


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
    for line in NEXT.split("\n"):
        screen.say(line)
    return code


def _play(screen: Screen) -> tuple[list[Report], list[list[str]]]:
    """Import the sample workbook into a sandbox twice; return both reports, and what the server holds then."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-importer-demo-"))
    workbook = folder / SAMPLE
    _copy_sample(workbook)
    with Sandbox() as sandbox:
        screen.say(f"A stand-in for an Enswitch server listens on {sandbox.url}.")
        screen.say("Importing the sample workbook into it:")
        first = _import(sandbox, workbook, "results.xlsx", screen)
        screen.report(first)
        screen.say("")
        screen.say("The same file again, as if by mistake; nothing is created twice:")
        second = _import(sandbox, workbook, "results-once-more.xlsx", screen)
        # What was found in the file and where its results are is on the screen already.
        screen.report(replace(second, groups=(), results=None))
        held = sandbox.campaigns()
    screen.say("")
    screen.say(f"Now on the server: {len(held)} campaigns, each created once.")
    return [first, second], [[str(campaign[name]) for name in SHOWN] for campaign in held]


def _import(sandbox: Sandbox, workbook: Path, results: str, screen: Screen) -> Report:
    server = Server(sandbox.url, "admin", Secret("secret"))
    output_options = OutputOptions(results=workbook.with_name(results))
    with open_session(server, workbook.with_name("journal.sqlite3"), SendOptions(), screen, "demo", Stop()) as session:
        return pipeline.import_file(session, workbook, output_options=output_options)


def _copy_sample(target: Path) -> None:
    """Copy the sample workbook to a file."""
    with as_file(sample_folder() / SAMPLE) as sample:
        shutil.copy2(sample, target)
