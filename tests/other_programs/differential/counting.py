"""What is printed of a run: files and cells by who wrote them, classes of differences, and all that is silent."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from schemas.problem_codes import problem_code_of
from tests.other_programs.differential.judging import Result, Verdict
from tests.other_programs.differential.reasons import REASONS

COLUMNS = (Verdict.EXACT, Verdict.TOLD, Verdict.REFUSED, Verdict.KNOWN, Verdict.BLANK, Verdict.UNSENT, Verdict.SILENT)
MOST_EXAMPLES, EXAMPLES_A_FILE = 30, 2


def silent(results: Iterable[Result]) -> int:
    """Return how many differences are not reported, with all else that is wrong."""
    return sum(result.silent for result in results)


def lines(results: Sequence[Result], seed: int) -> Iterator[str]:
    """Yield what is to be printed."""
    yield from _by_writer(results)
    yield from ("", "Cells told and refused, by the code of the message:")
    yield from _counted(_total(result.codes for result in results), _title)
    yield from ("", "Cells that are not shown as they are sent, and of which nobody is told:")
    whys = {reason.name: f"{reason.name}. {reason.why}" for reason in REASONS}
    yield from _counted(_total(result.reasons for result in results), whys.__getitem__)
    yield from ("", "Files that are refused as a whole, by the code of the message:")
    yield from _counted(Counter(result.refused for result in results if result.refused), _title)
    yield from ("", "Workbooks by what the fast reader makes of what the exact one reads:")
    yield from _counted(Counter(result.readers for result in results if result.readers), str)
    yield from _examples(results, seed)
    yield from ("", f"{silent(results)} silent differences in {len(results)} files (seed {seed})")


def _by_writer(results: Sequence[Result]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.writer, result.form), []).append(result)
    heads = ("files", "refused", *(verdict.value for verdict in COLUMNS))
    yield f"{'written by':32} {'format':12}" + "".join(f"{head:>9}" for head in heads)
    for (writer, form), group in sorted(groups.items()):
        yield _line(writer, form, group)
    yield _line("all", "", results)


def _line(writer: str, form: str, group: Sequence[Result]) -> str:
    verdicts = _total(result.verdicts for result in group)
    counts = (len(group), sum(bool(result.refused) for result in group), *(verdicts[verdict] for verdict in COLUMNS))
    return f"{writer:32} {form:12}" + "".join(f"{count:9}" for count in counts)


def _total(counters: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counters, Counter())


def _counted(counter: Counter[str], title: Callable[[str], str]) -> Iterator[str]:
    return (f"{count:9}  {title(name)}" for name, count in counter.most_common())


def _title(code: str) -> str:
    return f"{code} {problem_code_of(code).title}"


def _examples(results: Sequence[Result], seed: int) -> Iterator[str]:
    found = [(result, words) for result in results for words in result.wrong[:EXAMPLES_A_FILE]]
    for result, words in found[:MOST_EXAMPLES]:
        again = f"python tests/other_programs/test_differential.py --seed {seed} --only {result.name}"
        yield from ("", f"SILENT {result.name}, {result.writer}, {result.form}: {words}", f"  {again}")
    if len(found) > MOST_EXAMPLES:
        yield f"  and more in {len({result.name for result, _ in found[MOST_EXAMPLES:]})} other files"
