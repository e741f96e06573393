"""SQL dumps: every form of statement, value and comment, however the file is cut into blocks."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from sqlglot import Dialect, TokenType, parse_one
from sqlglot import expressions as exp
from sqlglot.errors import TokenError

from importer.errors import FileRefused
from importer.migration.exports import open_source
from importer.migration.exports.sql.splitter import StatementSplitter, Unbalanced, groups
from importer.migration.exports.sql.values import column_names, row_values
from importer.run_options import ReadingOptions
from schemas.problem_codes import ProblemCode
from tests.support.exports import LITTLE, insert, literal, read, rows_of
from tests.support.thorough import share

MYSQL = Dialect.get_or_raise("mysql")

VALUES = (
    ("NULL", None),
    ("null", None),
    ("DEFAULT", None),
    ("''", ""),
    ("'NULL'", "NULL"),
    ("'it''s'", "it's"),
    (r"'it\'s'", "it's"),
    (r"'a\nb\rc\td\0e\Zf\bg\\h\"i'", 'a\nb\rc\td\0e\x1af\bg\\h"i'),
    (r"'100\% \_x \q'", r"100\% \_x q"),
    ("'a\nb'", "a\nb"),
    ('"d""q \' x"', "d\"q ' x"),
    ("'a' 'b'", "ab"),
    ("_binary'abc'", "abc"),
    ("_utf8mb4 'é'", "é"),
    ("N'n'", "n"),
    ("0x4142", "AB"),
    ("x'c3a9'", "é"),
    ("0xFF00", "0xFF00"),
    ("0x00", "0x00"),
    ("x''", "x''"),
    ("b'101'", "5"),
    ("0", "0"),
    ("007", "007"),
    ("-5.50", "-5.50"),
    ("- 5", "-5"),
    ("+3", "+3"),
    ("1e5", "1e5"),
    (".5", ".5"),
    ("12345678901234567890123", "12345678901234567890123"),
    ("TRUE", "1"),
    ("false", "0"),
    ("NOW()", "NOW()"),
    ("IF(1,'a,b',2)", "IF(1,'a,b',2)"),
    ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
    ("'-- no comment' /* a ' comment */", "-- no comment"),
    ("1 # it's; a comment\n", "1"),
    ("1 -- it's; a comment\n", "1"),
)


@pytest.mark.parametrize(("written", "value"), VALUES, ids=[written for written, _ in VALUES])
def test_each_way_to_write_a_value_is_read(tmp_path: Path, written: str, value: str | None) -> None:
    """A value is what the server would store, a number what is written, an expression stays as it is."""
    for before, after in (("'x'", "3"), ("NULL", "''")):
        rows = read(tmp_path / "d.sql", f"INSERT INTO t VALUES ({before},{written},{after});\n")
        assert [row[1] for row in rows] == [value]
        assert len(rows[0]) == 3


PHPMYADMIN = """-- phpMyAdmin SQL Dump
-- Host: localhost
SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
SET time_zone = "+00:00";
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
INSERT INTO `t` (`a`, `b`) VALUES
('1', 'x'),
('2', NULL);
ALTER TABLE `t`
  ADD PRIMARY KEY (`a`);
ALTER TABLE `t`
  MODIFY `a` int(10) UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'it''s first', AUTO_INCREMENT=3;
COMMIT;
"""
HEIDISQL = """-- --------------------------------------------------------
-- Server-Version:               10.6.12-MariaDB
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
DELETE FROM `t`;
/*!40000 ALTER TABLE `t` DISABLE KEYS */;
INSERT IGNORE INTO `t` (`a`, `b`) VALUES
	('1', 'x'),
	('2', NULL);
