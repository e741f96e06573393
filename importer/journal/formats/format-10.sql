-- Format 10: which run came first is known whatever the clock said.

ALTER TABLE runs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;     -- ascending: order in which runs came into the journal
UPDATE runs SET place = (
    SELECT count(*) FROM runs AS earlier
    WHERE earlier.started < runs.started OR (earlier.started = runs.started AND earlier.id <= runs.id)
);
