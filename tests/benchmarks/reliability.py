"""What must never happen, tried many times: ``python tests/benchmarks/reliability.py [NAME ...] [--scale small|full]``.

Each series tries one thing that could go wrong, counts the trials and what was violated. The names are listed by
``--help``; without any, all are run, one after the other. ``--scale small``, as in the tests, is a try in minutes;
``full``, whose counts make a figure excellent, takes some twenty minutes on two quiet cores. Every random choice is
seeded. The exit code is 1 if anything was violated, 130 if it was interrupted; the table then has what was done.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import warnings
from pathlib import Path

# The folder of the series has this file's name.
sys.path[0] = str(Path(__file__).parents[1])

from reliability.all import SERIES  # noqa: E402
from reliability.table import Result, as_json, as_table  # noqa: E402

from index.settings import go_offline  # noqa: E402


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [series.name for series in SERIES]
    parser.add_argument("name", nargs="*", choices=[*names, []], help=f"of {', '.join(names)}", metavar="NAME")
    parser.add_argument("--scale", choices=["small", "full"], default="small")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    options = parser.parse_args()
    go_offline()
    # What the series provoke is counted; here it would only hide how far they are.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    results: list[Result] = []
    for series in SERIES:
        if options.name and series.name not in options.name:
            continue
        print(f"{series.name}: {series.figure}", file=sys.stderr, flush=True)
        results.append(series.go(options.scale, lambda line: print(f"  {line}", file=sys.stderr, flush=True)))
        if not results[-1].is_whole:
            break
    print(as_table(results))
    if options.json:
        options.json.write_text(json.dumps(as_json(results), indent=1) + "\n", encoding="utf-8")
    if any(result.violations for result in results):
        return 1
    return 0 if results and results[-1].is_whole else 130


if __name__ == "__main__":
    sys.exit(main())
