-- The journal: runs and their rows, and what is needed to find out a row's outcome after any failure. These are the
-- tables of a new journal, for both SQLite and PostgreSQL; the scripts in `formats` convert older ones to the same.

CREATE TABLE runs (
    id          TEXT PRIMARY KEY,
    started     TEXT NOT NULL,                     -- ISO 8601, UTC
    command     TEXT NOT NULL,
    path        TEXT NOT NULL,
    sheet       TEXT,
    headings    TEXT NOT NULL,                     -- JSON list of the user's headings, for the results
    digest      TEXT NOT NULL,                     -- SHA-256 of the file
    encoding    TEXT,
    server      TEXT NOT NULL,                     -- host and port
    url         TEXT NOT NULL,
    account     TEXT NOT NULL,
    disabled    INTEGER NOT NULL,
    marker      INTEGER NOT NULL,
    staged      INTEGER NOT NULL DEFAULT 0,        -- 1 once every row of the file is recorded
    results     TEXT,                              -- the newest results file
    pruned      TEXT,                              -- when its contents were removed
    layout      TEXT NOT NULL DEFAULT '{}',        -- JSON object, records.as_run knows its keys
    reading     INTEGER NOT NULL DEFAULT 0,        -- version of the cell reader; 0 is that of version 0.1.0
    on_change   TEXT NOT NULL DEFAULT 'create',
    on_existing TEXT NOT NULL DEFAULT 'report',
    migration   TEXT,                              -- JSON object, records.as_run knows its keys
    os_user     TEXT NOT NULL DEFAULT '',          -- operating system user, '' if not known
    host        TEXT NOT NULL DEFAULT '',          -- computer name, '' if not known
    place       INTEGER NOT NULL DEFAULT 0         -- ascending: order in which runs came into the journal
);

