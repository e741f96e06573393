"""How long light commands take to start, beside a bare click program that does nothing."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.comparison import Comparison, Usage, alternately, child

BARE = """
import click

@click.command()
def main(): pass

main()
"""
COMMANDS = {
    "--help": ["--help"],
    "runs": ["runs"],
    "settle": ["settle", "run", "--row", "2"],
    "enable": ["enable", "run"],
}


def start(command: list[str], folder: str) -> Usage:
    """Run a command of ours beside an empty journal."""
    own = {"HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
    arguments = [sys.executable, "-m", "importer", *command]
    return child(arguments, folder=Path(folder), environment=own, accepted=range(10))


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare the start of each light command with that of a bare click program."""
    with tempfile.TemporaryDirectory() as folder:
        for name, command in COMMANDS.items():

            def ours(command: list[str] = command) -> float:
                return start(command, folder).cpu

            def bare() -> float:
                return child([sys.executable, "-c", BARE, "--help"]).cpu

            mine, theirs = alternately(ours, bare, 3 if quick else 15)
            wanted = "<= 1.4" if name == "--help" else "<= 2.5"
            yield Comparison(
                f"{name}, against a bare click program",
                mine / theirs,
                "x CPU",
                wanted,
                f"{mine * 1000:.0f} ms against {theirs * 1000:.0f} ms",
            )
