"""The command lines that `--help` and the reference show first, each with what it is for."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
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
    Example("Watch an import happen; nothing else is needed.", "campaign-importer demo"),
    Example("Make a workbook to fill in.", "campaign-importer template campaigns.xlsx"),
    Example("Check it; nothing is sent.", "campaign-importer validate campaigns.xlsx"),
    Example("Check it, ask, and create the campaigns.", "campaign-importer import campaigns.xlsx"),
)
"""What the program's own help shows."""

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "show": (
        Example("See what each heading means, and the first rows.", "campaign-importer show campaigns.xlsx"),
        Example(
            "Say how a text file is written.", 'campaign-importer show plan.csv --encoding windows-1252 --delimiter ";"'
        ),
        Example("See every cell of every sheet.", "campaign-importer show campaigns.xlsx --raw --all-sheets"),
    ),
    "validate": (
        Example("Check a file; nothing is sent.", "campaign-importer validate campaigns.xlsx"),
        Example("The sheet lacks a column.", "campaign-importer validate short.csv --default dtype=queue"),
        Example("Put the mistakes on a page to pass on.", "campaign-importer validate bad.xlsx --report bad.html"),
        Example("Check several files for a program.", "campaign-importer validate monday.csv tuesday.csv --json"),
    ),
    "plan": (
        Example("Have the server check every row; it prints the run for `apply`.", "campaign-importer plan plan.xlsx"),
        Example("Plan campaigns that are created switched off.", "campaign-importer plan plan.xlsx --disabled"),
        Example("Ask another server of your settings.", "campaign-importer plan plan.xlsx --server test"),
        Example("Move off an old dialler.", "campaign-importer plan old.sql --profile auto --answers old.toml"),
    ),
    "apply": (
        Example("Create what the plan says, or go on after an interruption.", f"campaign-importer apply {RUN}"),
        Example("Create three, compare them with the sheet, then go on.", f"campaign-importer apply {RUN} --canary 3"),
        Example("Be easy on a busy server.", f"campaign-importer apply {RUN} --workers 2 --rate 10"),
    ),
    "import": (
        Example("Check, show what would begin to dial, ask, and create.", "campaign-importer import campaigns.xlsx"),
        Example("Create, and let nothing dial yet.", "campaign-importer import campaigns.xlsx --yes --disabled"),
        Example(
            "Name the results and a page to look at.", "campaign-importer import a.csv --results b.csv --report b.html"
        ),
        Example("For a nightly job.", "campaign-importer import campaigns.csv --yes --quiet --json"),
    ),
    "enable": (
        Example("Let the campaigns of a run dial.", f"campaign-importer enable {RUN}"),
        Example(
            "Ask nothing, and be easy on a busy server.", f"campaign-importer enable {RUN} --yes --workers 2 --rate 20"
        ),
        Example("Also those that the sheet has off, and earlier ones.", f"campaign-importer enable {RUN} --all"),
    ),
    "disable": (
        Example("Stop the campaigns of a run.", f"campaign-importer disable {RUN}"),
        Example("Stop them quickly.", f"campaign-importer disable {RUN} --workers 16"),
    ),
    "settle": (
        Example("It is on the server, with this ID.", f"campaign-importer settle {RUN} --row 17 --id 4711"),
        Example(
            "It is not on the server; it may be sent again.", f"campaign-importer settle {RUN} --row 17 --not-created"
        ),
    ),
    "runs": (
        Example("What was done, the newest first.", "campaign-importer runs"),
        Example("What became of each row of a run.", f"campaign-importer runs {RUN}"),
        Example("What went wrong in the last week.", "campaign-importer runs --since 7d --failed"),
        Example("The rows for a program.", f"campaign-importer runs {RUN} --json"),
    ),
    "profiles": (
        Example("Which old diallers are known.", "campaign-importer profiles"),
        Example("Ask what only you know about an export.", "campaign-importer profiles init old.sql"),
        Example("See what a profile does.", "campaign-importer profiles show vicidial"),
        Example("Check a profile of your own.", "campaign-importer profiles check ours.toml"),
    ),
    "drop": (
        Example("Handle all that is there, and end: for a timer.", "campaign-importer drop incoming"),
        Example("Stay, and handle files as they come.", "campaign-importer drop incoming --watch"),
        Example("Keep its settings elsewhere.", "campaign-importer drop incoming --config drop.toml"),
    ),
    "prune": (
        Example("Show what is older than 90 days, ask, and remove it.", "campaign-importer prune --older-than 90d"),
        Example("Old files of a drop folder too.", "campaign-importer prune incoming --older-than 90d --yes"),
    ),
    "journal": (
        Example("Copy it, even while a run is at work.", "campaign-importer journal backup journal-monday.sqlite3"),
        Example("See whether it is whole.", "campaign-importer journal check"),
    ),
    "doctor": (
        Example("See whether an import could work, and what to fix if not.", "campaign-importer doctor"),
        Example("Check another server of your settings.", "campaign-importer doctor --server test"),
        Example("For a program that watches over it.", "campaign-importer doctor --json"),
    ),
    "login": (
        Example("Type the password once; later commands find it.", "campaign-importer login --server test"),
        Example(
            "Without a file of settings.",
            "campaign-importer login --url https://pbx.example.com/ --username admin",
        ),
    ),
    "logout": (
        Example("Remove the password again.", "campaign-importer logout --server test"),
        Example(
            "Without a file of settings.",
            "campaign-importer logout --url https://pbx.example.com/ --username admin",
        ),
    ),
    "template": (
        Example("Make a workbook to fill in.", "campaign-importer template campaigns.xlsx"),
        Example("A name with blanks goes in quotes.", 'campaign-importer template "spring campaigns.xlsx"'),
    ),
    "sandbox": (
        Example("Run until Ctrl-C, on port 8080.", "campaign-importer sandbox"),
        Example(
            "Remember the campaigns, on any free port.", "campaign-importer sandbox --port 0 --database box.sqlite3"
        ),
        Example("See what a bad line does.", "campaign-importer sandbox --faults late=0.05,cut=0.05,seed=3"),
    ),
    "demo": (
        Example("Watch an import happen.", "campaign-importer demo"),
        Example("Get its numbers for a program.", "campaign-importer demo --quiet --json"),
    ),
}
"""What the help of each command shows, by the command's name."""
