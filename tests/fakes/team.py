"""The real application with users who have to sign in, and browsers and programs of theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakes.service import FakeService
from fakes.users import PASSWORD, home_with
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from assistant.access.entrance import Entrance
from assistant.access.terms import Terms
from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

    from assistant.access.users import UserFile

HERE = "http://localhost"
SAME = {"Origin": HERE}
REMOTE = "203.0.113.7"
"""An address of nobody, for whoever comes from elsewhere."""


@dataclass
class Team:
    """Anna, an editor; Bob and Carl, readers.

    Attributes:
        users: All of them.
        service: What answers.
        app: The application.
        tokens: An API token of each.
    """

    users: UserFile
    service: FakeService
    app: ASGIApp
    tokens: dict[str, str] = field(default_factory=dict)

    def browser(self, name: str = "", *, address: str = "127.0.0.1", **headers: str) -> TestClient:
        """A browser in which somebody is signed in, or nobody."""
        client = TestClient(
            self.app, base_url=HERE, follow_redirects=False, client=(address, 4000), headers={**SAME, **headers}
        )
        if name:
            answer = sign_in(client, name)
            assert answer.status_code == 303, answer.text
        return client

    def program(self, token: str) -> TestClient:
        """A program that shows a token."""
        return TestClient(
            self.app, base_url=HERE, client=("127.0.0.1", 4000), headers={"Authorization": f"Bearer {token}"}
        )


def sign_in(client: TestClient, name: str, password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/login", data={"name": name, "password": password}, headers=headers)


def team_in(home: Path, service: FakeService | None = None, **terms: Any) -> Team:
    """The application over a home of its own."""
    users = home_with(home, anna="editor", bob="reader", carl="reader")
    service = service or FakeService()
    entrance = Entrance.of(Terms(**{"sign_in": "users", **terms}), home, users=users)
    tokens = {user.name: users.add_token(user.name)[0] for user in users.list()}
    return Team(users, service, create_app(service, entrance=entrance), tokens)


def routes(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Methods and paths of all routes, those of mounted applications too."""
    for route in app.routes:
        if isinstance(route, Mount):
            yield from routes(route.app, prefix + route.path)
        elif isinstance(route, Route):
            for method in route.methods or ():
                yield method, prefix + route.path
        elif hasattr(route, "original_router"):
            yield from routes(route.original_router, prefix)
