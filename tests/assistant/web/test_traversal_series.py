"""Ways out of a folder, tried on every route that takes a path or a name, byte for byte over a real socket.

A file that must never be shown lies where each of them would lead; what uploads write is compared before and after.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_from_bytes

import pytest
from browser.harness import served
from fakes.raw import NaiveFiles, Reply, ask_socket, request_of
from fakes.service import APOPHIS, FakeService

from assistant.library.librarian import Librarian
from assistant.web.app import create_app
from index.settings import IndexSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = b"7d0f-canary-that-must-not-be-seen"
ROUTES = [
    "/page/", "/assets/", "/article/", "/conversation/", "/api/articles/", "/gradio_api/file=", "/gradio_api/file/",
    "/gradio_api/static/", "/gradio_api/proxy=", "/gradio_api/heartbeat/", "/gradio_api/call/", "/static/",
    "/theme.css", "/page/talk.js/", "/api/library/", "/",
]  # fmt: skip
UP = [
    b"../", b"..%2f", b"%2e%2e/", b"%2e%2e%2f", b".%2e/", b"..%252f", b"%252e%252e%252f", b"%25252e%25252e%25252f",
    b"..\\", b"..%5c", b"%2e%2e%5c", b"..%255c", b"..;/", b"..;x=1/", b"..%3b/", b"....//", b"....%2f%2f", b"..././",
    b".../", b"..%00/", b"..%0d%0a/", b"..%09/",
    b"..%c0%af", b"%c0%ae%c0%ae%c0%af", b"%c0%ae%c0%ae/", b"%e0%80%ae%e0%80%ae/",
    b"..%c1%9c", b"..%ef%bc%8f", b"%ef%bc%8e%ef%bc%8e/", b"%e2%80%a5/",
    b"..%e2%88%95", b"%u002e%u002e%u2215", b"..?/", b"..#/",
    b"./../", b"x/../../", b"/../", b"//../", b"..//", b".. /", b"..%20/", b"~/../", b"..\\/", b"\xc0\xae\xc0\xae/",
]  # fmt: skip
PASSWD, WINDOWS = b"etc/passwd", b"windows/win.ini"


class Place(NamedTuple):
    """A server over a home of its own."""

    address: tuple[str, int]
    home: Path
    canary: Path


def escapes(canary: Path, start: Path) -> list[bytes]:
    """What might lead from a folder to a file elsewhere, as it stands in a request."""
    way = os.path.relpath(canary, start)
    steps, name = way.count("../"), way.replace("../", "").encode()
    found = [up * times + name for up in UP for times in (steps, 12)]
    found += [up * 8 + PASSWD for up in UP[:12]]
    path = str(canary).encode()
    once = quote_from_bytes(path, safe="").encode()
    found += [
        path, path[1:], b"/" + path, b"//" + path, once, quote(once, safe="").encode(), path.replace(b"/", b"\\"),
        path + b"%00.css", path + b"%00", path + b"%20", path + b".", path + b"::$DATA", b"file://" + path,
        b"file:" + path, b"%66ile:" + path, b"http://localhost" + path, b"C:" + path,
        b"C:\\" + WINDOWS, b"C%3a%5c" + WINDOWS, b"\\\\?\\C:\\x",
        b"\\\\localhost\\share\\" + name, b"//localhost/share/" + name,
        b"%5c%5clocalhost%5cc$", b"/proc/self/environ",
        b"../" * 8 + b"proc/self/environ", b"/dev/zero", b"/dev/stdin", b"CON",
        b"NUL", b"aux.css", b"..", b".", b"%2e%2e",
        b"%", b"%0", b"%zz", b"%00", b"a" * 5000, b"../" * 4000 + name, b"%2e%2e%2f" * 2000 + name, b"*", b"[a-z]*",
        b"web.py", b"../web.py", b"..%2fweb.py", b"__init__.py", b"..%2f..%2fseeds%2fSOURCES.md", b"feedback.jsonl",
        b"..%2fusers.json", b"..%2fCURRENT",
    ]  # fmt: skip
    # Bytes that cannot stand in the first line of a request at all end there; a few are sent all the same.
    return [item.replace(b" ", b"%20") for item in found]


def secrets(reply: Reply) -> bool:
    """Whether an answer shows anything of a file that it must not."""
    return bool(re.search(rb"root:.?:0:0|HOSTNAME=|create_app|restates:|" + CANARY, reply.body))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("served") / "home"
    home.mkdir()
    canary = home.parent / "canary.md"
    canary.write_bytes(CANARY)
    librarian = Librarian(IndexSettings(home=home), lambda: None, threading.Event())
    with served(create_app(FakeService(librarian=librarian))) as url:
        yield Place(("127.0.0.1", int(url.rpartition(":")[2])), home, canary)


@pytest.mark.parametrize("route", ROUTES)
def test_no_route_leads_out(place: Place, route: str) -> None:
    start = Path(__file__).parents[3] / "assistant" / "page"
    tried = escapes(place.canary, start)
    assert len(set(tried)) > 120
    for item in tried:
        if re.fullmatch(rb"\w+", item) and "heartbeat" in route:
            continue  # the name of a tab, for which this is a stream without an end
        reply = ask_socket(place.address, request_of("GET", route.encode() + item))
        assert not secrets(reply), item
        # Nothing is found, and nothing is so strange that it breaks something; 303 is the way to the plain page.
        assert reply.status in (400, 403, 404, 414, 431) or (reply.status, reply.values("location")) == (303, ["/"]), (
            item
        )
        if reply.status in (403, 404):
            assert reply.values("x-content-type-options") == ["nosniff"], item


@pytest.mark.parametrize("query", ["start", "end", "file", "path", "name", "v", "__theme", "deep_link", "view"])
def test_no_query_leads_out(place: Place, query: str) -> None:
    for path in (f"/article/{APOPHIS.id}", "/page/talk.js", "/", "/api/articles", "/gradio_api/queue/data"):
        for item in escapes(place.canary, place.home)[::7]:
            if path == "/gradio_api/queue/data" or b"#" in item:
                continue  # a stream without an end; a fragment
            target = f"{path}?{query}=".encode() + item
            reply = ask_socket(place.address, request_of("GET", target))
            assert reply.status in (200, 303, 400, 404, 414, 422, 431), target
            assert not re.search(rb"root:.?:0:0|HOSTNAME=|" + CANARY, reply.body), target


NAMES = [
    *("CON.md", "con.md", "NUL.txt", "aux.pdf", "COM1.md", "LPT1.txt", "CONIN$.md", "CLOCK$.md"),
    *("..md", "...md", ".md", "..", ".", "", " "),
    *("/", "\\", ".htaccess", ".bashrc.md", "-rf.md", "--help.md", "~.md", "~root/x.md"),
    *("a.md:stream", "a.md::$DATA", "a.md.", "a.md "),
    *("a. md", "C:a.md", "C:\\a.md", "\\\\host\\share\\a.md", "//host/a.md"),
    *("a\0.md", "\0.md", "a.md\0.exe", "a\n.md", "a\r\nX: y.md"),
    *("\x1b[2Ja.md", "\x7f.md", "\u202edm.a", "a\u2028.md", "\ufeffa.md"),
    *("ａ／..／b.md", "a\u2215b.md", "..\u2216b.md", "․․/b.md", "e\u0301.md"),
    *("é.md", "É.md", "🛰.md", "a" * 400 + ".md", "é" * 200 + ".md"),
    *("a." + "b" * 400 + ".md", "." * 300 + "md", "a.md/", "a.md/."),
    *("a/b/c.md", "CURRENT.md", "../CURRENT", "library.json", "users.json"),
    *("$(touch x).md", "`x`.md", "{0.__class__}.md", "%s%n.md"),
    *("a'b\"c.md", "<img src=x onerror=1>.md", "a;b.md", "a|b.md", "a&b.md"),
    *("link.md", "folder.md", "generations/../../canary.md", "articles/../../canary.md"),
    *("article.md", "*.md", "?.md", "[a].md"),
]  # fmt: skip


def names(canary: Path, folder: Path) -> list[bytes]:
    """As they stand in a request: what leads to a file elsewhere, ending in a format that is read, and odd names."""
    ways = [item for item in escapes(canary, folder) if len(item) < 4000]
    return [*ways[::2], *(item + b"%2emd" for item in ways[::5]), *(quote(name).encode() for name in NAMES)]


def what_lies(folder: Path, apart_from: Path) -> dict[str, str]:
    """Each file below a folder by its content, and where each link leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if apart_from in (path, *path.parents):
            continue
        if path.is_symlink():
            found[str(path)] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[str(path)] = "folder"
    return found


