"""What a dump holds besides the campaigns never gets out: not in results, not in errors, not in memory."""

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

import pytest

from importer.errors import FileRefused
from importer.migration.exports import SourceTable, open_source
from schemas.problem_codes import ProblemCode
from tests.support.exports import LITTLE, insert
from tests.support.paths import LEGACY

SECRET = "correct-horse-battery"
USERS = f"INSERT INTO `vicidial_users` VALUES ('6666','{SECRET}','Zoë');\n"


def dump(folder: Path, *parts: str) -> Path:
    """Write a dump."""
    path = folder / "dump.sql"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def test_nothing_of_other_tables_is_in_the_result(tmp_path: Path) -> None:
    """After reading the campaigns, no text of the users is in what is returned."""
    campaigns = LITTLE.replace("`t`", "vicidial_campaigns") + insert([["A", "x"]], "vicidial_campaigns")
    path = dump(tmp_path, USERS, campaigns, USERS)
    for wanted in (["vicidial_campaigns"], None):
        tables = open_source(path, wanted)
        assert SECRET not in repr(tables)
        assert ("vicidial_users" in tables) is (wanted is None)


BROKEN = (
    (LITTLE, USERS, USERS.removesuffix("');\n")),
    (LITTLE, USERS, "/* " + SECRET),
    (LITTLE, "LOCK TABLES vicidial_users WRITE;\n", USERS),
    (USERS, "INSERT INTO t VALUES (1,);"),
    (USERS, f"INSERT INTO t VALUES ('{SECRET}' (;"),
    (USERS, f"INSERT INTO t VALUES ('{SECRET}',);"),
    (USERS, f"INSERT INTO t (a,b) VALUES ('{SECRET}');"),
    (USERS, f"CREATE TABLE t ('{SECRET}' int, , );"),
)


def _held(trace: TracebackType | None) -> Iterator[object]:
    """Yield all that the frames of an exception hold on to, except for this test's own."""
    while trace is not None:
        if "importer" in trace.tb_frame.f_code.co_filename:
            yield from trace.tb_frame.f_locals.values()
        trace = trace.tb_next


@pytest.mark.parametrize("parts", BROKEN, ids=range(len(BROKEN)))
def test_a_refusal_holds_on_to_nothing(tmp_path: Path, parts: tuple[str, ...]) -> None:
    """The message, what the refusal was raised from and its frames are free of the dump's texts."""
    path = dump(tmp_path, *parts)
    with pytest.raises(FileRefused) as caught:
        open_source(path, ["t"])
    assert SECRET not in caught.value.message
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert not any(SECRET in repr(value) for value in _held(caught.value.__traceback__))


def test_a_broken_statement_of_another_table_is_not_looked_at(tmp_path: Path) -> None:
    """What cannot be parsed in a table that is not wanted keeps nothing from being read."""
    path = dump(tmp_path, f"INSERT INTO vicidial_users VALUES (('{SECRET}',,;\n", LITTLE, insert([["A", "x"]]))
    assert [row.values for row in open_source(path, ["t"])["t"].rows] == [("A", "x")]


def test_a_dump_of_any_size_takes_the_same_memory(tmp_path: Path) -> None:
    """Six times the people take no more memory, and leave nothing of it behind."""
    path = tmp_path / "dump.sql"
    people = insert([["6666", "x" * 400]] * 2_500, "people")
    peaks = []
    for times in (4, 24):
        path.write_text(LITTLE + insert([["A", "x"]]) + people * times)
        tracemalloc.start()
        tables = open_source(path, ["t"])
        left, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        peaks.append(peak)
        assert left < 1_000_000
        assert len(tables["t"].rows) == 1
    assert peaks[1] < peaks[0] * 1.3


@pytest.mark.parametrize("quote", ["'", "`", "/* "], ids=["text", "name", "comment"])
def test_a_text_of_ten_megabytes_is_passed_in_bounded_memory(tmp_path: Path, quote: str) -> None:
    """One huge text in a table that is not wanted is read over; one that never ends is refused, both quickly."""
    huge = ("a;'\"" if quote != "'" else "a;\\'\"") * 2_500_000
    end = "*/" if quote == "/* " else quote
    good = dump(tmp_path, f"INSERT INTO u VALUES ({quote}{huge}{end});\n", LITTLE, insert([["A", "x"]]))
    tracemalloc.start()
    assert len(open_source(good, ["t"])["t"].rows) == 1
    assert tracemalloc.get_traced_memory()[1] < 80_000_000
    tracemalloc.stop()
    with pytest.raises(FileRefused, match="never ends"):
        open_source(dump(tmp_path, LITTLE, f"INSERT INTO u VALUES ({quote}{huge}"), ["t"])


