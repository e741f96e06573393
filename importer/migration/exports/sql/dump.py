"""SQL dumps, from any program: the rows of the wanted tables, and nothing of all others."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from importer.errors import FileRefused
from importer.migration.exports.builder import TableBuilder
from importer.migration.exports.model import SourceTable
from importer.migration.exports.sql.charset import Charset, open_dump
from importer.migration.exports.sql.copied import copied_values
from importer.migration.exports.sql.splitter import NotRows, Statement, StatementSplitter, Unbalanced, groups, words
from importer.migration.exports.sql.statement import StatementHead, head_of
from importer.migration.exports.sql.values import NotUnderstood, assignments, column_names, row_values
from importer.run_options import ReadingOptions
from schemas.problem_codes import ProblemCode

_NOT_COLUMNS = (
    "KEY",
    "PRIMARY",
    "UNIQUE",
    "INDEX",
    "CONSTRAINT",
    "FULLTEXT",
    "SPATIAL",
    "FOREIGN",
    "CHECK",
    "PARTITION",
)


def dump_tables(path: Path, wanted: Collection[str] | None, options: ReadingOptions) -> Mapping[str, SourceTable]:
    """Return the wanted tables of a dump with their rows; without `wanted`, all tables with their columns alone.

    `wanted` are names in small letters. The file is gone through once, in memory that does not grow with it. Raises
    FileRefused, with the line, for what is cut off or cannot be understood; no message quotes the dump.
    """
    (reading,) = deque(_readings(path, wanted, options), maxlen=1)
    return reading.keeper.tables()


def dump_blocks(path: Path, wanted: Collection[str], options: ReadingOptions) -> Iterator[SourceTable]:
    """Yield the rows of the wanted tables of a dump in blocks, each with the columns that are known by then.

    Memory does not grow with the tables, but with their longest statement. Raises FileRefused like `dump_tables`.
    """
    for reading in _readings(path, wanted, options):
        yield from reading.keeper.taken()


def _readings(path: Path, wanted: Collection[str] | None, options: ReadingOptions) -> "Iterator[_Reading]":
    """Yield what is known of a dump after each of its statements, and at its end: always the same object."""
    stream, letters = open_dump(path, options.encoding)
    with closing(stream):
        reading = _Reading(path, letters, wanted, options)
        try:
            for statement in StatementSplitter(stream, reading.wants):
                reading.take(statement)
                yield reading
        except Unbalanced as error:
            raise _cut_off(path, error) from None
    reading.finish()
    yield reading


def _cut_off(path: Path, error: Unbalanced) -> FileRefused:
    how = "never ends" if error.whole else "is too long for one of a dump"
    return FileRefused(
        f"{path}, line {error.line}: the statement that begins there {how}. The file was cut off, or a quote in it is "
        "not balanced. Make the dump again and copy all of it.",
        ProblemCode.DAMAGED,
    )


class _Reading:
    """What is known of a dump as its statements go by."""

    def __init__(self, path: Path, letters: Charset, wanted: Collection[str] | None, options: ReadingOptions) -> None:
        self._path = path
        self._letters = letters
        self._wanted = wanted
        self._database = ""
        self._homes: dict[str, str] = {}
        self._locked = 0
        self._head = StatementHead("")
        self._seen = 0
        self.keeper = TableBuilder(path, options)

    def wants(self, text: bytes) -> bool:
        """Say by the beginning of a statement whether all of it is needed."""
        head = self._head = head_of(text)
        self._seen = len(text)
        if head.verb == "CREATE":
            return self._is_wanted(head)
        return head.verb in ("INSERT", "COPY") and self._wanted is not None and self._is_wanted(head)

    def _is_wanted(self, head: StatementHead) -> bool:
        return bool(head.table) and (self._wanted is None or head.table.lower() in self._wanted)

    def take(self, statement: Statement) -> None:
        """Take what a statement says about the tables that are wanted."""
        if statement.copied:
            self._copied(statement)
            return
        head = self._head if len(statement.text) == self._seen else head_of(statement.text)
        if head.verb == "USE":
            self._database = head.database
        elif head.verb in ("LOCK", "UNLOCK"):
            self._locked = statement.line if head.verb == "LOCK" else 0
        elif self._is_wanted(head):
            self._about_wanted(statement, head)

    def finish(self) -> None:
        """Refuse a dump that ends while one of its tables is locked: the rest of it is missing."""
        if self._locked:
            raise FileRefused(
                f"{self._path}, line {self._locked}: the table that is locked there is never unlocked, so the end of "
                "the dump is missing. Make the dump again and copy all of it.",
                ProblemCode.DAMAGED,
            )

    def _about_wanted(self, statement: Statement, head: StatementHead) -> None:
        match head.verb:
            case "CREATE":
                self._same_database(statement, head)
                self._create(statement, head)
            case "INSERT":
                self._same_database(statement, head)
                self._insert(statement, head)
            case "COPY":
                self._same_database(statement, head)
                self.keeper.mention(head.table, head.columns or ())
            case "DROP" | "TRUNCATE" | "DELETE" | "UPDATE" | "ALTER" if self._wanted is not None:
                self._change(statement, head)

    def _same_database(self, statement: Statement, head: StatementHead) -> None:
        database = head.database or self._database
        home = self._homes.get(head.table.lower(), "") or database
        self._homes[head.table.lower()] = home
        if database and home != database and self._wanted is not None:
            raise FileRefused(
                f"{self._path}, line {statement.line}: the dump contains the table {head.table} in two databases, "
                f"{home} and {database}. Dump only one of them.",
                ProblemCode.NO_TABLE,
            )

    def _create(self, statement: Statement, head: StatementHead) -> None:
        if head.form != "(":
            return  # CREATE TABLE … LIKE, or a view: no columns are named
        try:
            _, text = next(groups(statement.text, head.rest), (0, b""))
            columns = column_names(self._letters.decode(text, statement.line))
        except (NotRows, NotUnderstood):
            raise self._not_understood(statement.line, head) from None
        self.keeper.create(head.table, columns)

    def _insert(self, statement: Statement, head: StatementHead) -> None:
        columns = head.columns
        if self._wanted is None:
            self.keeper.mention(head.table, columns or ())
            return
        try:
            if head.form == "SET":
                text = self._letters.decode(statement.text[head.rest :], statement.line)
                pairs = assignments(text)
                self.keeper.add(
                    head.table, statement.line, tuple(value for _, value in pairs), [name for name, _ in pairs]
                )
            elif head.form == "VALUES":
                self._rows(statement, head)
            else:
                raise NotUnderstood
        except (NotRows, NotUnderstood):
            raise self._not_understood(statement.line, head) from None

    def _copied(self, statement: Statement) -> None:
        """Take lines of the rows that follow a COPY, which is the last head."""
        for line, text in enumerate(statement.text.split(b"\n"), start=statement.line):
            values = copied_values(self._letters.decode(text.removesuffix(b"\r"), line))
            self.keeper.add(self._head.table, line, values, self._head.columns)

    def _rows(self, statement: Statement, head: StatementHead) -> None:
        line, at, end = statement.line, 0, head.rest
        for start, group in groups(statement.text, head.rest):
            line, at, end = line + statement.text.count(b"\n", at, start), start, start + len(group)
            self.keeper.add(head.table, line, row_values(self._letters.decode(group, line)), head.columns)
        after = next(words(statement.text, end), None)
        if after is not None and not after.is_one_of("ON", "AS"):
            raise NotUnderstood

    def _change(self, statement: Statement, head: StatementHead) -> None:
        """Obey what empties a table; refuse what would change rows or columns in ways that are not followed."""
        if head.verb in ("DROP", "TRUNCATE") or (head.verb == "DELETE" and head.form in ("", ";")):
            self.keeper.clear(head.table, whole=head.verb == "DROP")
            self._homes.pop(head.table.lower(), None)
        elif head.verb != "ALTER" or _changes_columns(statement.text, head.rest):
            raise FileRefused(
                f"{self._path}, line {statement.line}: the dump changes the table {head.table} after it has filled it "
                f"({head.verb}). That cannot be followed: load it into a database and dump the table from there.",
                ProblemCode.NO_TABLE,
            )

    def _not_understood(self, line: int, head: StatementHead) -> FileRefused:
        return FileRefused(
            f"{self._path}, line {line}: the {head.verb} statement for the table {head.table} that begins there or "
            "above cannot be understood. Dump the table again with mysqldump.",
            ProblemCode.DAMAGED,
        )


def _changes_columns(text: bytes, start: int) -> bool:
    """Say whether an ALTER TABLE adds, moves, renames or removes columns."""
    before = None
    for word in words(text, start):
        if before is not None and before.is_one_of("ADD", "DROP") and not word.is_one_of(*_NOT_COLUMNS):
            return True
        if word.is_one_of("CHANGE", "RENAME", "FIRST", "AFTER"):
            return True
        before = word
    return False
