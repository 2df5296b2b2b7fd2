"""What the page bears: ``python tests/benchmarks/load.py users --home HOME`` (or rebuild, overload, …; ``--help``).

A server is started as a user starts it, and asked by tabs that send what the page's script sends. Everything stays on
this machine, and ends by itself. The parts are in ``tests/load``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# This file has the name of the folder with its parts.
sys.path[0] = str(Path(__file__).parents[1])

from load.command import main  # noqa: E402

if __name__ == "__main__":
    main()
