-- The journal: runs and their rows, and what is needed to know a row's outcome after any failure. These are the tables of
-- a new journal, for SQLite and PostgreSQL alike; `formats` brings older ones to the same.

CREATE TABLE runs (
    id          TEXT PRIMARY KEY,
    started     TEXT NOT NULL,                     -- ISO 8601, UTC
    command     TEXT NOT NULL,
    path        TEXT NOT NULL,
    sheet       TEXT,
    headings    TEXT NOT NULL,                     -- JSON list, the user's headings that the results show
    digest      TEXT NOT NULL,                     -- SHA-256 of the file
    encoding    TEXT,
    server      TEXT NOT NULL,                     -- host and port
    url         TEXT NOT NULL,
    account     TEXT NOT NULL,
    disabled    INTEGER NOT NULL,
    marker      INTEGER NOT NULL,
    staged      INTEGER NOT NULL DEFAULT 0,        -- 1 once every row of the file is here
    results     TEXT,                              -- the newest results file
    pruned      TEXT,                              -- when its contents were removed
    layout      TEXT NOT NULL DEFAULT '{}',        -- JSON object, records.as_run knows its keys
    reading     INTEGER NOT NULL DEFAULT 0,        -- how its cells were read; 0 is how version 0.1.0 read them
    on_change   TEXT NOT NULL DEFAULT 'create',
    on_existing TEXT NOT NULL DEFAULT 'report',
    migration   TEXT,                              -- JSON object, records.as_run knows its keys
    os_user     TEXT NOT NULL DEFAULT '',          -- the user of the operating system, '' where it is not known
    host        TEXT NOT NULL DEFAULT ''           -- the name of the computer, '' where it is not known
);

CREATE TABLE rows (
    run         TEXT NOT NULL REFERENCES runs (id),
    row         INTEGER NOT NULL,                  -- the number in the user's sheet
    status      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,                     -- equal for rows that make the same campaign; '' for invalid rows
    name        TEXT NOT NULL,
    customer    TEXT NOT NULL,                     -- '' is the account's own
    campaign_id TEXT,
    code        TEXT NOT NULL DEFAULT '',
    key         TEXT NOT NULL DEFAULT '',
    message     TEXT NOT NULL DEFAULT '',
    attempts    INTEGER NOT NULL DEFAULT 0,        -- creates that may have left; 0 means that none ever did
    learnt      INTEGER,                           -- counts up: when campaign_id became known, by no clock
    changed     TEXT NOT NULL,
    named_id    TEXT NOT NULL DEFAULT '',          -- the campaign that a results file has for the row
    folded      TEXT NOT NULL DEFAULT '',          -- the name without what nobody sees of it
    tried       INTEGER NOT NULL DEFAULT 0,        -- counts up: its place in the order in which rows were claimed
    left_by     INTEGER NOT NULL DEFAULT 0,        -- the newest of these when its create had left for the last time
    gone        INTEGER NOT NULL DEFAULT 0,        -- 1 once the server said that its campaign is not there any more
    there       TEXT NOT NULL DEFAULT '',          -- the campaigns on the server that are like it
    agreed      TEXT NOT NULL DEFAULT '',          -- those beside which it may be created all the same
    PRIMARY KEY (run, row)
);

CREATE INDEX rows_by_fingerprint ON rows (fingerprint, run) WHERE fingerprint <> '';
CREATE INDEX rows_by_status ON rows (run, status, row);
CREATE INDEX rows_by_learning ON rows (learnt) WHERE learnt IS NOT NULL;
CREATE INDEX rows_by_trying ON rows (tried) WHERE tried > 0;
CREATE INDEX rows_by_name ON rows (name, customer) WHERE campaign_id IS NOT NULL;
CREATE INDEX rows_by_folded_name ON rows (folded, customer) WHERE campaign_id IS NOT NULL;
CREATE INDEX rows_by_campaign ON rows (campaign_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX rows_of_unknown_fate ON rows (run, status)
    WHERE campaign_id IS NULL AND status IN ('sending', 'in_doubt', 'created');
CREATE INDEX rows_updated ON rows (campaign_id) WHERE status = 'updated';
CREATE INDEX rows_made ON rows (customer, learnt) WHERE status = 'created' AND campaign_id IS NOT NULL;
CREATE INDEX rows_held ON rows (run) WHERE status = 'ready' AND there <> agreed;

-- What prune removes of a row.
CREATE TABLE contents (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,
    cells    TEXT NOT NULL,                        -- JSON list, the user's cells in the order of runs.headings
    campaign TEXT NOT NULL,                        -- JSON object, the parameters as they are sent
    enabled  INTEGER NOT NULL DEFAULT 1,           -- 0 where the row wants its campaign off
    maximum  INTEGER NOT NULL DEFAULT 1,           -- its calls at once
    PRIMARY KEY (run, row)
);

CREATE TABLE problems (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,                     -- 0 is the file as a whole
    number   INTEGER NOT NULL,                     -- counts up: its place among those of the row
    severity TEXT NOT NULL,
    heading  TEXT,
    cell     TEXT,
    found    TEXT,
    message  TEXT NOT NULL,
    fault    TEXT NOT NULL DEFAULT '',             -- code in the catalogue, '' for notes
    PRIMARY KEY (run, row, number)
);

-- How a row would be known that an earlier version has read otherwise, or that has changed in a results file of ours.
CREATE TABLE former_fingerprints (
    run         TEXT NOT NULL,
    row         INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,                     -- what an earlier version would have given to the row
    read_before INTEGER NOT NULL,                  -- 1 where that version read other values in the row's cells
    PRIMARY KEY (run, row, fingerprint)
);

-- What the server listed for a customer before the first create of a run; such a campaign is never ours.
CREATE TABLE listings (
    run      TEXT NOT NULL,
    customer TEXT NOT NULL,
    learnt   INTEGER NOT NULL,                     -- the highest rows.learnt when it was taken
    PRIMARY KEY (run, customer)
);

CREATE TABLE listed (
    run         TEXT NOT NULL,
    customer    TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    gone        INTEGER NOT NULL DEFAULT 0,        -- 1 once the server said that it is not there any more
    PRIMARY KEY (run, customer, campaign_id)
);
