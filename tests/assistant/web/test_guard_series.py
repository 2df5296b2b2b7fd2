"""Who may ask: hosts, origins and what else a request says of where it comes from, in every combination.

What is expected stands beside each value, by hand; nothing here asks the guard what it thinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser.harness import served
from fakes.raw import Echoing, Reply, Trusting, ask_app, ask_socket
from fakes.service import APOPHIS, FakeService

from assistant.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

OWN_HOSTS = [
    b"localhost", b"localhost:7860", b"LocalHost:1", b"127.0.0.1", b"127.0.0.1:65535", b"[::1]", b"[::1]:7860",
]  # fmt: skip
FOREIGN_HOSTS = [
    # A name that somebody else owns, which may lead here.
    b"evil.example", b"evil.example:7860", b"localhost.evil.example", b"127.0.0.1.evil.example:7860",
    b"localhost-evil.example", b"evil.example.localhost", b"www.localhost", b"localhostt", b"ocalhost", b"localhos",
    b"127.0.0.1.nip.io", b"7f000001.evil.example", b"localtest.me", b"localhost.localdomain",
    # Names for this machine that browsers and resolvers know, but nobody uses.
    b"localhost.", b"localhost.:7860", b"127.0.0.1.", b"127.1", b"127.0.1", b"127.000.000.001", b"0x7f.1",
    b"0x7f000001", b"0177.0.0.1", b"2130706433", b"017700000001", b"0", b"0.0.0.0", b"127.0.0.2", b"127.255.255.254",
    b"[::]", b"[::]:7860", b"[::ffff:127.0.0.1]", b"[::ffff:7f00:1]", b"[0:0:0:0:0:0:0:1]", b"[::1%25lo]", b"[::1%lo]",
    b"[::127.0.0.1]", b"[64:ff9b::7f00:1]", b"[::1", b"::1", b"::1]", b"[::1]evil.example", b"[[::1]]", b"[localhost]",
    b"[127.0.0.1]", b"xn--lcalhost-9jb", b"loc\xc4\x81lhost", b"\xe2\x84\x93ocalhost", b"localho\xc5\xbft",
    # Read in one way by one parser, and in another by the next.
    b"localhost@evil.example", b"evil.example@localhost", b"user:pw@localhost", b"localhost:80@evil.example",
    b"localhost/", b"localhost/?#", b"localhost?x", b"localhost#x", b"localhost\\evil.example",
    b"evil.example/localhost", b"evil.example#localhost", b"evil.example?localhost", b"evil.example\\@localhost",
    b"localhost%00", b"localhost%2eevil.example", b"%6cocalhost", b"localhost\x00", b"localhost\x00.evil.example",
    b"local host", b"localhost\t", b" localhost", b"localhost ", b"\xa0localhost", b"localhost\x0b", b"localhost\xad",
    b"localhost:", b"localhost:7860:1", b"localhost:999999", b"localhost:-1", b"localhost:7a", b"localhost:+1",
    b"localhost:\xd9\xa1", b"localhost: 7860", b":7860", b"", b" ", b"*", b".", b"null", b"localhost,evil.example",
    b"localhost, evil.example", b"evil.example,localhost", b"localhost;evil.example", b"http://localhost",
    b"//localhost", b"localhost\r\nX: y", b"a" * 5000, b"localhost." * 500,
]  # fmt: skip

Sender = list[tuple[bytes, bytes]]
"""Headers of a request; HOST stands for the host that it names."""
SITE, MODE, DEST = b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"
OWN_SENDERS: list[Sender] = [
    [],  # a program, or somebody who typed the address
    [(b"origin", b"http://HOST")],
    [(b"origin", b"http://HOST"), (SITE, b"same-origin"), (MODE, b"cors"), (DEST, b"empty")],
    [(SITE, b"none"), (MODE, b"navigate"), (DEST, b"document")],
    # What others say of it changes nothing.
    [(b"x-forwarded-host", b"evil.example"), (b"forwarded", b"host=evil.example"), (b"x-host", b"evil.example")],
    [(b"x-original-url", b"/config"), (b"x-rewrite-url", b"/config"), (b"x-http-method-override", b"DELETE")],
]
FOREIGN_SENDERS: list[Sender] = [
    *([(b"origin", origin)] for origin in (
        b"null", b"NULL", b"", b" ", b"*", b"file://", b"about:blank", b"data:", b"blob:http://HOST", b"HOST",
        b"//HOST", b"http://evil.example", b"https://evil.example", b"http://evil.example:7860", b"http://HOST.evil.example",
        b"http://HOST@evil.example", b"http://evil.example@HOST", b"http://HOST/", b"http://HOST/x", b"http://HOST#",
        b"http://HOST?", b"http://HOST\\", b"http://HOST\x00", b"http:/HOST", b"http:HOST", b"ftp://HOST", b"ws://HOST",
        b"chrome-extension://abcdefghijklmnop", b"moz-extension://HOST", b"http://localhost:3000", b"http://127.0.0.1:1",
        b"http://[::1]:3000", b"http://HOST http://evil.example", b"http://evil.example http://HOST",
        b"http://HOST,http://evil.example", b"http://localhost.", b"http://0.0.0.0", b"http://127.1",
        b"http://[::ffff:127.0.0.1]", b"http://\xe2\x84\x93ocalhost",
    )),
    *([(SITE, site)] for site in (b"cross-site", b"same-site", b"CROSS-SITE", b"", b"odd", b"same-origin, cross-site")),
    [(SITE, b"cross-site"), (b"origin", b"http://HOST")],
    [(SITE, b"same-site"), (MODE, b"cors"), (b"origin", b"http://HOST")],
    [(SITE, b"cross-site"), (MODE, b"no-cors"), (DEST, b"script")],
    [(SITE, b"cross-site"), (MODE, b"no-cors"), (DEST, b"image")],
    [(SITE, b"cross-site"), (MODE, b"navigate"), (DEST, b"iframe")],
    [(SITE, b"cross-site"), (MODE, b"navigate"), (DEST, b"embed")],
    [(SITE, b"cross-site"), (MODE, b"websocket")],
    [(b"origin", b"http://evil.example"), (b"referer", b"http://HOST/"), (b"x-forwarded-host", b"evil.example")],
    [(b"origin", b"http://evil.example"), (SITE, b"same-origin")],
]  # fmt: skip
LINK: Sender = [(SITE, b"cross-site"), (MODE, b"navigate"), (DEST, b"document"), (b"referer", b"http://evil.example/")]
JSON = "application/json"
ROUTES = {
    "page": ("GET", "/", "", b""),
    "health": ("GET", "/api/health", "", b""),
    "article": ("GET", f"/article/{APOPHIS.id}", "", b""),
    "program": ("POST", "/api/ask", JSON, b'{"question": "Who?"}'),
    "change": ("POST", "/api/library/rebuild", JSON, b"{}"),
    "verdict": ("POST", "/api/feedback", JSON, b"{}"),
    "file": ("POST", "/api/library/files?name=x.md", "application/octet-stream", b"x"),
    "event": ("POST", "/gradio_api/cancel", JSON, b"{}"),
    "nothing": ("GET", "/config", "", b""),
}
REQUIRED = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


@pytest.fixture(scope="module")
def guarded() -> ASGIApp:
    return create_app(FakeService())


@pytest.fixture(scope="module")
def bare() -> ASGIApp:
    return create_app(FakeService(), guarded=False)


def send(app: ASGIApp, route: str, hosts: list[bytes], sender: Sender) -> Reply:
    method, target, kind, body = ROUTES[route]
    host = hosts[0] if hosts else b""
    headers = [(b"host", value) for value in hosts] + [(name, value.replace(b"HOST", host)) for name, value in sender]
    if method == "POST":
        headers += [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    return ask_app(app, method, target, headers, body)


def flaws(reply: Reply) -> list[str]:
    """What is missing from any answer, or too much in it."""
    found = [name for name, value in REQUIRED.items() if reply.values(name) != [value]]
    if not any("default-src 'none'" in policy for policy in reply.values("content-security-policy")):
        found.append("content-security-policy")
    found += [name.decode() for name, _ in reply.headers if name.startswith(b"access-control-")]
    said = b"".join(value for _, value in reply.headers) + reply.body
    return [*found, *(["echo"] if b"evil.example" in said else [])]


def intruders(app: ASGIApp, routes: list[str]) -> tuple[int, list[Any]]:
    """How many requests that must not go through were tried, and which did, or came back with a flaw."""
    tried, through = 0, []
    cases = [([host], sender) for host in FOREIGN_HOSTS for sender in OWN_SENDERS[:3]]
    cases += [([host], sender) for host in OWN_HOSTS[1:6:2] for sender in FOREIGN_SENDERS]
    # Two hosts are none, whatever they are; so is no host.
    both = [[b"localhost", b"evil.example"], [b"evil.example", b"localhost"], [b"localhost", b"localhost"], []]
    cases += [(hosts, []) for hosts in both]
    cases += [([b"evil.example"], [(b"x-forwarded-host", b"localhost"), (b"forwarded", b"host=localhost")])]
    for route in routes:
        for hosts, sender in cases:
            tried += 1
            reply = send(app, route, hosts, sender)
            if reply.status != 403 or flaws(reply):
                through.append((route, hosts, sender, reply.status, flaws(reply)))
    return tried, through


@pytest.mark.parametrize("route", ROUTES)
def test_no_stranger_gets_through(guarded: ASGIApp, route: str) -> None:
    tried, through = intruders(guarded, [route])
    assert through == []
    assert tried > 400


@pytest.mark.parametrize("route", ROUTES)
def test_the_owner_gets_through(guarded: ASGIApp, route: str) -> None:
    for host in OWN_HOSTS:
        for sender in OWN_SENDERS:
            reply = send(guarded, route, [host], sender)
            assert reply.status in ({404} if route == "nothing" else {200, 404, 422, 503}), (host, sender)
            assert reply.status != 404 or route in ("nothing", "event", "verdict"), (host, sender)
            assert flaws(reply) == [], (host, sender)


@pytest.mark.parametrize("route", ROUTES)
def test_a_link_may_lead_to_what_is_looked_at_and_no_form_to_what_changes(guarded: ASGIApp, route: str) -> None:
    reply = send(guarded, route, [b"localhost:7860"], LINK)
    assert (reply.status == 403) == (ROUTES[route][0] == "POST")
    assert flaws(reply) == []
    # Even a page that could leave out who it is cannot send JSON unasked.
    method, target, _, body = ROUTES[route]
    if method == "POST":
        for kind in (b"text/plain", b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded", b""):
            headers = [(b"host", b"localhost"), (b"content-type", kind), (b"content-length", b"2")]
            assert ask_app(guarded, method, target, headers, body).status == 415


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get", "XYZ"])
def test_nothing_else_can_be_done_and_no_preflight_succeeds(guarded: ASGIApp, method: str) -> None:
    asking = [(b"host", b"localhost"), (b"access-control-request-method", b"POST")]
    for origin in (b"http://localhost", b"http://evil.example", b"null"):
        for _, target, _, _ in ROUTES.values():
            reply = ask_app(guarded, method, target, [*asking, (b"origin", origin)])
            assert reply.status in (403, 404)
            assert flaws(reply) == []


def test_the_series_finds_what_a_missing_guard_lets_through(bare: ASGIApp) -> None:
    tried, through = intruders(bare, ["health", "program"])
    assert len(through) == tried, "everything goes through, or lacks the headers"
    assert sum(status != 403 for *_, status, _ in through) > 0.9 * tried


def test_the_series_finds_a_guard_that_believes_names(guarded: ASGIApp) -> None:
    _, through = intruders(Trusting(guarded), ["health"])
    names = {hosts[0] for _, hosts, _, status, _ in through if status == 200}
    assert {b"localhost.evil.example", b"127.0.0.1.nip.io", b"localhost@evil.example", b"evil.example"} <= names


def test_the_series_finds_a_guard_that_lets_others_read(guarded: ASGIApp) -> None:
    tried, through = intruders(Echoing(guarded), ["health"])
    assert len(through) == tried


@pytest.fixture(scope="module")
def address(guarded: ASGIApp) -> Iterator[tuple[str, int]]:
    with served(guarded) as url:
        yield "127.0.0.1", int(url.rpartition(":")[2])


TARGETS = [
    # As proxies are asked; what stands in the target is not the host that counts, and no way around the one that does.
    (b"http://evil.example/api/health", b"Host: evil.example"), (b"http://localhost/api/health", b"Host: evil.example"),
    (b"http://localhost@evil.example/", b"Host: evil.example"), (b"//evil.example/", b"Host: evil.example"),
    (b"/api/health", b"Host: localhost\r\nHost: evil.example"),
    (b"/api/health", b"Host: evil.example\r\nHost: localhost"),
    (b"/api/health", b"Host:"), (b"/api/health", b"X: y"), (b"/api/health", b"Host: localhost\r\n\tevil.example"),
    (b"/api/health", b"Host : localhost"), (b"/api/health", b" Host: localhost"),
    (b"/api/health", b"Host: localhost\x00"),
    (b"/api/health", b"Host\x00: localhost"), (b"/api/health", b"H\xc3\xb6st: localhost"),
    (b"localhost:7860", b"Host: localhost"), (b"*", b"Host: localhost"), (b"evil.example:443", b"Host: localhost"),
    (b"http://evil.example/config", b"Host: localhost"), (b"//localhost/config", b"Host: localhost"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "lines"), TARGETS)
def test_over_a_socket_odd_targets_and_headers_get_nothing(
    address: tuple[str, int], target: bytes, lines: bytes
) -> None:
    for method in (b"GET", b"POST", b"HEAD"):
        request = method + b" " + target + b" HTTP/1.1\r\n" + lines + b"\r\nConnection: close\r\n\r\n"
        reply = ask_socket(address, request)
        assert reply.status in (400, 403, 404)
        assert b"generation" not in reply.body
        assert b"components" not in reply.body, "what Gradio says at /config"
        # The server itself answers what is no request; everything else comes from the guard.
        assert reply.status == 400 or flaws(reply) == []