/*!40000 ALTER TABLE `t` ENABLE KEYS */;
/*!40014 SET FOREIGN_KEY_CHECKS=IFNULL(@OLD_FOREIGN_KEY_CHECKS, 1) */;
"""
FORMS = (
    PHPMYADMIN,
    HEIDISQL,
    "INSERT INTO t VALUES ('1','x'),('2',NULL);",
    "INSERT INTO `t` VALUES\n('1','x'),\n('2',NULL);",
    "INSERT INTO d.t VALUES ('1','x'),('2',NULL);",
    "INSERT INTO `d`.`t` (`a`, `b`) VALUES ('1','x'), ('2',NULL);",
    "INSERT INTO \"t\" (\"b\",\"a\") VALUES ('x','1'),(NULL,'2');",
    "insert ignore into T (B,A) value ('x','1'),(null,'2');",
    "REPLACE INTO t VALUES ('1','x'),('2',NULL);",
    "REPLACE DELAYED t VALUES ('1','x'),('2',NULL);",
    "INSERT INTO t SET a='1', b='x'; INSERT INTO t SET t.a='2';",
    "INSERT t SET `b`='x', `a`='1'; INSERT INTO t (a) VALUES ('2');",
    "INSERT INTO t VALUES ('1','x'),('2',NULL) ON DUPLICATE KEY UPDATE a=VALUES(a);",
    "/*!50000 INSERT INTO t VALUES ('1','x'),('2',NULL) */;",
    "-- it's\n# it's\n/* it's; */ INSERT /* ' */ INTO t -- '\n VALUES ('1','x') /* ; */ , -- '\n ('2',NULL);",
    "INSERT INTO other VALUES ('\\';INSERT INTO t VALUES (9,9);--'); INSERT INTO t VALUES ('1','x'),('2',NULL);",
    "LOCK TABLES `t` WRITE;\n/*!40000 ALTER TABLE `t` DISABLE KEYS */;\nINSERT INTO t VALUES ('1','x'),('2',NULL);\n"
    "/*!40000 ALTER TABLE `t` ENABLE KEYS */;\nUNLOCK TABLES;",
    "INSERT INTO t VALUES ('8','8'); DELETE FROM t; INSERT INTO t VALUES ('1','x'),('2',NULL);",
    "INSERT INTO t VALUES ('8','8'); TRUNCATE TABLE t; INSERT INTO t VALUES ('1','x'),('2',NULL);",
    "ALTER TABLE `t` ADD PRIMARY KEY (`a`), ADD KEY `b` (`b`); INSERT INTO t VALUES ('1','x'),('2',NULL);",
    "DELIMITER ;;\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN INSERT INTO t VALUES ('9','9'); END;;\n"
    "DELIMITER ;\nINSERT INTO t VALUES ('1','x'),('2',NULL);",
    "delimiter $$\nINSERT INTO t VALUES ('1','x'),('2',NULL)$$\nDELIMITER ;\nSET @a='b;c';",
    "SET @x='; INSERT INTO t VALUES (9,9)'; INSERT INTO t VALUES ('1','x'),('2',NULL);",
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
def test_each_form_of_statement_is_read(tmp_path: Path, form: str, crlf: bool) -> None:
    """Whatever program wrote the statement, the rows are the same two."""
    text = "/*M!999999\\- enable the sandbox mode */ \n" + LITTLE + form + "\n-- Dump completed"
    content = text.replace("\n", "\r\n") if crlf else text
    tables = open_source(_written(tmp_path, content), ["T"])
    assert set(tables) == {"t"}
    assert tables["t"].columns == ("a", "b")
    assert [row.values + (None,) * (2 - len(row.values)) for row in tables["t"].rows] == [("1", "x"), ("2", None)]


def _written(folder: Path, content: str | bytes) -> Path:
    path = folder / "dump.sql"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_without_a_list_of_wanted_tables_only_columns_are_returned(tmp_path: Path) -> None:
    """To recognise a system, names and columns of all tables are returned, by an INSERT's list without a CREATE."""
    text = LITTLE + insert([["1", "x"]]) + "INSERT INTO u (`c``1`,c2) VALUES (1,2);INSERT INTO w VALUES (1);"
    text += "INSERT INTO v SET d=1;CREATE VIEW z AS SELECT 1;CREATE DATABASE q;"
    tables = open_source(_written(tmp_path, text), None)
    found = {name: (table.columns, table.rows) for name, table in tables.items()}
    assert found == {"t": (("a", "b"), ()), "u": (("c`1", "c2"), ()), "w": ((), ()), "v": ((), ())}


