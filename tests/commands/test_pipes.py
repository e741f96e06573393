"""What goes into a pipe is written without the library that draws, and is what that would write there."""

import io
import os
import re
import string
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from importer.cli.screen.tables import put_table
from tests.support.program import Finished, Program
from tests.support.tables import HEADINGS, ROW

DRAWN = {"TTY_COMPATIBLE": "0"}
"""Says that a stream is not a terminal, which is left to the library that draws."""

CELLS = st.text(string.printable, max_size=30)


def tabled(headings: Sequence[str], lines: Sequence[Sequence[str]], variables: dict[str, str]) -> str:
    """Return a table as it goes into a pipe."""
    with patch.dict(os.environ, variables), redirect_stdout(io.StringIO()) as written:
        put_table(headings, lines, color=True)
    return written.getvalue()


@given(st.data())
def test_a_table_is_what_would_be_drawn(data: st.DataObject) -> None:
    """Whatever ASCII is in its cells, a table is byte for byte the one that the library draws."""
    headings = data.draw(st.lists(st.sampled_from(["run", "row", "id", "file", "rows"]), min_size=1, unique=True))
    lines = data.draw(st.lists(st.tuples(*[CELLS] * len(headings)), max_size=27))
    assert tabled(headings, lines, {}) == tabled(headings, lines, DRAWN)


def test_sentences_are_what_would_be_drawn(program: Program, table: Callable[..., Path]) -> None:
    """Lists, errors and messages of commands do not depend on what writes them."""
    path = table("Планы [b].csv", HEADINGS, ROW, ("[red]x[/red]", "queue", "1"))
    run = program("import", path, "--yes", "--json").document["run"]
    for words in (
        ("runs",),
        ("runs", run),
        ("runs", "[bold]nope[/bold]"),
        ("settle", run, "--row", "2", "--not-created"),
        ("enable", run, "--yes"),
        ("show", path),
        ("plan", path, "--verbose"),
    ):
        plain, drawn = from_fresh(path.parent, program, words, {}), from_fresh(path.parent, program, words, DRAWN)
        assert plain.exit_code == drawn.exit_code
        assert anonymous(plain.stdout) == anonymous(drawn.stdout)
        assert anonymous(plain.stderr) == anonymous(drawn.stderr)


def from_fresh(folder: Path, program: Program, words: Sequence[str | Path], variables: dict[str, str]) -> Finished:
    """Return what a command wrote in a folder without results, which may have the second of now in their names."""
    for results in folder.glob("*.results.*"):
        results.unlink()
    return program.process(*words, env=variables)


def anonymous(text: str) -> str:
    """Return an output without the IDs of runs: some are made meanwhile."""
    return re.sub(r"\d{8}-[0-9a-f]{6}", "RUN", text)
