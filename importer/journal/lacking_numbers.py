"""SQL about campaigns that lack telephone numbers of their lists, and are off until the server has all of them."""

HAS_WHOM_TO_CALL = (
    "row NOT IN (SELECT without.row FROM number_loads AS without "
    "WHERE without.run = :run AND without.row > 0 AND without.to_load = 0)"
)

LEFT_OFF = (
    "status = 'exists' AND EXISTS (SELECT 1 FROM rows AS made JOIN number_loads AS missing USING (run, row) "
    "WHERE made.campaign_id = rows.campaign_id AND made.status = 'created' AND made.run <> :run "
    "AND missing.status NOT IN ('loaded', 'gone'))"
)
"""Campaigns that another run created, and left off because it was killed before the server had all of their numbers."""

AWAITS_NUMBERS = (
    f"(status = 'created' OR {LEFT_OFF}) AND row IN (SELECT waiting.row FROM number_loads AS waiting "
    "WHERE waiting.run = :run AND waiting.to_load > 0 AND waiting.status NOT IN ('loaded', 'gone'))"
)
"""Campaigns that are off until the server has all of their numbers."""

LOADED = "number_loads.status = 'loaded'"


def loads_into(columns: str, *, run: str, row: str, campaign: str, which: str = "1 = 1") -> str:
    """Return a query for the loads into the campaign of a row, by any run for its server, that are `which`.

    `columns` are of number_loads and runs; `run`, `row` and `campaign` are parameters or columns. A run that was killed
    after it created the campaign may not have put down its ID with its numbers.
    """
    here = f"server = (SELECT server FROM runs WHERE id = {run}) AND {which}"
    return (
        f"SELECT {columns} FROM number_loads JOIN runs ON runs.id = number_loads.run "
        f"WHERE number_loads.campaign_id = {campaign} AND {here} "
        f"UNION SELECT {columns} FROM rows AS made JOIN number_loads USING (run, row) JOIN runs ON runs.id = run "
        f"WHERE made.campaign_id = {campaign} AND made.status = 'created' AND {here} "
        f"UNION SELECT {columns} FROM number_loads JOIN runs ON runs.id = number_loads.run "
        f"WHERE number_loads.run = {run} AND number_loads.row = {row} AND {which}"
    )


def _has_load(which: str) -> str:
    found = loads_into("1", run="rows.run", row="rows.row", campaign="rows.campaign_id", which=which)
    return f"EXISTS ({found})"


KEPT_OFF = (
    f"({_has_load('1 = 1')} AND NOT {_has_load(LOADED)} "
    # A list of this run may have all that another one lacks: the campaign is switched on then.
    f"AND NOT ({_has_load('number_loads.run = rows.run AND to_load > 0')} "
    f"AND {_has_load('number_loads.run <> rows.run AND number_loads.row > 0')}))"
)
"""Campaigns that have part of their lists at most: an update does not switch them on."""
