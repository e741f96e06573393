"""How long light commands take to start, beside a bare click program that does nothing."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.comparison import Comparison, Usage, alternately, child
from importer.sandbox import Sandbox

BARE = """
import click

@click.command()
def main(): pass

main()
"""
OURS = "from importer.__main__ import main; main()"


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare the start of each light command with that of a bare click program."""
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        settings = {"URL": sandbox.url, "USERNAME": "admin", "PASSWORD": "secret", "JOURNAL": f"{folder}/journal"}
        environment = {f"CAMPAIGN_IMPORTER_{key}": value for key, value in settings.items()} | {"HOME": name}

        def ours(*arguments: str) -> Usage:
            return child([sys.executable, "-c", OURS, *arguments], environment=environment, accepted=(0, 2))

        def bare() -> float:
            return child([sys.executable, "-c", BARE, "--help"]).cpu

        (folder / "a.csv").write_text("name,dtype,dnumber\nSpring,queue,1\n", encoding="utf-8")
        run = json.loads(ours("import", f"{folder}/a.csv", "--yes", "--quiet", "--json").output)["run"]
        for arguments, wanted in (
            (("--help",), "<= 1.4"),
            (("runs",), "<= 2.5"),
            # Refused at the end of the way, because the row is not in doubt: so it can be done again.
            (("settle", run, "--row", "2", "--not-created"), "<= 2.5"),
            (("enable", run, "--yes"), "<= 2.5"),
        ):
            mine, theirs = alternately(lambda given=arguments: ours(*given).cpu, bare, 3 if quick else 15)
            yield Comparison(
                f"{arguments[0]}, against a bare click program",
                mine / theirs,
                "x CPU",
                wanted,
                f"{mine * 1000:.0f} ms against {theirs * 1000:.0f} ms",
            )