def test_rows_may_be_shorter_or_longer_than_their_table(tmp_path: Path) -> None:
    """A row without a list of columns keeps its own width: columns are only ever appended."""
    assert read(tmp_path / "d.sql", LITTLE + "INSERT INTO t VALUES ('1'),('1','2','3');") == [("1",), ("1", "2", "3")]


def test_rows_that_name_other_columns_stand_under_their_names(tmp_path: Path) -> None:
    """Without CREATE TABLE the columns are those that any row names; a row has None for what it does not name."""
    text = "INSERT INTO t SET a='1',b='2'; INSERT INTO t SET b='3',c='4'; INSERT INTO t (c) VALUES ('5');"
    tables = open_source(_written(tmp_path, text), ["t"])
    assert tables["t"].columns == ("a", "b", "c")
    assert rows_of(dict(tables), "t") == [("1", "2"), (None, "3", "4"), (None, None, "5")]


def test_the_place_of_a_row_is_its_line(tmp_path: Path) -> None:
    """Each row says on which line of the file it begins, and which it is."""
    text = (
        "-- a\n"
        + LITTLE
        + "\nINSERT INTO t VALUES\n('1','a\nb'),\n('2','x'),('3','y');\r\n\nINSERT INTO t VALUES ('4','');"
    )
    rows = open_source(_written(tmp_path, text), ["t"])["t"].rows
    assert [(row.place, row.number) for row in rows] == [("line 9", 1), ("line 11", 2), ("line 11", 3), ("line 13", 4)]


REFUSED = (
    ("INSERT INTO t VALUES ('1','x')", "line 1: the statement that begins there never ends"),
    (LITTLE + "INSERT INTO t VALUES ('1','x'),('2", "line 6: the statement that begins there never ends"),
    (LITTLE + "INSERT INTO u VALUES ('secret", "line 6: the statement that begins there never ends"),
    (LITTLE + "/* secret", "line 6: the statement"),
    (
        LITTLE + "LOCK TABLES t WRITE;\n" + insert([["1", "x"]]),
        "line 6: the table that is locked there is never unlocked",
    ),
    (LITTLE + "INSERT INTO t VALUES ('secret',);", "line 6: the INSERT statement for the table t"),
    (LITTLE + "INSERT INTO t VALUES ('secret'", "never ends"),
    (LITTLE + "INSERT INTO t VALUES (1 /*!50000 ,'secret' */);", "cannot be understood"),
    (LITTLE + "INSERT INTO t SELECT * FROM secret;", "cannot be understood"),
    (LITTLE + "INSERT INTO t VALUES (1)) secret;", "cannot be understood"),
    (LITTLE + "INSERT INTO t (a,b) VALUES ('secret');", "1 values for 2 different columns"),
    (LITTLE + "INSERT INTO t (a,A) VALUES ('secret',1);", "2 values for 1 different columns"),
    ("INSERT INTO t (a) VALUES ('1');\nINSERT INTO t VALUES ('2');", "some rows of the table t name their columns"),
    (
        LITTLE + insert([["1", "x"]]) + "UPDATE t SET a='secret';",
        r"changes the table t after it has filled it \(UPDATE",
    ),
    (LITTLE + "DELETE FROM t WHERE a='secret';", "changes the table t"),
    (LITTLE + "ALTER TABLE t ADD COLUMN secret int FIRST;", "changes the table t"),
    (LITTLE + "ALTER TABLE t CHANGE a secret int;", "changes the table t"),
    ("USE `d`;\n" + LITTLE + "USE e;\n" + insert([["1", "x"]]), "in two databases, d and e"),
    ("COPY public.t (a) FROM stdin;\nsecret\n", "never ends"),
    ("COPY public.t (a, b) FROM stdin;\nsecret\n\\.\n", "line 2: a row of the table t has 1 values for 2"),
    ("", "is empty"),
)


