"""The documents on formats: what they list is what the program writes."""

import ast
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from importer.cli import cli
from importer.cli.values.settings import NOT_AT_HAND
from importer.drop.config import load
from importer.model import Status
from importer.sandbox import Sandbox
from tests.support.paths import ROOT
from tests.support.program import Program
from tests.support.tables import HEADINGS, write_table

DOCUMENT = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")


MISSING = "missing.csv"


def keys(section: str) -> set[str]:
    """Return the keys that the first table of a section lists."""
    table = re.search(r"^\|.*?\n\n", section, re.MULTILINE | re.DOTALL)
    assert table is not None
    rows = re.findall(r"^\| (`[^|]*) \|", table[0], re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


COMMANDS_TOLD = DOCUMENT.partition("The other commands write")[2].partition("## The log")[0]
FILE_KEYS = keys(DOCUMENT.partition("## The document")[2])
OTHERS = {
    command: {key: set(re.findall(r"\w+", inner)) for key, inner in re.findall(r"`(\w+)`(?: \(([^)]*)\))?", listed)}
    for command, listed in re.findall(r"^\| `([a-z][^`]*)` \| (.*) \|$", COMMANDS_TOLD, re.MULTILINE)
}
"""The keys of the documents of other commands, each with the keys of what it lists."""

DROPPED = {"name", "place", "path", "reason"}


def test_the_keys_of_the_document_are_those_that_are_listed(program: Program, table: Callable[..., Path]) -> None:
    """The object of --json has the documented keys, all of them and no others."""
    told = program("import", table(), "--yes", "--json")
    assert set(told.document) == FILE_KEYS
    assert set(told.document["counts"]) == set(Status)


def numbers_file(folder: Path) -> Path:
    """Write a list of numbers, beside a folder."""
    path = folder.parent / "numbers.csv"
    path.write_text("phone\n+447911123456\n", encoding="utf-8")
    return path


def others(
    program: Program, table: Callable[..., Path], sandbox: Sandbox, folder: Path
) -> Iterator[tuple[str, object]]:
    """Yield what every other command tells, by how it is listed."""
    run = program("import", table(), "--yes", "--json").document["run"]
    write_table(folder / "a.csv", HEADINGS, [("Dropped", "queue", "1")])
    lines = {
        "enable RUN": ("enable", run, "--yes"),
        "disable RUN": ("disable", run),
        "reconcile": ("reconcile",),
        "undo RUN": ("undo", run, "--yes"),
        "runs": ("runs",),
        "runs RUN": ("runs", run),
        "numbers check FILE": (
            "numbers",
            "check",
            numbers_file(folder),
            "--country",
            "GB",
            "--dnc",
            numbers_file(folder),
        ),
        "numbers load FILE": (
            *("numbers", "load", numbers_file(folder), "--campaign", sandbox.add_campaign(name="Off", enabled=0)),
            *("--number-format", "digits", "--yes"),
        ),
        "prune": ("prune", "--older-than", "1d"),
        "journal": ("journal", "check"),
        "drop DIR": ("drop", folder),
        "show FILE": ("show", table("mistaken.csv", ("name", "dtype", "dnumber", "own"), ("A", "queue", "1", "x"))),
        "profiles": ("profiles",),
        "profiles show": ("profiles", "show", "vicidial"),
        "profiles check": ("profiles", "check", "vicidial"),
        "profiles init": ("profiles", "init", ROOT / "samples" / "legacy" / "vicidial.sql", "--out", "answers.toml"),
        "template": ("template", "new.xlsx"),
        "samples": ("samples", "tour"),
        "explain": ("explain", "E102"),
        "demo": ("demo",),
        "doctor": ("doctor",),
        "names": ("names",),
        "logout": ("logout",),
    }
    for listed, words in lines.items():
        told = program(*words, "--json")
        assert told.exit_code == 0, (listed, told.stderr)
        yield listed, told.document
        if listed == "numbers load FILE":
            yield "numbers status RUN", program("numbers", "status", told.document["run"], "--json").document
            dnc = ("--dnc", numbers_file(folder), "--country", "GB", "--yes", "--json")
            yield "numbers scrub RUN", program("numbers", "scrub", told.document["run"], *dnc).document
            yield "numbers forget NUMBER", program("numbers", "forget", "+447911123456", "--json").document
    piped = CliRunner().invoke(cli, ["login", "--json"], input="secret\n", env=program.environment(None))
    yield "login", json.loads(piped.stdout)
    sandbox.script("create", ["dropped_after"])
    sandbox.script("list", [None, *["foreign"] * 20])
    doubtful = program("import", table("d.csv", HEADINGS, ("Doubt", "queue", "1")), "--yes", "--json").document["run"]
    yield "settle RUN --row N", program("settle", doubtful, "--row", "2", "--not-created", "--json").document
    with program.start("sandbox", "--port", "0", "--json") as process:
        assert process.stdout is not None
        yield "sandbox", json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")


@pytest.mark.usefixtures("key_store")
def test_the_keys_of_every_other_document_are_listed(
    program: Program, table: Callable[..., Path], sandbox: Sandbox, tmp_path: Path, no_waiting: list[float]
) -> None:
    """Each command's document has the keys that are listed for it, within its lists too, and no command is left out."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "drop.toml").write_text("settle.seconds = 0\n", encoding="utf-8")
    found = dict(others(program, table, sandbox, folder))
    for listed, document in found.items():
        objects = document if isinstance(document, list) else [document]
        assert objects
        for one in objects:
            assert one.keys() == OTHERS[listed].keys(), listed
            for key, inner in ((key, inner) for key, inner in OTHERS[listed].items() if inner):
                assert all(element.keys() == inner for element in one[key]), (listed, key)
    dropped = found["drop DIR"]
    assert isinstance(dropped, dict)
    assert [set(one) for one in dropped["files"]] == [FILE_KEYS | DROPPED]
    assert found.keys() == OTHERS.keys()
    told = {"validate", "plan", "apply", "import", *(listed.split()[0] for listed in OTHERS)}
    assert told == set(cli.commands) - {"help"}


@pytest.mark.parametrize(
    "words",
    [
        ("import", MISSING, "--yes"),
        ("validate", MISSING),
        ("show", MISSING),
        ("apply", "20260101-000000"),
        ("enable", "20260101-000000", "--yes"),
        ("disable", "20260101-000000"),
        ("settle", "20260101-000000", "--row", "2", "--not-created"),
        ("undo", "20260101-000000", "--yes"),
        ("reconcile", "20260101-000000"),
        ("runs", "20260101-000000"),
        ("drop", MISSING),
        ("prune", MISSING, "--older-than", "1d"),
        ("profiles", "check", MISSING),
        ("template", MISSING),
        ("sandbox", "--faults", "nonsense"),
        ("settle", "20260101-000000"),
        ("validate",),
    ],
    ids=" ".join,
)
def test_what_comes_to_nothing_has_all_keys(program: Program, words: tuple[str, ...]) -> None:
    """A command that is stopped before it comes to anything gives the documented object, with what it was given."""
    told = program.process(*words, "--json")
    assert told.exit_code != 0
    document = told.document
    assert set(document) == FILE_KEYS
    assert document["exit_code"] == told.exit_code
    assert document["code"]
    assert document["message"]
    wrong_usage = document["code"] == "E501"
    assert document["run"] == ("20260101-000000" if "20260101-000000" in words and not wrong_usage else None)
    names_a_file = MISSING in words and words[0] in ("import", "validate", "show", "template")
    assert document["file"] == (str(Path(MISSING).absolute()) if names_a_file else None)


def test_every_file_of_a_drop_folder_has_all_keys(program: Program, tmp_path: Path) -> None:
    """Whatever becomes of a file, webhooks, commands and --json get all keys; so they do of a folder in trouble."""
    folder, told = tmp_path / "incoming", tmp_path / "told"
    for one in (folder, folder / "other"):
        one.mkdir()
    script = json.dumps(["sh", "-c", f"cat >> '{told}'; echo >> '{told}'"])
    text = f'settle.seconds = 0\n[notify.command]\nwhen = "always"\nrun = {script}\n[folder.missing]\n'
    (folder / "drop.toml").write_text(text, encoding="utf-8")
    write_table(folder / "good.csv", HEADINGS, [("Good", "queue", "1")])
    write_table(folder / "same.csv", HEADINGS, [("Good", "queue", "1")])
    write_table(folder / "wrong.csv", HEADINGS, [("Wrong", "", "1")])
    (folder / "list.csv").write_bytes(b"%PDF-1.4\nx\n")
    (folder / os.fsdecode(b"\xff.csv")).write_bytes(b"name\n")
    document = program.process("drop", folder, "--json").document
    assert [set(one) for one in document["files"]] == [FILE_KEYS | DROPPED] * 5
    files = {one["name"]: one for one in document["files"]}
    assert {name: (one["place"], one["code"]) for name, one in files.items()} == {
        "good.csv": ("done", None),
        "same.csv": ("duplicate", None),
        "wrong.csv": ("failed", None),
        "list.csv": ("quarantine", "E204"),
        "\\udcff.csv": ("quarantine", "E221"),
    }
    assert "[E204]" not in files["list.csv"]["message"]
    assert files["same.csv"]["message"] == files["same.csv"]["reason"]
    assert all(Path(one["file"]).exists() for name, one in files.items() if "udcff" not in name)
    assert [one.keys() for one in document["troubles"]] == [OTHERS["drop DIR"]["troubles"]]
    messages = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    assert [set(one) for one in messages] == [FILE_KEYS | (DROPPED - {"path"}) | {"folder"}] * 6
    assert {one["name"]: one["code"] for one in messages if one["name"]} == {
        name: one["code"] for name, one in files.items()
    }


def test_the_keys_of_the_log_are_those_that_are_listed(program: Program, table: Callable[..., Path]) -> None:
    """A line of --log has the documented keys, all of them and no others."""
    program("import", table(), "--yes", "--log", "log.jsonl")
    line = json.loads(Path("log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert set(line) == keys(DOCUMENT.partition("## The log")[2])


def test_the_example_of_drop_toml_can_be_used(here: Path) -> None:
    """What docs/drop.md shows as a drop.toml is one."""
    example = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "drop.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    (here / "drop.toml").write_text(example[1], encoding="utf-8")
    settled = load(here, servers=["production"])
    assert [folder.name for folder in settled.folders] == ["", "acme"]
    assert settled.retention.files == timedelta(days=90)


def test_what_is_installed_names_settings_outside_the_folder() -> None:
    """The service and the line for cron name a drop.toml that nobody who drops files may write."""
    for name in ("campaign-importer-drop.service", "crontab"):
        text = (ROOT / "docs" / "install" / name).read_text(encoding="utf-8")
        assert " drop /srv/campaigns --config /etc/campaign-importer/drop.toml " in text


def test_what_the_folder_at_hand_may_not_say_is_documented() -> None:
    """docs/settings.md and docs/security.md list the same settings as the program."""
    for document in ("docs/settings.md", "docs/security.md"):
        text = " ".join((ROOT / document).read_text(encoding="utf-8").split())
        found = re.search(r"((?:`[a-z-]+`(?:, | and )?)+) are not taken from it", text)
        assert found is not None
        assert {name.replace("-", "_") for name in re.findall("`([^`]+)`", found[1])} == NOT_AT_HAND


def test_links_between_the_documents_lead_somewhere() -> None:
    """Every link of the documents to a file of the project names one that is there."""
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_map_of_the_tree_is_the_tree() -> None:
    """docs/architecture.md names every package and every module that stands beside the packages, and no others."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## The map")[2]
    told = re.findall(r"`importer/([^`]+)`", text.partition("## Layers")[0])
    there = [path for path in (ROOT / "importer").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert sorted(told) == sorted(f"{path.name}/" if path.is_dir() else path.name for path in there)


MAPPED = [
    path
    for path in sorted((ROOT / "importer").rglob("__init__.py"))
    if path.parent.name not in ("importer", "sandbox", "commands")
]
"""The faces that hold a map of their folder."""


@pytest.mark.parametrize("face", MAPPED, ids=lambda path: path.parent.name)
def test_each_face_names_the_modules_beside_it(face: Path) -> None:
    """The map in a package's docstring names every module of the folder, and none that is gone."""
    told = set(re.findall(r"\b([a-z_]+\.py)\b", ast.get_docstring(ast.parse(face.read_text(encoding="utf-8"))) or ""))
    assert told == {path.name for path in face.parent.glob("*.py")} - {"__init__.py"}


def test_the_layers_are_those_of_the_contract() -> None:
    """docs/architecture.md shows the layers that import-linter holds, in their order."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Layers")[2]
    shown = text.partition("```\n")[2].partition("─")[0].split("\n")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (contract["layers"] for contract in contracts if contract["name"] == "Layers")
    assert [line.split() for line in shown if line] == [layer.split(" | ") for layer in layers]


def test_every_decision_is_in_the_list() -> None:
    """docs/decisions/README.md leads to each page beside it."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted([*listed, "README.md"]) == sorted(path.name for path in folder.iterdir())


def test_every_command_of_make_is_explained() -> None:
    """`make help` has a line for each command, and CONTRIBUTING.md names only commands that there are."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(re.findall(r"^([a-z]+):.*  ## \S", makefile, re.MULTILINE)) == set(phony.split())
    told = re.findall(r"`make ([a-z]+)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert set(told) <= set(phony.split())
