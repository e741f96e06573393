"""One bad file costs one file: what nobody has foreseen is archived, reported, and keeps no other file waiting."""

import errno
import json
import lzma
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from importer import handing_back, pipeline, reading
from importer.drop import job
from importer.model import ExitCode
from importer.run_options import ImportOptions
from importer.sandbox import Sandbox
from importer.session import Session
from tests.support.drop_site import names, places, rows
from tests.support.notifications import mail_lines, post_office, text_of
from tests.support.program import Finished, Program
from tests.support.tables import HEADINGS, write_table

Drop = Callable[..., Finished]

UNFORESEEN = [
    RuntimeError("a"),
    lzma.LZMAError("a"),
    MemoryError(),
    RecursionError(),
    KeyError("a"),
    UnicodeDecodeError("utf-8", b"a", 0, 1, "a"),
    OSError(errno.EIO, "Input/output error"),
    AssertionError(),
]
OF_THE_SYSTEM = [errno.ENOSPC, errno.EROFS, errno.EMFILE, errno.ENOMEM]

STEPS = [(reading, "refuse_raw_name"), (pipeline, "plan"), (pipeline, "apply"), (handing_back, "hand_back_each")]


@pytest.fixture
def folder(here: Path) -> Path:
    """A drop folder with a bad file and two good ones, the bad one first."""
    found = here / "in"
    found.mkdir()
    (found / "drop.toml").write_text("settle.seconds = 0\n")
    for name in ("a-bad", "b-good", "c-good"):
        write_table(found / f"{name}.csv", HEADINGS, rows(name, 2))
    for number, path in enumerate(sorted(found.glob("*.csv"))):
        os.utime(path, (1e9 + number, 1e9 + number))
    return found


@pytest.fixture
def drop(program: Program, folder: Path) -> Drop:
    """Run a pass over it."""
    return lambda *arguments: program("drop", folder, *arguments)


def break_(monkeypatch: pytest.MonkeyPatch, step: tuple[object, str], error: Exception) -> None:
    """Have a step of the work on the bad file, whose run or path tells which it is, end with an error."""
    module, name = step
    right = getattr(module, name)
    runs: set[str] = set()

    def broken(*given: object, **more: object) -> object:
        first: Any = given[0] if name == "refuse_raw_name" else given[1]
        if name == "hand_back_each":
            (first,) = first
        run = getattr(first, "run", first)
        is_bad = "a-bad" in str(first) or run in runs
        if is_bad and name in ("refuse_raw_name", "plan"):
            raise error
        done = right(*given, **more)
        if is_bad:
            raise error
        return done

    if name in ("apply", "hand_back_each"):
        plan = pipeline.plan

        def planned(session: Session, path: Path, import_options: ImportOptions) -> object:
            report = plan(session, path, import_options)
            if "a-bad" in path.name:
                runs.add(report.run)
            return report

        monkeypatch.setattr(pipeline, "plan", planned)
    monkeypatch.setattr(module, name, broken)


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step[1])
def test_an_unforeseen_error_costs_one_file(
    drop: Drop,
    folder: Path,
    sandbox: Sandbox,
    journal: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[object, str],
    error: Exception,
) -> None:
    """At whatever step: quarantine, with the bug's file named; exit 1; the others are done; the next pass is clean."""
    with monkeypatch.context() as patch:
        break_(patch, step, error)
        finished = drop("--json")
    assert finished.exit_code == ExitCode.UNEXPECTED, finished.stderr
    assert places(finished.document) == {"a-bad.csv": "quarantine", "b-good.csv": "done", "c-good.csv": "done"}
    (details,) = journal.parent.glob("campaign-importer-bug-*.txt")
    assert type(error).__name__ in details.read_text()
    (reason,) = folder.rglob("a-bad.csv.reason.txt")
    assert str(details) in reason.read_text()
    assert "This is a bug in campaign-importer, not an error in the file." in finished.stderr
    bad = 2 if step[1] in ("apply", "hand_back_each") else 0
    assert len(names(sandbox.campaigns())) == len(set(names(sandbox.campaigns()))) == 4 + bad
    assert drop().exit_code == ExitCode.DONE


