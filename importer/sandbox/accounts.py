"""Who may call the sandbox: logins with a role and the customers they can see."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["commerce", "administrator", "user", "other"]
_MAY = {"commerce": 3, "administrator": 2, "user": 1, "other": 0}


@dataclass(frozen=True, slots=True)
class Account:
    """One login. Each role may do what those after it may: `commerce` is a reseller's, and `other` stands for a person
    who may use none of these functions.
    """

    username: str
    password: str
    role: Role = "user"
    customer: int = 1
    customers: tuple[int, ...] = ()

    def sees(self, customer: int) -> bool:
        """Return whether this account may act on a customer."""
        return customer == self.customer or customer in self.customers

    def may_act_as(self, role: Role) -> bool:
        """Return whether this account's role covers a function that needs `role`."""
        return _MAY[self.role] >= _MAY[role]


DEFAULT_ACCOUNTS = (
    Account("admin", "secret", "administrator", 1, (1, 2, 3)),
    Account("user", "secret", "user", 1, (1,)),
    Account("reseller", "secret", "commerce", 1, (1, 2, 3)),
)

FORBIDDEN_CUSTOMERS = frozenset({3})
