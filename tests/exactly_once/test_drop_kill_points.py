"""A process that dies between two steps of putting a file away: people hear of the file once, and of what is so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.drop.job import PASSES, DropJob
from importer.model import ExitCode
from importer.sandbox import Sandbox
from tests.support.browser import HEADINGS
from tests.support.drop_folders import KilledError, dying
from tests.support.drop_site import rows
from tests.support.program import Finished, Program
from tests.support.tables import rested, write_table

Kills = Callable[[int], Finished | None]

KINDS = {"good": "done", "wrong": "failed", "junk": "quarantine", "copy": "duplicate"}
MOST = 200


def drop_file(folder: Path, kind: str) -> str:
    """Drop a file of a kind; return its name."""
    name = f"{kind}.csv"
    match kind:
        case "good":
            write_table(folder / name, HEADINGS, rows("good", 2))
        case "copy":
            write_table(folder / name, HEADINGS, rows("before", 2))
        case "wrong":
            write_table(folder / name, HEADINGS, [("wrong", "", "1")])
        case "junk":
            (folder / name).write_bytes(b"\0\1\2")
            rested(folder / name)
    return name


@pytest.fixture
def drop(program: Program, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, int | None], Finished | None]:
    """Run a pass over a folder that dies, putting a file away, at its request to the system of that number.

    Without a number it lives. Returns None where it died.
    """

    def run(folder: Path, calls: int | None) -> Finished | None:
        with monkeypatch.context() as patch:
            if calls is not None:
                right = DropJob._put_away

                def put_away(*given: object) -> object:
                    found = []
                    with dying(calls):
                        found.append(right(*given))  # type: ignore[arg-type]
                    if not found:
                        raise KilledError
                    return found[0]

                patch.setattr(DropJob, "_put_away", put_away)
            try:
                return program("drop", folder, "--json")
            except KilledError:
                return None

    return run


def site(here: Path, number: int) -> tuple[Path, Path]:
    """Make a drop folder, and one in which a file is made of every message."""
    folder, told = here / f"in-{number}", here / f"told-{number}"
    folder.mkdir()
    told.mkdir()
    script = 'cat > "$0/$CAMPAIGN_IMPORTER_DELIVERY"'
    run = json.dumps(["sh", "-c", script, str(told)])
    (folder / "drop.toml").write_text(f'settle.seconds = 0\n[notify.command]\nwhen = "always"\nrun = {run}\n')
    return folder, told


def check(program: Program, folder: Path, told: Path, name: str, place: str) -> None:
    """Check that a file is in a place and reported once, as being there, and that all results that are named exist."""
    (filed,) = (path for path in folder.rglob(name) if path.is_file())
    messages = [json.loads(path.read_bytes()) for path in told.iterdir()]
    assert [(one["place"], one["file"]) for one in messages if one["name"] == name] == [(place, str(filed))]
    named = [one["results"] for one in (*messages, *program("runs", "--json").document) if one["results"]]
    assert [path for path in named if not Path(path).exists()] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_death_while_a_file_is_put_away(
    program: Program, drop: Callable[..., Finished | None], here: Path, sandbox: Sandbox, kind: str
) -> None:
    """Wherever it dies: the next pass ends it, and the one message of the file says where it and its results are."""
    for calls in range(MOST):
        folder, told = site(here, calls)
        if kind == "copy":
            write_table(folder / "before.csv", HEADINGS, rows("before", 2))
            assert drop(folder, None) is not None
        name = drop_file(folder, kind)
        if drop(folder, calls) is not None:
            break
        assert drop(folder, None) is not None
        check(program, folder, told, name, KINDS[kind])
    else:
        raise AssertionError("it never came to an end")
    assert calls > 15


def test_deaths_until_it_is_left_to_a_person(
    program: Program, drop: Callable[..., Finished | None], here: Path, sandbox: Sandbox
) -> None:
    """What ended passes is reported as that and nothing else, and the results that were written stay the run's."""
    folder, told = site(here, 0)
    name = drop_file(folder, "good")
    for calls in range(PASSES + 1):
        assert drop(folder, calls) is None
    finished = drop(folder, None)
    assert finished is not None
    assert finished.exit_code == ExitCode.UNEXPECTED
    check(program, folder, told, name, "quarantine")
    assert len(list(folder.rglob("good.results.*.csv"))) == 1
    (run,) = program("runs", "--json").document
    assert Path(run["results"]).parent.parent == folder / "quarantine"


def test_a_file_that_is_moved_before_the_next_pass(
    program: Program, drop: Callable[..., Finished | None], here: Path, sandbox: Sandbox
) -> None:
    """A file that was there, and moved by a person before anybody had heard of it, is reported; others go on."""
    for calls in range(MOST):
        folder, told = site(here, calls)
        name = drop_file(folder, "good")
        if drop(folder, calls) is not None:
            break
        moved = [path.rename(here / f"moved-{calls}.csv") for path in (folder / "done").glob(f"*/{name}")]
        write_table(folder / "next.csv", HEADINGS, rows(f"next {calls}", 1))
        finished = drop(folder, None)
        assert finished is not None
        assert finished.exit_code == ExitCode.DONE, finished.stderr
        assert sorted(json.loads(path.read_bytes())["name"] for path in told.iterdir()) == [name, "next.csv"]
        known = [one["results"] for one in program("runs", "--json").document if one["results"]]
        assert [path for path in known if not Path(path).exists()] == []
    assert moved


def test_a_folder_that_is_renamed_while_files_are_at_work(
    program: Program, drop: Callable[..., Finished | None], here: Path, sandbox: Sandbox
) -> None:
    """What a pass has left in processing/ is reported under its new name; dropped again, no row is sent twice."""
    folder, told = site(here, 0)
    drop_file(folder, "good")
    assert drop(folder, 0) is None
    renamed = folder.rename(here / "renamed")
    finished = drop(renamed, None)
    assert finished is not None
    left = renamed / "processing" / "good.csv"
    assert f"{left} belongs to no import and is left alone" in finished.stderr
    messages = [json.loads(path.read_bytes()) for path in told.iterdir()]
    assert "good.csv" in [one["name"] for one in messages]
    left.rename(renamed / "good.csv")
    assert drop(renamed, None) is not None
    assert len(list((renamed / "done").glob("*/good.csv"))) == 1
    assert len(sandbox.campaigns()) == 2
