"""``assistant serve``: the page over a home folder, models warming while it is up already."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

from assistant.access.entrance import Entrance
from assistant.access.users import UserFile
from assistant.desk.places import Limits
from assistant.errors import AddressError
from assistant.web.app import create_app, run
from assistant.wiring import Backend
from index.memory import give_back_freed, share_heaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.settings import Settings

_EVERY = 60.0
"""Seconds after which freed memory is given back to the system."""


def serve(settings: Settings, *, open_browser: bool, announce: Callable[[str], None]) -> None:
    """Serves until it is interrupted.

    Args:
        settings: Of everything.
        open_browser: Whether to open the page in the user's web browser.
        announce: Told the page's address, once it can be opened, and when the end begins.

    Raises:
        AddressError: If the address cannot be listened on, or who could reach it would not be asked who they are.
        AccessFileError: If there must be users and they cannot be read.
    """
    share_heaps()
    give_back_freed(_EVERY)
    terms, users = settings.terms, UserFile(settings.index.home)
    has_users = terms.sign_in == "users" and bool(users.list())
    if refusal := terms.refusal(settings.host, has_users=has_users):
        raise AddressError(refusal)
    backend = Backend(settings)
    app = create_app(
        backend,
        entrance=Entrance.of(terms, settings.index.home, settings.host, users),
        log_questions=settings.log_questions == "on",
        limits=Limits(deadline=settings.deadline, model_seconds=settings.model_timeout if settings.model else 0),
    )

    def started(address: str) -> None:
        announce(f"Citewell answers at {address} (stop with Ctrl+C)")
        if warning := terms.warning(settings.host):
            announce(warning)
        # Only now, so that nothing slows down what brings the page up.
        backend.warm_up()
        if open_browser:
            webbrowser.open(address)

    run(app, settings.host, settings.port, announce=started, stopping=lambda: announce("Stopping…"))
