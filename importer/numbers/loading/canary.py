"""The canary: the first few numbers are read back from the server, before the others follow."""

from collections.abc import Iterable

from importer.enswitch import Destinations
from importer.errors import OutcomeUnknown, RowRefused, ServerUnusable, TryAgain
from importer.numbers.loading.pages import read_pages
from importer.numbers.loading.wire import Wire
from importer.numbers.masking import masked
from importer.numbers.storage import ToSend
from schemas.problem_codes import ProblemCode

MOST_SHOWN = 3


def read_numbers_back(destinations: Destinations, campaign_id: str, sent: Iterable[ToSend], wire: Wire) -> str:
    """Check that a campaign has the numbers that were sent, in whatever form the server has them.

    Returns a sentence about that form if it is another one. Raises ServerUnusable if any number is missing, RowRefused
    if the campaign is gone.
    """
    wanted = {one.e164: wire.write(one) for one in sent}
    written: dict[int, str] = {}
    others: list[str] = []

    def add(texts: list[str]) -> int:
        before = len(written) + len(others)
        for text in texts:
            meant = wire.read(text) & wanted.keys()
            written.update(dict.fromkeys(meant, text))
            if not meant:
                others.append(text)
        return len(written) + len(others) - before

    try:
        read_pages(destinations.page, destinations.count(), add)
    except RowRefused as error:
        if error.code == "404":
            raise
        raise _not_shown(f"campaign {campaign_id} cannot be read back. {error.message}") from None
    except (OutcomeUnknown, TryAgain) as error:
        raise _not_shown(f"campaign {campaign_id} cannot be read back. {error.message}") from None
    if missing := [text for number, text in wanted.items() if number not in written]:
        shown = ", ".join(map(masked, others[:MOST_SHOWN])) or "no others"
        raise _not_shown(
            f"{masked(missing[0])} was sent to campaign {campaign_id}, and the server does not list it. It lists "
            f"{shown}. Remove its numbers on the server, and import them again in another form (--number-format)."
        )
    number, text = next(iter(written.items()))
    if text == wanted[number]:
        return ""
    return f"The server has {masked(text)} for {masked(wanted[number])}, and so on: the same numbers in another form."


def _not_shown(words: str) -> ServerUnusable:
    return ServerUnusable(f"Stopped after the first telephone numbers: {words}", ProblemCode.NUMBERS_NOT_SHOWN)
