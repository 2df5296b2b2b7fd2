"""Homes with users in them, and the application in front of such a home."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.team import Team, team_in
from fakes.users import Clock, home_with

from assistant.access.users import UserFile


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def users(home: Path) -> UserFile:
    return home_with(home, anna="editor", bob="reader")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return team_in(tmp_path_factory.mktemp("home"))
