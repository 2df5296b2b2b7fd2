"""Applications that tests of the routes share, made once for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fakes.service import FakeService
from starlette.testclient import TestClient

from assistant.access.entrance import Entrance
from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = "http://localhost"


@pytest.fixture(scope="module")
def service() -> FakeService:
    return FakeService()


@pytest.fixture(scope="module")
def open_app(service: FakeService) -> Any:
    """The application without its guard: what the guard is for must be there to be kept away from."""
    return create_app(service, guarded=False)


@pytest.fixture(scope="module")
def bare(open_app: Any) -> Iterator[TestClient]:
    with TestClient(open_app, base_url=HERE) as client:
        yield client


@pytest.fixture(scope="module")
def client(service: FakeService) -> TestClient:
    entrance = Entrance(hosts=frozenset({"notes.example.org"}))
    return TestClient(create_app(service, entrance=entrance), base_url=HERE, follow_redirects=False)


@pytest.fixture(scope="module")
def shared() -> FakeService:
    return FakeService()


@pytest.fixture(scope="module")
def api(shared: FakeService) -> TestClient:
    """The whole application, guard and page included."""
    return TestClient(create_app(shared), base_url=HERE)