@pytest.mark.parametrize(("content", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_cannot_be_read_is_refused_without_quoting_it(tmp_path: Path, content: str, words: str) -> None:
    """A dump that is cut off or does what is not followed is refused, with the line and nothing of the values."""
    with pytest.raises(FileRefused, match=words) as caught:
        open_source(_written(tmp_path, content), ["t"])
    assert "secret" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


ENCODED = (
    ("utf-8", "/*!40101 SET NAMES utf8mb4 */;\n"),
    ("utf-8", ""),
    ("utf-8-sig", "/*!40101 SET NAMES utf8 */;\n"),
    ("utf-8", "/*!40101 SET NAMES latin1 */;\n"),
    ("cp1252", "/*!40101 SET NAMES latin1 */;\n"),
    ("cp1252", "SET NAMES 'latin1' COLLATE latin1_swedish_ci;\n"),
    ("cp1251", "SET NAMES 'cp1251';\n"),
    ("cp1252", ""),
    ("cp850", "SET NAMES cp850;\n"),
    ("utf-16", ""),
    ("utf-16-le", "SET NAMES utf8mb4;\n"),
    ("gbk", "SET NAMES gbk;\n"),
    ("cp932", "SET NAMES cp932;\n"),
    ("big5", "SET NAMES big5;\n"),
)
LETTERS = {"cp1251": "Я", "gbk": "誠乗", "cp932": "ソ表能", "big5": "功許蓋"}


@pytest.mark.parametrize(("encoding", "before"), ENCODED)
def test_each_encoding_of_a_dump_is_read(tmp_path: Path, encoding: str, before: str) -> None:
    """SET NAMES tells the encoding, unless the bytes prove that it is UTF-8; a backslash within a letter is none."""
    texts = [LETTERS.get(encoding, "Zoë façade"), ";it's"]
    content = before + LITTLE + insert([texts])
    assert read(tmp_path / "d.sql", content.encode(encoding)) == [tuple(texts)]


def test_mysqls_latin1_has_a_letter_for_each_byte(tmp_path: Path) -> None:
    """The five bytes that Windows-1252 leaves open are what MySQL reads them as."""
    content = b"SET NAMES latin1;INSERT INTO t VALUES ('\x80\x81\x8d\x8f\x90\x9d\xff');"
    assert read(tmp_path / "d.sql", content) == [("€\x81\x8d\x8f\x90\x9dÿ",)]


def test_bytes_that_are_no_text_are_refused_or_kept_as_a_number(tmp_path: Path) -> None:
    """A binary text that is not text is written in hexadecimal; a text that does not fit its encoding is refused."""
    assert read(tmp_path / "d.sql", b"SET NAMES utf8mb4;INSERT INTO t VALUES (_binary '\xff\\0');") == [("0xFF00",)]
    with pytest.raises(FileRefused, match="line 2: the characters") as caught:
        read(tmp_path / "d.sql", b"SET NAMES utf8mb4;\nINSERT INTO t VALUES ('secret\xff');")
    assert caught.value.problem_code is ProblemCode.ENCODING
    assert "secret" not in caught.value.message
    path = _written(tmp_path, b"INSERT INTO t VALUES ('\xe9');")
    assert rows_of(dict(open_source(path, ["t"], ReadingOptions(encoding="cp1252"))), "t") == [("é",)]


def test_a_table_that_is_dumped_twice_counts_once(tmp_path: Path) -> None:
    """A dump that drops and creates a table anew has the rows of the last time."""
    once = "DROP TABLE IF EXISTS `t`;\n" + LITTLE + insert([["1", "x"]])
    assert read(tmp_path / "d.sql", once + once) == [("1", "x")]


def test_bounds_hold_for_the_rows_that_are_kept(tmp_path: Path) -> None:
    """More rows of wanted tables than --max-rows allows are refused; the size of a dump is not bounded."""
    path = _written(tmp_path, LITTLE + insert([["1", "x"]] * 3))
    assert len(open_source(path, ["t"], ReadingOptions(max_rows=3, max_file_size=10))["t"].rows) == 3
    with pytest.raises(FileRefused, match="more than 2 rows"):
        open_source(path, ["t"], ReadingOptions(max_rows=2))
    assert open_source(path, ["other"], ReadingOptions(max_rows=2)) == {}


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"])) | st.text("'\"\\\0\n\r\t\x1a%_`;,()-#/*! a")
ROWS = st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[TEXTS] * width), min_size=1, max_size=8))


