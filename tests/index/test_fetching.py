"""What is fetched and where redirects may lead, over real sockets; see fakes.web."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from fakes.web import PUBLIC, PUBLIC_V4, Web, answer, moved

from index import addresses, transfer
from index.errors import SourceError
from index.fetching import Fetched, ending_of, fetch

PAGE = "http://public.example/"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


def get(web: Web, url: str = PAGE) -> Fetched:
    return fetch(url, allowed=True, resolve=web.resolve, connect=web.connect)


def test_nothing_is_fetched_unless_it_is_allowed(web: Web) -> None:
    with pytest.raises(SourceError, match="ASSISTANT_NETWORK=on") as caught:
        fetch("http://me:secret@public.example/", allowed=False, resolve=web.resolve, connect=web.connect)
    assert "secret" not in str(caught.value)
    assert not web.asked
    assert not web.dialled


def test_a_page_is_fetched_and_nothing_is_told_but_what_must_be(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    web.pages["other.example/b"] = answer(b"<p>Hello</p>", "200 OK", content_type="Text/HTML; charset=utf-8")
    web.pages["public.example/a"] = answer(
        b"", "302 Found", "Location: http://other.example/b#part", "Set-Cookie: id=1; Domain=example", "Refresh: 0"
    )
    fetched = get(web, "http://public.example/a")
    assert fetched == Fetched(
        url="http://other.example/b", content=b"<p>Hello</p>", content_type="text/html", ending=".html"
    )
    assert web.asked == ["public.example", "other.example"]
    assert all(address in PUBLIC and port == 80 for address, port in web.dialled)
    headers = [line.split(b":")[0].lower() for line in web.requests[1].split(b"\r\n")[1:] if line]
    assert headers == [b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"]
    assert b"User-Agent: citewell/" in web.requests[1]


@pytest.mark.parametrize(
    ("content_type", "path", "ending"),
    [
        ("text/html", "/", ".html"), ("application/xhtml+xml", "/a.pdf", ".html"), ("text/plain", "/", ".txt"),
        ("text/plain", "/README.md", ".md"), ("text/plain", "/feed.rss?x=.md", ".xml"),
        ("text/plain", "/a.html", ".txt"),
        ("application/rss+xml", "/feed", ".xml"), ("application/atom+xml", "/", ".xml"), ("text/xml", "/", ".xml"),
        ("application/json", "/", ".json"), ("application/json", "/a.jsonl", ".jsonl"),
        ("application/pdf", "/", ".pdf"),
        ("application/feed+json", "/", ".json"), ("application/x-ndjson", "/", ".jsonl"), ("text/markdown", "/", ".md"),
        ("application/epub+zip", "/", ".epub"), ("application/zip", "/a", ".zip"),
        ("application/zip", "/a.docx", ".docx"),
        ("application/octet-stream", "/a.PDF", ".pdf"), ("", "/a%2Emd", ".md"), ("", "/", None),
        ("application/octet-stream", "/a.exe", None), ("image/png", "/a.html", None), ("text/css", "/a.md", None),
        ("video/mp4", "/", None), ("application/javascript", "/a.json", None), ("text/htmlx", "/", None),
    ],
)  # fmt: skip
def test_the_content_type_decides_and_then_the_name(content_type: str, path: str, ending: str | None) -> None:
    assert ending_of(content_type, path) == ending


@pytest.mark.parametrize(
    "content_type", [None, "image/png", "application/x-msdownload", "text/html\x1b[31m", "x" * 900]
)
def test_other_contents_are_refused_unread(web: Web, content_type: str | None) -> None:
    web.pages["public.example/"] = answer(content_type=content_type)
    with pytest.raises(SourceError, match="supported are web pages") as caught:
        get(web)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops \x1b[31m", "204 No Content", "206 Partial", "799 Odd"])
def test_a_server_that_says_no_is_quoted_by_number(web: Web, status: str) -> None:
    web.pages["public.example/"] = answer(b"<p>Sorry</p>", status)
    with pytest.raises(SourceError, match=f"answered {status[:3]}") as caught:
        get(web)
    assert str(caught.value).isprintable()


# Redirects and names that change ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "place",
    ["http://other.example/b", "//other.example/b", "/b", "b", "./x/../b", "?x", "b c", "///127.0.0.1/", "http:///x"],
)
def test_a_redirect_is_followed(web: Web, status: str, place: str) -> None:
    web.pages["public.example/"] = moved(place, status)
    assert get(web).content == b"<p>Hello</p>"
    assert len(web.requests) == 2
    assert {address for address, _ in web.dialled} <= set(PUBLIC)
    assert all(request.startswith(b"GET ") for request in web.requests)


FORBIDDEN = [
    "http://127.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "//10.0.0.1/",
    "http://0x7f.1/", "http://2130706433/", "http://inside.example/", "http://mixed.example/", "http://localhost/",
    "http://metadata.google.internal/", "http://public.example@127.0.0.1/", "http://me:secret@public.example/",
    "http://public.example:8080/", "http://public.example:22/", "ftp://public.example/", "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_", "javascript:alert(1)", "data:text/html,x", "http:\\\\127.0.0.1\\", "\\\\127.0.0.1\\",
    "http://127。0。0。1/", "http://１２７.0.0.1/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://",
    "http://127.1/", "http://%31%32%37.0.0.1/", "http://[::1", "http://public.example\t@127.0.0.1/", "",
    "https:///127.0.0.1/", "http://100.100.100.200/", "http://[fd00:ec2::254]/", "http://0/",
]  # fmt: skip


@pytest.mark.parametrize("status", ["301 Moved", "307 Temporary"])
@pytest.mark.parametrize("place", FORBIDDEN)
def test_a_redirect_is_checked_like_a_first_address(web: Web, place: str, status: str) -> None:
    web.names["mixed.example"] = [PUBLIC_V4, "10.0.0.1"]
    web.pages["public.example/"] = moved(place, status)
    with pytest.raises(SourceError, match=r"it leads on to|without saying where|in a circle") as caught:
        get(web)
    assert len(web.dialled) == len(web.requests) == 1
    assert str(caught.value).isprintable()
    assert "secret" not in str(caught.value)


def test_without_the_rule_a_redirect_would_lead_inside(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard's proof."""
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    web.pages["public.example/"] = moved("http://inside.example/")
    assert get(web).url == "http://inside.example/"
    assert ("127.0.0.1", 80) in web.dialled


