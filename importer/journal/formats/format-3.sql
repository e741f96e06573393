-- Format 3: how a row would be known that an earlier version has read otherwise, or that has changed in a results file
-- of ours; and looking rows up by what is rare among them, so that no question about one run reads the rows of all
-- others.

CREATE TABLE former_fingerprints (
    run         TEXT NOT NULL,
    row         INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,    -- what an earlier version would have given to the row
    read_before INTEGER NOT NULL, -- 1 where that version read other values in the row's cells
    PRIMARY KEY (run, row, fingerprint)
) WITHOUT ROWID;

ALTER TABLE rows ADD COLUMN named_id TEXT NOT NULL DEFAULT '';    -- the campaign that a results file has for the row
ALTER TABLE rows ADD COLUMN folded TEXT NOT NULL DEFAULT '';      -- the name without what nobody sees of it
UPDATE rows SET folded = folded(name);
CREATE INDEX rows_by_folded_name ON rows (folded, customer) WHERE campaign_id IS NOT NULL;
CREATE INDEX rows_of_unknown_fate ON rows (run, status)
    WHERE campaign_id IS NULL AND status IN ('sending', 'in_doubt', 'created');
CREATE INDEX rows_updated ON rows (campaign_id) WHERE status = 'updated';

-- SQLite takes ten rows a value for granted. It is told what is true of a journal that has grown: a run has very many
-- rows, and fingerprints, names and campaigns have few. The first number is the table's, each other one how many rows
-- share the first column, the first two, and so on (https://www.sqlite.org/fileformat2.html#stat1tab).
ANALYZE listings;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('runs', 'sqlite_autoindex_runs_1', '100 1'),
    ('rows', 'rows', '1000000 10000 1'),
    ('rows', 'rows_by_status', '1000000 10000 5000 1'),
    ('rows', 'rows_by_fingerprint', '1000000 4 1 1'),
    ('rows', 'rows_by_learning', '1000 1 1 1'),
    ('rows', 'rows_by_name', '1000000 4 4 1 1'),
    ('rows', 'rows_by_folded_name', '1000000 4 4 1 1'),
    ('rows', 'rows_by_campaign', '1000000 4 1 1'),
    ('rows', 'rows_of_unknown_fate', '100 10 10 1'),
    ('rows', 'rows_updated', '100 2 1 1'),
    ('contents', 'contents', '1000000 10000 1'),
    ('problems', 'problems_by_row', '1000000 10000 2'),
    ('former_fingerprints', 'former_fingerprints', '10000 10000 2 1'),
    ('listed', 'listed', '1000000 10000 10000 1');
