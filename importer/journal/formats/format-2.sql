-- Format 2: what kind a problem is; where things stand in the user's file, so that his own workbook can be marked;
-- finding the campaigns of a name, and the rows of a campaign.

ALTER TABLE problems ADD COLUMN fault TEXT NOT NULL DEFAULT '';   -- code in the catalogue, '' for notes
CREATE INDEX rows_by_name ON rows (name, customer) WHERE campaign_id IS NOT NULL;
CREATE INDEX rows_by_campaign ON rows (campaign_id) WHERE campaign_id IS NOT NULL;

ALTER TABLE runs ADD COLUMN pruned TEXT;                           -- when its contents were removed
ALTER TABLE runs ADD COLUMN layout TEXT NOT NULL DEFAULT '{}';    -- JSON object, records.as_run knows its keys