-- The campaigns that a row was split into are rows as well; model/part.py says how they are numbered.
CREATE TABLE rows (
    run         TEXT NOT NULL REFERENCES runs (id),
    row         INTEGER NOT NULL,                  -- row number in the user's sheet
    status      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,                     -- equal for rows with the same campaign; '' for invalid rows
    name        TEXT NOT NULL,
    customer    TEXT NOT NULL,                     -- '' is the account's own
    campaign_id TEXT,
    code        TEXT NOT NULL DEFAULT '',
    key         TEXT NOT NULL DEFAULT '',
    message     TEXT NOT NULL DEFAULT '',
    attempts    INTEGER NOT NULL DEFAULT 0,        -- creates that may have been sent; 0: certainly none
    learnt      INTEGER,                           -- ascending: order in which campaign_id became known
    changed     TEXT NOT NULL,
    named_id    TEXT NOT NULL DEFAULT '',          -- campaign ID of the row in a results file
    folded      TEXT NOT NULL DEFAULT '',          -- name without invisible differences, for comparison
    tried       INTEGER NOT NULL DEFAULT 0,        -- ascending: order in which rows were claimed
    left_by     INTEGER NOT NULL DEFAULT 0,        -- highest `tried` when its create was last sent
    gone        INTEGER NOT NULL DEFAULT 0,        -- 1 once the server said that its campaign is gone
    there       TEXT NOT NULL DEFAULT '',          -- campaigns like it on the server
    agreed      TEXT NOT NULL DEFAULT '',          -- those of `there` despite which it may be created
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

-- The part of a row that prune removes.
CREATE TABLE contents (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,
    cells    TEXT NOT NULL,                        -- JSON list, the user's cells in the order of runs.headings
    campaign TEXT NOT NULL,                        -- JSON object, the parameters as sent
    enabled  INTEGER NOT NULL DEFAULT 1,           -- 0 if the row switches its campaign off
    maximum  INTEGER NOT NULL DEFAULT 1,           -- maximum concurrent calls
    to_look_up INTEGER NOT NULL DEFAULT 0,         -- 1 as long as `campaign` has names in the place of IDs
    looked_up  TEXT NOT NULL DEFAULT '',           -- JSON object, what names stood for: {"owner": "17 (jane)"}
    PRIMARY KEY (run, row)
);

CREATE INDEX contents_to_look_up ON contents (run, row) WHERE to_look_up = 1;
CREATE INDEX contents_looked_up ON contents (run, row) WHERE looked_up <> '';

CREATE TABLE problems (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,                     -- 0 is the file as a whole
    number   INTEGER NOT NULL,                     -- ascending: order within the row
    severity TEXT NOT NULL,
    heading  TEXT,
    cell     TEXT,
    found    TEXT,
    message  TEXT NOT NULL,
    fault    TEXT NOT NULL DEFAULT '',             -- code in the catalogue, '' for notes
    PRIMARY KEY (run, row, number)
);

-- Other fingerprints of a row that an earlier version read differently, or that was edited in one of our results files;
-- with 2 in `read_before`, that of the row which was split into this campaign and others, and a hash of its name.
CREATE TABLE former_fingerprints (
    run         TEXT NOT NULL,
    row         INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,                     -- the one that an earlier version would have given it
    read_before INTEGER NOT NULL,                  -- 1 if that version read different values in its cells
    PRIMARY KEY (run, row, fingerprint)
);

-- What the server listed for a customer before the first create of a run; such a campaign never belongs to the run.
CREATE TABLE listings (
    run      TEXT NOT NULL,
    customer TEXT NOT NULL,
    learnt   INTEGER NOT NULL,                     -- highest rows.learnt when it was read
    PRIMARY KEY (run, customer)
);

CREATE TABLE listed (
    run         TEXT NOT NULL,
    customer    TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    gone        INTEGER NOT NULL DEFAULT 0,        -- 1 once the server said that it is gone
    PRIMARY KEY (run, customer, campaign_id)
);

-- The telephone numbers of the campaigns of runs, as counts; the numbers are in a separate file for each run.
CREATE TABLE number_loads (
    run         TEXT NOT NULL,
    number      INTEGER NOT NULL,                  -- number of the list in the run's file of numbers
    row         INTEGER NOT NULL,                  -- row of the campaign, 0 if it existed before the run
    campaign_id TEXT NOT NULL,                     -- '' as long as it is not known
    to_load     INTEGER NOT NULL,
    loaded      INTEGER NOT NULL,
    status      TEXT NOT NULL,
    message     TEXT NOT NULL DEFAULT '',          -- why it is not complete, without numbers
    PRIMARY KEY (run, number)
);

CREATE INDEX number_loads_by_row ON number_loads (run, row);
CREATE INDEX number_loads_by_campaign ON number_loads (campaign_id);

-- What was last sent for `enabled` of a campaign since it was created.
CREATE TABLE switched (
    server      TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    enabled     INTEGER NOT NULL,
    is_sure     INTEGER NOT NULL,                  -- 0 as long as the server has not said that it is done
    PRIMARY KEY (server, campaign_id)
);

-- What a campaign was before a row updated it.
CREATE TABLE images (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,
    campaign TEXT NOT NULL,                        -- JSON object, the fields as the server showed them
    PRIMARY KEY (run, row)
);

-- The undo of a run is a run itself.
CREATE TABLE undos (
    run           TEXT PRIMARY KEY,
    undone        TEXT NOT NULL,                   -- the run that it undoes
    off_only      INTEGER NOT NULL,                -- 1 if campaigns are switched off and not deleted
    force_touched INTEGER NOT NULL,                -- 1 if campaigns are deleted that were edited on the server
    agreed        INTEGER NOT NULL DEFAULT 0,      -- 1 once it may be carried out
    backup        TEXT NOT NULL DEFAULT ''         -- file with the campaigns to be deleted, '' as long as there is none
);

CREATE TABLE undo_rows (
    run         TEXT NOT NULL,
    row         INTEGER NOT NULL,                  -- row of the undone run
    campaign_id TEXT NOT NULL,                     -- '' if it has none
    step        TEXT NOT NULL,                     -- what is to be done with the campaign
    status      TEXT NOT NULL,
    seen        TEXT NOT NULL,                     -- JSON object, the fields when it was planned
    numbers     INTEGER NOT NULL,                  -- telephone numbers of the campaign when it was planned
    message     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run, row)
);

CREATE INDEX undo_rows_deleting ON undo_rows (run) WHERE status = 'deleting';
