"""The canary: the first few campaigns are read back and compared field by field before the others follow."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.model import ExitCode
from importer.run_options import ImportOptions
from tests.support.http_server import HangUpError
from tests.support.in_process import InProcessImporter
from tests.support.program import Program
from tests.support.servers import StubServer, envelope

Table = Callable[..., Path]

HEADINGS = ("name", "dtype", "dnumber", "maximum", "description")


@pytest.fixture
def path(table: Table) -> Path:
    """A file of five rows."""
    return table("a.csv", HEADINGS, *((name, "queue", "1", "2", f"About {name}") for name in "ABCDE"))


def test_if_all_agree_the_others_follow(stub_server: StubServer, stub_importer: InProcessImporter, path: Path) -> None:
    """Two are created, two are read back, then the other three are created."""
    report = stub_importer.load(path, canary=2)
    assert report.exit_code == ExitCode.DONE
    assert stub_server.actions()[5:] == ["list", "create", "create", "get", "get", "create", "create", "create"]


def test_every_difference_is_told(stub_server: StubServer, stub_importer: InProcessImporter, path: Path) -> None:
    """A difference in any field stops the run with exit code 7; row, campaign, field and both values are reported."""
    stub_server.answers["get"] = lambda asked: envelope(
        "200",
        stub_server.campaigns[int(asked["id"]) - 1] | ({"maximum": 9, "dtype": "ivr"} if asked["id"] == "2" else {}),
    )
    report = stub_importer.load(path, canary=2)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert report.stopped is not None
    assert report.stopped.message == (
        "Stopped after the first 2 campaigns: they differ on the server from what was sent.\n"
        "  Row 3, campaign 2: dtype was sent as 'queue' and is 'ivr'.\n"
        "  Row 3, campaign 2: maximum was sent as '2' and is '9'.\n"
        "  Check these campaigns on the server. To continue anyway, apply the run with --canary 0."
    )
    assert stub_importer.statuses(report.run) == ["created"] * 2 + ["ready"] * 3
    assert len(stub_server.campaigns) == 2


def test_what_the_server_does_not_show_is_told(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """A server that shows few fields is taken at its word for those it shows, and the others are named."""
    stub_server.answers["get"] = lambda asked: envelope(
        "200", {"id": asked["id"], "maximum": "2", "name": "ABCDE"[int(asked["id"]) - 1]}
    )
    report = stub_importer.load(path, canary=2)
    assert report.exit_code == ExitCode.DONE
    told = [note for note in report.notes if "could not be checked" in note]
    assert told == [
        f"{name} could not be checked: the server does not show it." for name in ("dtype", "dnumber", "description")
    ]


@pytest.mark.parametrize(
    ("held", "difference"),
    [
        ({"attempts": 1, "retry": "3600", "machine": "failed", "callerid": ""}, None),
        ({"attempts": "7"}, "attempts was left empty, which means '1', and is '7'."),
        ({"callerid": "+4420"}, "callerid was left empty, which means '', and is '+4420'."),
        ({"enabled": 0}, "enabled was left empty, which means '1', and is '0'."),
    ],
)
def test_what_was_left_blank_is_compared_with_the_default(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path, held: dict[str, Any], difference: str | None
) -> None:
    """A server with other defaults than the documented ones is found out by the first campaign."""
    stub_server.answers["get"] = lambda asked: envelope("200", stub_server.campaigns[int(asked["id"]) - 1] | held)
    report = stub_importer.load(path, canary=1)
    assert (report.stopped is None) is (difference is None)
    assert difference is None or difference in str(report.stopped)
    assert len(stub_server.campaigns) == (5 if difference is None else 1)


@pytest.mark.parametrize("code", ["401", "402", "404", "500"])
def test_what_cannot_be_read_back_stops_the_run(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path, code: str
) -> None:
    """A campaign that cannot be read back does not prove that all is well."""
    stub_server.answers["get"] = lambda _: envelope(code)
    report = stub_importer.load(path, canary=1)
    assert report.exit_code in (ExitCode.UNREACHABLE, ExitCode.CONFIGURATION)
    assert len(stub_server.campaigns) == 1


def test_a_canary_without_an_id_stops_the_run(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """Where the create tells no ID and the list none either, there is nothing to read back by."""
    stub_server.answers["create"] = lambda asked: envelope("200") if stub_server.store(asked) else envelope("500")
    stub_server.answers["list"] = lambda _: envelope("402")
    report = stub_importer.load(path, canary=1)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert report.stopped is not None
    assert "cannot be checked: the server's response has no ID" in report.stopped.message


def test_none_created_stops_the_run(stub_server: StubServer, stub_importer: InProcessImporter, path: Path) -> None:
    """If the first few are all refused there is nothing to read back, and the others are not tried."""
    stub_server.answers["create"] = lambda _: envelope("400", key="dnumber")
    report = stub_importer.load(path, canary=2)
    assert report.exit_code == ExitCode.UNREACHABLE
    assert stub_importer.statuses(report.run) == ["rejected"] * 2 + ["ready"] * 3


def test_a_canary_that_was_lost_is_looked_up_first(
    stub_server: StubServer, stub_importer: InProcessImporter, path: Path
) -> None:
    """A canary whose answer was lost is settled, and then read back like the others."""

    def create(asked: dict[str, str]) -> dict[str, Any]:
        del stub_server.answers["create"]
        stub_server.store(asked)
        raise HangUpError

    stub_server.answers["create"] = create
    assert stub_importer.load(path, canary=2).exit_code == ExitCode.DONE
    assert stub_server.actions().count("get") == 2
    assert len(stub_server.campaigns) == 5


def test_going_on_reads_back_again(stub_server: StubServer, stub_importer: InProcessImporter, path: Path) -> None:
    """After a difference, `apply --canary` compares again and does not create the others while it lasts."""
    stub_server.answers["get"] = lambda asked: envelope("200", {"id": asked["id"], "maximum": "9"})
    run = stub_importer.load(path, canary=2).run
    assert stub_importer.apply(run, canary=2).exit_code == ExitCode.UNREACHABLE
    assert len(stub_server.campaigns) == 2
    del stub_server.answers["get"]
    assert stub_importer.apply(run, canary=2).exit_code == ExitCode.DONE
    assert len(stub_server.campaigns) == 5


def test_what_was_asked_for_is_compared(stub_server: StubServer, stub_importer: InProcessImporter, path: Path) -> None:
    """With --disabled and --marker, what was sent is compared, not what the sheet says."""
    assert stub_importer.load(path, ImportOptions(disabled=True, marker=True), canary=5).exit_code == ExitCode.DONE


def test_what_to_type_next_does_not_stop_there_again(program: Program, stub_server: StubServer, path: Path) -> None:
    """After such a stop, the command that is shown goes on without the comparison, and creates the others."""
    stub_server.answers["get"] = lambda asked: envelope(
        "200", {**stub_server.campaigns[int(asked["id"]) - 1], "maximum": 99}
    )
    url = ("--url", stub_server.url)
    stopped = program("import", path, "--yes", "--canary", "2", *url)
    assert stopped.exit_code == ExitCode.UNREACHABLE
    command = stopped.stderr.strip().rpartition("once you have checked them: campaign-importer ")[2]
    assert "--canary 0" in command
    assert program(*shlex.split(command)).exit_code == ExitCode.DONE
    assert len(stub_server.campaigns) == 5
