"""What the beginning of an SQL statement says: what it does, to which table, and with which columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from importer.migration.exports.sql.splitter import Word, words

_PASSED = ("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "TEMPORARY", "IF", "NOT", "EXISTS", "QUICK")
_PASSED_BEFORE_TABLE = (*_PASSED, "OR", "FROM", "ONLY", "TABLE", "TABLES")
_ROWS = ("VALUES", "VALUE", "ROW")


@dataclass(frozen=True)
class StatementHead:
    """The beginning of a statement.

    `verb` is its first word in capitals: INSERT also where it is written REPLACE, and CREATE, DROP and ALTER only where
    they are about tables. `table` and `database` are names as they are written, "" where there are none. `columns` is
    the list of an INSERT or COPY, None where it has none. `form` is the word or sign that follows, VALUES also where it
    is written VALUE, "" where there is none. `rest` is where the contents begin: behind the form of an INSERT, and else
    with the form.
    """

    verb: str
    table: str = ""
    database: str = ""
    columns: tuple[str, ...] | None = None
    form: str = ""
    rest: int = 0


_ABOUT_TABLES = frozenset(
    ("INSERT", "REPLACE", "CREATE", "DROP", "ALTER", "TRUNCATE", "DELETE", "UPDATE", "COPY", "LOCK")
)
_NEED_TABLE = frozenset(("CREATE", "DROP", "ALTER"))


def head_of(text: bytes) -> StatementHead:
    """Return what a statement, or its beginning, says it does."""
    found = words(text)
    first = next(found, None)
    if first is None or first.quoted:
        return StatementHead("")
    verb = first.text.upper().decode("latin-1")
    if verb in ("USE", "SET"):
        second = next(found, None)
        return StatementHead(verb, database=_name(second) if second and verb == "USE" else "")
    if verb not in _ABOUT_TABLES:
        return StatementHead(verb)
    return _about_table("INSERT" if verb == "REPLACE" else verb, found)


def _about_table(verb: str, found: Iterator[Word]) -> StatementHead:
    said_table = False
    word = next(found, None)
    while word is not None and word.is_one_of(*_PASSED_BEFORE_TABLE):
        said_table = said_table or word.is_one_of("TABLE", "TABLES")
        word = next(found, None)
    if word is None or (verb in _NEED_TABLE and not said_table):
        return StatementHead(f"{verb} …" if verb in _NEED_TABLE else verb)
    table, database, after = _name(word), "", next(found, None)
    while after is not None and after.is_one_of("."):
        last = next(found, None)
        table, database, after = _name(last) if last else "", table, next(found, None)
    if verb not in ("INSERT", "COPY"):
        where = word.end if after is None else after.end - len(after.text)
        return StatementHead(verb, table, database, form=_form(after), rest=where)
    return _rows(verb, table, database, found, after)


def _rows(verb: str, table: str, database: str, found: Iterator[Word], after: Word | None) -> StatementHead:
    columns: tuple[str, ...] | None = None
    if after is not None and after.is_one_of("("):
        names: list[str] = []
        for word in found:
            if word.is_one_of(")"):
                columns = tuple(names)
                break
            if not word.is_one_of(","):
                names.append(_name(word))
        after = next(found, None)
    form = "VALUES" if after is not None and after.is_one_of(*_ROWS) else _form(after)
    return StatementHead(verb, table, database, columns, form, after.end if after else 0)


def _form(word: Word | None) -> str:
    return "" if word is None or word.quoted else word.text.upper().decode("latin-1")


def _name(word: Word) -> str:
    return word.text.decode("utf-8", errors="replace")