@given(ROWS, st.integers(1, 40))
def test_any_row_is_read_as_it_was_written(rows: list[tuple[str | None, ...]], block: int) -> None:
    """What mysqldump writes is read back exactly, wherever the blocks end that the file is read in."""
    text = ("-- a dump; it's\n" + insert(rows) + "/*!40000 x */;\n" + insert(rows, "u")).encode()
    found = list(StatementSplitter(io.BytesIO(text), lambda _: True, block))
    assert [statement.text.split(b" ")[0] for statement in found] == [b"INSERT", b"/*!40000", b"INSERT"]
    for statement in (found[0], found[2]):
        start = statement.text.index(b"VALUES ") + 7
        assert [row_values(group.decode()) for _, group in groups(statement.text, start)] == rows


PIECES = st.sampled_from(
    ["'", '"', "`", "\\", "/*", "*/", "-- ", "#", "\n", " a ", "''", "\\'", "1", ",", "(", ")", "b'1'", "- ", "/ ", "*"]
) | st.sampled_from(["'it''s;'", r"'\';'", '"a;\'"', "`a;'`", "/* ;' */", "-- ;'\n", "# ;'\n", "'\\\\'"])


@settings(max_examples=share(300), suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(PIECES | st.just(";"), max_size=25).map(lambda parts: "".join(parts) + ";"), st.integers(1, 12))
def test_statements_end_where_the_parsers_own_tokens_say(text: str, block: int) -> None:
    """The lexer that cuts a dump and the tokenizer of sqlglot see the same texts, comments and semicolons."""
    try:
        tokens = MYSQL.tokenize(text)
    except TokenError:
        reject()  # a text that does not end; that is another test
    statements: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            statements.append([])
        else:
            statements[-1].append(token.text)
    assume(not statements[-1] and "/*" not in text.rpartition(";")[2])
    cut = [one.text.decode() for one in StatementSplitter(io.BytesIO(text.encode()), lambda _: True, block)]
    assert [[token.text for token in MYSQL.tokenize(one)] for one in cut] == statements[:-1]


@given(st.text("'\"`\\;/*-# \na!M9", max_size=60), st.integers(1, 8))
def test_the_size_of_the_blocks_never_matters(text: str, block: int) -> None:
    """Any bytes are cut in the same way, whether they come at once or a few at a time."""
    assert _cut(text, block) == _cut(text, 1 << 20)


def _cut(text: str, block: int) -> list[object]:
    found: list[object] = []
    try:
        found.extend(
            (one.line, one.text) for one in StatementSplitter(io.BytesIO(text.encode()), lambda _: True, block)
        )
    except Unbalanced as error:
        found.append(error.line)
    return found


def test_columns_are_those_that_the_parser_finds() -> None:
    """The columns of a CREATE TABLE are the same as those of sqlglot's full parser, keys and checks left out."""
    inner = (
        "(`id` int(11) NOT NULL AUTO_INCREMENT, `key` varchar(3) DEFAULT 'a,b)', check_in date, "
        "e enum('x''y','),(') COMMENT 'a, `b`', PRIMARY KEY (`id`), UNIQUE KEY `k` (`key`,`e`), KEY k2 (e), "
        "CONSTRAINT `c` FOREIGN KEY (`id`) REFERENCES `o` (`id`), FULLTEXT KEY f (e), d decimal(10,2) unsigned)"
    )
    parsed = parse_one(f"CREATE TABLE t {inner}", read="mysql").find(exp.Schema)
    assert parsed is not None
    theirs = tuple(one.name for one in parsed.expressions if isinstance(one, exp.ColumnDef))
    assert column_names(inner) == theirs == ("id", "key", "check_in", "e", "d")


