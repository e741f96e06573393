"""Text files are read in blocks: where one ends makes no difference to anything."""

from pathlib import Path

import pytest

from importer.errors import FileRefused
from importer.reading import open_table
from importer.reading.delimited import READ_AT_ONCE
from importer.run_options import ReadingOptions

HEAD = "name,dtype,dnumber"
ROWS = 70_000
"""Rows beyond the first blocks and those by which the dialect is found."""


def numbers_and_names(path: Path, **options: object) -> list[tuple[int, str]]:
    """Return the number and the first cell of each row."""
    chunks = open_table(path, ReadingOptions(**options)).chunks  # type: ignore[arg-type]
    return [pair for chunk in chunks for pair in zip(chunk.numbers, chunk.texts_at(0), strict=True)]


def refusal(path: Path, **options: object) -> str:
    """Return why a file is refused."""
    with pytest.raises(FileRefused) as refused:
        numbers_and_names(path, **options)
    return refused.value.message


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("before", range(-3, 4))
def test_a_line_ends_once_wherever_a_block_does(tmp_path: Path, end: str, before: int) -> None:
    """A block may end before, within and behind the end of a line, or in the middle of a letter."""
    head = f"{HEAD}{end}"
    filler = "é" * ((READ_AT_ONCE - len(head) - before - len(",queue,1")) // 2)
    path = tmp_path / "a.csv"
    path.write_bytes(f"{head}{filler},queue,1{end}ß,queue,1{end}{end}c,queue,1{end}".encode())
    assert numbers_and_names(path, encoding="utf-8") == [(2, filler), (3, "ß"), (5, "c")]


def test_a_text_goes_on_over_the_end_of_a_block(tmp_path: Path) -> None:
    """Rows below a text of many lines keep the numbers of their lines."""
    text = "line\n" * READ_AT_ONCE
    path = tmp_path / "a.csv"
    path.write_text(f'{HEAD}\na,queue,1\n"{text}",queue,1\nc,queue,1\n')
    assert numbers_and_names(path) == [(2, "a"), (3, text), (READ_AT_ONCE + 4, "c")]


def test_faults_far_below_are_named_with_their_lines(tmp_path: Path) -> None:
    """A NUL, a byte of another encoding, a quote too many and a row that is too wide are named by their lines."""
    good = "".join(f"name {at},queue,{at}\n" for at in range(ROWS))
    line = ROWS + 2
    path = tmp_path / "a.csv"
    path.write_text(f"{HEAD}\n{good}a\0b,queue,1\n{good}")
    assert f"line {line}: there is a NUL character after 'a'" in refusal(path)
    path.write_bytes(f"{HEAD}\n{good}".encode() + b"caf\xe9,queue,1\n" + good.encode())
    assert f"line {line} or near it: the bytes E9 are not text in utf-8" in refusal(path, encoding="utf-8")
    path.write_text(f'{HEAD}\n{good}"a"b,queue,1\n{good}')
    assert f"the record after line {line - 1}: a closing quote" in refusal(path)
    path.write_text(f"{HEAD}\n{good}a,queue,1{',' * 16_384}\n{good}")
    assert f"line {line}: the row has 16,387 fields" in refusal(path)


def test_rows_of_other_widths_are_found_beyond_every_block(tmp_path: Path) -> None:
    """An uneven row is an error of that row alone; a row of delimiters alone is none."""
    good = [f"name {at},queue,{at}" for at in range(10_050)]
    good[10_020] = "short,queue"
    good[10_030] = "long,queue,1,more"
    good[10_040] = ",,"
    path = tmp_path / "a.csv"
    path.write_text("\n".join((HEAD, *good)) + "\n")
    chunks = list(open_table(path).chunks)
    assert [problem.row for chunk in chunks for problem in chunk.problems] == [10_022, 10_032]
    assert [len(chunk) for chunk in chunks] == [10_000, 49]
    assert 10_042 not in chunks[1].numbers
    assert chunks[1].frame.loc[10_022].tolist() == ["short", "queue", ""]
