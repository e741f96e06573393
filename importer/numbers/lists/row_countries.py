"""The country that each row of a table names for its numbers."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import repeat

from importer.numbers.lists.tables import NumberColumns
from importer.numbers.parsing.countries import calling_code, country_of
from importer.numbers.parsing.judging import Judgement
from importer.numbers.parsing.library import calling_code_of, main_country
from importer.reading import Chunk
from schemas.problem_codes import ProblemCode

RowCountry = tuple[str, Judgement | None]
"""The country of a row; or what the row says, and why that is unclear."""


class RowCountries:
    """Finds the countries of the rows of a table; `country` is that of rows that name none."""

    def __init__(self, columns: NumberColumns, country: str) -> None:
        self._columns = columns
        self._country = country
        self._own_code = calling_code_of(country) if country else 0
        self._country_of = lru_cache(maxsize=4096)(self._find_country)

    def of(self, chunk: Chunk) -> Iterable[RowCountry]:
        """Return the country of each row, or what the row says and why it is unclear."""
        if self._columns.country is None and self._columns.calling_code is None:
            return repeat((self._country, None), len(chunk.frame))
        named, codes = (
            chunk.column(position).tolist() if position is not None else [""] * len(chunk.frame)
            for position in (self._columns.country, self._columns.calling_code)
        )
        return map(self._country_of, named, codes)

    def _find_country(self, named: str, code: str) -> RowCountry:
        dialled = calling_code(code)
        if not named.strip():
            is_own = not dialled or dialled == self._own_code
            return self._country if is_own else main_country(dialled), None
        country = country_of(named)
        if not country:
            return named, Judgement(0, "", ProblemCode.UNKNOWN_COUNTRY, "The country in this row is not recognised.")
        if dialled and dialled != calling_code_of(country):
            message = f"The calling code in this row is {dialled}, but that of {country} is {calling_code_of(country)}."
            return f"{country} / +{dialled}", Judgement(0, "", ProblemCode.UNKNOWN_COUNTRY, message)
        return country, None
