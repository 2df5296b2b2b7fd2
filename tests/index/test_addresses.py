"""No address that is not public is ever connected to, however it is written; the server would answer to any."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from itertools import product

import idna
import pytest
from fakes.web import PUBLIC, PUBLIC_V4, PUBLIC_V6, Web
from hypothesis import given
from hypothesis import strategies as st

from index import addresses
from index.addresses import is_address, is_public, parse, shown, system_resolver
from index.errors import SourceError
from index.fetching import fetch


def _words(text: str) -> list[str]:
    return text.split()


PRIVATE_V4 = _words("""
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.254 127.0.0.1
    127.255.0.1 168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1
    192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
    240.0.0.1 255.255.255.255""")
PRIVATE_V6 = _words(""":: ::1 ::7f00:1 ::ffff:7f00:1 ::ffff:a9fe:a9fe ::ffff:5db8:d70e ::ffff:0:7f00:1 64:ff9b::7f00:1
    64:ff9b::5db8:d70e 64:ff9b:1::a00:1 100::1 2001::1 2001:0:5db8:d70e::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
    2002:7f00:1::1 2002:a9fe:a9fe:: 2002:5db8:d70e::1 3ffe::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1
    fec0::1 ff02::1 ff0e::1 2606:2800::5efe:a00:1 2606:2800::200:5efe:7f00:1""")
PRIVATE = [*PRIVATE_V4, *PRIVATE_V6]
ODD_V4 = {
    "127.0.0.1": """2130706433 0x7f000001 0X7F000001 017700000001 127.1 127.0.1 0177.0.0.1 0177.1 0x7f.0.0.1 0x7f.1
        127.0.0.01 127.0.0.0x1 0x7f.0.0.0x1 00177.0.0.1 127.0x1""",
    "169.254.169.254": """2852039166 0xa9fea9fe 025177524776 169.16689662 169.254.43518 0251.0376.0251.0376
        0xa9.0xfe.0xa9.0xfe 169.254.169.0xfe 0251.254.169.254 169.254.0xa9fe""",
    "10.0.0.1": "167772161 0xa000001 01200000001 10.1 10.0.1 012.0.0.1 0xa.1 0xA.0.0.1",
    "192.168.0.1": "3232235521 0xc0a80001 030052000001 192.11010049 192.168.1 0300.0250.0.1 0xc0.0xa8.0.1",
}
REFUSED = {
    "user names": r"""http://me@public.example/ http://me:secret@public.example/ http://@public.example/
        http://public.example@127.0.0.1/ http://public.example:80@127.0.0.1/ http://127.0.0.1@public.example/
        http://a:b@c:d@public.example/ http://public.example&@127.0.0.1#@other.example/ http://:@public.example
        http://public.example:@127.0.0.1/ http://a@b@10.0.0.1 https://public.example:443@[::1]/""",
    "backslashes": r"""http:\\127.0.0.1\ http://public.example\@127.0.0.1/ http://127.0.0.1\.public.example/
        https:/\127.0.0.1 http://public.example\ http://public.example/\..\ \\127.0.0.1\share
        http://public.example:80\@127.0.0.1""",
    "escapes": """http://%31%32%37.0.0.1/ http://127%2e0%2e0%2e1/ http://public%2eexample/ http://public.example%00/
        http://public.example%2f@127.0.0.1/ http://127.0.0.1%23.public.example/ http://%6c%6fcalhost/
        http://127.0.0.1%20/ http://public.example%0d%0aHost:x/ http://%5B::1%5D/""",
    "dots": """http://127。0。0。1/ http://127．0．0．1/ http://127｡0｡0｡1/ http://127․0․0․1/ http://169。254。169。254/
        http://public..example/ http://.public.example/ http://public.example./ http://127.0.0.1./ http://./
        http://../ http://public。example/ http://localhost。/ http://127.0.0。1/ http://10｡0.0.1""",
    "digits": """http://１２７.0.0.1/ http://①②⑦.⓪.⓪.①/ http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/ http://¹²⁷.⁰.⁰.¹/ http://ⓛocalhost/
        http://ｌｏｃａｌｈｏｓｔ/ http://²¹³⁰⁷⁰⁶⁴³³/ http://loc㏂.example/ http://ﬁ.example/ http://[：：1]/
        http://℡.example/ http://127.0.0.１""",
    "ports": """http://public.example:22/ http://public.example:25/ http://public.example:8080/ http://public.example:0/
        http://public.example:65616/ http://public.example:99999/ http://public.example:-1/ http://public.example:80a/
        http://public.example:/ http://public.example:080/ http://public.example:８０/ http://public.example:443/
        https://public.example:80/ http://public.example:6379/ http://public.example:80:80/ http://127.0.0.1:11434/
        http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8000/ http://public.example:+80/ http://public.example:8_0/""",
    "schemes": """ftp://public.example/ file:///etc/passwd gopher://127.0.0.1:6379/_ dict://127.0.0.1/ ws://public.example/
        javascript:alert(1) data:text/html,x ldap://127.0.0.1/ jar:http://public.example!/ //127.0.0.1/ public.example
        http: http:/ http:// http:/// http:127.0.0.1 https:///127.0.0.1/ view-source:http://public.example/ ssh://x.example
        http+unix://%2Frun%2Fdocker.sock/ unix:///run/docker.sock httpx://public.example/ http//public.example
        ://public.example/ http:public.example http:?q http:#f blob:http://public.example/""",
    "names": """http://localhost/ http://LOCALHOST/ http://localhost:80/ http://a.localhost/ http://router.local/
        http://metadata/ http://metadata.google.internal/computeMetadata/v1/ http://instance-data/latest/
        http://kubernetes.default.svc.cluster.local/ http://printer.lan/ http://host.docker.internal/ http://wpad/
        http://ip6-localhost/ http://nas.home.arpa/ http://x.onion/ http://0x/ http://1.2.3.4.5/ http://public.example.1/
        http://a.0x7f/ http://-a.example/ http://a-.example/ http://xn--/ http://_/ http://a,b.example/ http://a'b.example/
        http://$(id).example/ http://*.example/ http://256.256.256.256/ http://1.2.3/ http://a;b.example""",
    "IPv6": """http://[::1%25lo]/ http://[fe80::1%eth0]/ http://[fe80::1%25eth0]/ http://[::1 http://::1]/ http://::1/
        http://[v1.1]/ http://[127.0.0.1]/ http://[]/ http://[::1]x/ http://x[::1]/ http://[::1]:80:80/ http://[[::1]]/
        http://[::ffff:127.0.0.1]/ http://[0:0:0:0:0:0:0:1]/ http://[::127.0.0.1]/ http://[64:ff9b::10.0.0.1]/
        http://[::1]@public.example/ http://[1::2::3]/ http://[:::]/ http://[2002:7f00:0001::]/ http://[::ffff:0a00:1]/""",
}  # fmt: skip
BLANKS = [
    f"http://pub{blank}lic.example/" for blank in ("\t", "\n", "\r\n", "\0", " ", "\xa0", "\x7f", "\u2028", "\u200b")
] + [f"http://public.example/{blank}x" for blank in ("\t", "\r\nHost: 127.0.0.1\r\n", "\u202e", "\xad", "\ud800")]
WRITTEN = [
    *(url for urls in REFUSED.values() for url in urls.split()),
    *BLANKS,
    *(f"http://{form}/" for forms in ODD_V4.values() for form in forms.split()),
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    f"http://{'ü.' * 120}example/",
    f"http://public.example/{'x' * 5_000}",
]
LITERAL = [*(f"http://{address}/" for address in PRIVATE_V4), *(f"https://[{address}]/" for address in PRIVATE_V6)]
RESOLVED = [
    *([address] for address in PRIVATE),
    *([PUBLIC_V4, address] for address in PRIVATE),
    *([address, PUBLIC_V6] for address in PRIVATE),
    ["fe80::1%eth0"], [PUBLIC_V4, "fe80::1%eth0"], [f"{PUBLIC_V6}%1"], ["::ffff:127.0.0.1"], [], ["public.example"],
    ["2130706433"], ["127.1"], ["0177.0.0.1"], [f"{PUBLIC_V4}/32"], [""],
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    with Web() as web:
        yield web


@pytest.fixture
def web(server: Web) -> Web:
    server.asked.clear()
    server.dialled.clear()
    return server


def test_there_are_many_cases() -> None:
    assert len(set(WRITTEN)) + len(set(LITERAL)) + len(RESOLVED) >= 400


def refusal(web: Web, url: str) -> str:
    """What is said of an address; nothing if it is fetched."""
    web.asked.clear()
    web.dialled.clear()
    try:
        fetch(url, allowed=True, resolve=web.resolve, connect=web.connect)
    except SourceError as error:
        return str(error)
    return ""


# Hundreds of cases in one test each: what a test costs by itself would be most of it.


def test_an_address_written_oddly_is_refused_before_anything_is_asked(web: Web) -> None:
    for url in WRITTEN:
        said = refusal(web, url)
        assert said, f"{url!r} is fetched"
        assert (web.asked, web.dialled) == ([], []), url
        assert said.isprintable(), url
        assert "secret" not in said, url


def test_a_user_name_is_told_apart_from_a_bad_name(web: Web) -> None:
    said = {url: refusal(web, url) for url in REFUSED["user names"].split()}
    assert [url for url, why in said.items() if "holds a user name or password" not in why] == []


def test_an_address_that_is_not_public_is_never_connected_to(web: Web) -> None:
    for url in LITERAL:
        assert "not on the public internet" in refusal(web, url), url
        assert not web.dialled, url


def test_a_name_with_any_address_that_is_not_public_is_never_connected_to(web: Web) -> None:
    for found in RESOLVED:
        web.names["rebound.example"] = found
        assert re.search(r"not on the public internet|has no address", refusal(web, "http://rebound.example/")), found
        assert (web.asked, web.dialled) == (["rebound.example"], []), found


@pytest.mark.parametrize("name", ["127.0.0.1.nip.io", "localtest.me", "metadata.example.com", "0x7f.1.example"])
def test_names_that_are_known_to_lead_inside_are_stopped_at_their_address(web: Web, name: str) -> None:
    with pytest.raises(SourceError, match="not on the public internet"):
        fetch(f"http://{name}/", allowed=True, resolve=web.resolve, connect=web.connect)
    assert not web.dialled


def test_without_the_rule_all_of_them_would_be_reached(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard's proof: the same cases, the rule alone switched off."""
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    for url in (url for url in LITERAL if "https" not in url):
        assert fetch(url, allowed=True, resolve=web.resolve, connect=web.connect).content
    for address in PRIVATE:
        web.names["rebound.example"] = [address]
        assert fetch("http://rebound.example/", allowed=True, resolve=web.resolve, connect=web.connect).content
    assert {address for address, _ in web.dialled} == set(PRIVATE)


def test_other_programs_do_read_the_odd_forms_as_private_addresses() -> None:
    """Another proof: what is refused is no nonsense to the system's own functions."""
    for address, forms in ODD_V4.items():
        for form in forms.split():
            assert socket.inet_ntoa(socket.inet_aton(form)) == address
    assert {idna.encode(f"127{dot}0{dot}0{dot}1") for dot in "。．｡"} == {b"127.0.0.1"}


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("http://public.example#@127.0.0.1/", "public.example", "/"),
        ("http://public.example/#@127.0.0.1", "public.example", "/"),
        ("http://public.example?@127.0.0.1/", "public.example", "/?@127.0.0.1/"),
        ("http://public.example/@127.0.0.1", "public.example", "/@127.0.0.1"),
        ("http://public.example/http://127.0.0.1/", "public.example", "/http://127.0.0.1/"),
        ("HTTP://PUBLIC.Example:80", "public.example", "/"),
        ("  http://public.example/\n", "public.example", "/"),
        ("http://public.example/a b".replace(" ", "%20"), "public.example", "/a%20b"),
        ("http://public.example/Äpfel?q=ö&x[]=1", "public.example", "/%C3%84pfel?q=%C3%B6&x[]=1"),
        ("http://bücher.public.example/", "xn--bcher-kva.public.example", "/"),
        ("http://BU\u0308CHER.public.example/", "xn--bcher-kva.public.example", "/"),
        ("http://straße.public.example/", "xn--strae-oqa.public.example", "/"),
        (f"http://{PUBLIC_V4}/", PUBLIC_V4, "/"),
        (f"http://[{PUBLIC_V6.upper()}]:80/", f"[{PUBLIC_V6}]", "/"),
    ],
)
def test_what_is_checked_is_what_is_asked_for(web: Web, url: str, host: str, path: str) -> None:
    web.names |= {"xn--bcher-kva.public.example": PUBLIC, "xn--strae-oqa.public.example": PUBLIC}
    web.requests.clear()
    fetched = fetch(url, allowed=True, resolve=web.resolve, connect=web.connect)
    assert fetched.url == f"http://{host}{path}"
    assert web.asked == ([] if host.strip("[]") in PUBLIC else [host])
    assert len(web.dialled) == 1
    assert web.dialled[0][0] in PUBLIC
    assert web.requests[0].startswith(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n".encode())


@pytest.mark.parametrize("address", [*PUBLIC, "1.1.1.1", "8.8.8.8", "2a00:1450:4001:81c::200e", "2620:0:862:ed1a::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://me:secret@public.example/", "http:\\\\me:secret\\@x", "me:secret@public.example", "//a@secret@x/p@y",
     "http://me:sec\nret@public.example/", "HTTP://secret@[::1]/"],
)  # fmt: skip
def test_what_is_shown_of_an_address_holds_no_user_name_and_no_password(url: str) -> None:
    assert "secret" not in shown(url)
    assert "me:" not in shown(url)
    assert len(shown(url * 100)) <= 301


def test_addresses_are_told_from_files() -> None:
    assert all(map(is_address, ["https://a.example/", " HTTP://x", "ftp://x", "file:///x", "https:/x"]))
    assert not any(map(is_address, ["a.md", "C:/articles", "C:\\articles", "./http", "articles/http://x", ""]))


@given(st.text() | st.builds("http://{}/{}".format, st.text("a.:@[]%/\\#?１。0x ü-"), st.text()))
def test_any_text_is_a_target_or_refused_in_words(text: str) -> None:
    try:
        target = parse(text)
    except SourceError:
        return
    assert target.host.isascii()
    assert target.path.isascii()
    assert parse(target.url) == target


def test_two_targets_are_told_apart() -> None:
    hosts = [parse(f"{scheme}://{host}.example/").url for scheme, host in product(("http", "https"), "ab")]
    assert len(set(hosts)) == 4


def test_the_system_is_asked_for_the_full_name_and_answers_as_it_will(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def getaddrinfo(name: object, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(name)
        return [(2, 1, 6, "", (PUBLIC_V4, 0)), (10, 1, 6, "", ("fe80::1%eth0", 0, 0, 2))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert system_resolver("public.example") == [PUBLIC_V4, "fe80::1%eth0"]
    assert asked == [b"public.example."]
