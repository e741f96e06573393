"""The canary: the first few numbers are read back from the server, before the others follow."""

from collections.abc import Callable, Collection, Iterable, Mapping

from importer.delivery import NOT_FOUND
from importer.enswitch import Destinations
from importer.errors import OutcomeUnknown, RowRefused, ServerUnusable, TryAgain
from importer.numbers.loading.pages import PAGE, read_pages
from importer.numbers.loading.wire import Wire
from importer.numbers.masking import masked
from importer.numbers.storage import ToSend
from schemas.problem_codes import ProblemCode

MOST_SHOWN = 3


class _Found:
    """What the server lists: the texts of those numbers that are wanted, and others."""

    def __init__(self, wanted: Collection[int], wire: Wire) -> None:
        self._wanted = wanted
        self._wire = wire
        self.written: dict[int, str] = {}
        self.others: list[str] = []

    def add(self, texts: list[str]) -> int:
        """Take the texts of a page; return how much of it is new."""
        before = len(self.written) + len(self.others)
        for text in texts:
            meant = self._wire.read(text).intersection(self._wanted)
            self.written.update(dict.fromkeys(meant, text))
            if not meant:
                self.others.append(text)
        return len(self.written) + len(self.others) - before

    def missing(self) -> list[int]:
        """Return the wanted numbers that no page has shown."""
        return [number for number in self._wanted if number not in self.written]


def read_numbers_back(
    destinations: Destinations, sent: Iterable[ToSend], wire: Wire, is_gone: Callable[[], bool]
) -> str:
    """Check that a campaign has the numbers that were sent, in whatever form the server has them.

    Returns a sentence about that form if it is another one. Raises ServerUnusable if any number is missing, or it
    cannot be seen, and RowRefused if the campaign is gone, which `is_gone` says of one that is not found.
    """
    wanted = {one.e164: wire.write(one) for one in sent}
    try:
        found = _read(destinations, wanted, wire, is_gone)
    except (OutcomeUnknown, TryAgain) as error:
        raise _not_shown(f"campaign {destinations.campaign_id} cannot be read back. {error.message}") from None
    if missing := found.missing():
        lacking = f"{masked(wanted[missing[0]])} was sent to campaign {destinations.campaign_id}"
        if found.written:
            raise _not_shown(
                f"{lacking}, and the server does not list it. It lists {len(found.written)} of the {len(wanted)} that "
                "were sent, so their form is right. Remove the numbers that the server does not accept from your list, "
                "and load it again."
            )
        shown = ", ".join(map(masked, found.others[:MOST_SHOWN])) or "no others"
        raise _not_shown(
            f"{lacking}, and the server does not list it. It lists {shown}. Remove its numbers on the server, and "
            "import them again in another form (--number-format)."
        )
    written = found.written
    number, text = next(iter(written.items()))
    if text == wanted[number]:
        return ""
    return f"The server has {masked(text)} for {masked(wanted[number])}, and so on: the same numbers in another form."


def _read(destinations: Destinations, wanted: Mapping[int, str], wire: Wire, is_gone: Callable[[], bool]) -> _Found:
    try:
        found = _Found(wanted.keys(), wire)
        found.add(destinations.page(0, PAGE))
        if found.missing():
            found = _Found(wanted.keys(), wire)
            read_pages(destinations.page, destinations.count(), found.add)
    except RowRefused as error:
        if error.code == NOT_FOUND and is_gone():
            raise
        raise _not_shown(f"campaign {destinations.campaign_id} cannot be read back. {error.message}") from None
    return found


def _not_shown(words: str) -> ServerUnusable:
    return ServerUnusable(f"Stopped after the first telephone numbers: {words}", ProblemCode.NUMBERS_NOT_SHOWN)
