"""The nightly drop through its front door: real processes on a folder, and servers that do as they should or not."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from importer.model import ExitCode
from importer.sandbox import Faults, Sandbox
from tests.support.drop_site import DropSite, counts_of, names, places, repeated, rows, small_disk
from tests.support.http_server import HangUpError, Page
from tests.support.notifications import mail_lines, post_office, receiver, text_of
from tests.support.processes import PATIENCE, ProcessPool, wait_for
from tests.support.program import PASSWORD, Program
from tests.support.servers import StubServer, free_port
from tests.support.tables import HEADINGS, write_table

WRONG = ("Wrong", "", "0123")


@pytest.fixture
def drop_site(here: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> DropSite:
    """A drop folder whose files go to the sandbox."""
    return DropSite(here / "in", journal, sandbox.url, process_pool)


@pytest.fixture
def drop_site_on_stub(here: Path, journal: Path, stub_server: StubServer, process_pool: ProcessPool) -> DropSite:
    """A drop folder whose files go to the server made to order."""
    return DropSite(here / "in", journal, stub_server.url, process_pool)


def today() -> str:
    """Return the day under which files are archived now."""
    return datetime.now().astimezone().date().isoformat()


# Where a file goes


def test_each_file_goes_where_its_outcome_puts_it(here: Path, program: Program, sandbox: Sandbox) -> None:
    """Good files are in done/, wrong ones in failed/, unreadable ones in quarantine/, each with what tells why."""
    drop_site = here / "in"
    drop_site.mkdir()
    write_table(drop_site / "good.csv", HEADINGS, rows("Good", 3))
    write_table(drop_site / "some.xlsx", HEADINGS, [("Right", "queue", "1"), WRONG])
    write_table(drop_site / "all.csv", HEADINGS, [WRONG])
    (drop_site / "junk.xlsx").write_bytes(b"no workbook at all")
    os.utime(drop_site / "junk.xlsx", (1, 1))
    finished = program.process("drop", drop_site, "--json")
    assert finished.exit_code == ExitCode.USAGE, finished.stderr
    assert places(finished.document) == {
        "good.csv": "done",
        "some.xlsx": "failed",
        "all.csv": "failed",
        "junk.xlsx": "quarantine",
    }
    assert {one["name"]: one["exit_code"] for one in finished.document["files"]} == {
        "good.csv": 0,
        "some.xlsx": 4,
        "all.csv": 3,
        "junk.xlsx": 2,
    }
    day = today()
    seen = sorted(
        str(path.relative_to(drop_site)) for path in drop_site.rglob("*") if path.is_file() and path.name[0] != "."
    )
    assert [re.sub(r"\.\d{8}-\d{6}", "", path) for path in seen] == [
        f"done/{day}/good.csv",
        f"done/{day}/good.results.csv",
        f"failed/{day}/all.csv",
        f"failed/{day}/all.results.csv",
        f"failed/{day}/some.results.xlsx",
        f"failed/{day}/some.xlsx",
        f"quarantine/{day}/junk.xlsx",
        f"quarantine/{day}/junk.xlsx.reason.txt",
    ]
    assert (drop_site / f"quarantine/{day}/junk.xlsx.reason.txt").read_text().strip()
    assert (drop_site / f"quarantine/{day}/junk.xlsx").read_bytes() == b"no workbook at all"
    assert names(sandbox.campaigns()) == ["Good 000", "Good 001", "Good 002", "Right"]


def test_the_results_tell_the_id_of_every_row(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Beside a file in done/ lie its rows with the IDs that the server gave them."""
    drop_site.put("a.csv", *rows("A", 5))
    assert drop_site.drop().exit_code == ExitCode.DONE
    with drop_site.results("a.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {row["name"]: row["import_id"] for row in csv.DictReader(file)}
    assert told == {one["name"]: str(one["id"]) for one in sandbox.campaigns()}
    assert drop_site.hidden() == []


def test_the_paths_that_are_told_exist(drop_site: DropSite) -> None:
    """The results, and the page, that the document and the messages name are where they are said to be."""
    drop_site.say(f"report = true\n{drop_site.telling()}")
    drop_site.put("a.csv")
    (told,) = drop_site.drop("--json").document["files"]
    assert [Path(told[key]).exists() for key in ("path", "results", "report")] == [True, True, True], told
    ((message,),) = drop_site.messages().values()
    assert Path(message["results"]).exists(), message["results"]


def test_nothing_there_is_a_night_too(drop_site: DropSite, sandbox: Sandbox) -> None:
    """An empty folder ends with 0, and nobody is asked anything."""
    finished = drop_site.drop("--json")
    assert (finished.exit_code, finished.document["files"]) == (ExitCode.DONE, [])
    assert sandbox.requests == []


def test_the_worst_exit_code_wins(drop_site: DropSite) -> None:
    """Over all files the order is that of docs/exit-codes.md: 5 before 4, and all wrong beside good is 4."""
    drop_site.put("all.csv", WRONG)
    assert drop_site.drop().exit_code == ExitCode.NOTHING_SENT
    drop_site.put("all-2.csv", WRONG, headings=("name", "dtype", "dnumber"))
    drop_site.put("good.csv")
    assert drop_site.drop().exit_code == ExitCode.SOME_WRONG


def test_a_row_in_doubt(drop_site_on_stub: DropSite, stub_server: StubServer) -> None:
    """A create without an answer, and a list that fails: in-doubt/, exit code 5, although another file has failed."""

    def stored(asked: dict[str, str]) -> dict[str, Any]:
        stub_server.store(asked)
        stub_server.answers["list"] = lambda _: Page(500)
        raise HangUpError

    stub_server.answers["create"] = stored
    drop_site_on_stub.put("a.csv", ("Lost", "queue", "1"))
    finished = drop_site_on_stub.drop("--json")
    assert finished.exit_code == ExitCode.IN_DOUBT, finished.stderr
    assert places(finished.document) == {"a.csv": "in-doubt"}
    assert drop_site_on_stub.tree() == ["in-doubt/DAY/a.csv", "in-doubt/DAY/a.results.TIME.csv"]
    stub_server.answers.clear()
    drop_site_on_stub.put("b.csv", WRONG)
    stub_server.answers["list"] = lambda _: Page(500)
    drop_site_on_stub.drop()
    stub_server.answers.clear()
    run = finished.document["files"][0]["run"]
    applied = drop_site_on_stub.run("apply", run)
    assert applied.exit_code == ExitCode.DONE, applied.stderr
    assert [one["name"] for one in stub_server.campaigns] == ["Lost"]
    # What apply has written must not be taken for something that was dropped.
    again = drop_site_on_stub.drop("--json")
    assert again.document["files"] == []
    assert [path for path in drop_site_on_stub.tree() if path.startswith("processing/")] == [], (
        "left where nobody looks"
    )


def test_the_same_content_again_is_a_duplicate(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Nothing is sent for it, it is reported, and names that are taken get a number; nothing is overwritten."""
    drop_site.put("a.csv", *rows("A", 2))
    assert drop_site.drop().exit_code == ExitCode.DONE
    sandbox.clear_requests()
    for _ in range(2):
        drop_site.put("a.csv", *rows("A", 2))
        finished = drop_site.drop("--json")
        assert finished.exit_code == ExitCode.DONE
        (told,) = finished.document["files"]
        assert told["place"] == "duplicate"
        assert "already" in told["reason"]
    assert sandbox.requests == []
    found = [path for path in drop_site.tree() if path.startswith("duplicate/")]
    assert len(found) == len(set(found)) == 4
    assert len([path for path in found if path.endswith(".csv")]) == 2
    assert len(sandbox.campaigns()) == 2


def test_the_same_content_again_within_a_second(drop_site: DropSite, sandbox: Sandbox) -> None:
    """However soon it comes again, it is a duplicate and nothing goes on with the run that has ended."""
    time.sleep(1 - time.time() % 1)
    drop_site.put("a.csv", *rows("A", 1))
    drop_site.drop()
    drop_site.put("a.csv", *rows("A", 1))
    assert places(drop_site.drop("--json").document) == {"a.csv": "duplicate"}
    assert len(sandbox.campaigns()) == 1


def test_the_same_content_under_another_name_in_one_night(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Of two equal files of one pass one is done and the other a duplicate."""
    drop_site.put("a.csv", *rows("A", 2))
    drop_site.put("b.csv", *rows("A", 2))
    assert sorted(filter(None, places(drop_site.drop("--json").document).values())) == ["done", "duplicate"]
    assert len(sandbox.campaigns()) == 2


def test_the_same_rows_in_another_file_exist(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Rows that were created are recognised in a file of another kind; only the new one is created."""
    drop_site.put("a.csv", *rows("A", 2))
    drop_site.drop()
    drop_site.put("b.xlsx", *rows("A", 2), ("New", "queue", "1"))
    finished = drop_site.drop("--json")
    assert finished.exit_code == ExitCode.DONE
    assert counts_of(finished.document["files"][0]) == {"exists": 2, "created": 1}
    assert names(sandbox.campaigns()) == ["A 000", "A 001", "New"]


@pytest.mark.parametrize(
    ("on_change", "status", "numbers", "place"),
    [
        (None, "changed", ["1"], "changed"),
        ("report", "changed", ["1"], "changed"),
        ("update", "updated", ["2"], "done"),
        ("create", "created", ["1", "2"], "done"),
    ],
)
def test_an_edited_row(
    drop_site: DropSite, sandbox: Sandbox, on_change: str | None, status: str, numbers: list[str], place: str
) -> None:
    """A row with other values is reported, changes its campaign, or is another campaign, as drop.toml says."""
    drop_site.say(f'on_change = "{on_change}"\n' if on_change else "")
    drop_site.put("a.csv", ("Spring", "queue", "1"))
    drop_site.drop()
    drop_site.put("b.csv", ("Spring", "queue", "2"))
    finished = drop_site.drop("--json")
    assert counts_of(finished.document["files"][0]) == {status: 1}
    assert finished.exit_code == (ExitCode.SOME_WRONG if place == "changed" else ExitCode.DONE)
    assert [one["dnumber"] for one in sandbox.campaigns()] == numbers
    assert drop_site.place("b.csv") == place


def test_a_changed_file_is_taken_again_once_updates_are_wanted(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A file whose rows were left as changed is not done: dropped again, what drop.toml says then is done."""
    drop_site.put("a.csv", ("Spring", "queue", "1"))
    drop_site.drop()
    drop_site.put("b.csv", ("Spring", "queue", "2"))
    drop_site.drop()
    assert "b.csv" in drop_site.run("runs", "--failed").stderr
    drop_site.say('on_change = "update"\n')
    drop_site.put("b.csv", ("Spring", "queue", "2"))
    assert drop_site.drop().exit_code == ExitCode.DONE
    assert [one["dnumber"] for one in sandbox.campaigns()] == ["2"]


def test_all_or_nothing(drop_site: DropSite, sandbox: Sandbox) -> None:
    """With on_partial nothing is created of a file with a wrong row; put right, all of it is."""
    drop_site.say('on_partial = "nothing"\n')
    drop_site.put("a.csv", ("Right", "queue", "1"), WRONG)
    finished = drop_site.drop("--json")
    assert finished.exit_code in (ExitCode.NOTHING_SENT, ExitCode.SOME_WRONG)
    assert sandbox.campaigns() == []
    assert drop_site.place("a.csv") == "failed"
    drop_site.put("a.csv", ("Right", "queue", "1"), ("Wrong", "queue", "0123"))
    assert drop_site.drop().exit_code == ExitCode.DONE
    assert names(sandbox.campaigns()) == ["Right", "Wrong"]


def test_all_or_nothing_where_the_server_refuses(drop_site: DropSite, sandbox: Sandbox) -> None:
    """With on_partial, a row that the server's check rejects keeps the others from being created as well."""
    drop_site.say('on_partial = "nothing"\n')
    drop_site.put(
        "a.csv", ("Right", "queue", "1", ""), ("Foreign", "queue", "1", "999999"), headings=(*HEADINGS, "customer")
    )
    finished = drop_site.drop("--json")
    assert counts_of(finished.document["files"][0])["rejected"] == 1
    assert sandbox.campaigns() == []


def test_names_of_every_kind(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Whatever a file is called, it is imported and archived under its own name."""
    given = ["Über uns.csv", "-rf.csv", "a b\nc.csv", "$(date).csv", "a.results.csv", "processing.csv", "x.CSV"]
    for number, name in enumerate(given):
        drop_site.put(f"{number}.csv", *rows(f"N{number}", 1)).rename(drop_site.folder / name)
    finished = drop_site.drop()
    assert finished.exit_code == ExitCode.DONE, finished.stderr
    assert len(sandbox.campaigns()) == 7
    assert {drop_site.place(name) for name in given} == {"done"}
    assert len(drop_site.paths()) == 14


def test_a_name_cannot_forge_a_line_of_the_log(drop_site: DropSite) -> None:
    """What a file is called stands within one line of what is said."""
    drop_site.put("0.csv").rename(drop_site.folder / "a\nforged.csv: 5 created; done.csv")
    assert [line for line in drop_site.drop().stderr.splitlines() if line.startswith("forged")] == []


def test_a_name_that_is_no_text(drop_site: DropSite, sandbox: Sandbox) -> None:
    """It is put into quarantine/ with the reason, and keeps no other file from being imported."""
    name = os.fsdecode(b"\xff\xfe.csv")
    drop_site.put("raw.csv", *rows("Raw", 1)).rename(drop_site.folder / name)
    drop_site.put("good.csv", *rows("Good", 1))
    finished = drop_site.drop()
    assert finished.exit_code == ExitCode.USAGE, finished.stderr
    assert (drop_site.place(name), drop_site.place("good.csv")) == ("quarantine", "done")
    assert names(sandbox.campaigns()) == ["Good 000"]


def test_a_quiet_night_still_says_what_is_wrong(drop_site: DropSite) -> None:
    """--quiet says a line of each file that needs a person and of each folder in trouble, and none of the others."""
    drop_site.say("[folder.missing]\n")
    drop_site.put("good.csv", *rows("Good", 1))
    drop_site.put("bad.csv", ("Wrong", "", "1"))
    (drop_site.folder / "list.csv").write_bytes(b"%PDF-1.4\nx\n")
    said = drop_site.drop("--quiet").stderr.splitlines()
    assert sorted(re.split(": | is a ", line)[0].rpartition("/")[2] for line in said) == [
        "bad.csv",
        "list.csv",
        "missing",
    ]


# Folders of customers


def test_a_folder_of_its_own(drop_site: DropSite, sandbox: Sandbox) -> None:
    """What drop.toml says about a folder holds there, and what it does not say is as at the top."""
    (drop_site.folder / "acme").mkdir()
    drop_site.say('[default]\ndescription = "Night"\n[folder.acme]\ndefault = { customer = "1", dtype = "hangup" }\n')
    drop_site.put("top.csv", ("Top", "queue", "1"))
    drop_site.put("own.csv", ("Own", "1"), headings=("name", "dnumber"), under="acme")
    finished = drop_site.drop("--json")
    assert finished.exit_code == ExitCode.DONE, finished.stderr
    told = {one["name"]: (one["dtype"], one["customer"], one["description"]) for one in sandbox.campaigns()}
    assert told["Own"] == ("hangup", 1, "Night")
    assert told["Top"][0::2] == ("queue", "Night")
    assert drop_site.tree() == [
        "acme/done/DAY/own.csv",
        "acme/done/DAY/own.results.TIME.csv",
        "done/DAY/top.csv",
        "done/DAY/top.results.TIME.csv",
    ]


def test_a_folder_s_headings(drop_site: DropSite, sandbox: Sandbox) -> None:
    """[headings] of drop.toml says what the headings of a sender's files mean; dashes in them stay as they are."""
    (drop_site.folder / "acme").mkdir()
    drop_site.say('[folder.acme.headings]\n"Ziel-Nr" = "dnumber"\n')
    for under in ("", "acme"):
        drop_site.put("own.csv", ("Own", "queue", "0123"), headings=("name", "dtype", "Ziel-Nr"), under=under)
    finished = drop_site.drop("--json")
    assert finished.exit_code == ExitCode.USAGE, finished.stderr
    assert [one["dnumber"] for one in sandbox.campaigns()] == ["0123"]


def test_a_folder_s_time_groups(drop_site: DropSite, sandbox: Sandbox) -> None:
    """`require_timegroup` of drop.toml keeps enabled rows without a time group from being created."""
    drop_site.say("require_timegroup = true\n")
    drop_site.put("a.csv", ("Own", "queue", "0123"))
    assert drop_site.drop("--json").exit_code == ExitCode.NOTHING_SENT
    assert sandbox.campaigns() == []


def test_a_folder_s_encoding(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A sender's files whose words do not tell their encoding are read where drop.toml says it, and else refused."""
    (drop_site.folder / "acme").mkdir()
    drop_site.say('[folder.acme]\nencoding = "windows-1252"\n')
    for folder in (drop_site.folder, drop_site.folder / "acme"):
        (folder / "plan.csv").write_bytes("name,dtype,dnumber\n£5 off,queue,1\n".encode("cp1252"))
    finished = drop_site.drop("--json")
    assert finished.exit_code == ExitCode.USAGE, finished.stderr
    assert names(sandbox.campaigns()) == ["£5 off"]
    assert "done" in str(sorted(path for path in drop_site.tree() if path.startswith("acme/")))
    assert "cannot tell whether this is '£5 off' (windows-1252)" in finished.stderr


@pytest.mark.parametrize("password", ["variable", "files"])
def test_a_server_of_its_own(drop_site: DropSite, here: Path, sandbox: Sandbox, password: str) -> None:
    """The files of a folder go to its own server, with passwords from a variable or from a file for each."""
    with Sandbox() as other:
        secret = here / "password"
        secret.write_text(f"{PASSWORD}\n")
        named = f'password-file = "{secret}"\n' if password == "files" else ""
        settings = here / "settings.toml"
        settings.write_text(
            f'{named}[servers.other]\nurl = "{other.url}"\nusername = "admin"\n{named}', encoding="utf-8"
        )
        (drop_site.folder / "acme").mkdir()
        drop_site.say('[folder.acme]\nserver = "other"\n')
        drop_site.put("top.csv", ("Top", "queue", "1"))
        drop_site.put("own.csv", ("Own", "queue", "1"), under="acme")
        # What the environment says comes before a section, so the top folder's server stands in the file, too.
        settings.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n{settings.read_text()}', encoding="utf-8")
        drop_site.more = {"CAMPAIGN_IMPORTER_URL": "", "CAMPAIGN_IMPORTER_USERNAME": ""}
        if password == "files":
            drop_site.more["CAMPAIGN_IMPORTER_PASSWORD"] = ""
        finished = drop_site.drop("--settings", settings)
        assert finished.exit_code == ExitCode.DONE, finished.stderr
        assert (names(sandbox.campaigns()), names(other.campaigns())) == (["Top"], ["Own"])


@pytest.mark.parametrize("down", ["top", "acme"])
def test_a_server_that_is_down_keeps_no_other_from_its_files(
    drop_site: DropSite, here: Path, sandbox: Sandbox, down: str
) -> None:
    """Files of one folder are imported while the server of another is down; the exit code is that of the other."""
    nowhere = f"http://127.0.0.1:{free_port()}/api/json/"
    top, own = (nowhere, sandbox.url) if down == "top" else (sandbox.url, nowhere)
    settings = here / "settings.toml"
    settings.write_text(
        f'url = "{top}"\nusername = "admin"\n[servers.other]\nurl = "{own}"\nusername = "admin"\n', encoding="utf-8"
    )
    (drop_site.folder / "acme").mkdir()
    drop_site.say('[folder.acme]\nserver = "other"\n')
    drop_site.put("top.csv", ("Top", "queue", "1"))
    drop_site.put("own.csv", ("Own", "queue", "1"), under="acme")
    drop_site.more = {"CAMPAIGN_IMPORTER_URL": "", "CAMPAIGN_IMPORTER_USERNAME": ""}
    finished = drop_site.drop("--settings", settings)
    assert finished.exit_code == ExitCode.UNREACHABLE, finished.stderr
    assert names(sandbox.campaigns()) == ["Own" if down == "top" else "Top"]
    assert "Stopped on request" not in finished.stderr


def test_a_folder_that_is_missing_keeps_no_other_from_its_files(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A folder of drop.toml that is not there is reported and ends with 6; the other folders' files are imported."""
    drop_site.say("[folder.acme]\n")
    drop_site.put("a.csv")
    finished = drop_site.drop()
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert "acme" in finished.stderr
    assert drop_site.place("a.csv") == "done"


# Files on their way in


GROWING = """
import sys, time
lines = int(sys.argv[2])
with open(sys.argv[1], "a") as file:
    file.write("name,dtype,dnumber\\n")
for number in range(lines):
    with open(sys.argv[1], "a") as file:
        file.write(f"{sys.argv[3]} {number:03},que")
        file.flush()
        time.sleep(0.02)
        file.write("ue,0123\\n")
    time.sleep(0.02)
"""


def test_a_file_that_grows_is_not_taken(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Written a bit at a time and closed in between, it is taken once it is quiet, and whole."""
    # Longer than a busy machine keeps the writer waiting between two lines.
    drop_site.say(settle=3)
    path = drop_site.folder / "a.csv"
    writer = subprocess.Popen([sys.executable, "-c", GROWING, path, "120", "Row"])
    try:
        wait_for(path.exists)
        passes = 0
        while path.exists():
            grown = writer.poll() is None
            finished = drop_site.drop("--json")
            passes += 1
            assert finished.exit_code == ExitCode.DONE, finished.stderr
            assert not (grown and finished.document["files"]) or writer.poll() is not None, "taken while it grew"
            assert passes < 50
    finally:
        writer.kill()
        writer.wait()
    assert passes > 1
    assert len(sandbox.campaigns()) == 120
    (told,) = finished.document["files"]
    assert told["rows"] == 120


def test_temporary_names_are_left_alone_until_they_are_renamed(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A copy under way is not taken under any of the usual names; renamed, it is taken at once."""
    temporary = ["a.csv.part", "b.csv.tmp", "~$c.xlsx", ".d.csv", "e.csv.filepart", "f.csv.crdownload", "g.csv~"]
    for number, name in enumerate(temporary):
        drop_site.put(f"{number}.csv", *rows(name, 1)).rename(drop_site.folder / name)
    assert drop_site.drop("--json").document["files"] == []
    assert sorted(path.name for path in drop_site.folder.iterdir()) == sorted([*temporary, "drop.toml"])
    (drop_site.folder / "a.csv.part").rename(drop_site.folder / "a.csv")
    assert places(drop_site.drop("--json").document) == {"a.csv": "done"}
    assert names(sandbox.campaigns()) == ["a.csv.part 000"]


def test_a_file_with_a_trigger(drop_site: DropSite, sandbox: Sandbox) -> None:
    """With triggers, a file however old stays until its trigger is there; then both are gone from the folder."""
    drop_site.say("[trigger]\n")
    drop_site.put("a.csv")
    drop_site.put("b.csv", *rows("B", 1))
    drop_site.put("c.csv", *rows("C", 1))
    assert drop_site.drop("--json").document["files"] == []
    (drop_site.folder / "b.csv.done").touch()
    (drop_site.folder / "c.ok").touch()
    assert places(drop_site.drop("--json").document) == {"b.csv": "done", "c.csv": "done"}
    assert sorted(path.name for path in drop_site.folder.iterdir() if path.is_file()) == ["a.csv", "drop.toml"]
    assert len(sandbox.campaigns()) == 2


def test_a_file_that_is_open_for_writing(drop_site: DropSite) -> None:
    """Quiet for long, but held open by a program that writes: it is left until that lets go."""
    path = drop_site.put("a.csv")
    with path.open("a"):
        assert drop_site.drop("--json").document["files"] == []
    assert places(drop_site.drop("--json").document) == {"a.csv": "done"}


WRITING = """
import os, pathlib, sys, time
folder, name, how = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
for number in range(5):
    target = folder / f"{name}-{number}.csv"
    path = target.with_name(f"{target.name}.part") if how == "rename" else target
    with path.open("w") as file:
        file.write("name,dtype,dnumber\\n")
        for row in range(20):
            file.write(f"{name} {number} {row:02},queue,1\\n")
            file.flush()
            time.sleep(0.005)
    if how == "rename":
        path.rename(target)
    time.sleep(0.03)
"""


def test_several_writers_at_once(drop_site: DropSite, sandbox: Sandbox) -> None:
    """While others write, slowly and all at once, only whole files are imported, each once."""
    drop_site.say("poll = 0.1\n", settle=0.3)
    with drop_site.watching():
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITING, drop_site.folder, f"W{number}", how])
            for number, how in enumerate(["rename", "slow", "rename", "slow"])
        ]
        for writer in writers:
            assert writer.wait(PATIENCE) == 0
        wait_for(
            lambda: (
                len(
                    [
                        path
                        for path in drop_site.tree()
                        if path.endswith(".csv") and "TIME" not in path and path.startswith("done/")
                    ]
                )
                == 20
            )
        )
        os.kill(drop_site.pid, signal.SIGTERM)
        drop_site.end()
    expected = sorted(f"W{writer} {number} {row:02}" for writer in range(4) for number in range(5) for row in range(20))
    assert names(sandbox.campaigns()) == expected
    assert len(drop_site.paths()) == 40


# Two at once


def test_two_drops_at_once(drop_site: DropSite, program: Program, sandbox: Sandbox) -> None:
    """One works; the other ends with 8 and has moved nothing; each campaign is created once."""
    sandbox.faults = Faults(latency=0.02)
    drop_site.put("a.csv", *rows("A", 40))
    drop_site.put("b.csv", *rows("B", 40))
    drop_site.start("drop", drop_site.folder)
    wait_for(lambda: sandbox.campaigns())
    sandbox.faults = Faults(latency=1.0)
    other = program.process("drop", drop_site.folder, "--json")
    sandbox.faults = Faults()
    assert other.exit_code == ExitCode.LOCKED, other.stderr
    assert other.document["files"] == []
    assert "drop" in other.document["troubles"][0]["message"]
    assert drop_site.end().exit_code == ExitCode.DONE
    assert names(sandbox.campaigns()) == names([{"name": name} for name, _, _ in (*rows("A", 40), *rows("B", 40))])
    assert drop_site.place("a.csv") == drop_site.place("b.csv") == "done"


def test_two_who_race(drop_site: DropSite, program: Program, sandbox: Sandbox) -> None:
    """Started in the same moment, again and again, over many files: each campaign once, each file in one place."""
    for number in range(12):
        drop_site.put(f"{number}.csv", *rows(f"F{number}", 3))
    codes = set()
    for _ in range(3):
        with program.start("drop", drop_site.folder) as one, program.start("drop", drop_site.folder) as two:
            for process in (one, two):
                process.communicate(timeout=PATIENCE)
                codes.add(process.returncode)
    assert codes <= {ExitCode.DONE, ExitCode.LOCKED}
    assert len(sandbox.campaigns()) == 36
    assert repeated(names(sandbox.campaigns())) == []
    assert {drop_site.place(f"{number}.csv") for number in range(12)} == {"done"}


# A server, a folder or a disk that does not work


def test_down_all_night_and_up_in_the_morning(drop_site: DropSite, process_pool: ProcessPool) -> None:
    """Files wait, 7 is reported by every pass and to people once; in the morning each row is created once."""
    drop_site.say(drop_site.telling("failure"))
    port = free_port()
    drop_site.url = f"http://127.0.0.1:{port}/api/json/"
    drop_site.put("a.csv", *rows("A", 3))
    drop_site.put("b.csv", *rows("B", 3))
    for _ in range(3):
        assert drop_site.drop().exit_code == ExitCode.UNREACHABLE
        assert {drop_site.place("a.csv"), drop_site.place("b.csv")} <= {"", "processing"}
    assert [len(same) for same in drop_site.messages().values()] == [1]
    with Sandbox(port=port) as server:
        finished = drop_site.drop("--json")
        assert finished.exit_code == ExitCode.DONE, finished.stderr
        assert len(server.campaigns()) == 6
        assert repeated(names(server.campaigns())) == []
    assert drop_site.tree() == [
        "done/DAY/a.csv",
        "done/DAY/a.results.TIME.csv",
        "done/DAY/b.csv",
        "done/DAY/b.results.TIME.csv",
    ]
    assert drop_site.hidden() == []


def test_a_wrong_password(drop_site: DropSite, sandbox: Sandbox) -> None:
    """It ends with 6 and puts nothing away, for the files are not at fault; with the right one all goes on."""
    drop_site.put("a.csv", *rows("A", 2))
    drop_site.put("b.csv", *rows("B", 2))
    finished = drop_site.drop(env={"CAMPAIGN_IMPORTER_PASSWORD": "nonsense"})
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert {drop_site.place("a.csv"), drop_site.place("b.csv")} <= {"", "processing"}
    assert "nonsense" not in finished.stderr
    assert len(sandbox.requests) <= 4, "a password that was refused locks the account if it is tried again and again"
    assert drop_site.drop().exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 4


def test_a_folder_that_nobody_may_write(drop_site: DropSite, sandbox: Sandbox) -> None:
    """It ends with 6 and says what is missing, before anything is sent."""
    drop_site.put("a.csv")
    drop_site.folder.chmod(0o555)
    try:
        if os.access(drop_site.folder, os.W_OK):
            pytest.skip("root may write everywhere")
        finished = drop_site.drop()
        assert finished.exit_code == ExitCode.CONFIGURATION
        assert str(drop_site.folder) in finished.stderr
        assert "Traceback" not in finished.stderr
        assert (drop_site.place("a.csv"), sandbox.requests) == ("", [])
    finally:
        drop_site.folder.chmod(0o755)
    assert drop_site.drop().exit_code == ExitCode.DONE


@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_full_disk(drop_site: DropSite, sandbox: Sandbox, left: int) -> None:
    """With N blocks left, too few for the results, the file stays; with room again it is done, each row once."""
    toml = (drop_site.folder / "drop.toml").read_text()
    with small_disk(drop_site.folder, "1m"):
        sign = drop_site.folder.with_name("beat.json")
        (drop_site.folder / "drop.toml").write_text(f'heartbeat.file = "{sign}"\n{toml}')
        drop_site.put("a.csv", *rows("A", 300))
        filler = drop_site.folder / "filler.bin"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        os.truncate(filler, filler.stat().st_size - left * 4096)
        finished = drop_site.drop()
        assert finished.exit_code not in (ExitCode.UNEXPECTED, ExitCode.DONE), finished.stderr
        assert "Traceback" not in finished.stderr
        assert json.loads(sign.read_text())["exit_code"] == finished.exit_code
        assert drop_site.place("a.csv") in ("", "processing")
        assert (drop_site.folder / drop_site.place("a.csv") / "a.csv").stat().st_size > 2000
        filler.unlink()
        finished = drop_site.drop()
        assert finished.exit_code == ExitCode.DONE, finished.stderr
        assert drop_site.place("a.csv") == "done"
        assert len(drop_site.results("a.csv").read_text().splitlines()) == 301
        assert len(drop_site.paths()) == 2, drop_site.tree()
        assert repeated(names(sandbox.campaigns())) == []
        assert len(sandbox.campaigns()) == 300


def test_a_journal_without_room(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A journal that cannot be written ends the pass with 6 before anything is sent; the file waits."""
    drop_site.journal.parent.mkdir()
    with small_disk(drop_site.journal.parent, "64k"):
        filler = drop_site.journal.with_name("filler.bin")
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        drop_site.put("a.csv", *rows("A", 3))
        finished = drop_site.drop()
        assert finished.exit_code == ExitCode.CONFIGURATION, finished.stderr
        assert "Traceback" not in finished.stderr
        assert sandbox.campaigns() == []
        assert drop_site.place("a.csv") in ("", "processing")


# Telling


def test_a_mail_server_that_fails_first(drop_site: DropSite, sandbox: Sandbox) -> None:
    """The rows and the exit code stay as they are; the next pass sends the message, once, with the results."""
    with post_office() as office:
        office.answers = ["554 not today"]
        drop_site.say(mail_lines(office.port))
        drop_site.put("a.csv", ("Right", "queue", "1"), WRONG)
        finished = drop_site.drop()
        assert finished.exit_code == ExitCode.SOME_WRONG
        assert "was not delivered" in finished.stderr
        assert office.mails == []
        assert names(sandbox.campaigns()) == ["Right"]
        for _ in range(2):
            assert drop_site.drop().exit_code == ExitCode.DONE
        (mail,) = office.mails
        (attached,) = mail.iter_attachments()
        assert b"Wrong" in attached.get_payload(decode=True)
        assert "a.csv" in mail["Subject"]


def test_an_e_mail_says_what_to_do(drop_site: DropSite) -> None:
    """Subject, outcome and cure come first, the results and the page are attached, and every path that it names is."""
    with post_office() as office:
        drop_site.say(f"report = true\n{mail_lines(office.port)}")
        drop_site.put("a.xlsx", ("Right", "queue", "1"), WRONG)
        drop_site.drop()
        drop_site.put("a.xlsx", ("Also right", "queue", "2"), WRONG)
        drop_site.drop()
    for mail in office.mails:
        assert mail["Subject"] == "[campaigns] a.xlsx: 1 created, 1 needs fixing"
        lines = text_of(mail).splitlines()
        assert lines[0] == "1 of 2 rows in a.xlsx was created; 1 needs fixing."
        assert lines[2].startswith("What to do: open the attachment, fix the red cells and put the file into")
        assert [one.get_content_subtype() for one in mail.iter_attachments()][1:] == ["html"]
        named = [re.split(r": +| \(attached\)", line)[1] for line in lines if re.match("(File|Results|Report):", line)]
        assert len(named) == 3
        assert all(Path(path).is_file() for path in named), named
        assert [line.partition(":")[0] for line in lines[-3:]] == ["Run", "Server", "Folder"]
    assert len({mail["Message-ID"] for mail in office.mails}) == 2


def test_one_e_mail_a_pass(drop_site: DropSite) -> None:
    """With `digest`, a pass over many files sends one e-mail, which begins with the files that need somebody."""
    with post_office() as office:
        drop_site.say(f"{mail_lines(office.port)}digest = true\n")
        for name in ("a", "b", "c"):
            drop_site.put(f"{name}.csv", (f"Right {name}", "queue", "1"))
        drop_site.put("wrong.csv", WRONG)
        for _ in range(2):
            drop_site.drop()
    (mail,) = office.mails
    assert mail["Subject"] == "[campaigns] 4 files: 3 created, 1 needs fixing"
    text = text_of(mail)
    assert "\r\nwrong.csv\r\n---------\r\n" in text
    assert "- a.csv: 1 created\r\n- b.csv: 1 created\r\n- c.csv: 1 created" in text
    assert len(list(mail.iter_attachments())) == 4


def test_a_webhook_that_fails_first(drop_site: DropSite, sandbox: Sandbox) -> None:
    """A receiver that answers 500 is tried again; what it gets tells of the file, signed where there is a secret."""
    with receiver() as known:
        known.answers = [404]
        drop_site.say(f'[notify.webhook]\nwhen = "always"\nurl = "{known.url}"\n')
        drop_site.more = {"CAMPAIGN_IMPORTER_WEBHOOK_SECRET": "of the night"}
        drop_site.put("a.csv")
        finished = drop_site.drop()
        assert finished.exit_code == ExitCode.DONE
        assert "was not delivered" in finished.stderr
        assert "T0KEN" not in finished.stderr
        for _ in range(2):
            assert drop_site.drop().exit_code == ExitCode.DONE
        told = [json.loads(one.body) for one in known.requests]
        assert [one["name"] for one in told] == ["a.csv", "a.csv"]
        assert told[0] == told[1]
        assert all("X-Campaign-Importer-Signature" in one.headers for one in known.requests)
    assert len(sandbox.campaigns()) == 1


def test_one_message_a_file_and_run(drop_site: DropSite) -> None:
    """Many wrong rows make one message; a file without any makes none unless all are to be reported."""
    drop_site.say(drop_site.telling("failure"))
    drop_site.put("bad.csv", *[(f"Wrong {number}", "", "1") for number in range(30)])
    drop_site.put("good.csv")
    drop_site.drop()
    ((message,),) = drop_site.messages().values()
    assert (message["name"], message["place"], message["counts"]["invalid"]) == ("bad.csv", "failed", 30)
    drop_site.drop()
    assert len(drop_site.messages()) == 1


def test_what_keeps_a_folder_from_being_worked_on_is_told(drop_site: DropSite) -> None:
    """Nobody reads the screen at night: that a folder is missing is reported like a file that failed, and only once."""
    drop_site.say(f"{drop_site.telling('failure')}[folder.acme]\n")
    for _ in range(2):
        assert drop_site.drop().exit_code == ExitCode.CONFIGURATION
    assert [len(same) for same in drop_site.messages().values()] == [1]


def test_a_heartbeat_after_every_pass(drop_site: DropSite, here: Path) -> None:
    """It is written when there was nothing to do, when files failed, and when the server is down."""
    sign = here / "sign" / "beat.json"
    sign.parent.mkdir()
    drop_site.say(f'heartbeat.file = "{sign}"\n')

    def beat() -> tuple[int, dict[str, int]]:
        told = json.loads(sign.read_text())
        sign.unlink()
        assert datetime.fromisoformat(told["time"]) > datetime.now().astimezone() - timedelta(seconds=30)
        return told["exit_code"], told["counts"]

    drop_site.drop()
    assert beat() == (0, {})
    drop_site.put("a.csv", WRONG)
    drop_site.drop()
    assert beat() == (3, {"failed": 1})
    drop_site.put("b.csv")
    drop_site.drop(env={"CAMPAIGN_IMPORTER_URL": f"http://127.0.0.1:{free_port()}/api/json/"})
    assert beat() == (7, {"processing": 1})


# Staying


def test_watching(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Files are handled as they come, long before the next poll; told to end while it waits, it ends with 143."""
    drop_site.say("poll = 3600\n")
    with drop_site.watching():
        for name in ("a", "b"):
            time.sleep(0.5)
            drop_site.put(f"{name}.csv", *rows(name, 2))
            wait_for(lambda name=name: drop_site.find(f"{name}.csv") and drop_site.place(f"{name}.csv") == "done")
        wait_for(lambda: drop_site.hidden() == [])
        os.kill(drop_site.pid, signal.SIGTERM)
        finished = drop_site.end()
    assert finished.exit_code == ExitCode.TERMINATED, finished.stderr
    assert "Traceback" not in finished.stderr
    assert f"Files handled: 2 done. To continue: campaign-importer drop {drop_site.folder} --watch" in finished.stderr
    assert "Nothing was created" not in finished.stderr
    assert len(sandbox.campaigns()) == 4
    assert len(drop_site.paths()) == 4


@pytest.mark.parametrize("watch", [["--watch"], []], ids=["watch", "once"])
def test_told_to_end_while_a_file_is_read(drop_site: DropSite, sandbox: Sandbox, watch: list[str]) -> None:
    """A long file that is only half read is left for the next pass, and nobody is told that anything is wrong."""
    drop_site.say(drop_site.telling())
    drop_site.put("long.csv", *(("", "queue", "1") for _ in range(150_000)))
    drop_site.start("drop", drop_site.folder, *watch)
    wait_for(lambda: drop_site.find("long.csv") and drop_site.place("long.csv") == "processing")
    os.kill(drop_site.pid, signal.SIGINT)
    finished = drop_site.end()
    assert finished.exit_code == ExitCode.INTERRUPTED, finished.stderr
    assert "Stopped on request. Files handled: none. To continue: campaign-importer drop" in finished.stderr
    assert drop_site.place("long.csv") == "processing"
    assert drop_site.messages() == {}
    assert drop_site.run("runs", "--json").document == []


@pytest.mark.parametrize("watch", [["--watch"], []], ids=["watch", "once"])
def test_told_to_end_in_the_middle(drop_site: DropSite, sandbox: Sandbox, watch: list[str]) -> None:
    """What is in flight is awaited, nothing is in doubt, the files wait, and the next pass finishes them."""
    sandbox.faults = Faults(late=1.0, late_by=0.2, actions=frozenset(["create"]))
    drop_site.put("a.csv", *rows("A", 80))
    drop_site.put("b.csv", *rows("B", 2))
    drop_site.start("drop", drop_site.folder, *watch)
    wait_for(lambda: len(sandbox.campaigns()) > 4)
    os.kill(drop_site.pid, signal.SIGTERM)
    finished = drop_site.end()
    assert finished.exit_code == ExitCode.TERMINATED, finished.stderr
    assert drop_site.place("a.csv") == "processing"
    assert drop_site.place("b.csv") in ("", "processing")
    (run,) = drop_site.run("runs", "--json").document
    assert set(drop_site.statuses(run["run"])) == {"created", "ready"}
    sandbox.faults = Faults()
    assert drop_site.drop().exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 82
    assert repeated(names(sandbox.campaigns())) == []
    assert len(drop_site.paths()) == 4


def test_told_to_end_while_files_settle(drop_site: DropSite, sandbox: Sandbox) -> None:
    """The wait for a file that may still grow ends at once, with 143, and the file stays where it is."""
    drop_site.say(settle=60)
    path = drop_site.put("a.csv")
    os.utime(path)
    drop_site.start("drop", drop_site.folder)
    time.sleep(0.7)
    os.kill(drop_site.pid, signal.SIGTERM)
    assert drop_site.end().exit_code == ExitCode.TERMINATED
    assert (drop_site.tree(), sandbox.requests) == (["a.csv"], [])


def test_watching_with_a_wrong_password_ends(drop_site: DropSite) -> None:
    """It does not try a refused password again and again."""
    drop_site.put("a.csv")
    with drop_site.watching(env={"CAMPAIGN_IMPORTER_PASSWORD": "nonsense"}):
        assert drop_site.end().exit_code == ExitCode.CONFIGURATION


def test_watching_where_the_server_is_down(drop_site: DropSite) -> None:
    """It waits before it tries again, does not end by itself, and while it waits it can be told to end, with 143."""
    drop_site.url = f"http://127.0.0.1:{free_port()}/api/json/"
    drop_site.put("a.csv")
    with drop_site.watching():
        wait_for(lambda: "stays at" in drop_site.log.read_text())
        time.sleep(2)
        assert drop_site.log.read_text().count("stays at") == 1
        os.kill(drop_site.pid, signal.SIGTERM)
        assert drop_site.end().exit_code == ExitCode.TERMINATED


@pytest.mark.parametrize("named", [["--settings", "ours.toml"], []], ids=["named", "at hand"])
def test_a_server_that_is_not_there(drop_site: DropSite, here: Path, sandbox: Sandbox, named: list[str]) -> None:
    """It is reported with line and key, together with the other mistakes, and with the servers that there are."""
    name = named[1] if named else "campaign-importer.toml"
    (here / name).write_text(f'[servers.other]\nurl = "{sandbox.url}"\n', encoding="utf-8")
    drop_site.say('on_change = "bad"\n[folder.acme]\nserver = "nope"\n[folder.right]\nserver = "other"\n')
    drop_site.put("a.csv")
    finished = drop_site.drop(*named)
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert "drop.toml, line 2, on_change: " in finished.stderr
    words = 'drop.toml, line 4, folder."acme".server: there is no section [servers.nope] in'
    assert words in finished.stderr
    assert "The servers are: other." in finished.stderr
    assert "right" not in finished.stderr
    assert drop_site.place("a.csv") == ""


@pytest.mark.parametrize("watch", [["--watch"], []], ids=["watch", "once"])
def test_mistakes_in_drop_toml(drop_site: DropSite, sandbox: Sandbox, watch: list[str]) -> None:
    """All are reported at once, with line and key, with 6, before any file is touched."""
    (drop_site.folder / "drop.toml").write_text('workers = "many"\non_chnage = "report"\n[notify.mail]\nhost = "h"\n')
    drop_site.put("a.csv")
    drop_site.start("drop", drop_site.folder, *watch)
    finished = drop_site.end()
    assert finished.exit_code == ExitCode.CONFIGURATION
    said = " ".join(finished.stderr.split())
    for line, key in [(1, "workers"), (2, "on_chnage"), (3, "notify.mail")]:
        assert f"line {line}, {key}" in said
    assert drop_site.tree() == ["a.csv"]
    assert sandbox.requests == []


# What was done, and what is kept


def test_runs_lists_nights(drop_site: DropSite) -> None:
    """All runs with their counts; --failed those that need a person, --since those since then; RUN its rows."""
    drop_site.put("good.csv")
    drop_site.put("bad.csv", ("Right", "queue", "1"), WRONG)
    drop_site.drop()
    known = drop_site.run("runs", "--json").document
    assert sorted(Path(one["file"]).name for one in known) == ["bad.csv", "good.csv"]
    (failed,) = drop_site.run("runs", "--failed", "--json").document
    assert Path(failed["file"]).name == "bad.csv"
    assert [row["row"] for row in drop_site.run("runs", failed["run"], "--failed", "--json").document] == [3]
    assert len(drop_site.run("runs", failed["run"], "--json").document) == 2
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date().isoformat()
    assert drop_site.run("runs", "--since", tomorrow, "--json").document == []
    assert len(drop_site.run("runs", "--since", "1h", "--json").document) == 2
    assert "bad.csv" in drop_site.run("runs").stderr


def journal_bytes(drop_site: DropSite) -> bytes:
    """Return all that the journal's files hold."""
    return b"".join(
        path.read_bytes() for path in drop_site.journal.parent.glob(f"{drop_site.journal.name}*") if path.is_file()
    )


TEXTS = ("Zwetschge", "Quittenmus", "0049170", "Mirabelle")


def test_pruning_leaves_nothing_of_the_texts(drop_site: DropSite, program: Program, sandbox: Sandbox) -> None:
    """It shows first and asks; then no text of the sheets is in the journal's bytes, and rows are still recognised."""
    headings = (*HEADINGS, "description", "Anything")
    drop_site.put("a.csv", ("Zwetschge", "queue", "0049170", "Quittenmus", "Mirabelle"), headings=headings)
    drop_site.put("bad.csv", ("Zwetschge 2", "", "0049170", "Quittenmus", "Mirabelle"), headings=headings)
    drop_site.drop()
    drop_site.age_runs(10)
    for text in TEXTS:
        assert text.encode() in journal_bytes(drop_site)
    nobody = drop_site.run("prune", "--older-than", "7d")
    assert nobody.exit_code == ExitCode.USAGE
    assert "a.csv" in nobody.stderr
    code, shown = program.terminal("prune", "--older-than", "7d", answers={"[y/N]": "n"})
    assert (code, "a.csv" in shown.replace("\r\n", "")) == (0, True)
    assert TEXTS[0].encode() in journal_bytes(drop_site)
    assert drop_site.run("prune", "--older-than", "11d", "--yes").exit_code == ExitCode.DONE
    assert TEXTS[0].encode() in journal_bytes(drop_site)
    assert drop_site.run("prune", "--older-than", "7d", "--yes").exit_code == ExitCode.DONE
    left = journal_bytes(drop_site)
    assert [text for text in TEXTS if text.encode() in left] == []
    drop_site.put("again.xlsx", ("Zwetschge", "queue", "0049170", "Quittenmus", ""), headings=headings)
    drop_site.put("edited.xlsx", ("Zwetschge", "queue", "0049171", "Quittenmus", ""), headings=headings)
    told = {one["name"]: counts_of(one) for one in drop_site.drop("--json").document["files"]}
    assert told == {"again.xlsx": {"exists": 1}, "edited.xlsx": {"changed": 1}}
    assert names(sandbox.campaigns()) == ["Zwetschge"]


def test_the_same_content_after_pruning(drop_site: DropSite, sandbox: Sandbox) -> None:
    """The same file a season later is still known and sends nothing."""
    drop_site.put("a.csv", *rows("A", 3))
    drop_site.drop()
    drop_site.age_runs(100)
    drop_site.run("prune", "--older-than", "90d", "--yes")
    drop_site.put("a.csv", *rows("A", 3))
    assert places(drop_site.drop("--json").document) == {"a.csv": "duplicate"}
    assert len(sandbox.campaigns()) == 3


def test_pruning_files(drop_site: DropSite) -> None:
    """Files of days before then go, with their results; those in in-doubt/ and the younger ones stay."""
    drop_site.put("a.csv")
    drop_site.put("bad.csv", WRONG)
    drop_site.drop()
    kept = drop_site.folder / "in-doubt" / today() / "x.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("name\n")
    drop_site.age_days(100)
    drop_site.put("young.csv", *rows("Young", 1))
    drop_site.drop()
    shown = drop_site.run("prune", "--older-than", "90d", drop_site.folder)
    assert "a.csv" in shown.stderr
    assert len(drop_site.paths()) == 7
    assert drop_site.run("prune", "--older-than", "90d", drop_site.folder, "--yes").exit_code == ExitCode.DONE
    assert drop_site.tree() == ["done/DAY/young.csv", "done/DAY/young.results.TIME.csv", "in-doubt/DAY/x.csv"]
    assert len(list(drop_site.folder.glob("*/????-??-??"))) == 2, "empty folders of days are left"


def test_pruning_a_folder_that_is_not_there(drop_site: DropSite) -> None:
    """It is the user's mistake, reported in a sentence."""
    finished = drop_site.run("prune", "--older-than", "90d", drop_site.folder / "nowhere")
    assert finished.exit_code == ExitCode.USAGE, finished.stderr
    assert "Traceback" not in finished.stderr


def test_retention(drop_site: DropSite) -> None:
    """What drop.toml says is kept for so long goes at the end of a pass: payloads and files."""
    drop_site.put("a.csv", ("Zwetschge", "queue", "1"))
    drop_site.drop()
    drop_site.age_runs(10)
    drop_site.age_days(10)
    drop_site.say('[retention]\npayloads = "90d"\nfiles = "90d"\n')
    drop_site.drop()
    assert len(drop_site.paths()) == 2
    assert b"Zwetschge" in journal_bytes(drop_site)
    drop_site.say('[retention]\npayloads = "7d"\nfiles = "7d"\n')
    assert drop_site.drop().exit_code == ExitCode.DONE
    assert drop_site.tree() == []
    assert b"Zwetschge" not in journal_bytes(drop_site)


# A night's work


def a_night(drop_site: DropSite, sandbox: Sandbox, files: int, each: int) -> float:
    """Import files with a number of rows each; return how many seconds that took."""
    drop_site.say(drop_site.telling())
    for number in range(files):
        drop_site.put(f"{number:03}.csv", *rows(f"F{number:03}", each))
    began = time.monotonic()
    drop_site.start("drop", drop_site.folder, "--json")
    finished = drop_site.end(600)
    took = time.monotonic() - began
    assert finished.exit_code == ExitCode.DONE, finished.stderr
    assert set(places(finished.document).values()) == {"done"}
    assert len(finished.document["files"]) == files
    assert len(sandbox.campaigns()) == files * each
    assert repeated(names(sandbox.campaigns())) == []
    assert [len(same) for same in drop_site.messages().values()] == [1] * files
    assert len(drop_site.paths()) == 2 * files
    return took


def test_forty_files_in_a_night(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Forty files of twenty rows: all done, each reported once."""
    print(f"{a_night(drop_site, sandbox, 40, 20):.1f} s")


@pytest.mark.soak
@pytest.mark.usefixtures("soak")
def test_five_hundred_files_in_a_night(drop_site: DropSite, sandbox: Sandbox) -> None:
    """Five hundred files of twenty rows: all done, each reported once."""
    print(f"\n500 files of 20 rows: {a_night(drop_site, sandbox, 500, 20):.1f} s")
