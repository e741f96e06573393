"""A damaged journal is reported as one, wherever in it the damage is met; it is not a bug of the program."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from importer.model import ExitCode
from importer.sandbox import Sandbox
from tests.support.program import Program
from tests.support.tables import HEADINGS

Table = Callable[..., Path]


def damaged_schema(journal: Path) -> None:
    """Make bytes of the text of the schema that are not text."""
    content = bytearray(journal.read_bytes())
    at = content.index(b"CREATE TABLE runs")
    content[at + 7 : at + 12] = b"\xff\xfe\x80\x81\xff"
    journal.write_bytes(content)


def damaged_record(table: str, column: str, value: object) -> Callable[[Path], None]:
    """Return what puts a value into a column that no version of ours would write."""

    def damage(journal: Path) -> None:
        with closing(sqlite3.connect(journal)) as opened, opened:
            opened.execute(f"UPDATE {table} SET {column} = ?", (value,))

    return damage


DAMAGES = {
    "schema": damaged_schema,
    "bytes": damaged_record("runs", "path", b"\xff\xfe"),
    "layout": damaged_record("runs", "layout", '{"kind": "te'),
    "on change": damaged_record("runs", "on_change", "perhaps"),
    "migration": damaged_record("runs", "migration", '{"system": '),
    "headings": damaged_record("runs", "headings", "[" * 100_000),
    "time": damaged_record("runs", "started", "2026-13-45"),
    "encoding": damaged_record("runs", "encoding", "utf-\x00"),
    "status": damaged_record("rows", "status", "creeted"),
    "cells": damaged_record("contents", "cells", '["a'),
    "campaign": damaged_record("contents", "campaign", '{"name"'),
    "severity": damaged_record("problems", "severity", "wrang"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("command", ["runs", "rows", "apply", "import"])
def test_a_damaged_journal_is_a_sentence(
    program: Program, sandbox: Sandbox, table: Table, journal: Path, damage: Callable[[Path], None], command: str
) -> None:
    """Damage of any kind is reported as such, with 6, where it is met; it is never a bug."""
    path = table("a.csv", (*HEADINGS, "attempts"), ("A", "queue", "1", ""), ("B", "queue", "1", "x"))
    run = program("plan", path, "--json").document["run"]
    with closing(sqlite3.connect(journal)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(journal)
    arguments = {"runs": ("runs",), "rows": ("runs", run), "apply": ("apply", run), "import": ("import", path, "--yes")}
    done = program(*arguments[command])
    assert done.exit_code in (ExitCode.CONFIGURATION, ExitCode.DONE, ExitCode.SOME_WRONG), done.stderr
    if done.exit_code == ExitCode.CONFIGURATION:
        assert "[E412]" in done.stderr
    # Only where the command has no need of what is damaged does it do its work.
    met = {
        "runs": {"schema", "bytes", "layout", "on change", "migration", "headings", "time", "encoding", "status"},
        "import": {"schema"},
    }
    met["rows"] = met["runs"] | {"cells", "severity"}
    met["apply"] = met["rows"] | {"campaign"}
    assert (done.exit_code == ExitCode.CONFIGURATION) is (damage in {DAMAGES[one] for one in met[command]})
