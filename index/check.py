"""Checks a build before it is published; run as a process of its own: ``python -m index.check HOME``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index.errors import IndexDamagedError, IndexingError
from index.generations import IndexFolder
from index.keywords import KeywordIndex
from index.manifest import read_manifest, verify_file
from index.records import read_articles, read_passages
from index.stores import open_vectors

SAMPLE = 16
"""Passages, spread over the index, that must be found by their own vector and by their own words."""
_SAME = 0.999


def check(folder: IndexFolder, build: Path) -> None:
    """Opens a build as a reader would and compares what is in it.

    Raises:
        IndexDamagedError: With what does not fit.
    """
    manifest = read_manifest(build)
    for name, sha256 in manifest.files.items():
        verify_file(build, name, sha256)
    articles = read_articles(build)
    passages = read_passages(build, articles)
    if (len(articles), len(passages)) != (manifest.articles, manifest.passages):
        raise IndexDamagedError("articles or passages are missing")
    keywords = KeywordIndex.open(build / "keywords")
    sample = passages[:: max(1, len(passages) // SAMPLE)]
    with open_vectors(folder, build, manifest) as store:
        if store.keys() != {passage.vector_key() for passage in passages} or len(keywords) != len(passages):
            raise IndexDamagedError("the searchable passages are not those of the articles")
        known = store.vectors([passage.vector_key() for passage in sample])
        for passage in sample:
            # Another passage of nearly the same words may come first; the distance may not be off.
            found = store.search(known[passage.vector_key()], 1)
            if not found or found[0][1] < _SAME:
                raise IndexDamagedError(f"passage {passage.id} is not found by its own vector")
            scores = keywords.scores(passage.text)
            if scores.any() and scores[passages.index(passage)] <= 0:
                raise IndexDamagedError(f"passage {passage.id} is not found by its own words")


class CheckProcess:
    """Runs :func:`check` in another process, since a bad store can take the process down that opens it.

    It is started when a build begins to write, so that it has imported everything when the build is to be checked.

    Args:
        folder: Of the index.
    """

    def __init__(self, folder: IndexFolder) -> None:
        command = [sys.executable, "-P", "-m", "index.check", str(folder.root.parent)]
        self._child = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def check(self, build: Path) -> None:
        """Checks a build, once.

        Raises:
            IndexDamagedError: If the build cannot be opened or does not find its own passages.
        """
        output, _ = self._child.communicate(str(build))
        if self._child.returncode != 0:
            lines = output.strip().splitlines() or [f"exit code {self._child.returncode}"]
            raise IndexDamagedError(f"The new index failed its check and was not published: {lines[-1]}")

    def close(self) -> None:
        """Ends the process, whatever it is doing; may be called twice."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.communicate()


def main(home: str, build: str) -> int:
    """Runs :func:`check`; says what is wrong on standard error."""
    try:
        check(IndexFolder(Path(home)), Path(build))
    except IndexingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    # The folder's name comes when there is something to check; none comes if the build was given up.
    name = sys.stdin.read()
    sys.exit(main(sys.argv[1], name) if name else 0)
