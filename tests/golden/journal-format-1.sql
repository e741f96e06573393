-- The journal: runs and their rows, and what is needed to tell a row's outcome after any failure.

CREATE TABLE IF NOT EXISTS runs (
    id        TEXT PRIMARY KEY,
    started   TEXT NOT NULL,      -- ISO 8601, UTC
    command   TEXT NOT NULL,
    path      TEXT NOT NULL,
    sheet     TEXT,
    headings  TEXT NOT NULL,      -- JSON list, the user's headings that the results show
    digest    TEXT NOT NULL,      -- SHA-256 of the file
    encoding  TEXT,
    server    TEXT NOT NULL,      -- host and port
    url       TEXT NOT NULL,
    account   TEXT NOT NULL,
    disabled  INTEGER NOT NULL,
    marker    INTEGER NOT NULL,
    staged    INTEGER NOT NULL DEFAULT 0, -- 1 once every row of the file is here
    results   TEXT                -- the newest results file
);

CREATE TABLE IF NOT EXISTS rows (
    run         TEXT NOT NULL REFERENCES runs (id),
    row         INTEGER NOT NULL, -- the number in the user's sheet
    status      TEXT NOT NULL,
    fingerprint TEXT NOT NULL,    -- equal for rows that make the same campaign; '' for invalid rows
    name        TEXT NOT NULL,
    customer    TEXT NOT NULL,    -- '' is the account's own
    campaign_id TEXT,
    code        TEXT NOT NULL DEFAULT '',
    key         TEXT NOT NULL DEFAULT '',
    message     TEXT NOT NULL DEFAULT '',
    attempts    INTEGER NOT NULL DEFAULT 0, -- creates that may have left; 0 means that none ever did
    learnt      INTEGER,          -- counts up: when campaign_id became known, by no clock
    changed     TEXT NOT NULL,
    PRIMARY KEY (run, row)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS rows_by_fingerprint ON rows (fingerprint, run) WHERE fingerprint <> '';
CREATE INDEX IF NOT EXISTS rows_by_status ON rows (run, status, row);

CREATE INDEX IF NOT EXISTS rows_by_learning ON rows (learnt) WHERE learnt IS NOT NULL;

CREATE TABLE IF NOT EXISTS contents (
    run      TEXT NOT NULL,
    row      INTEGER NOT NULL,
    cells    TEXT NOT NULL,       -- JSON list, the user's cells in the order of runs.headings
    campaign TEXT NOT NULL,       -- JSON object, the parameters as they are sent
    PRIMARY KEY (run, row)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS problems (
    run      TEXT NOT NULL,
    row      INTEGER,
    severity TEXT NOT NULL,
    heading  TEXT,
    cell     TEXT,
    found    TEXT,
    message  TEXT NOT NULL
);

CREATE INDEX IF NOT EXISTS problems_by_row ON problems (run, row);

-- What the server listed for a customer before the first create of a run; such a campaign is never ours.
CREATE TABLE IF NOT EXISTS listings (
    run      TEXT NOT NULL,
    customer TEXT NOT NULL,
    learnt   INTEGER NOT NULL,    -- the highest rows.learnt when it was taken
    PRIMARY KEY (run, customer)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listed (
    run         TEXT NOT NULL,
    customer    TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    PRIMARY KEY (run, customer, campaign_id)
) WITHOUT ROWID;
