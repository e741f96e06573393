-- Which numbers runs have loaded, as prints.

CREATE TABLE loads (
    load   INTEGER PRIMARY KEY,
    server TEXT NOT NULL,                      -- host and port
    run    TEXT NOT NULL,
    loaded TEXT NOT NULL,                      -- when it last began to load numbers, ISO 8601, UTC
    UNIQUE (server, run)
);

-- The prints of a batch together: single ones would be spread over the whole file, which would be written again and
-- again.
CREATE TABLE batches (
    batch  INTEGER PRIMARY KEY,
    load   INTEGER NOT NULL,
    prints BLOB NOT NULL                       -- 64 bits each, sorted, the most significant byte first
);

-- A print of no number: whether a key is the one that the prints were made with.
CREATE TABLE keys (
    print BLOB NOT NULL
);
