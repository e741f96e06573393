"""From the export of an old dialler to rows of campaigns, as a profile of that dialler says."""
