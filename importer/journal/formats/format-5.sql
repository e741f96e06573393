-- Format 5: what is asked for is a column, and what is asked can be asked of PostgreSQL as well. What the bag of a run
-- held beside the look of its file has columns; so have what a campaign does at once, and the order of problems.

ALTER TABLE runs ADD COLUMN reading INTEGER NOT NULL DEFAULT 0;               -- how its cells were read; 0 is how version 0.1.0 read them
ALTER TABLE runs ADD COLUMN on_change TEXT NOT NULL DEFAULT 'create';
ALTER TABLE runs ADD COLUMN on_existing TEXT NOT NULL DEFAULT 'report';
ALTER TABLE runs ADD COLUMN migration TEXT;                                   -- JSON object, records.as_run knows its keys
UPDATE runs SET
    reading = coalesce(json_extract(layout, '$.reading'), reading),
    on_change = coalesce(json_extract(layout, '$.on_change'), on_change),
    on_existing = coalesce(json_extract(layout, '$.on_existing'), on_existing),
    migration = json_extract(layout, '$.migration'),
    layout = json_remove(layout, '$.reading', '$.on_change', '$.on_existing', '$.migration')
    WHERE json_valid(layout);

ALTER TABLE contents ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;           -- 0 where the row wants its campaign off
ALTER TABLE contents ADD COLUMN maximum INTEGER NOT NULL DEFAULT 1;           -- its calls at once
UPDATE contents SET
    enabled = coalesce(json_extract(campaign, '$.enabled'), '1') = '1',
    maximum = CAST(coalesce(json_extract(campaign, '$.maximum'), '1') AS INTEGER)
    WHERE json_valid(campaign);

CREATE TABLE ordered_problems (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,    -- 0 is the file as a whole
    number   INTEGER NOT NULL,    -- counts up: its place among those of the row
    severity TEXT NOT NULL,
    heading  TEXT,
    cell     TEXT,
    found    TEXT,
    message  TEXT NOT NULL,
    fault    TEXT NOT NULL DEFAULT '', -- code in the catalogue, '' for notes
    PRIMARY KEY (run, row, number)
) WITHOUT ROWID;
INSERT INTO ordered_problems (run, row, number, severity, heading, cell, found, message, fault)
    SELECT run, coalesce(row, 0), row_number() OVER (PARTITION BY run, coalesce(row, 0) ORDER BY rowid), severity,
    heading, cell, found, message, fault FROM problems;
DROP TABLE problems;
ALTER TABLE ordered_problems RENAME TO problems;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('problems', 'problems', '1000000 10000 2 1');
