"""The names of what can be asked, as scripts, faults, modes and the log of requests know them."""

ACTIONS = (
    "create",
    "validate",
    "update",
    "list",
    "get",
    "delete",
    "destinations/create",
    "destinations/validate",
    "destinations/list",
    "destinations/update",
    "destinations/delete",
    "customers/list",
    "people/list",
    "timegroups/list",
    "recording/groups/list",
    "queues/list",
    "ivrs/list",
    "huntgroups/list",
    "conferences/list",
    "mailboxes/list",
    "phones/list",
)
LISTS = tuple(action for action in ACTIONS if action.rpartition("/")[2] == "list")


def check_action(action: str) -> None:
    """Raise ValueError for an action that the sandbox does not have."""
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not a known action; the known names are {', '.join(ACTIONS)}.")


def check_list(action: str) -> None:
    """Raise ValueError for a list that the sandbox does not have."""
    if action not in LISTS:
        raise ValueError(f"{action!r} is not a known list; the known names are {', '.join(LISTS)}.")
