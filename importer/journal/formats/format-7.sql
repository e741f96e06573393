-- Format 7: the telephone numbers of campaigns, as counts.

CREATE TABLE number_loads (
    run         TEXT NOT NULL,
    number      INTEGER NOT NULL,                  -- number of the list in the run's file of numbers
    row         INTEGER NOT NULL,                  -- row of the campaign, 0 if it existed before the run
    campaign_id TEXT NOT NULL,                     -- '' as long as it is not known
    to_load     INTEGER NOT NULL,
    loaded      INTEGER NOT NULL,
    status      TEXT NOT NULL,
    message     TEXT NOT NULL DEFAULT '',          -- why it is not complete, without numbers
    PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE INDEX number_loads_by_row ON number_loads (run, row);
CREATE INDEX number_loads_by_campaign ON number_loads (campaign_id);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('number_loads', 'number_loads', '10000 100 1'),
    ('number_loads', 'number_loads_by_row', '10000 100 1 1'),
    ('number_loads', 'number_loads_by_campaign', '10000 2 1 1');
