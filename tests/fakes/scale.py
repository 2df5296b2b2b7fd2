"""How long the long series are: as long as CI can bear, or with ``TEST_SCALE=full`` at full length."""

from __future__ import annotations

import os

FULL = os.environ.get("TEST_SCALE") == "full"


def scaled(small: int, full: int) -> int:
    """One or the other."""
    return full if FULL else small