def test_uploads_stay_in_their_folder(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    # Hundreds of waits for the disk; what is written where is the same without them.
    monkeypatch.setattr("os.fsync", lambda _: None)
    folder, root = place.home / "articles", place.home.parent
    folder.mkdir(exist_ok=True)
    # What somebody else put there must not be followed, nor taken for a file.
    (folder / "link.md").symlink_to(place.canary)
    (folder / "folder.md").mkdir()
    (place.home / "CURRENT").write_text("000001", encoding="ascii")
    before = what_lies(root, folder)
    tried, stored = 0, 0
    for number, item in enumerate(dict.fromkeys(names(place.canary, folder))):
        if b"#" in item:
            continue
        body = b"Number %d" % number
        target = b"/api/library/files?name=" + item
        reply = ask_socket(place.address, request_of("POST", target, body, "application/octet-stream"))
        assert reply.status in (201, 400, 422), item
        assert not secrets(reply), item
        kept = [path for path in folder.iterdir() if path.name not in ("link.md", "folder.md")]
        assert len(kept) == (reply.status == 201), item
        for path in kept:
            assert path.read_bytes() == body, item
            assert path.is_file()
            assert not path.is_symlink()
            assert re.fullmatch(r"(?!\.)[^/\\\x00-\x1f\x7f<>:\"|?*]{1,180}", path.name), path.name
            path.unlink()  # many get the same name, and would get numbers
        tried, stored = tried + 1, stored + len(kept)
    assert what_lies(root, folder) == before
    assert place.canary.read_bytes() == CANARY
    assert tried > 150
    assert stored > 50


def test_the_series_finds_files_that_are_joined_to_a_folder(place: Place) -> None:
    page = Path(__file__).parents[3] / "assistant" / "page"
    with served(NaiveFiles(page, ["/page/"])) as url:
        address = ("127.0.0.1", int(url.rpartition(":")[2]))
        tried = escapes(place.canary, page)
        seen = {item for item in tried if secrets(ask_socket(address, request_of("GET", b"/page/" + item)))}
    assert len(seen) > 20
    for way in (b"../", b"%2e%2e%2f", b"..%252f", b"..%5c", b"..;/"):
        assert any(item.startswith(way) for item in seen), way


def test_the_series_finds_what_gradio_serves_without_the_guard(place: Place) -> None:
    import gradio
    from gradio.data_classes import _StaticFiles

    # What a careless setting would open, is shut by the guard all the same.
    gradio.set_static_paths([place.canary.parent])
    try:
        request = request_of("GET", b"/gradio_api/file=" + str(place.canary).encode())
        with served(create_app(FakeService(), guarded=False)) as url:
            without = ask_socket(("127.0.0.1", int(url.rpartition(":")[2])), request)
        assert secrets(without)
        assert without.status == 200
        assert ask_socket(place.address, request).status == 404
    finally:
        _StaticFiles.all_paths = []
