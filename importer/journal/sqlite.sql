-- SQLite assumes ten rows a value. These statistics are those of a journal that has grown: a run has very many rows,
-- and fingerprints, names and campaigns have few. The first number is that of the table's rows, each other one of rows
-- that share the first column, the first two, and so on (https://www.sqlite.org/fileformat2.html#stat1tab).

ANALYZE listings;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('runs', 'sqlite_autoindex_runs_1', '100 1'),
    ('rows', 'rows', '1000000 10000 1'),
    ('rows', 'rows_by_status', '1000000 10000 5000 1'),
    ('rows', 'rows_by_fingerprint', '1000000 4 1 1'),
    ('rows', 'rows_by_learning', '1000 1 1 1'),
    ('rows', 'rows_by_trying', '1000000 1 1 1'),
    ('rows', 'rows_by_name', '1000000 4 4 1 1'),
    ('rows', 'rows_by_folded_name', '1000000 4 4 1 1'),
    ('rows', 'rows_by_campaign', '1000000 4 1 1'),
    ('rows', 'rows_of_unknown_fate', '100 10 10 1'),
    ('rows', 'rows_updated', '100 2 1 1'),
    ('rows', 'rows_made', '1000000 100000 1 1 1'),
    ('rows', 'rows_held', '100 10 1'),
    ('contents', 'contents', '1000000 10000 1'),
    ('contents', 'contents_to_look_up', '10000 10000 1'),
    ('contents', 'contents_looked_up', '10000 10000 1'),
    ('problems', 'problems', '1000000 10000 2 1'),
    ('former_fingerprints', 'former_fingerprints', '10000 10000 2 1'),
    ('number_loads', 'number_loads', '10000 100 1'),
    ('number_loads', 'number_loads_by_row', '10000 100 1 1'),
    ('number_loads', 'number_loads_by_campaign', '10000 2 1 1'),
    ('listed', 'listed', '1000000 10000 10000 1'),
    ('switched', 'switched', '10000 1000 1'),
    ('images', 'images', '10000 100 1'),
    ('undo_rows', 'undo_rows', '10000 1000 1'),
    ('undo_rows', 'undo_rows_deleting', '100 10 1');
