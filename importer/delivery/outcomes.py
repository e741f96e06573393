"""The outcome of a row's requests, with the cells that the server objects to, and the events to log."""

from collections.abc import Iterator, Sequence

from importer.errors import RowRefused
from importer.model import Attempt, Event, Outcome, Problem, Row, Run, Status, about
from schemas.problem_codes import ProblemCode


def rejected(run: Run, row: Row, error: RowRefused) -> Outcome:
    """Return the outcome of a row that the server refused: each of its reasons with the cell that it names, if any."""
    problems = tuple(
        about(
            run,
            row.number,
            Problem(
                f"Refused by the server: {message}",
                column=key or None,
                found=row.campaign.get(key),
                problem_code=ProblemCode.REFUSED,
            ),
        )
        for key, message in error.refusals
    )
    return Outcome(Status.REJECTED, code=error.code, key=error.key, problems=problems)


def events(run: Run, row: Row, stage: str, outcome: Outcome, attempts: Sequence[Attempt]) -> Iterator[Event]:
    """Yield what happened to a row in a stage: each attempt that failed and was repeated, then its outcome.

    `attempts` are the requests that were sent; none if the outcome was clear without one.
    """
    for number, each in enumerate(attempts[:-1], start=1):
        yield Event(
            run=run.id,
            row=row.number,
            stage=stage,
            status=None,
            attempt=number,
            seconds=each.seconds,
            answer=each.failure,
            message=each.message,
        )
    yield Event(
        run=run.id,
        row=row.number,
        stage=stage,
        # A row that is still valid has not passed the server's check yet and will be sent again.
        status=None if outcome.status is Status.VALID else outcome.status,
        attempt=len(attempts),
        seconds=attempts[-1].seconds if attempts else 0.0,
        campaign_id=outcome.campaign_id,
        answer=outcome.code or (attempts[-1].failure if attempts else ""),
        key=outcome.key,
        message=outcome.message or " ".join(problem.message for problem in outcome.problems),
    )
