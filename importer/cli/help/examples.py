"""The command lines that `--help` and the reference show first, each with what it is for."""

import shlex
from collections.abc import Mapping
from typing import NamedTuple


class Example(NamedTuple):
    """A command line as a person types it, and a sentence that says what it is for."""

    purpose: str
    line: str

    @property
    def arguments(self) -> list[str]:
        """The words of the line after the program's name, as a shell splits them."""
        return shlex.split(self.line)[1:]


RUN = "20261123-0f2678"
"""The ID of a run in the examples."""

FIRST_STEPS = (
    Example("Watch an import; nothing else is needed.", "campaign-importer demo"),
    Example("Write a workbook to fill in.", "campaign-importer template campaigns.xlsx"),
    Example("Check it; nothing is sent.", "campaign-importer validate campaigns.xlsx"),
    Example("Check it, ask, and create the campaigns.", "campaign-importer import campaigns.xlsx"),
)
"""What the program's own help shows."""

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "show": (
        Example("See what each heading means, and the first rows.", "campaign-importer show campaigns.xlsx"),
        Example(
            "Name the encoding and the delimiter of a text file.",
            'campaign-importer show plan.csv --encoding windows-1252 --delimiter ";"',
        ),
        Example("See every cell of every sheet.", "campaign-importer show campaigns.xlsx --raw --all-sheets"),
    ),
    "validate": (
        Example("Check a file; nothing is sent.", "campaign-importer validate campaigns.xlsx"),
        Example(
            "Give a value for a column that the sheet lacks.",
            "campaign-importer validate short.csv --default dtype=queue",
        ),
        Example("Write a page of the problems to pass on.", "campaign-importer validate bad.xlsx --report bad.html"),
        Example(
            "Check several files, with output for a program.",
            "campaign-importer validate monday.csv tuesday.csv --json",
        ),
    ),
    "names": (
        Example("List all that you may write instead of an ID.", "campaign-importer names"),
        Example("List the people of a customer.", "campaign-importer names people --customer 2"),
    ),
    "numbers": (
        Example("See which numbers could be called.", "campaign-importer numbers check leads.csv --country GB"),
        Example(
            "Look at a do-not-call list as well, and write what would not be loaded.",
            "campaign-importer numbers check leads.csv --dnc tps.txt -o out.csv",
        ),
        Example(
            "Load a list into a campaign.", "campaign-importer numbers load leads.csv --campaign 2 --number-format plus"
        ),
        Example("Show what became of it, and the lists in force.", f"campaign-importer numbers status {RUN}"),
    ),
    "plan": (
        Example("Have the server check every row; prints the run ID for `apply`.", "campaign-importer plan plan.xlsx"),
        Example("Plan to create the campaigns switched off.", "campaign-importer plan plan.xlsx --disabled"),
        Example("Plan against another server from your settings.", "campaign-importer plan plan.xlsx --server test"),
        Example(
            "Plan a migration from an old dialler.", "campaign-importer plan old.sql --profile auto --answers old.toml"
        ),
    ),
    "apply": (
        Example("Create what the plan lists, or continue after an interruption.", f"campaign-importer apply {RUN}"),
        Example(
            "Create three, compare them with the sheet, then continue.", f"campaign-importer apply {RUN} --canary 3"
        ),
        Example("Go easy on a busy server.", f"campaign-importer apply {RUN} --workers 2 --rate 10"),
    ),
    "import": (
        Example("Check, show what will dial, ask, and create.", "campaign-importer import campaigns.xlsx"),
        Example(
            "Create everything switched off; nothing dials yet.",
            "campaign-importer import campaigns.xlsx --yes --disabled",
        ),
        Example(
            "Choose where the results go, and write an HTML page.",
            "campaign-importer import a.csv --results b.csv --report b.html",
        ),
        Example("Run from a scheduler.", "campaign-importer import campaigns.csv --yes --quiet --json"),
    ),
    "enable": (
        Example("Switch on the campaigns of a run.", f"campaign-importer enable {RUN}"),
        Example(
            "Skip the question, and go easy on a busy server.",
            f"campaign-importer enable {RUN} --yes --workers 2 --rate 20",
        ),
        Example(
            "Include rows with enabled = 0, and campaigns that existed before.", f"campaign-importer enable {RUN} --all"
        ),
    ),
    "disable": (
        Example("Switch off the campaigns of a run.", f"campaign-importer disable {RUN}"),
        Example("Switch them off quickly.", f"campaign-importer disable {RUN} --workers 16"),
    ),
    "settle": (
        Example("It is on the server, with this ID.", f"campaign-importer settle {RUN} --row 17 --id 4711"),
        Example(
            "It is not on the server; it may be sent again.", f"campaign-importer settle {RUN} --row 17 --not-created"
        ),
    ),
    "undo": (
        Example("Look at what would be deleted, and decide.", f"campaign-importer undo {RUN}"),
        Example("Switch the campaigns off, and delete nothing.", f"campaign-importer undo {RUN} --off-only"),
        Example("Delete those too that were edited on the server.", f"campaign-importer undo {RUN} --force-touched"),
    ),
    "reconcile": (
        Example("Find campaigns that are gone or were edited.", "campaign-importer reconcile --since 30d"),
        Example("Let rows be imported again whose campaigns are gone.", f"campaign-importer reconcile {RUN} --forget"),
    ),
    "runs": (
        Example("List past runs, newest first.", "campaign-importer runs"),
        Example("List the rows of a run with their outcome.", f"campaign-importer runs {RUN}"),
        Example("List what needs attention from the last week.", "campaign-importer runs --since 7d --failed"),
        Example("Print the rows for a program.", f"campaign-importer runs {RUN} --json"),
    ),
    "profiles": (
        Example("List the old diallers that are supported.", "campaign-importer profiles"),
        Example(
            "Write the questions that only you can answer about an export.", "campaign-importer profiles init old.sql"
        ),
        Example("Show a profile.", "campaign-importer profiles show vicidial"),
        Example("Check a profile that you wrote.", "campaign-importer profiles check ours.toml"),
    ),
    "drop": (
        Example("Import what is there, and exit: for a timer.", "campaign-importer drop incoming"),
        Example("Keep running, and import files as they arrive.", "campaign-importer drop incoming --watch"),
        Example("Use a configuration file outside the folder.", "campaign-importer drop incoming --config drop.toml"),
    ),
    "prune": (
        Example("Show what is older than 90 days, ask, and remove it.", "campaign-importer prune --older-than 90d"),
        Example("Also remove old files from a drop folder.", "campaign-importer prune incoming --older-than 90d --yes"),
    ),
    "journal": (
        Example("Copy the journal, even during a run.", "campaign-importer journal backup journal-monday.sqlite3"),
        Example("Check that the journal is intact.", "campaign-importer journal check"),
    ),
    "doctor": (
        Example("See whether an import would work, and what to fix if not.", "campaign-importer doctor"),
        Example("Check another server from your settings.", "campaign-importer doctor --server test"),
        Example("For a monitoring program.", "campaign-importer doctor --json"),
    ),
    "login": (
        Example("Type the password once; later commands find it.", "campaign-importer login --server test"),
        Example(
            "Without a settings file.",
            "campaign-importer login --url https://pbx.example.com/ --username admin",
        ),
    ),
    "logout": (
        Example("Remove the password again.", "campaign-importer logout --server test"),
        Example(
            "Without a settings file.",
            "campaign-importer logout --url https://pbx.example.com/ --username admin",
        ),
    ),
    "template": (
        Example("Write a workbook to fill in.", "campaign-importer template campaigns.xlsx"),
        Example("Put a name with spaces in quotes.", 'campaign-importer template "spring campaigns.xlsx"'),
        Example("Offer the names that are on the server.", "campaign-importer template new.xlsx --with-names"),
    ),
    "samples": (
        Example("Write the sample files into a new folder.", "campaign-importer samples samples"),
        Example("List the files that were written, for a program.", "campaign-importer samples tour --json"),
    ),
    "help": (
        Example("Show the help of a command.", "campaign-importer help import"),
        Example("Show the help of the program.", "campaign-importer help"),
    ),
    "explain": (
        Example("Explain a code.", "campaign-importer explain E102"),
        Example("Explain several codes, for a program.", "campaign-importer explain e102 w202 --json"),
    ),
    "sandbox": (
        Example("Run on port 8080 until Ctrl-C.", "campaign-importer sandbox"),
        Example(
            "Keep the campaigns in a file, and use any free port.",
            "campaign-importer sandbox --port 0 --database box.sqlite3",
        ),
        Example("Simulate a bad connection.", "campaign-importer sandbox --faults late=0.05,cut=0.05,seed=3"),
        Example("Dial two numbers a second.", "campaign-importer sandbox --dial per_second=2"),
    ),
    "demo": (
        Example("Watch an import.", "campaign-importer demo"),
        Example("Print its numbers for a program.", "campaign-importer demo --quiet --json"),
    ),
}
"""What the help of each command shows, by the command's name."""
