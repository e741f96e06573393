"""The documents on formats: what they list is what the program writes."""

import json
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from conftest import ROOT, Program

from importer.dropping.config import load
from importer.dropping.keys import key_table
from importer.settings import NOT_AT_HAND

DOCUMENT = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")


def keys(section: str) -> set[str]:
    """Return the keys that the table of a section lists."""
    rows = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def test_the_keys_of_the_document_are_those_that_are_listed(program: Program, table: Callable[..., Path]) -> None:
    """The object of --json has the documented keys, all of them and no others."""
    told = program("import", table(), "--yes", "--json")
    assert set(told.document) == keys(DOCUMENT.partition("## The log")[0])


def test_the_keys_of_the_log_are_those_that_are_listed(program: Program, table: Callable[..., Path]) -> None:
    """A line of --log has the documented keys, all of them and no others."""
    program("import", table(), "--yes", "--log", "log.jsonl")
    line = json.loads(Path("log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert set(line) == keys(DOCUMENT.partition("## The log")[2])


KEYS = re.compile(r"(?<=made from importer/dropping/keys\.py -->\n)(.*?)(?=<!-- end of keys -->)", re.DOTALL)


def test_the_keys_of_drop_toml_are_documented() -> None:
    """The table of keys in docs/drop.md is the one that drop.toml is checked by; REGENERATE=1 writes it anew."""
    path = ROOT / "docs" / "drop.md"
    if os.environ.get("REGENERATE") == "1":
        text = path.read_text(encoding="utf-8")
        path.write_text(KEYS.sub(lambda _: f"\n{key_table()}\n\n", text), encoding="utf-8")
    found = KEYS.search(path.read_text(encoding="utf-8"))
    assert found is not None
    assert found[1].strip() == key_table()


def test_the_example_of_drop_toml_can_be_used(here: Path) -> None:
    """What docs/drop.md shows as a drop.toml is one."""
    example = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "drop.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    (here / "drop.toml").write_text(example[1], encoding="utf-8")
    settled = load(here)
    assert [folder.name for folder in settled.folders] == ["", "acme"]
    assert settled.retention.files == timedelta(days=90)


def test_what_is_installed_names_settings_outside_the_folder() -> None:
    """The service and the line for cron name a drop.toml that nobody who drops files may write."""
    for name in ("campaign-importer-drop.service", "crontab"):
        text = (ROOT / "docs" / "install" / name).read_text(encoding="utf-8")
        assert " drop /srv/campaigns --config /etc/campaign-importer/drop.toml " in text


def test_what_the_folder_at_hand_may_not_say_is_documented() -> None:
    """README and docs/security.md list the same settings as the program."""
    for document in ("README.md", "docs/security.md"):
        text = " ".join((ROOT / document).read_text(encoding="utf-8").split())
        found = re.search(r"((?:`[a-z-]+`(?:, | and )?)+) are not taken from it", text)
        assert found is not None
        assert {name.replace("-", "_") for name in re.findall("`([^`]+)`", found[1])} == NOT_AT_HAND


def test_links_between_the_documents_lead_somewhere() -> None:
    """Every link of the documents to a file of the project names one that is there."""
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
