-- The numbers of one run, and what was sent of them.

-- How they are to be loaded.
CREATE TABLE about (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL                         -- JSON object
) WITHOUT ROWID;

-- The tables that the numbers come from.
CREATE TABLE sources (
    source INTEGER PRIMARY KEY,
    name   TEXT NOT NULL
);

-- How numbers are written for the server; the same for all that are sent.
CREATE TABLE formats (
    number_format TEXT NOT NULL,
    country       TEXT NOT NULL,
    checked       INTEGER NOT NULL DEFAULT 0   -- 1: the server has shown the first numbers
);

-- One record once all numbers are added and duplicates are found.
CREATE TABLE closed (
    closed INTEGER NOT NULL
);

-- The numbers of one campaign.
CREATE TABLE lists (
    list        INTEGER PRIMARY KEY,
    row         INTEGER NOT NULL,              -- row of the campaign in the run's sheet, 0 if it existed before
    campaign_id TEXT NOT NULL,                 -- '' as long as it is not known
    switch_on   INTEGER NOT NULL,              -- 1: it is switched on once the server has all numbers
    left_out    INTEGER NOT NULL DEFAULT 0,    -- 1: the campaign is not created
    doubted     INTEGER NOT NULL DEFAULT 0,    -- 1: a request for it was not answered, and may yet be carried out
    there       INTEGER,                       -- numbers that the campaign had before; NULL: not asked yet
    status      TEXT NOT NULL DEFAULT 'waiting',
    message     TEXT NOT NULL DEFAULT ''
);

CREATE TABLE numbers (
    list    INTEGER NOT NULL,
    at      INTEGER NOT NULL,                  -- position in the list, from 1
    e164    INTEGER NOT NULL,                  -- 0: the text is not a number
    verdict TEXT,                              -- problem code, NULL: to load
    status  INTEGER NOT NULL,                  -- NumberStatus
    source  INTEGER NOT NULL,
    row     INTEGER NOT NULL,                  -- row in its table
    text    TEXT,                              -- as it is written, if it is to be sent so
    PRIMARY KEY (list, at)
) WITHOUT ROWID;

-- What is wrong with numbers that are not loaded.
CREATE TABLE refused (
    list    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    text    TEXT NOT NULL,
    country TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (list, at)
) WITHOUT ROWID;

-- What the rows of numbers say of them besides, as it is written.
CREATE TABLE said (
    list   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    status TEXT NOT NULL,                      -- what is not a status
    zone   TEXT NOT NULL,                      -- time zone
    PRIMARY KEY (list, at)
) WITHOUT ROWID;

-- What was sent: the numbers to load with one status, from one position to another. Once it may have been sent, a batch
-- keeps its bounds; what is behind the last one was never sent.
CREATE TABLE batches (
    list   INTEGER NOT NULL,
    status INTEGER NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    state  TEXT NOT NULL,                      -- sending, in_doubt, loaded
    size   INTEGER NOT NULL,                   -- how many numbers it has
    sent   TEXT NOT NULL,
    PRIMARY KEY (list, status, first)
) WITHOUT ROWID;

-- Numbers of batches in doubt that the server has: they are not sent again.
CREATE TABLE present (
    list INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    PRIMARY KEY (list, at)
) WITHOUT ROWID;

-- What the server lists, while it is compared with what was sent.
CREATE TABLE listed (
    list INTEGER NOT NULL,
    e164 INTEGER NOT NULL,
    PRIMARY KEY (list, e164)
) WITHOUT ROWID;
