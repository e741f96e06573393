"""The names of the variables that options and secrets are taken from."""

PASSWORD_VARIABLE = "CAMPAIGN_IMPORTER_PASSWORD"  # noqa: S105 -- the name of a variable


def variable(option: str) -> str:
    """Return the environment variable of an option."""
    return f"CAMPAIGN_IMPORTER_{option.upper()}"
