"""How the numbers of a run are written for the server: chosen once, for a second spelling could be a second call."""

from typing import TYPE_CHECKING

from importer.errors import WrongSettings
from importer.journal import Database
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    import sqlite3


def settle_format(database: Database, number_format: str, country: str) -> None:
    """Record the form of a run's numbers; verdicts that followed from another one are given anew.

    Raises WrongSettings if numbers were sent in another form.
    """
    chosen = {"format": number_format, "country": country}
    known = database.read("SELECT number_format, country FROM formats")
    if known and (known[0]["number_format"], known[0]["country"]) == (number_format, country):
        return
    if known and database.read("SELECT 1 FROM batches LIMIT 1"):
        before = " ".join(filter(None, (known[0]["number_format"], known[0]["country"])))
        message = (
            f"Numbers of this run were sent with --number-format {before}. In another form, the server could call the "
            "same people twice. Continue with that one."
        )
        raise WrongSettings(message, ProblemCode.LOAD_BEGUN)
    codes = {"rejected": ProblemCode.NUMBER_REJECTED, "other": ProblemCode.OTHER_FORMAT}

    def make(db: "sqlite3.Connection") -> None:
        if known:
            db.execute("UPDATE numbers SET verdict = NULL WHERE verdict IN (:rejected, :other)", codes)
            db.execute("DELETE FROM formats")
        db.execute("INSERT INTO formats (number_format, country) VALUES (:format, :country)", chosen)

    database.change(make)


def leave_out_other_countries(database: Database, calling_code: int) -> None:
    """Give their verdict to numbers of other countries: no other calling code begins with the same digits."""
    record = {"code": ProblemCode.OTHER_FORMAT, "like": f"{calling_code}%"}
    statement = "UPDATE numbers SET verdict = :code WHERE verdict IS NULL AND CAST(e164 AS TEXT) NOT LIKE :like"
    database.change(lambda db: db.execute(statement, record))


def is_checked(database: Database) -> bool:
    """Say whether the server has shown the first numbers of the run as they are."""
    return bool(database.read("SELECT 1 FROM formats WHERE checked = 1"))


def set_checked(database: Database) -> None:
    """Record that the server has shown the first numbers of the run."""
    database.change(lambda db: db.execute("UPDATE formats SET checked = 1"))
