"""A dump is cut into its statements: quotes, names and comments are distinguished exactly, block by block.

The patterns are the lexical rules of SQL as MySQL's own client applies them; all of them are possessive, so that no
text makes them go back. What a statement says is parsed elsewhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

BLOCK = 1 << 20
LONGEST = 256 << 20
"""A text or a comment, or a statement that is kept, of more bytes is not a campaign's: something is unbalanced."""

_STRING = rb"'(?:[^'\\]++|\\.)*+'"
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_NAME = rb"`[^`]*+`"
# A comment that only servers of a certain version carry out is read like what stands around it; none is of 99.9999.
_CONDITIONAL = rb"/\*M?!(?!999999)"
_COMMENT = rb"/\*(?!M?!(?!999999))(?:[^*]++|\*(?!/))*+\*/"
_LINE = rb"(?:--(?=[\x00-\x20])|#)[^\n]*+\n"
_SIGN = rb"/(?!\*)|-(?!-[\x00-\x20])"
_GAP = re.compile(rb"(?:[\x00-\x20]++|%b|%b)*+" % (_COMMENT, _LINE))
_COPY = re.compile(rb"\s*copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
_END_OF_COPY = b"\n\\."
_OF_PSQL = (rb"\restric", rb"\unrestr", rb"\connect")
"""How commands of psql in a dump begin, no longer than what is certain to have been read."""
_DELIMITER = b"delimiter"
_COMMAND = re.compile(rb"%b[ \t]++([^\s]++)" % _DELIMITER, re.IGNORECASE)
_UNSURE = b"-/*M!9"
"""What may be the beginning of something longer where a block ends."""

_TOKEN = re.compile(
    rb"(?:[\x00-\x20]++|%b|%b|%b\d*+|\*/)*+(?:(`(?:[^`]++|``)*+`|\"(?:[^\"]++|\"\")*+\"|%b)|([\w$@\x80-\xff]++)|(.))"
    % (_COMMENT, _LINE, _CONDITIONAL, _STRING),
    re.DOTALL,
)
_INSIDE = re.compile(
    rb"(?:[^'\"`#/\-()]++|%b|%b|%b|%b|%b|%b)*+" % (_STRING, _TEXT, _NAME, _COMMENT, _LINE, _SIGN), re.DOTALL
)
_BETWEEN = re.compile(rb"(?:[\x00-\x20,]++|%b|%b)*+" % (_COMMENT, _LINE))


class Unbalanced(Exception):
    """A statement never ends; `line` is where it begins, `whole` whether that is known from the whole file."""

    def __init__(self, line: int, whole: bool) -> None:
        super().__init__(line)
        self.line = line
        self.whole = whole


class NotRows(Exception):
    """What should be rows of values is something else."""


@dataclass(frozen=True)
class Statement:
    """A statement without its delimiter, and the line on which it begins, from 1.

    `text` is only its beginning where it is not kept: about as much as a block. `copied` says that it is not a
    statement itself, but whole lines of the rows that follow the one before.
    """

    line: int
    text: bytes
    kept: bool
    copied: bool = False


@dataclass(frozen=True)
class Word:
    """A word, a quoted name or text, or a single character of a statement, and where in the statement it ends."""

    text: bytes
    quoted: bool
    end: int

    def is_one_of(self, *words: str) -> bool:
        """Say whether it is one of some key words or signs, which are given in capitals."""
        return not self.quoted and self.text.upper().decode("latin-1") in words


class StatementSplitter:
    """Cuts a stream into statements; `keep` says by the beginning of a statement whether all of it is wanted.

    Holds no more than a block, or the longest single text, of what is not kept.
    """

    def __init__(self, stream: BinaryIO, keep: Callable[[bytes], bool], block: int = BLOCK) -> None:
        self._stream = stream
        self._keep = keep
        self._block = block
        self._buffer = b""
        self._at = 0
        self._sure = 0
        self._ended = False
        self._line = 1
        self._delimiter = b";"

    def __iter__(self) -> Iterator[Statement]:
        while self._begin():
            if not self._command():
                statement = self._statement()
                yield statement
                if _COPY.match(statement.text):
                    yield from self._copied(statement)

    def _begin(self) -> bool:
        """Go to the beginning of the next statement; say whether there is one."""
        while True:
            match = _GAP.match(self._buffer, self._at, self._sure)
            self._advance(match.end() if match else self._at)
            if self._ended:
                return self._begins_at_the_end()
            if self._sure - self._at > len(_DELIMITER) and not self._opens_comment():
                return True
            self._more(self._line)

    def _opens_comment(self) -> bool:
        """Say whether a comment begins here whose end has not been read yet."""
        start = self._buffer[self._at : self._at + 16]
        if start[:1] == b"#" or (start[:2] == b"--" and start[2:3] <= b" "):
            return True
        return start[:2] == b"/*" and not re.match(_CONDITIONAL, start)

    def _begins_at_the_end(self) -> bool:
        rest = self._buffer[self._at : self._at + 3]
        if rest[:1] == b"#" or (rest[:2] == b"--" and rest[2:3] <= b" "):
            return False  # the last line has no end
        if self._opens_comment():
            raise Unbalanced(self._line, whole=True)
        return bool(rest)

    def _command(self) -> bool:
        r"""Obey a command for the client, which has no delimiter itself; say whether it was one.

        It is DELIMITER, or one of psql such as `\restrict`, which is passed over.
        """
        if self._buffer.startswith(_OF_PSQL, self._at):
            self._advance(self._end_of_line())
            return True
        if self._buffer[self._at : self._at + len(_DELIMITER)].lower() != _DELIMITER:
            return False
        match = _COMMAND.match(self._buffer[self._at : self._end_of_line()])
        if match is None:
            return False
        self._delimiter = match[1]
        self._advance(self._end_of_line())
        self._look()
        return True

    def _end_of_line(self) -> int:
        """Return where the line that begins here ends in the buffer, which is read on as far as it needs."""
        while (end := self._buffer.find(b"\n", self._at)) < 0 and not self._ended:
            self._more(self._line)
        return len(self._buffer) if end < 0 else end + 1

    def _statement(self) -> Statement:
        line = self._line
        parts: list[bytes] = []
        kept: bool | None = None
        size = 0
        while True:
            end, complete = self._run()
            if kept is None or kept:
                parts.append(self._buffer[self._at : end])
                size += end - self._at
            if kept is None and (complete or size >= self._block):
                kept = self._keep(b"".join(parts))
            self._advance(end + len(self._delimiter) * complete)
            if complete:
                return Statement(line, b"".join(parts), bool(kept))
            if size > LONGEST or self._ended:
                raise Unbalanced(line, whole=self._ended)
            self._more(line)

    def _copied(self, statement: Statement) -> Iterator[Statement]:
        r"""Go through the lines after a COPY, up to one with `\.` alone; yield them in blocks if it is kept."""
        while True:
            end = self._buffer.find(_END_OF_COPY, self._at)
            complete = end >= 0
            # A line that may not have been read to its end stays, and what may be the beginning of the last one.
            end = end if complete else max(self._buffer.rfind(b"\n", self._at), self._at)
            _, line_break, lines = self._buffer[self._at : end].partition(b"\n")
            if statement.kept and line_break:
                yield Statement(self._line + 1, lines, kept=True, copied=True)
            self._advance(end + len(_END_OF_COPY) * complete)
            if complete:
                return
            if self._ended:
                raise Unbalanced(statement.line, whole=True)
            self._more(statement.line)

    def _run(self) -> tuple[int, bool]:
        """Return up to where the statement goes on in the buffer, and whether its delimiter stands there."""
        match = _running(self._delimiter).match(self._buffer, self._at, self._sure)
        end = match.end() if match else self._at
        return end, self._buffer.startswith(self._delimiter, end)

    def _more(self, line: int) -> None:
        """Read on; a text that does not end is read in ever larger blocks, so that it is not gone through too often."""
        rest = len(self._buffer) - self._at
        if rest > LONGEST:
            raise Unbalanced(line, whole=False)
        more = self._stream.read(max(self._block, rest))
        self._ended = not more
        self._buffer = self._buffer[self._at :] + more
        self._at = 0
        self._look()

    def _look(self) -> None:
        """Find up to where in the buffer nothing depends on what is still to be read."""
        unsure = b"" if self._ended else _UNSURE + self._delimiter
        self._sure = len(self._buffer.rstrip(unsure)) if unsure else len(self._buffer)

    def _advance(self, to: int) -> None:
        self._line += self._buffer.count(b"\n", self._at, to)
        self._at = to


@lru_cache(maxsize=32)
def _running(delimiter: bytes) -> re.Pattern[bytes]:
    """Return the pattern of all that may stand in a statement up to a delimiter."""
    first = re.escape(delimiter[:1])
    plain = rb"[^'\"`#/\-%b]++" % first
    other = rb"" if len(delimiter) == 1 else rb"|(?!%b)%b" % (re.escape(delimiter), first)
    parts = (plain, _STRING, _TEXT, _NAME, _COMMENT, _LINE, _CONDITIONAL, _SIGN)
    return re.compile(rb"(?:%b%b)*+" % (b"|".join(parts), other), re.DOTALL)


def words(text: bytes, start: int = 0) -> Iterator[Word]:
    """Yield the words and signs of a statement from a place on; comments are left out, and the quotes of names."""
    while match := _TOKEN.match(text, start):
        start = match.end()
        if match[1] is not None:
            quote = match[1][:1]
            yield Word(match[1][1:-1].replace(quote * 2, quote), True, start)
        else:
            yield Word(match[2] or match[3], False, start)


def groups(text: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield what stands in brackets, brackets included, from a place of a statement on, and where it begins.

    Ends before the first thing that is not in brackets. Raises NotRows for brackets that are not balanced, and for
    a comment that only some servers carry out: what the row holds is then not known.
    """
    while True:
        match = _BETWEEN.match(text, start)
        start = match.end() if match else start
        if text[start : start + 1] != b"(":
            return
        end = _closing(text, start)
        yield start, text[start:end]
        start = end


def _closing(text: bytes, start: int) -> int:
    depth = 0
    while True:
        match = _INSIDE.match(text, start)
        start = match.end() if match else start
        sign = text[start : start + 1]
        if sign not in (b"(", b")"):
            raise NotRows
        depth += 1 if sign == b"(" else -1
        start += 1
        if depth == 0:
            return start
