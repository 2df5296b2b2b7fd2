"""Who asks: what the rest of the program is told about the one behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["reader", "editor"]
"""A reader asks; an editor may also change the library."""

Way = Literal["local", "password", "token", "proxy"]
"""How a caller became known: not at all, since the page has no sign-in; by a sign-in with a password; by an API token;
by what a proxy in front says."""

ROLES: Final[tuple[Role, ...]] = ("reader", "editor")


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks, whoever found out.

    Attributes:
        name: A user's name as :func:`assistant.access.users.clean_name` makes it; empty without sign-in.
        role: What the caller may do.
        way: How the caller became known.
    """

    name: str
    role: Role
    way: Way

    @property
    def may_edit(self) -> bool:
        """Whether the library may be changed."""
        return self.role == "editor"


LOCAL: Final = Caller(name="", role="editor", way="local")
"""The caller of a page without sign-in: whoever sits at this machine."""
