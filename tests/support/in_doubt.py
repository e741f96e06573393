"""Rows of which nobody can say whether they were created."""

from pathlib import Path
from typing import Any

from importer.journal.journal import Journal
from importer.sandbox import Sandbox
from tests.support.http_server import HangUpError
from tests.support.journal_rows import claim
from tests.support.servers import StubServer


def actions(sandbox: Sandbox) -> list[str]:
    """Return what the sandbox was asked, in order."""
    return [seen.action for seen in sandbox.requests]


def lose_answer(stub_server: StubServer, *, copies: int = 1) -> None:
    """Have the next create be carried out, N times, and its answer be lost."""

    def answer(asked: dict[str, str]) -> dict[str, Any]:
        del stub_server.answers["create"]
        for _ in range(copies):
            stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = answer


def leave_sending(journal: Path, run: str, number: int) -> None:
    """Leave a row as a process does that is killed after its claim."""
    with Journal(journal) as open_journal:
        assert claim(open_journal, open_journal.runs.get(run), open_journal.rows.get(run, number)).granted
