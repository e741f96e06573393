-- Format 2: what kind a problem is, and where things stand in the user's file, so that his own workbook can be marked.

ALTER TABLE problems ADD COLUMN fault TEXT NOT NULL DEFAULT '';   -- code in the catalogue, '' for notes
ALTER TABLE runs ADD COLUMN layout TEXT NOT NULL DEFAULT '{}';    -- JSON object, records.as_run knows its keys