@pytest.mark.parametrize("hops", range(8))
def test_at_most_five_redirects(web: Web, hops: int) -> None:
    web.pages |= {f"public.example/{hop}": moved(f"/{hop - 1}") for hop in range(1, hops + 1)}
    if hops <= 5:
        assert get(web, f"{PAGE}{hops}").url == f"{PAGE}0"
    else:
        with pytest.raises(SourceError, match="more than 5 addresses"):
            get(web, f"{PAGE}{hops}")
    assert len(web.dialled) == min(hops, 5) + 1


@pytest.mark.parametrize("circle", ["/", "/a /", "/a /b /a", "http://other.example/ http://public.example/"])
def test_circles_end(web: Web, circle: str) -> None:
    places = circle.split()
    for at, place in zip(["/", *places], places, strict=False):
        web.pages[at.removeprefix("http://") if "://" in at else f"public.example{at}"] = moved(place)
    with pytest.raises(SourceError, match="in a circle"):
        get(web)


@pytest.mark.parametrize("status", ["300 Choices", "304 Not Modified", "305 Use Proxy", "306 Switch", "201 Created"])
def test_other_answers_with_a_place_are_not_followed(web: Web, status: str) -> None:
    web.pages["public.example/"] = moved("http://other.example/", status)
    with pytest.raises(SourceError, match=f"answered {status[:3]}"):
        get(web)
    assert len(web.dialled) == 1


@pytest.mark.parametrize("header", ["Refresh: 0; url=http://127.0.0.1/", "Link: <http://127.0.0.1/>; rel=preload",
                                    "Content-Location: http://127.0.0.1/", "Alt-Svc: h2=\"127.0.0.1:80\""])  # fmt: skip
def test_what_a_page_says_about_other_places_is_not_followed(web: Web, header: str) -> None:
    content = b"<base href=http://127.0.0.1/><meta http-equiv=refresh content='0; url=http://127.0.0.1/'>"
    web.pages["public.example/"] = answer(content, "200 OK", header)
    assert get(web).content == content
    assert len(web.dialled) == 1


@pytest.mark.parametrize("answers", range(1, 5))
def test_a_name_that_moves_inside_is_stopped(web: Web, answers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection goes to what its one lookup said; a name that changes between two redirects is checked anew."""

    def rebinding(name: str) -> list[str]:
        web.asked.append(name)
        return PUBLIC if len(web.asked) <= answers else ["127.0.0.1"]

    def no_other_lookup(*_: object, **__: object) -> None:
        raise AssertionError("a second lookup")

    monkeypatch.setattr(socket, "getaddrinfo", no_other_lookup)
    web.pages |= {f"public.example/{hop}": moved(f"/{hop - 1}") for hop in range(1, 6)}
    assert fetch(f"{PAGE}{answers - 1}", allowed=True, resolve=rebinding, connect=web.connect).url == f"{PAGE}0"
    assert (len(web.asked), len(web.dialled)) == (answers, answers)
    web.asked.clear()
    with pytest.raises(SourceError, match="not on the public internet"):
        fetch(f"{PAGE}{answers}", allowed=True, resolve=rebinding, connect=web.connect)
    assert {address for address, _ in web.dialled} <= set(PUBLIC)
    assert len(web.dialled) == 2 * answers


def test_a_connection_that_leads_elsewhere_gets_no_request(web: Web) -> None:
    def diverted(address: str, port: int, seconds: float) -> socket.socket:
        sock = web.connect(address, port, seconds)
        sock.peer = ("127.0.0.1", port)  # type: ignore[attr-defined]
        return sock

    with pytest.raises(SourceError, match=r"led to 127\.0\.0\.1 instead of"):
        fetch(PAGE, allowed=True, resolve=web.resolve, connect=diverted)
    assert not web.requests


def test_the_next_address_is_tried_when_one_does_not_answer(web: Web) -> None:
    def connect(address: str, port: int, seconds: float) -> socket.socket:
        if address == PUBLIC_V4:
            raise ConnectionRefusedError(111, "Connection refused")
        return web.connect(address, port, seconds)

    assert fetch(PAGE, allowed=True, resolve=web.resolve, connect=connect).content
    with pytest.raises(SourceError, match=r"cannot be reached \(Connection refused\)"):
        fetch("http://other.example/", allowed=True, resolve=web.resolve, connect=connect)


def test_the_systems_own_connection_and_lookup() -> None:
    """The guard of the whole run stops both; that they ask for the right thing shows in what it says."""
    with pytest.raises(AssertionError, match=r"look up b'public\.example\.'"):
        fetch(PAGE, allowed=True)
    with pytest.raises(AssertionError, match=f"connect to .*{PUBLIC_V4}"):
        fetch(f"http://{PUBLIC_V4}/", allowed=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        transfer.system_connect("127.0.0.1", server.getsockname()[1], 1).close()
