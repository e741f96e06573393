-- Format 8: names in the place of IDs, which are looked up on the server.

ALTER TABLE contents ADD COLUMN to_look_up INTEGER NOT NULL DEFAULT 0;  -- 1 as long as `campaign` has names
ALTER TABLE contents ADD COLUMN looked_up TEXT NOT NULL DEFAULT '';     -- JSON object, what names stood for

CREATE INDEX contents_to_look_up ON contents (run, row) WHERE to_look_up = 1;
CREATE INDEX contents_looked_up ON contents (run, row) WHERE looked_up <> '';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('contents', 'contents_to_look_up', '10000 10000 1'),
    ('contents', 'contents_looked_up', '10000 10000 1');
