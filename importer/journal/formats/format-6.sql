-- Format 6: who made a run, and on which computer.

ALTER TABLE runs ADD COLUMN os_user TEXT NOT NULL DEFAULT '';     -- the user of the operating system, '' where it is not known
ALTER TABLE runs ADD COLUMN host TEXT NOT NULL DEFAULT '';        -- the name of the computer, '' where it is not known
