"""What in a statement only one of SQLite and PostgreSQL would take, or would take otherwise than the other."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

DIALECTS = ("sqlite", "postgres")

KNOWN_TO_BOTH = (
    *(exp.Count, exp.Min, exp.Max, exp.Sum, exp.Coalesce, exp.Nullif, exp.Replace),
    *(exp.Case, exp.If, exp.Exists, exp.Connector),
)
"""The functions that mean the same in both, and what the parser counts among functions."""

REFUSED: dict[type[exp.Expression], str] = {
    exp.NullSafeEQ: "IS DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
    exp.Glob: "GLOB",
    exp.AutoIncrementColumnConstraint: "AUTOINCREMENT",
}
ROW_IDS = {"rowid", "_rowid_", "oid", "ctid"}
NUMBERS_OF_CONDITIONS = (exp.Min, exp.Max, exp.Sum)


def objections(sql: str) -> set[str]:
    """Return what speaks against a statement that both databases are to take; nothing where they do."""
    return {objection for dialect in DIALECTS for objection in _in_dialect(sql, dialect)}


def _in_dialect(sql: str, dialect: str) -> Iterator[str]:
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except (ParseError, TokenError):
        yield f"no {dialect}"
        return
    if isinstance(tree, exp.Command):
        yield f"no {dialect}"
    for node in tree.walk():
        yield from _of_node(node)


def _of_node(node: exp.Expression) -> Iterator[str]:
    if type(node) in REFUSED:
        yield REFUSED[type(node)]
    match node:
        case exp.Placeholder(this=None) | exp.Parameter():
            yield "nameless parameter"
        case exp.Column() if node.name.lower() in ROW_IDS:
            yield "rowid"
        case exp.Star() if not isinstance(node.parent, exp.Count) and not _are_listed(node):
            yield "all columns"
        case exp.Insert():
            yield from _of_insert(node)
        case exp.Is() if not isinstance(node.expression, exp.Null):
            yield "IS with a value"
        case exp.Func() if not isinstance(node, KNOWN_TO_BOTH):
            yield f"function {node.name.lower() or node.sql_name().lower()}"
        case exp.Select():
            yield from (f"bare column {column.sql()}" for column in _bare_columns(node))
    yield from _of_numbers(node)


def _are_listed(star: exp.Star) -> bool:
    """Say whether all columns are those of a list of values, which the parser makes a selection of."""
    select = star.parent
    return isinstance(select, exp.Select) and isinstance(getattr(select.find(exp.From), "this", None), exp.Values)


def _of_insert(node: exp.Insert) -> Iterator[str]:
    if node.args.get("alternative") or node.args.get("overwrite"):
        yield "INSERT OR"
    if not isinstance(node.this, exp.Schema):
        yield "INSERT without columns"


def _of_numbers(node: exp.Expression) -> Iterator[str]:
    """In PostgreSQL numbers are not conditions, nor conditions numbers; a limit below 0 does not mean all."""
    if isinstance(node, exp.Where | exp.Having | exp.Not | exp.Connector):
        if any(isinstance(part.unnest(), exp.Column | exp.Literal) for part in node.iter_expressions()):
            yield "number as a condition"
    elif isinstance(node, NUMBERS_OF_CONDITIONS) and isinstance(node.this.unnest(), exp.Predicate | exp.Connector):
        yield "condition as a number"
    elif isinstance(node, exp.Limit) and isinstance(node.expression, exp.Neg):
        yield "LIMIT below 0"


def _bare_columns(select: exp.Select) -> Iterator[exp.Column]:
    """Yield the columns of a grouped selection that have more than one value in a group."""
    group = select.args.get("group")
    grouped = {one.sql() for one in group.expressions} if group else set()
    told = [one for one in select.expressions if one.alias not in grouped]
    ordered = [one.this for one in select.args["order"].expressions] if select.args.get("order") else []
    having = [select.args["having"].this] if select.args.get("having") else []
    if group is None and not any(map(_is_aggregate, (*told, *having))):
        return
    names = {one.alias for one in select.expressions if one.alias}
    for part in (*told, *having, *ordered):
        yield from (column for column in _ungrouped(part, grouped) if column.sql() not in grouped | names)


def _is_aggregate(part: exp.Expression) -> bool:
    return isinstance(part, exp.AggFunc) or (
        not isinstance(part, exp.Query) and any(map(_is_aggregate, part.iter_expressions()))
    )


def _ungrouped(part: exp.Expression, grouped: set[str]) -> Iterator[exp.Column]:
    if isinstance(part, exp.Column):
        yield part
    elif not isinstance(part, exp.AggFunc | exp.Query) and part.sql() not in grouped:
        for inner in part.iter_expressions():
            yield from _ungrouped(inner, grouped)
