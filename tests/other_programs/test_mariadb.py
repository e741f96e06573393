"""What the real mysqldump and mysql of MariaDB write is read back exactly."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.errors import FileRefused
from importer.migration.exports import open_source
from importer.run_options import ReadingOptions
from tests.support.exports import Database, database, literal, rows_of

__all__ = ["database"]

SCHEMA = """
DROP TABLE IF EXISTS vicidial_campaigns, vicidial_users;
CREATE TABLE vicidial_campaigns (
  campaign_id varchar(8) NOT NULL PRIMARY KEY, campaign_name varchar(40), active enum('Y','N'), level decimal(9,2),
  note text, raw varbinary(40), flag bit(1), `odd ``name, (x)` varchar(20) DEFAULT 'a,b)', KEY k (campaign_name(5))
) DEFAULT CHARSET=utf8mb4;
CREATE TABLE vicidial_users (user varchar(20), pass varchar(40), blob_of longblob) DEFAULT CHARSET=utf8mb4;
INSERT INTO vicidial_users VALUES ('6666','sesame''open;',x'00ff27225c0a3b');
"""
ROWS = (
    ("00012345", 'O\'Brien "quoted"; -- no /* comment */', "Y", "-1.50", "a\nb\r\nc\td\\n \\% \x1a", "plain", "1", ""),
    ("B", "", "N", None, "", None, None, "NULL"),
    ("C", "Zoë Łódź 日本 😀 `#`", None, "0.00", "%_\\'\\\\", "it's", "0", None),
    ("D", "tail\\", "Y", "12345.67", "),(\n');", None, None, "DEFAULT"),
)
COLUMNS = ("campaign_id", "campaign_name", "active", "level", "note", "raw", "flag", "odd `name, (x)")
VARIANTS = (
    (),
    ("--skip-extended-insert",),
    ("--complete-insert",),
    ("--hex-blob",),
    ("--skip-opt",),
    ("--compact",),
    ("--skip-quote-names",),
    ("--replace",),
    ("--insert-ignore",),
    ("--no-create-info", "--complete-insert"),
    ("--default-character-set=utf8mb3",),
    ("--skip-set-charset", "--skip-comments"),
    ("--add-drop-database", "--databases"),
    ("--routines", "--triggers", "--events"),
    ("--compatible=ansi",),
    ("--compatible=mysql40",),
    ("--compatible=postgresql",),
    ("--compatible=oracle",),
    ("--compatible=no_table_options,no_key_options",),
)


def fill(database: Database) -> None:
    rows = []
    for *before, raw, flag, last in ROWS:
        bit = "NULL" if flag is None else f"b'{flag}'"
        rows.append("(" + ",".join((*map(literal, before), literal(raw), bit, literal(last))) + ")")
    database.execute(f"{SCHEMA} INSERT INTO vicidial_campaigns VALUES {','.join(rows)};")
    database.execute(
        "DROP PROCEDURE IF EXISTS p; DROP TRIGGER IF EXISTS g;\nDELIMITER //\nCREATE PROCEDURE p() BEGIN "
        "INSERT INTO vicidial_campaigns (campaign_id) VALUES ('never'); SELECT ';'; END //\n"
        "CREATE TRIGGER g BEFORE INSERT ON vicidial_users FOR EACH ROW BEGIN SET NEW.user = 'x;'; END //\nDELIMITER ;\n"
    )


def expected(options: tuple[str, ...] = ()) -> list[tuple[str | None, ...]]:
    """Return the rows as a dump with these options holds them: bits as bytes, letters as far as its encoding goes."""
    bits = {"1": "0x01", "0": "0x00"} if "--hex-blob" in options else {"1": "\x01", "0": "\0"}
    lost = str.maketrans("", "")
    if any("compatible" in option for option in options):
        lost = str.maketrans(dict.fromkeys("Łź日本😀", "?"))
    elif "--default-character-set=utf8mb3" in options:
        lost = str.maketrans({"😀": "?"})
    return [
        tuple(value and value.translate(lost) for value in (*row[:6], bits.get(row[6] or ""), row[7])) for row in ROWS
    ]


@pytest.mark.parametrize("options", VARIANTS, ids=lambda options: " ".join(options) or "plain")
def test_a_real_dump_is_read_back_exactly_in_every_variant(
    database: Database, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Whatever options mysqldump is given, every value comes back as it is in the table."""
    fill(database)
    path = tmp_path / "dump.sql"
    path.write_bytes(database.dump(*options))
    if any("compatible" in option for option in options):
        # Such a dump is in Latin-1, loses what is not, and does not say so.
        with pytest.raises(FileRefused, match="--encoding"):
            open_source(path, ["vicidial_campaigns"])
        reading = ReadingOptions(encoding="cp1252")
    else:
        reading = ReadingOptions()
    table = open_source(path, ["VICIDIAL_campaigns"], reading)["vicidial_campaigns"]
    assert table.columns == COLUMNS
    assert [row.values for row in table.rows] == expected(options)
    assert [row.number for row in table.rows] == [1, 2, 3, 4]


