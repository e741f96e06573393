"""Who may call the sandbox: logins with a role and the customers they can see."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["administrator", "user", "other"]


@dataclass(frozen=True, slots=True)
class Account:
    """One login; the role `other` stands for a person who may use none of the bulk functions."""

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
        return self.role in ("administrator", role)


DEFAULT_ACCOUNTS = (
    Account("admin", "secret", "administrator", 1, (1, 2, 3)),
    Account("user", "secret", "user", 1, (1,)),
)

FORBIDDEN_CUSTOMERS = frozenset({3})
