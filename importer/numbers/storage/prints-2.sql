-- Format 2: whether a key is the one that the prints were made with.

CREATE TABLE keys (
    print BLOB NOT NULL
);
