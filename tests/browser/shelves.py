"""The real application over a home of its own, and its list of articles."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from browser.harness import served

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.wiring import Backend
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page


@dataclass
class Shelf:
    """The real application over a home of its own."""

    address: str
    backend: Backend
    home: Path


@contextmanager
def shelf_at(home: Path, seeds_home: Path) -> Iterator[Shelf]:
    shutil.copytree(seeds_home, home, ignore=shutil.ignore_patterns("readers"))
    backend = Backend(Settings(index=IndexSettings(home=home)))
    with served(create_app(backend)) as address:
        yield Shelf(address, backend, home)


def titles(page: Page) -> list[str]:
    return page.locator("#cw-library tbody .cw-open").all_text_contents()
