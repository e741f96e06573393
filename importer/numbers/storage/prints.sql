-- Which numbers runs have loaded, as prints.

CREATE TABLE loads (
    load   INTEGER PRIMARY KEY,
    server TEXT NOT NULL,                      -- host and port
    run    TEXT NOT NULL,
    loaded TEXT NOT NULL,                      -- when it last loaded numbers, ISO 8601, UTC
    UNIQUE (server, run)
);

CREATE TABLE prints (
    print INTEGER NOT NULL,
    load  INTEGER NOT NULL,
    PRIMARY KEY (print, load)
) WITHOUT ROWID;