def test_a_written_literal_is_one_of_the_parsers() -> None:
    """The writer of these tests and the parser agree, so that the tests above prove something."""
    assert MYSQL.tokenize(literal("a'\\\0\n\x1a"))[0].text == "a'\\\0\n\x1a"


COPIED = (
    ("plain", "plain"),
    (r"\N", None),
    ("", ""),
    (r"a\tb\nc\rd\\e", "a\tb\nc\rd\\e"),
    (r"\\N", r"\N"),
    (r"\b\f\v", "\b\f\v"),
    ("it's; -- no comment", "it's; -- no comment"),
    ("é", "é"),
)


@pytest.mark.parametrize("block", [40, 41, 64, 1 << 20])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_rows_of_copy_are_read(tmp_path: Path, newline: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows after a COPY of pg_dump are read wherever blocks end, and those of other tables are passed over."""
    monkeypatch.setattr("importer.migration.exports.sql.splitter.StatementSplitter.__init__.__defaults__", (block,))
    rows = [(str(at), *one) for at, one in enumerate(COPIED)]
    lines = [
        "-- PostgreSQL database dump",
        "\\restrict it's",
        "COPY public.other (a) FROM stdin;",
        "it's",
        "",
        "\\.",
        "COPY public.t (a, b) FROM stdin;",
        *(f"{number}\t{written}" for number, written, _ in rows),
        "\\.",
        "COPY public.none (a) FROM stdin;",
        "\\.",
        "INSERT INTO t (a, b) VALUES ('last', 'row');",
        "\\unrestrict it's",
        "",
    ]
    found = read(tmp_path / "dump.sql", newline.join(lines))
    assert found == [*((number, value) for number, _, value in rows), ("last", "row")]


@given(
    lines=st.lists(st.text("ab;'\\\t\"-/*", max_size=8).map(lambda text: text.replace("\\", "\\\\"))),
    block=st.integers(1, 9),
)
def test_lines_of_copy_are_cut_like_lines(lines: list[str], block: int) -> None:
    """Whatever stands in the rows of a COPY, and wherever a block ends, each line is there once, with its number."""
    text = "\n".join(["COPY t FROM stdin;", *lines, "\\.", "SELECT 1;"])
    found = list(StatementSplitter(io.BytesIO(text.encode()), lambda _: True, block))
    assert [one.text for one in found if not one.copied] == [b"COPY t FROM stdin", b"SELECT 1"]
    copied = [
        (number, line)
        for one in found
        if one.copied
        for number, line in enumerate(one.text.decode().split("\n"), start=one.line)
    ]
    assert copied == list(enumerate(lines, start=2))


@given(
    values=st.lists(
        st.one_of(
            st.none(),
            st.text(st.characters(exclude_characters="\\", exclude_categories=["Cs"]), max_size=9),
            st.integers(-99, 99),
            st.decimals(-9, 9, places=2),
        ),
        min_size=1,
    ),
    gap=st.sampled_from(["", " ", "\n", "\t "]),
)
def test_plain_rows_are_read_like_all_others(values: list[object], gap: str) -> None:
    """The short way for rows of plain texts and numbers gives what the parser gives."""
    written = [
        "NULL" if one is None else "'" + one.replace("'", "''") + "'" if isinstance(one, str) else str(one)
        for one in values
    ]
    plain = f"({f'{gap},{gap}'.join(written)})"
    # A comment makes a row one that only the parser reads.
    assert row_values(plain) == row_values(plain.removesuffix(")") + " /* */)")
