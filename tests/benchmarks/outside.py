"""Does anything leave this machine? Counts what the kernel is asked to connect to, send to and listen at.

``python tests/benchmarks/outside.py session`` drives a whole sitting: the first start, questions in a real Chromium, an
article added, the articles read again, ``ask``, ``doctor``, ``index``. ``outside.py run COMMAND`` traces any command
with all its children; ``outside.py run --apart-from chromium pytest -n 2`` is the whole test run (the browser's own
chatter is listed, but not judged). ``outside.py alone COMMAND`` runs it where there is no network; the kernel counts
what would have gone beyond the machine; ``outside.py alone`` is the sitting without the browser.

Exit code 1 if anything went beyond this machine. Linux, with ``strace`` and ``unshare``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fakes.alone import missing as alone_missing
from fakes.alone import run_alone
from fakes.sitting import QUESTIONS, sit
from fakes.tracing import Tracer, missing


def session(*, with_browser: bool) -> int:
    """Exit code of a sitting."""
    with tempfile.TemporaryDirectory() as folder:
        sitting = sit(Path(folder) / "user", QUESTIONS if with_browser else ())
    for name, trace in sitting.traces.items():
        print(f"\n{name} (exit code {trace.returned})\n{trace.table()}")
    print(f"\nThe page asked for {len(sitting.requests)} addresses.")
    outside = sitting.beyond()
    print("\n".join(["\nBeyond this machine:", *outside]) if outside else "\nNothing went beyond this machine.")
    return 1 if outside else 0


def run(command: list[str], apart_from: list[str]) -> int:
    """Exit code of a command's trace, or the command's own."""
    started = time.monotonic()
    with Tracer(command) as tracer:
        pass
    print(f"\n{' '.join(command)} (exit code {tracer.trace.returned}, {time.monotonic() - started:.0f} s)")
    print(tracer.trace.table())
    outside = tracer.trace.beyond(apart_from)
    judged = f", apart from {', '.join(apart_from)}" if apart_from else ""
    if outside:
        print("\n".join([f"\nBeyond this machine{judged}:", *map(str, outside)]))
        return 1
    print(f"\nNothing went beyond this machine{judged}.")
    return tracer.trace.returned or 0


def alone(command: list[str]) -> int:
    """The same, of a command without a network."""
    outcome = run_alone(command or [sys.executable, __file__, "session", "--no-browser"], is_shown=True)
    print(f"\nWithout a network: exit code {outcome.returned}; {outcome.tried} times something would have gone beyond.")
    return 1 if outcome.tried else outcome.returned


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("session").add_argument("--no-browser", action="store_true")
    traced = what.add_parser("run")
    traced.add_argument("--apart-from", action="append", default=[], metavar="PROGRAM")
    traced.add_argument("command", nargs=argparse.REMAINDER)
    what.add_parser("alone").add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if reason := alone_missing() if options.what == "alone" else missing():
        parser.error(reason)
    if options.what == "session":
        return session(with_browser=not options.no_browser)
    return alone(options.command) if options.what == "alone" else run(options.command, options.apart_from)


if __name__ == "__main__":
    sys.exit(main())