HOSTILE = {
    "nul.sql": b"INSERT INTO t VALUES ('a\0b');",
    "nul.json": b'{"a": "\0"}',
    "nul.csv": b"a,b\n1,\0\n",
    "bytes.sql": b"INSERT INTO t VALUES ('\xff\xfe\xfa');",
    "bytes.json": b'[{"a": "\xff\xfe\xfa\x81"}]',
    "bytes.csv": b"a,b\n\xff\xfe\xfa\x81,2\n",
    "bytes.tf": b'resource "a" "b" { x = "\xff\xfe\xfa\x81" }',
    "brackets.sql": b"INSERT INTO t VALUES " + b"(" * 200_000,
    "closed.sql": b"INSERT INTO t VALUES " + b"(" * 100_000 + b")" * 100_000 + b";",
    "dashes.sql": b"-" * 3_000_000,
    "slashes.sql": b"/*" * 1_500_000,
    "backslashes.sql": b"INSERT INTO t VALUES ('" + b"\\" * 3_000_001 + b"');",
    "columns.sql": b"CREATE TABLE t (" + b",".join(b"c%d int" % one for one in range(30_000)) + b");",
    "delimiter.sql": b"DELIMITER " + b"'" * 50_000 + b"\nINSERT INTO t VALUES (1);",
    "semicolons.sql": b";" * 300_000,
    "wide.tsv": b"\t" * 1_000_000,
    "tabs.tsv": (b"a\\" * 500_000) + b"\t1\n",
    "xml.sql": b'<?xml version="1.0"?>\n<mysqldump xmlns:xsi="x">',
    "drawn.txt": b"+---+---+\n| a | b |\n+---+---+\n",
    "folder.sql": b"",
    "zip.sql": b"PK\x03\x04rubbish",
    "gzip.sql": b"\x1f\x8b\x08\x00rubbish",
    "pdf.json": b"%PDF-1.4 \0",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("wanted", [None, ["t"]], ids=["recognise", "read"])
def test_hostile_files_are_read_or_refused_with_a_sentence(tmp_path: Path, name: str, wanted: list[str] | None) -> None:
    """Whatever a file holds, the answer is tables or a FileRefused with a full sentence."""
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    for name, table in _read_or_refused(path, wanted).items():
        assert table.name == name


def _read_or_refused(path: Path, wanted: list[str] | None) -> Mapping[str, SourceTable]:
    """Return the tables of a file, none where it is refused as it should be."""
    try:
        return open_source(path, wanted)
    except FileRefused as error:
        refusal = error
    assert refusal.message.startswith(str(path))
    assert refusal.message.endswith(".")
    assert isinstance(refusal.problem_code, ProblemCode)
    return {}


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing file and a folder are reported as what they are."""
    for path, words in ((tmp_path / "none.sql", "There is no file"), (tmp_path, "is a folder")):
        with pytest.raises(FileRefused, match=words):
            open_source(path, None)


FILES = sorted(LEGACY.glob("*.*")) if LEGACY.exists() else []


@pytest.mark.skipif(not FILES, reason="the files of other systems are not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_of_other_systems_is_read_or_refused(path: Path) -> None:
    """Real exports and lists of numbers are tables with rows, except for those that hold none or are none."""
    if path.suffix == ".md" or path.stat().st_size == 0:
        with pytest.raises(FileRefused):
            open_source(path, None)
        return
    names = [table.name for table in open_source(path, None).values()]
    rows = sum(len(table.rows) for table in open_source(path, names).values())
    assert rows > 0 or "asterisk.extract" in path.name


def test_the_columns_of_vicidial_are_all_there() -> None:
    """The 358 columns of a real CREATE TABLE are found, each at its place."""
    path = LEGACY / "carpenox__vicidial-database-overview__asterisk.extract.sql"
    if not path.exists():
        pytest.skip("the files of other systems are not here")
    table = open_source(path, ["vicidial_campaigns"])["vicidial_campaigns"]
    assert (len(table.columns), table.rows) == (358, ())
    at = {0: "campaign_id", 14: "auto_dial_level", 21: "campaign_vdad_exten", 200: "call_count_limit", 290: "amd_type"}
    assert {place: table.columns[place] for place in at} == at


def test_no_parser_is_imported_before_it_is_needed() -> None:
    """The package itself is light: the parsers of SQL and Terraform are only imported for such files."""
    code = "import sys, importer.migration.exports; print(sorted({'sqlglot', 'hcl2', 'lark'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