def test_it_is_told_and_can_be_gone_on_with(
    drop: Drop, program: Program, folder: Path, here: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People are notified, with the run of what was begun; `apply` brings that to its end, each row once."""
    told = here / "told.json"
    (folder / "drop.toml").write_text(
        f'settle.seconds = 0\n[notify.command]\nrun = ["sh", "-c", "cat > \\"$0\\"", "{told}"]\n'
    )
    with monkeypatch.context() as patch:
        break_(patch, (pipeline, "apply"), RuntimeError("a"))
        assert drop().exit_code == ExitCode.UNEXPECTED
    message = json.loads(told.read_bytes())
    assert (message["name"], message["place"], message["exit_code"]) == ("a-bad.csv", "quarantine", 1)
    assert "This is a bug" in message["reason"]
    run = message["reason"].split("campaign-importer apply ")[1].split()[0]
    assert program("apply", run).exit_code == ExitCode.DONE
    assert len(names(sandbox.campaigns())) == len(set(names(sandbox.campaigns()))) == 6


@pytest.mark.parametrize("number", OF_THE_SYSTEM, ids=errno.errorcode.get)
def test_what_the_system_refuses_is_no_fault_of_a_file(
    drop: Drop, folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A full disk and the like put no file into quarantine, however many passes they end: exit 6, and it goes on."""
    for _ in range(3):
        with monkeypatch.context() as patch:
            break_(patch, (pipeline, "plan"), OSError(number, os.strerror(number)))
            assert drop().exit_code == ExitCode.CONFIGURATION
    finished = drop("--json")
    assert places(finished.document) == {"a-bad.csv": "done", "b-good.csv": "done", "c-good.csv": "done"}


def test_a_file_that_cannot_even_be_put_away(
    drop: Drop, folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where putting the file away fails as well, it stays in processing/; the others are done, and it is reported."""
    put_away = job.file_away

    def broken(claims: object, claimed: job.Claimed, *given: object) -> object:
        if claimed.name == "a-bad.csv":
            raise RuntimeError
        return put_away(claims, claimed, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(job, "file_away", broken)
        finished = drop("--json")
    assert finished.exit_code == ExitCode.UNEXPECTED
    assert places(finished.document) == {"a-bad.csv": None, "b-good.csv": "done", "c-good.csv": "done"}
    assert (folder / "processing" / "a-bad.csv").exists()
    assert drop("--json").exit_code == ExitCode.DONE
    assert len(names(sandbox.campaigns())) == len(set(names(sandbox.campaigns()))) == 6


@pytest.fixture
def kept_back(drop: Drop, folder: Path, here: Path, journal: Path) -> Path:
    """The messages of a folder whose files are archived, and whose outbox could not be written until now."""
    messages = here / "messages"
    messages.mkdir()
    (folder / "drop.toml").write_text(
        'settle.seconds = 0\n[notify.command]\nwhen = "always"\n'
        f'run = ["sh", "-c", "cat > \\"$0/$CAMPAIGN_IMPORTER_DELIVERY\\"", "{messages}"]\n'
    )
    outbox = journal.with_name(f"{journal.name}.outbox")
    outbox.parent.mkdir()
    outbox.write_text("no folder")
    finished = drop("--json")
    assert places(finished.document) == {"a-bad.csv": "done", "b-good.csv": "done", "c-good.csv": "done"}
    assert finished.stderr.count("is not delivered: The outbox") == 3
    assert list(messages.iterdir()) == []
    outbox.unlink()
    return messages


def names_in(messages: Path) -> list[str]:
    """Return the files that messages are about."""
    return sorted(json.loads(path.read_bytes())["name"] for path in messages.iterdir())


def test_a_message_waits_for_its_outbox(drop: Drop, kept_back: Path, sandbox: Sandbox) -> None:
    """If the outbox cannot be written, the files are archived, and the next passes send each message once."""
    for _ in range(2):
        assert drop().exit_code == ExitCode.DONE
        assert names_in(kept_back) == ["a-bad.csv", "b-good.csv", "c-good.csv"]
    assert len(names(sandbox.campaigns())) == len(set(names(sandbox.campaigns()))) == 6


def test_a_restored_journal_blocks_no_folder(drop: Drop, folder: Path, kept_back: Path, journal: Path) -> None:
    """A journal that has lost the runs of files that are being archived holds nothing up, and people are notified."""
    for path in journal.parent.glob("journal.sqlite3*"):
        if path.is_file() and path.suffix != ".claims":
            path.unlink()
    write_table(folder / "d-good.csv", HEADINGS, rows("d-good", 2))
    finished = drop("--json")
    assert finished.exit_code == ExitCode.DONE, finished.stderr
    assert places(finished.document)["d-good.csv"] == "done"
    assert names_in(kept_back) == ["a-bad.csv", "b-good.csv", "c-good.csv", "d-good.csv"]


def test_an_e_mail_names_a_file_where_it_is_now(drop: Drop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put off by a full disk and the mail server, the e-mail names the place and the new name that the file has got."""
    with post_office() as office:
        (folder / "drop.toml").write_text(f"settle.seconds = 0\n{mail_lines(office.port)}")
        office.answers = ["554 not now"]
        with monkeypatch.context() as patch:
            patch.setattr(job, "file_away", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "no room")))
            assert drop().exit_code == ExitCode.CONFIGURATION
        assert office.mails == []
        taken = folder / "done" / date.today().isoformat() / "a-bad.csv"  # noqa: DTZ011 -- as the program does
        taken.parent.mkdir(parents=True)
        taken.write_text("another file")
        assert drop().exit_code == ExitCode.DONE
    (text,) = (text_of(mail) for mail in office.mails if "a-bad.csv" in mail["Subject"])
    (path,) = (line.removeprefix("File:").strip() for line in text.splitlines() if line.startswith("File:"))
    assert Path(path) == taken.with_name("a-bad-2.csv")
    assert "a-bad 001" in Path(path).read_text()
    (results,) = (line.split()[1] for line in text.splitlines() if line.startswith("Results:"))
    assert Path(results) in list(taken.parent.glob("a-bad-2.results.*.csv"))


def test_ctrl_c_is_no_fault_of_a_file(drop: Drop, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often a pass is interrupted, no file goes to quarantine for it."""
    for _ in range(3):
        with monkeypatch.context() as patch:
            break_(patch, (pipeline, "plan"), KeyboardInterrupt())  # type: ignore[arg-type]
            assert drop().exit_code == ExitCode.INTERRUPTED
    assert drop().exit_code == ExitCode.DONE
