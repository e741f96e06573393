"""What a shell may offer for the ID of a run."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from importer.cli.values import resolve
from importer.errors import ImporterError
from importer.journal import Journal


def known_runs(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return the runs of the journal whose IDs begin so, the newest first.

    If the journal cannot be read or does not exist, nothing is offered; it is never created here.
    """
    try:
        path = resolve.journal(resolve.resolve_options(context).values["journal"])
        if not path.stat().st_size:  # an empty file would become a journal
            return []
        with Journal(path) as journal:
            runs = [run for run in journal.runs.newest_first() if run.id.startswith(incomplete)]
    except (ImporterError, OSError, ValueError):
        return []
    return [
        CompletionItem(run.id, help=f"{run.started.astimezone():%Y-%m-%d %H:%M} {_in_a_line(run.source.path)}")
        for run in runs
    ]


def _in_a_line(path: str) -> str:
    return " ".join(Path(path).name.split())
