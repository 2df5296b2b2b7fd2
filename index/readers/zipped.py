"""Zip files that a stranger may have packed: members are read up to a limit, in memory, and nothing is written."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from contextlib import suppress
from itertools import pairwise

from index.errors import SourceError, printable
from index.readers.limits import MAX_ARTICLES_IN_FILE, MAX_FILE_BYTES, megabytes

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, IndexError,
    OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the zipfile module raises for bytes that are no good."""
_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1 | 0x40
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others need buffers as large as the file says."""
_BLOCK = 1 << 20
_DRIVE = re.compile(r"^[A-Za-z]:(?=/)")


class Zipped:
    """An archive whose members can be read, together no more than ``MAX_FILE_BYTES`` of them."""

    def __init__(self, content: bytes, name: str) -> None:
        """Reads the table of contents.

        Raises:
            SourceError: If it is damaged, or made to be a burden: too many members, or one inside another.
        """
        if content.count(_ENTRY) > MAX_ARTICLES_IN_FILE:  # counted before a record is made of each
            raise SourceError(name, f"packs more than {MAX_ARTICLES_IN_FILE:,} files; split it")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except UnicodeDecodeError as error:
            raise SourceError(name, "names in it are in no known encoding; pack it anew") from error
        except _DAMAGE as error:
            raise SourceError(name, "is damaged or no zip archive") from error
        self._left = MAX_FILE_BYTES
        self.members = [member for member in self._archive.infolist() if not member.filename.endswith("/")]
        in_place = sorted(self.members, key=lambda member: member.header_offset)
        if any(_end(before) > after.header_offset for before, after in pairwise(in_place)):
            raise SourceError(name, "its members overlap, as in archives that are made to do harm")

    def find(self, path: str) -> zipfile.ZipInfo | None:
        """The member of a name, if there is one."""
        return self._archive.NameToInfo.get(path)

    def read(self, member: zipfile.ZipInfo, source: str) -> bytes:
        """Unpacks a member.

        Args:
            member: One of :attr:`members`.
            source: What people know it by.

        Raises:
            SourceError: If it is encrypted, damaged, or larger than what may still be unpacked of this archive.
        """
        if member.flag_bits & _ENCRYPTED:
            raise SourceError(source, "is protected by a password; pack it without one")
        if member.compress_type not in _METHODS:
            raise SourceError(source, "is packed by a method that is not read; pack it anew with deflate")
        too_large = f"too large; {megabytes(MAX_FILE_BYTES)} of one archive are unpacked, all members together"
        if member.file_size > self._left:
            raise SourceError(source, too_large)
        blocks = []
        try:
            with self._archive.open(member) as file:
                while block := file.read(min(_BLOCK, self._left + 1)):
                    self._left -= len(block)  # what was unpacked counts, whatever the archive says of itself
                    if self._left < 0:
                        raise SourceError(source, too_large)
                    blocks.append(block)
        except _DAMAGE as error:
            raise SourceError(source, "is damaged and cannot be unpacked") from error
        return b"".join(blocks)


def packed(members: dict[str, bytes]) -> bytes:
    """An archive in memory, not compressed, for libraries that open archives themselves."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return file.getvalue()


def shown_path(path: str) -> str:
    """A member's name as it can be shown: relative, without steps up, control characters escaped."""
    with suppress(UnicodeError):  # tools that forget to say that a name is UTF-8 have it read as the old default
        path = path.encode("cp437").decode("utf-8")
    path = _DRIVE.sub("", path.replace("\\", "/"))
    return printable("/".join(part for part in path.split("/") if part not in ("", ".", ".."))) or "unnamed"


def _end(member: zipfile.ZipInfo) -> int:
    """The least offset behind a member's bytes."""
    return member.header_offset + _LOCAL_HEADER + len(member.orig_filename) + member.compress_size
