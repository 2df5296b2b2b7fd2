"""Files that are only ever added to: a crash or a full disk can cost what is being written, and nothing before it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from index.manifest import fsync

if TYPE_CHECKING:
    from pathlib import Path


def append(path: Path, lines: bytes, *, first: bytes = b"") -> None:
    """Adds lines to a file, which only its owner may read; when this returns, they are on the disk.

    Args:
        path: Of the file, in a folder that is there; made if need be, never by following a link.
        lines: In whole; a line that a crash tore before them is ended.
        first: What a new file begins with, in place of ``lines``; a file without it is not left behind.

    Raises:
        OSError: If they cannot be written.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        content = b"\n" + lines if is_torn else lines if size else first or lines
        try:
            _write(descriptor, content)
        except OSError:
            if first and not size:
                path.unlink(missing_ok=True)
            raise
    finally:
        os.close(descriptor)
    if not size:
        fsync(path.parent)


def _write(descriptor: int, content: bytes) -> None:
    # In one call: what several write at the same time does not mix.
    if os.write(descriptor, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(descriptor)
