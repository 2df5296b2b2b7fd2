"""A small private file that several processes read and change: whole or not at all, and seen by all of them soon."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from filelock import FileLock, Timeout

from assistant.errors import AccessBusyError, AccessFileError
from index.errors import advice_on, printable
from index.manifest import fsync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")

LOOK_EVERY = 1.0
"""Seconds for which what was read counts, before it is looked whether somebody changed the file."""

LOCK_WAIT = 10.0
"""Seconds that a change waits for another process's change."""

MAX_BYTES = 32 * 1024 * 1024

_LOG = logging.getLogger(__name__)


class PrivateFile(Generic[T]):
    """A file of mode 0600, alone with its like in a folder of mode 0700; safe for threads and processes.

    A change is written beside it, brought to the disk and renamed, under a lock that the operating system takes back
    when the process dies: whatever moment that is, the old or the new file is there whole.

    Args:
        path: The file; its folder is made when it is first written.
        what: What it holds, as messages call it: "the users".
        load: Makes the value of the file's bytes, None if there is no file. Raises ValueError, KeyError or TypeError
            if they are not as they were written.
        dump: The other way round.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        path: Path,
        what: str,
        load: Callable[[bytes | None], T],
        dump: Callable[[T], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self._what = what
        self._load = load
        self._dump = dump
        self._clock = clock
        self._changing = threading.Lock()
        self._looking = threading.Lock()
        self._seen: tuple[T, object] | None = None
        self._looked = float("-inf")

    def get(self) -> T:
        """The value as it is on the disk, or was a second ago.

        Raises:
            AccessFileError: If it cannot be read, or what is there was damaged or can be changed by everyone. What
                was read before does not count then.
        """
        with self._looking:
            now = self._clock()
            if self._seen is None or now - self._looked >= LOOK_EVERY:
                self._seen = self._read(self._seen)
                self._looked = now
            return self._seen[0]

    def change(self, edit: Callable[[T], T], *, wait: float = LOCK_WAIT) -> T:
        """Changes the value; when this returns, the change is on the disk.

        Args:
            edit: Gets the value as it is now, gives the new one; if it raises, nothing changes.
            wait: Seconds to wait for another thread, and for another process.

        Raises:
            AccessFileError: If the file cannot be read or written; it is then as it was before.
            AccessBusyError: If somebody else does not come to an end with a change.
        """
        busy = AccessBusyError(
            f"Somebody else is changing {self._what} in {printable(self.path)}. Try again in a moment."
        )
        if not self._changing.acquire(timeout=wait):
            raise busy
        try:
            with self._locked(wait, busy):
                with self._looking:
                    self._seen = self._read(None)
                value = edit(self._seen[0])
                try:
                    written = self._write(self._dump(value))
                except OSError as error:
                    raise self._cannot("write", error) from error
                with self._looking:
                    self._seen, self._looked = (value, written), self._clock()
                return value
        finally:
            self._changing.release()

    @contextlib.contextmanager
    def _locked(self, wait: float, busy: AccessBusyError) -> Iterator[None]:
        """Holds the right to change the file against other processes."""
        lock = FileLock(self.path.with_suffix(".lock"), timeout=wait, mode=0o600)
        try:
            self._make_folder()
            lock.acquire()
        except Timeout:
            raise busy from None
        except OSError as error:
            raise self._cannot("write", error) from error
        try:
            yield
        finally:
            lock.release()

    def _read(self, seen: tuple[T, object] | None) -> tuple[T, object]:
        """Reads the file, unless it is the one that was seen; forgets what was seen if it cannot."""
        self._seen = None
        try:
            if seen is not None and seen[1] == _signature(self.path.stat()):
                return seen
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return self._load(None), None
        except OSError as error:
            raise self._cannot("read", error) from error
        if stat.S_IMODE(status.st_mode) & 0o002:
            raise AccessFileError(
                f"Everyone on this machine may change {self._what} in {printable(self.path)}, so nobody can sign in. "
                "Look whether it is as you left it, then: chmod 600 on it."
            )
        try:
            if len(content) > MAX_BYTES:
                raise ValueError("too large")  # noqa: TRY301 - one message for all that is not ours
            return self._load(content), _signature(status)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            # Neither the error nor the content is shown: both may hold what nobody should read.
            _LOG.debug("Not as it was written: %s", type(error).__name__)
            raise AccessFileError(
                f"The file {printable(self.path)} is damaged, so nobody can sign in. Put back a copy of it, or move it "
                "away and add the users again: assistant users add NAME"
            ) from None

    def _make_folder(self) -> None:
        folder, lock = self.path.parent, self.path.with_suffix(".lock")
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _hand_over(folder, os.O_RDONLY | os.O_DIRECTORY, folder.parent)
        if not lock.exists():
            with contextlib.suppress(FileExistsError):
                _hand_over(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            with contextlib.suppress(PermissionError):  # somebody else's folder, lent to us
                folder.chmod(0o700)

    def _write(self, content: bytes) -> object:
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)  # left by a process that was killed
        try:
            _hand_over(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.path.parent)
            with new.open("r+b") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise
        # From here on the new file holds. Should a power cut undo that, the old one is still there.
        with contextlib.suppress(OSError):
            fsync(self.path.parent)
            return _signature(self.path.stat())
        return None

    def _cannot(self, verb: str, error: OSError) -> AccessFileError:
        where = printable(error.filename or self.path)
        tail = " It is as it was before." if verb == "write" else " Until then nobody can sign in."
        return AccessFileError(f"Could not {verb} {self._what} in {where}: {advice_on(error)}.{tail}")


class Memory(Generic[T]):
    """The same without a file, for as long as the process lives."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._changing = threading.Lock()

    def get(self) -> T:
        """The value."""
        return self._value

    def change(self, edit: Callable[[T], T], *, wait: float = LOCK_WAIT) -> T:
        """Changes the value; nobody else's change is to be waited for."""
        del wait
        with self._changing:
            self._value = edit(self._value)
            return self._value


def _hand_over(path: Path, flags: int, folder: Path) -> None:
    """Opens or makes a file for its owner only; of what root makes, the owner is the one of the folder.

    Administrators add users as root, and the server must be able to read them as whoever it runs as.
    """
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if os.geteuid() == 0:
            owner = folder.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
    finally:
        os.close(descriptor)


def _signature(status: os.stat_result) -> object:
    """What differs between a file and the one that took its place."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