def test_a_dump_of_tabs_is_read_back_exactly(database: Database, tmp_path: Path) -> None:
    """`mysqldump --tab` writes no names of columns; its values come back exactly, but a zero bit is refused."""
    fill(database)
    (tmp_path / "tab").mkdir()
    (tmp_path / "tab").chmod(0o777)
    database.dump(f"--tab={tmp_path / 'tab'}")
    with pytest.raises(FileRefused, match="NUL"):
        open_source(tmp_path / "tab" / "vicidial_campaigns.txt", [""])
    database.execute("ALTER TABLE vicidial_campaigns DROP COLUMN flag")
    (tmp_path / "tab" / "vicidial_campaigns.txt").unlink()
    database.dump(f"--tab={tmp_path / 'tab'}")
    table = open_source(tmp_path / "tab" / "vicidial_campaigns.txt", [""])[""]
    assert table.columns == ()
    assert [row.values for row in table.rows] == [(*row[:6], row[7]) for row in ROWS]


def test_what_the_client_prints_is_read_back_exactly(database: Database, tmp_path: Path) -> None:
    """`mysql -B` writes headings, the word NULL and escapes; a drawn table and XML are refused with the cure."""
    fill(database)
    query = "SELECT campaign_id, campaign_name, active, level, note, `odd ``name, (x)` FROM vicidial_campaigns"
    path = tmp_path / "batch.tsv"
    path.write_bytes(database.query(query, "-B"))
    table = open_source(path, [])[""]
    assert table.columns == (*COLUMNS[:5], COLUMNS[7])
    assert [row.values for row in table.rows] == [
        tuple(None if value == "NULL" else value for value in (*row[:5], row[7])) for row in ROWS
    ]
    for name, content in (("drawn.txt", database.query(query, "-t")), ("dump.xml", database.dump("--xml"))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileRefused, match=r"-B|mysqldump without --xml"):
            open_source(tmp_path / name, None)


def test_a_text_for_spreadsheets_is_read_back_exactly(database: Database, tmp_path: Path) -> None:
    r"""SELECT … INTO OUTFILE with quotes and commas writes `\N`, which is NULL, and escapes with backslashes."""
    fill(database)
    folder = tmp_path / "out"
    folder.mkdir()
    folder.chmod(0o777)
    database.execute(
        f"SELECT campaign_id, campaign_name, active, level FROM vicidial_campaigns INTO OUTFILE '{folder / 'c.csv'}' "
        "FIELDS TERMINATED BY ',' ENCLOSED BY '\"'"
    )
    assert rows_of(dict(open_source(folder / "c.csv", [""])), "") == [row[:4] for row in ROWS]


VALUES = (
    st.none()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.text("'\"\\\0\n\r\t\x1aNn%_`;,()-#/*")
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=40))
def test_any_texts_survive_the_real_mysqldump(
    database: Database, tmp_path: Path, rows: list[tuple[str | None, str | None]]
) -> None:
    """Texts of any letters come back exactly."""
    filled = ",".join("(" + ",".join(map(_hexadecimal, row)) + ")" for row in rows)
    database.execute(
        "DROP TABLE IF EXISTS t; CREATE TABLE t (a longtext, b longtext) DEFAULT CHARSET=utf8mb4;"
        f"INSERT INTO t VALUES {filled};"
    )
    path = tmp_path / "t.sql"
    path.write_bytes(database.dump())
    assert rows_of(dict(open_source(path, ["t"])), "t") == rows


def _hexadecimal(value: str | None) -> str:
    return "NULL" if value is None else f"CONVERT(x'{value.encode().hex()}' USING utf8mb4)"


def test_the_server_agrees_on_every_escape(database: Database, tmp_path: Path) -> None:
    """For each letter after a backslash, the text that is read is the text that the server stores."""
    letters = [chr(code) for code in range(1, 256)]
    statement = "".join(
        f"INSERT INTO t VALUES ({code},'a\\{letter}b');\n" for code, letter in enumerate(letters, start=1)
    )
    table = "CREATE TABLE t (a int, b text) DEFAULT CHARSET=utf8mb4;\n"
    database.execute("SET NAMES utf8mb4; DROP TABLE IF EXISTS t; " + table + statement)
    stored = database.query("SELECT HEX(b) FROM t ORDER BY a", "-BN").decode().split()
    path = tmp_path / "escapes.sql"
    path.write_text(table + statement, newline="")
    found = [str(values[1]).encode().hex().upper() for values in rows_of(dict(open_source(path, ["t"])), "t")]
    assert found == stored
