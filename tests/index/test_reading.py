"""Files: which are found, what is refused and how that is said, and that nothing is ever written to."""

from __future__ import annotations

import codecs
import os
import socket
from pathlib import Path

import pytest

from index import reading
from index.errors import SourceError
from index.readers.formats import READERS, is_supported, read
from index.readers.limits import MAX_FILE_BYTES
from index.reading import Source, bytes_of, find_sources
from index.types import Article

TEXT = "Ein Titel\n\nÄpfel und Öl kosten 5 € – “really”. 宇宙 😀"
WESTERN = "Le café était fermé, naïvement — “quoted” text; l’élève a reçu 5 € déjà."
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def put(path: Path, content: bytes | str = "A text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_article(source: Source) -> Article | None:
    (item,) = read(bytes_of(source), source.name)
    return item if isinstance(item, Article) else None


def names(*paths: Path) -> list[str]:
    return [source.name for source in find_sources(paths)]


def one_line_of(error: SourceError) -> str:
    message = str(error)
    assert message.isprintable()
    assert error.reason in message
    assert len(error.reason) > 8
    return message


def refusal(path: Path) -> str:
    """What is said about a file that was named."""
    with pytest.raises(SourceError) as caught:
        [read_article(source) for source in find_sources([path])]
    return one_line_of(caught.value)


def read_text_of(path: Path) -> str:
    article = read_article(Source(path, path.name, is_named=True))
    assert article is not None
    return article.text


def test_folders_are_read_in_order_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.txt", "a.txt", "c.png", "Ä.txt"):
        put(tmp_path / name)
    assert names(tmp_path) == ["a/b/c.txt", "a/z.md", "a.txt", "b.txt", "c.png", "Ä.txt"]
    assert names(tmp_path / "b.txt", tmp_path / "a") == ["b.txt", "b/c.txt", "z.md"]
    assert [source.is_named for source in find_sources([tmp_path / "b.txt", tmp_path / "a"])] == [True, False, False]


def test_folders_can_be_nested_deeper_than_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = 1500
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    put(Path("deep.txt"))
    os.chdir(tmp_path)
    try:
        assert names(Path()) == ["d/" * depth + "deep.txt"]
    finally:  # pytest's own removal of old folders calls itself for each level
        os.chdir("d/" * depth)
        Path("deep.txt").unlink()
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()


def test_hidden_files_and_links_in_folders_are_passed_over(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", put(tmp_path / "outside" / "secret.txt")
    put(folder / ".hidden.txt")
    put(folder / ".git" / "config.txt")
    put(folder / "seen.txt")
    (folder / "link.txt").symlink_to(outside)
    (folder / "linked").symlink_to(outside.parent)
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert names(folder) == ["seen.txt"]


def test_links_and_hidden_files_that_are_named_are_read(tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(put(tmp_path / ".target.txt", "Linked."))
    assert names(link, tmp_path / ".target.txt") == ["link.txt", ".target.txt"]
    assert read_text_of(link) == "Linked."


def test_a_file_in_a_folder_that_becomes_a_link_is_refused(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside.txt")
    (source,) = find_sources([put(tmp_path / "folder" / "a.txt").parent])
    source.path.unlink()
    source.path.symlink_to(outside)
    with pytest.raises(SourceError, match="is no regular file"):
        read_article(source)


@pytest.mark.parametrize("name", ["missing", "missing/a.txt", "file.txt/a.txt", "nul\x00.txt"])
def test_missing_files_are_named(tmp_path: Path, name: str) -> None:
    put(tmp_path / "file.txt")
    assert "there is no such file or folder; check the name" in refusal(tmp_path / name)


def test_links_in_a_circle_and_overlong_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "cannot be opened (" in refusal(tmp_path / "a")
    assert "cannot be opened (" in refusal(tmp_path / ("n" * 300))


def test_a_file_that_vanishes_is_refused(tmp_path: Path) -> None:
    (source,) = find_sources([put(tmp_path / "a.txt")])
    source.path.unlink()
    with pytest.raises(SourceError, match="cannot be opened") as caught:
        read_article(source)
    assert one_line_of(caught.value) == "a.txt: cannot be opened (No such file or directory)"


def test_pipes_and_sockets_do_not_block(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket.txt"))
        sources = list(find_sources([folder]))
        assert [source.name for source in sources] == ["pipe.txt", "socket.txt"]
        for source in sources:
            with pytest.raises(SourceError, match="is no regular file"):
                read_article(source)
            assert "is no regular file; name a file or a folder of files" in refusal(source.path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_what_cannot_be_opened_is_refused(tmp_path: Path, mode: int) -> None:
    folder = put(tmp_path / "folder" / "sub" / "a.txt").parent.parent
    file = put(tmp_path / "shut.txt")
    folder.chmod(mode)
    file.chmod(0)
    try:
        assert "cannot be opened (Permission denied)" in refusal(folder)
        assert "cannot be opened (Permission denied)" in refusal(folder / "sub")
        assert "cannot be opened (Permission denied)" in refusal(file)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("name", ["a.png", "a", "a.md.bak", "a.doc", "txt"])
def test_unknown_endings_are_refused_with_those_that_are_known(tmp_path: Path, name: str) -> None:
    path = put(tmp_path / name)
    assert not is_supported(path.name)
    assert refusal(path) == f"{name}: this format is not read; supported are {', '.join(READERS)}"


@pytest.mark.parametrize("name", ["a.md", "a.MD", "a.Markdown", "a.txt", "a.TEXT"])
def test_endings_in_any_case_are_known(tmp_path: Path, name: str) -> None:
    path = put(tmp_path / name)
    assert is_supported(path.name)
    assert read_text_of(path) == "A text."


@pytest.mark.parametrize("ending", [".md", ".txt"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\f\n", "the file is empty"),
        (codecs.BOM_UTF8, "holds no visible text"),
        (codecs.BOM_UTF16_LE, "holds no visible text"),
        ("\u200b\u3000\u202e".encode(), "holds no visible text"),
        (PNG, "is a binary file, not text"),
        (b"text\x00text", "is a binary file, not text"),
        (b"\x01\x02\x03text\x07" * 9, "is a binary file, not text"),
        (b"\xff\x00\xfe\x80" * 9, "is a binary file, not text"),
        ("no mark".encode("utf-16-le"), "is a binary file, not text"),
        (bytes(range(0x80, 0x100)) * 3, "its text encoding is not recognised; save it as UTF-8"),
    ],
    ids=repr,
)
def test_files_without_text_are_refused(tmp_path: Path, ending: str, content: bytes, reason: str) -> None:
    assert refusal(put(tmp_path / f"a{ending}", content)) == f"a{ending}: {reason}"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        TEXT.encode("utf-32"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\n").encode("utf-16"),
    ],
    ids=lambda content: repr(content[:6]),
)
@pytest.mark.parametrize("ending", [".md", ".txt"])
def test_unicode_with_and_without_mark(tmp_path: Path, content: bytes, ending: str) -> None:
    assert read_text_of(put(tmp_path / f"a{ending}", content)).endswith("Äpfel und Öl kosten 5 € – “really”. 宇宙 😀")


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: takes no room
    assert refusal(path) == "large.txt: is larger than 50 MB; split it into articles"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert "is larger than 50 MB" in refusal(path)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs a file that is longer than it says")
def test_a_file_that_grows_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 100)
    with pytest.raises(SourceError, match="is larger than"):
        bytes_of(Source(Path("/proc/self/maps"), "maps.txt", is_named=True))


def test_a_file_at_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 10)
    assert read_text_of(put(tmp_path / "a.txt", "ten bytes.")) == "ten bytes."


@pytest.mark.parametrize(
    "name", ["a\nError: b.png", "\x1b[31mred.png", "\u202egpj.png", "zero\u200bwidth.png", "\udcff.png", "\x85.png"]
)
def test_names_cannot_fake_messages(tmp_path: Path, name: str) -> None:
    message = refusal(put(tmp_path / name))
    assert message.count(": ") >= 1
    assert name not in message
    assert "\\" in message
    assert refusal(tmp_path / name / "missing").isprintable()


def test_names_that_are_no_text_can_be_read(tmp_path: Path) -> None:
    path = put(tmp_path / "\udcff\u202e.txt")
    (source,) = find_sources([tmp_path])
    article = read_article(source)
    assert article is not None
    assert (article.title, article.text) == (r"\udcff\u202e", "A text.")
    assert path.exists()


def test_the_way_from_a_file_to_an_article(tmp_path: Path) -> None:
    put(tmp_path / "sub" / "one.md", "---\r\ntitle: One\r\n---\r\nThe *text*.\r\n")
    put(tmp_path / "sub" / "two.md", "---\nindex: false\n---\nx")
    one, two = (read_article(source) for source in find_sources([tmp_path]))
    assert one is not None
    assert (one.title, one.text, one.source) == ("One", "The text.", "sub/one.md")
    assert two is None


def test_files_are_only_read(tmp_path: Path) -> None:
    contents = {
        "a.txt": TEXT.encode(),
        "b.md": b"---\nbroken",
        "c.txt": WESTERN.encode("cp1252"),
        "d.txt": PNG,
        "e.png": b"x",
    }
    for name, content in contents.items():
        path = put(tmp_path / name, content)
        os.utime(path, ns=(1, 1))
        path.chmod(0o444)
    before = tmp_path.stat().st_mtime_ns
    for source in find_sources([tmp_path]):
        try:
            read_article(source)
        except SourceError as error:
            one_line_of(error)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == contents
    assert {path.stat().st_mtime_ns for path in tmp_path.iterdir()} == {1}
    assert tmp_path.stat().st_mtime_ns == before
