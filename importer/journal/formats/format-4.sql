-- Format 4: what a list of the server's must hold to be believed, and what it held already before a row was sent.

ALTER TABLE rows ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;     -- counts up: its place in the order in which rows were claimed to be sent
ALTER TABLE rows ADD COLUMN left_by INTEGER NOT NULL DEFAULT 0;   -- the newest of these when its create had left for the last time
CREATE INDEX rows_by_trying ON rows (tried) WHERE tried > 0;
ALTER TABLE rows ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;      -- 1 once the server said that it is not there any more
ALTER TABLE listed ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;    -- the same
CREATE INDEX rows_made ON rows (customer, learnt) WHERE status = 'created' AND campaign_id IS NOT NULL;

ALTER TABLE rows ADD COLUMN there TEXT NOT NULL DEFAULT '';       -- the campaigns on the server that are like it
ALTER TABLE rows ADD COLUMN agreed TEXT NOT NULL DEFAULT '';      -- those beside which it may be created all the same
CREATE INDEX rows_held ON rows (run) WHERE status = 'ready' AND there <> agreed;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('rows', 'rows_by_trying', '1000000 1 1 1'),
    ('rows', 'rows_held', '100 10 1'),
    ('rows', 'rows_made', '1000000 100000 1 1 1');
