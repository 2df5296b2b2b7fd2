"""``assistant serve``: the page over a home folder, models warming while it is up already."""

from __future__ import annotations

import ipaddress
import webbrowser
from typing import TYPE_CHECKING

from assistant.errors import AddressError
from assistant.web import create_app, run
from assistant.wiring import Backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.settings import Settings


def serve(settings: Settings, *, open_browser: bool, announce: Callable[[str], None]) -> None:
    """Serves until it is interrupted.

    Args:
        settings: Of everything.
        open_browser: Whether to open the page in the user's web browser.
        announce: Told the page's address, once it can be opened, and when the end begins.

    Raises:
        AddressError: If the address cannot be listened on, or others than this machine could reach it.
    """
    _require_loopback(settings.host)
    backend = Backend(settings)
    app = create_app(backend, hosts=[f"[{settings.host}]" if ":" in settings.host else settings.host])

    def started(address: str) -> None:
        announce(f"Citewell answers at {address} (stop with Ctrl+C)")
        # Only now, so that nothing slows down what brings the page up.
        backend.warm_up()
        if open_browser:
            webbrowser.open(address)

    run(app, settings.host, settings.port, announce=started, stopping=lambda: announce("Stopping…"))


def _require_loopback(host: str) -> None:
    """Others must not reach a page that asks nobody who they are."""
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise AddressError(
            f"The page has no sign-in yet, so it is served to this machine only; {host} would open it to others. "
            "Use --host 127.0.0.1."
        )
