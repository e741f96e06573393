"""What a profile says of columns: references to them, names made of several, conditions, and joined tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from importer.migration.profiles.values import ProfileValues
from schemas.profile import Column, Companion, Condition, Name, Reference, When
from schemas.profile_words import PICKS, TESTS


class ProfileColumns:
    """Reads references and conditions of one file; `companions` are the names of the tables beside the main one."""

    def __init__(self, values: ProfileValues, companions: Sequence[str]) -> None:
        self._values = values
        self._companions = companions

    def reference(self, text: str, at: str) -> Reference:
        """Read "[pick ]column|companion.column", or "=parameter"."""
        if text.startswith("="):
            self._values.is_parameter(text[1:], at)
            return Reference(cell=text[1:])
        pick, _, rest = text.rpartition(" ")
        if pick and pick not in PICKS:
            self._values.wrong(at, f"{pick!r} is not a way to pick. Known are {', '.join(PICKS)}")
        return Reference(tuple(self._column(one) for one in rest.split("|")), pick or "first")

    def names(self, table: Mapping[str, Any], key: str, at: str) -> tuple[Name, ...]:
        """Return the names of a destination; one of several parts is a list within the list."""
        given = self._values.as_list(table.get(key, []), f"{at}.{key}")
        parts = [self._values.texts({key: one}, key, at) for one in given]
        return tuple(tuple(self.reference(one, f"{at}.{key}") for one in name) for name in parts)

    def when(self, table: Mapping[str, Any], at: str) -> When:
        """Return the conditions of a table; without any it holds always."""
        given = table.get("when", [])
        groups = [given] if isinstance(given, dict) else self._values.as_list(given, f"{at}.when")
        found = []
        for group in groups:
            if isinstance(group, dict):
                found.append(tuple(self._condition(*one, f"{at}.when.{one[0]}") for one in group.items()))
            else:
                self._values.wrong(f"{at}.when", 'must be a table such as { active = ["Y"] }')
        return tuple(found)

    def companion(self, name: str, value: Any, at: str) -> Companion:
        """Return a table beside another one, and how it is joined to it."""
        if not isinstance(value, dict):
            self._values.wrong(at, "must be a table with the keys table, join, where, columns")
            return Companion(name, (), ())
        self._values.known(value, ("table", "join", "where", "columns"), at)
        join = self._values.texts_table(value, "join", f"{at}.join")
        if not join:
            self._values.wrong(at, 'needs join, such as join = { campaign_id = "campaign_id" }')
        where = self._values.table(value, "where", at)
        return Companion(
            name,
            self._values.texts(value, "table", at),
            tuple((theirs, self.reference(ours, f"{at}.join")) for theirs, ours in join.items()),
            {column: self._values.texts(where, column, f"{at}.where") for column in where},
            self._values.texts(value, "columns", at),
        )

    def _condition(self, column: str, given: Any, at: str) -> Condition:
        reference = self.reference(column, at)
        asked = given if isinstance(given, dict) else {"is": given}
        if len(asked) != 1 or next(iter(asked)) not in TESTS:
            self._values.wrong(at, f"must be a list of strings, or one test of {', '.join(TESTS)}")
            return Condition(reference, "is")
        test, value = next(iter(asked.items()))
        if test in ("blank", "missing", "yes", "past"):
            if not isinstance(value, bool):
                self._values.wrong(at, f"{test} must be true or false")
            return Condition(reference, test, ("yes",) if value else ("no",))
        if test in ("above", "below"):
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._values.wrong(at, f"{test} needs a number")
            return Condition(reference, test, (str(value),))
        if test in ("same", "among", "reaches"):
            return Condition(reference, test, (), self.reference(str(value), at))
        words = tuple(word.strip().casefold() for word in self._values.texts({test: value}, test, at))
        return Condition(reference, test, words)

    def _column(self, text: str) -> Column:
        table, dot, name = text.partition(".")
        return Column(table, name) if dot and table in self._companions else Column("", text)
