-- Format 9: undos, and what they have to know of what was sent.

-- What was last sent for `enabled` of a campaign since it was created.
CREATE TABLE switched (
    server      TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    enabled     INTEGER NOT NULL,
    is_sure     INTEGER NOT NULL,                  -- 0 as long as the server has not said that it is done
    PRIMARY KEY (server, campaign_id)
) WITHOUT ROWID;

-- What a campaign was before a row updated it.
CREATE TABLE images (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,
    campaign TEXT NOT NULL,                        -- JSON object, the fields as the server showed them
    PRIMARY KEY (run, row)
) WITHOUT ROWID;

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
) WITHOUT ROWID;

CREATE INDEX undo_rows_deleting ON undo_rows (run) WHERE status = 'deleting';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('switched', 'switched', '10000 1000 1'),
    ('images', 'images', '10000 100 1'),
    ('undo_rows', 'undo_rows', '10000 1000 1'),
    ('undo_rows', 'undo_rows_deleting', '100 10 1');
