"""What stands in a row of an SQL dump, as texts: the tokens are those of sqlglot's MySQL."""

import re
from collections.abc import Iterator, Sequence

from sqlglot import Dialect, Token, TokenType
from sqlglot.errors import TokenError

_MYSQL = Dialect.get_or_raise("mysql")
_TEXTS = frozenset((TokenType.STRING, TokenType.NATIONAL_STRING))
_OPENING = frozenset((TokenType.L_PAREN,))
_CLOSING = frozenset((TokenType.R_PAREN,))
_SIGNS = frozenset((TokenType.DASH, TokenType.PLUS))
# MySQL stores the two words as these numbers.
_WORDS = {TokenType.TRUE: "1", TokenType.FALSE: "0"}
# A column that is given its default is given nothing, as far as the row shows.
_NOTHING = frozenset((TokenType.NULL, TokenType.DEFAULT))
_NO_COLUMNS = frozenset(
    ("PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK", "PERIOD", "LIKE")
)

MOST_VALUES = 500_000
"""Commas of a row: each token is an object in memory. No table has a hundredth of that in columns."""


_LITERAL = r"[ \t\r\n]*+(?:'[^'\\]*+'(?!')|NULL|-?[0-9]++(?:\.[0-9]++)?)[ \t\r\n]*+"
_LITERALS = re.compile(rf"\((?:{_LITERAL},)*+{_LITERAL}\)")
"""A row of texts without escapes, NULLs and plain numbers, such as ('a', NULL, -1.5): nearly all rows of most dumps."""

_EACH = re.compile(r"'([^']*)'|(NULL)|([0-9.-]+)")


class NotUnderstood(Exception):
    """A statement cannot be parsed. It carries none of the statement, which may be about people."""


def row_values(text: str) -> tuple[str | None, ...]:
    """Return the values of a row such as `(1,'a',NULL)`: texts as the server would store them, numbers as written.

    None is NULL or DEFAULT. Hexadecimal and binary texts are decoded where they are UTF-8, and else kept as they are
    written; so is an expression such as `NOW()`. Raises NotUnderstood.
    """
    if _LITERALS.fullmatch(text):
        # A twentieth of the time that tokens take: a table of leads may have millions of rows.
        return tuple([None if null else quoted or plain for quoted, null, plain in _EACH.findall(text)])
    tokens = _tokens(text)
    if len(tokens) < 2 or tokens[-1].end != len(text) - 1:
        raise NotUnderstood
    inner = tokens[1:-1]
    return tuple(_value(part, text) for part in _parts(inner)) if inner else ()


def assignments(text: str) -> tuple[tuple[str, str | None], ...]:
    """Return the columns and values of the end of an `INSERT … SET`, such as `a=1, b='x'`. Raises NotUnderstood."""
    pairs = []
    for part in _parts(_before(_tokens(text), TokenType.ON)):
        names = [token.token_type for token in part[:-2] if token.token_type is TokenType.DOT]
        at = 2 * len(names)
        if len(part) < at + 3 or part[at + 1].token_type is not TokenType.EQ:
            raise NotUnderstood
        pairs.append((part[at].text, _value(part[at + 2 :], text)))
    return tuple(pairs)


def column_names(text: str) -> tuple[str, ...]:
    """Return the columns of the brackets of a CREATE TABLE, in order. Raises NotUnderstood."""
    tokens = _tokens(text)
    names = []
    for part in _parts(tokens[1:-1]):
        first = part[0] if part else None
        if first is None:
            raise NotUnderstood
        if first.token_type is TokenType.IDENTIFIER or first.text.upper().split()[0] not in _NO_COLUMNS:
            names.append(first.text)
    return tuple(names)


def _tokens(text: str) -> Sequence[Token]:
    if text.count(",") > MOST_VALUES:
        raise NotUnderstood
    try:
        return _MYSQL.tokenize(text)
    except TokenError:
        pass
    # Not in the handler: the library's error quotes the statement, and would hang on to this one.
    raise NotUnderstood


def _before(tokens: Sequence[Token], kind: TokenType) -> Sequence[Token]:
    return next((tokens[:index] for index, token in enumerate(tokens) if token.token_type is kind), tokens)


def _parts(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield what the commas outside of all brackets set apart."""
    depth = start = 0
    for index, token in enumerate(tokens):
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if token.token_type is TokenType.COMMA and depth == 0:
            yield tokens[start:index]
            start = index + 1
    yield tokens[start:]


def _value(tokens: Sequence[Token], text: str) -> str | None:
    if not tokens:
        raise NotUnderstood
    first, rest = tokens[0], tokens[1:]
    if first.token_type is TokenType.INTRODUCER and rest:
        return _value(rest, text)
    if all(token.token_type in _TEXTS for token in tokens):
        return _told("".join(token.text for token in tokens))
    if len(tokens) == 1:
        return _single(first, text)
    if len(tokens) == 2 and first.token_type in _SIGNS and rest[0].token_type is TokenType.NUMBER:
        return text[first.start : first.end + 1] + rest[0].text
    return _written(tokens, text)


def _single(token: Token, text: str) -> str | None:
    if token.token_type in _NOTHING:
        return None
    if token.token_type is TokenType.HEX_STRING:
        return _from_hex(token.text) or _written([token], text)
    if token.token_type is TokenType.BIT_STRING and token.text:
        return str(int(token.text, 2))
    return _WORDS.get(token.token_type) or _written([token], text)


def _from_hex(digits: str) -> str:
    """Return the text that a hexadecimal number stands for, "" where it stands for none that a person could read."""
    try:
        text = bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2)).decode("utf-8")
    except ValueError:
        return ""
    return text if all(letter.isprintable() or letter in "\t\r\n" for letter in text) else ""


def _told(text: str) -> str:
    """Return a text, or its bytes as a hexadecimal number where they are not text at all."""
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text
    return "0x" + text.encode("utf-8", "surrogateescape").hex().upper()


def _written(tokens: Sequence[Token], text: str) -> str:
    return text[tokens[0].start : tokens[-1].end + 1]
