"""Who asks: what proxies say and who is believed, under which names the page is called, on what terms it is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest
from fakes.service import FakeService
from fakes.team import REMOTE, team_in
from fakes.users import home_with
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from assistant.access.callers import Caller
from assistant.access.door import NOBODY, ProxyDoor, caller_of
from assistant.access.entrance import Entrance
from assistant.access.proxies import Proxies, Visit, without_marks
from assistant.access.terms import LOOPBACK, Terms
from assistant.errors import AddressError
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.serving import serve
from index.errors import SettingsError
from index.settings import IndexSettings


def scope_of(client: str | None, *headers: tuple[str, str]) -> dict[str, Any]:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    return {"type": "http", "client": (client, 4000) if client else None, "headers": raw}


FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


@pytest.mark.parametrize(
    ("trusted", "peer", "headers", "expected"),
    [
        (LOOPBACK, "127.0.0.1", [], ("127.0.0.1", True, True, "")),
        (LOOPBACK, "::1", [(FOR, "203.0.113.9"), (PROTO, "https")], ("203.0.113.9", False, True, "https")),
        (LOOPBACK, "::ffff:127.0.0.1", [(FOR, "2001:db8::1")], ("2001:db8::1", False, True, "")),
        # Said by somebody who is not trusted.
        (LOOPBACK, REMOTE, [(FOR, "127.0.0.1"), (PROTO, "https")], (REMOTE, False, False, "")),
        (["10.0.0.7"], "127.0.0.1", [(FOR, "10.0.0.1"), (PROTO, "https")], ("127.0.0.1", True, False, "")),
        (["10.0.0.7"], "10.0.0.8", [(FOR, "203.0.113.9")], ("10.0.0.8", False, False, "")),
        # What the browser put there before the proxy is not believed.
        (LOOPBACK, "127.0.0.1", [(FOR, "127.0.0.1, 203.0.113.9")], ("203.0.113.9", False, True, "")),
        (LOOPBACK, "127.0.0.1", [(FOR, "1.1.1.1"), (FOR, "203.0.113.9")], ("203.0.113.9", False, True, "")),
        (["10.0.0.0/24"], "10.0.0.7", [(FOR, "1.1.1.1, 203.0.113.9, 10.0.0.8")], ("203.0.113.9", False, True, "")),
        (LOOPBACK, "127.0.0.1", [(FOR, "203.0.113.9, unknown")], ("127.0.0.1", True, True, "")),
        (LOOPBACK, "127.0.0.1", [(FOR, "")], ("127.0.0.1", True, True, "")),
        (LOOPBACK, "127.0.0.1", [(FOR, ",".join(["127.0.0.1"] * 5000))], ("127.0.0.1", True, True, "")),
        (LOOPBACK, "127.0.0.1", [(PROTO, "https"), (PROTO, "http")], ("127.0.0.1", True, True, "")),
        (LOOPBACK, "127.0.0.1", [(PROTO, "ftp")], ("127.0.0.1", True, True, "")),
        (LOOPBACK, "no address", [(FOR, "127.0.0.1")], ("", False, False, "")),
        (LOOPBACK, None, [(FOR, "127.0.0.1")], ("", False, False, "")),
    ],
)
def test_only_trusted_proxies_are_believed(
    trusted: list[str], peer: str | None, headers: list[tuple[str, str]], expected: tuple[str, bool, bool, Any]
) -> None:
    address, is_here, is_trusted, scheme = expected
    found = Proxies(trusted).visit(scope_of(peer, *headers))
    assert found == Visit(address, is_here=is_here, is_trusted=is_trusted, scheme=scheme)


def test_nothing_of_what_was_said_goes_further_in() -> None:
    told = [
        "cookie", "authorization", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip",
        "x-gradio-server", "x-original-url", "remote-user",
    ]  # fmt: skip
    kept = [(b"host", b"localhost"), (b"accept", b"*/*"), (b"x-request-id", b"1")]
    raw = [*((name.encode(), b"x") for name in told), *kept]
    assert without_marks(raw, "Remote-User") == kept


PROXY = ProxyDoor("X-Forwarded-User", frozenset({"anna"}))


def named(*values: str, is_trusted: bool = True) -> Caller | None:
    headers = Headers(raw=[(b"x-forwarded-user", value.encode("latin-1")) for value in values])
    visit = Visit(REMOTE, is_here=False, is_trusted=is_trusted, scheme="")

    async def ask() -> Caller | None:
        return await PROXY.caller(headers, visit, by_token=True)

    return anyio.run(ask)


def test_a_proxy_names_the_user_once_or_nobody() -> None:
    assert named("anna") == Caller(name="anna", role="editor", way="proxy")
    assert named("Bob@Example.org") == Caller(name="bob@example.org", role="reader", way="proxy")
    for values in ((), ("",), ("anna", "anna"), ("anna", "bob"), ("anna, bob",), ("an na",), ("\xaanna",), ("a" * 65,)):
        assert named(*values) is None, values
    assert named("anna", is_trusted=False) is None


def proxied(home: Path, *, address: str = "127.0.0.1", **terms: Any) -> TestClient:
    given = Terms(**{"sign_in": "proxy", "editors": frozenset({"anna"}), **terms})
    app = create_app(FakeService(), entrance=Entrance.of(given, home, "10.0.0.5"))
    return TestClient(app, base_url="http://10.0.0.5", follow_redirects=False, client=(address, 1))


def test_a_name_is_only_taken_from_the_proxy(tmp_path: Path) -> None:
    client = proxied(tmp_path, proxies=("10.0.0.7/32",), address="10.0.0.7")
    assert client.get("/api/me", headers={"X-Forwarded-User": "anna"}).json() == {
        "name": "anna", "role": "editor", "may_sign_out": False,
    }  # fmt: skip
    change = client.post("/api/library/add", json={}, headers={"X-Forwarded-User": "bob"})
    assert change.status_code == 403
    assert client.get("/").status_code == 401
    assert client.get("/login").status_code == 404, "there is nothing to sign in to"
    twice = Headers(raw=[(b"x-forwarded-user", b"anna"), (b"x-forwarded-user", b"bob")]).raw
    assert client.get("/api/me", headers=twice).status_code == 401
    past = TestClient(client.app, base_url="http://10.0.0.5", client=("10.0.0.99", 1))
    assert past.get("/api/me", headers={"X-Forwarded-User": "anna"}).status_code == 401
    here = TestClient(client.app, base_url="http://10.0.0.5", client=("127.0.0.1", 1))
    assert here.get("/api/me", headers={"X-Forwarded-User": "anna"}).status_code == 401, "nor from this machine"


def test_another_header_can_be_named_and_the_usual_one_means_nothing_then(tmp_path: Path) -> None:
    client = proxied(tmp_path, header="Remote-User")
    assert client.get("/api/me", headers={"Remote-User": "anna"}).status_code == 200
    assert client.get("/api/me", headers={"X-Forwarded-User": "anna"}).status_code == 401


def test_the_page_is_called_by_its_own_names(tmp_path: Path) -> None:
    team = team_in(tmp_path, hosts=("notes.example.org",))

    def status(host: str, address: str, **scope: Any) -> int:
        client = TestClient(team.app, base_url="http://10.0.0.5", client=(address, 1), follow_redirects=False)
        return client.get("/login", headers={"Host": host}).status_code

    for address in ("127.0.0.1", REMOTE):
        assert status("notes.example.org:8443", address) == 200
        assert status("10.0.0.5", address) == 200, "the very address that was called"
        assert status("10.0.0.6", address) == 403
        assert status("evil.example", address) == 403
    for name in ("localhost:7860", "127.0.0.1", "[::1]:1"):
        assert (status(name, "127.0.0.1"), status(name, REMOTE)) == (200, 403)


def test_behind_https_a_page_without_it_is_another_one(tmp_path: Path) -> None:
    team = team_in(tmp_path, hosts=("notes.example.org",))
    here = {"Host": "notes.example.org", PROTO: "https"}
    browser = team.browser("anna")
    token = browser.cookies["citewell"]
    for origin, status in (("https://notes.example.org", 503), ("http://notes.example.org", 403)):
        headers = {**here, "Origin": origin, "Cookie": f"__Host-citewell={token}"}
        assert browser.get("/api/library", headers=headers).status_code == status


def test_without_a_guard_nobody_may_change_anything() -> None:
    assert caller_of({}) is NOBODY
    assert caller_of({"citewell.caller": "anna"}) is NOBODY
    assert not NOBODY.may_edit


def settings(**values: Any) -> Settings:
    return Settings(index=IndexSettings(home=Path("nowhere")), **values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sign_in": "on"}, "ASSISTANT_SIGN_IN"),
        ({"hosts": "https://notes.example.org"}, "ASSISTANT_HOSTS"),
        ({"hosts": "notes.example.org:443"}, "ASSISTANT_HOSTS"),
        ({"hosts": "*"}, "ASSISTANT_HOSTS"),
        ({"prefix": "citewell"}, "ASSISTANT_PREFIX"),
        ({"prefix": "/a b"}, "ASSISTANT_PREFIX"),
        ({"prefix": "//evil.example"}, "ASSISTANT_PREFIX"),
        ({"prefix": "/../x"}, "ASSISTANT_PREFIX"),
        ({"prefix": "/api"}, "ASSISTANT_PREFIX"),
        ({"proxies": "proxy.example.org"}, "ASSISTANT_PROXIES"),
        ({"proxies": "10.0.0.7/8"}, "ASSISTANT_PROXIES"),
        ({"proxies": "0.0.0.0/0"}, "everybody"),
        ({"proxies": "::/0"}, "everybody"),
        ({"proxy_header": "X User"}, "ASSISTANT_PROXY_HEADER"),
        ({"proxy_header": "Cookie"}, "ASSISTANT_PROXY_HEADER"),
        ({"editors": "an na"}, "ASSISTANT_EDITORS"),
    ],
)
def test_a_setting_that_cannot_be_is_named(values: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        settings(**values)


def test_the_terms_are_read_as_they_are_meant() -> None:
    terms = settings(
        sign_in="proxy", hosts="Notes.Example.org, [fd00::1]", prefix="/citewell/", proxies="10.0.0.7, fd00::/64",
        editors="Anna, bob",
    ).terms  # fmt: skip
    assert terms.hosts == ("notes.example.org", "[fd00::1]")
    assert terms.prefix == "/citewell"
    assert terms.proxies == ("10.0.0.7/32", "fd00::/64")
    assert terms.editors == {"anna", "bob"}
    assert settings().terms == Terms()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"host": "0.0.0.0"}, "assistant users add NAME, then assistant serve --sign-in users"),  # noqa: S104
        ({"host": "192.168.1.5"}, "assistant users add NAME"),
        ({"host": "::"}, "assistant users add NAME"),
        ({"host": "myhost"}, "assistant users add NAME"),
        ({"sign_in": "users"}, "no users yet"),
        ({"sign_in": "users", "host": "0.0.0.0"}, "no users yet"),  # noqa: S104
        ({"sign_in": "proxy", "host": "0.0.0.0"}, "ASSISTANT_PROXIES"),  # noqa: S104
        ({"hosts": "notes.example.org"}, "ASSISTANT_HOSTS"),
        ({"proxies": "10.0.0.7"}, "ASSISTANT_PROXIES"),
        ({"editors": "anna"}, "ASSISTANT_EDITORS"),
        ({"sign_in": "users", "editors": "anna"}, "ASSISTANT_EDITORS"),
        ({"sign_in": "users", "proxy_header": "Remote-User"}, "ASSISTANT_PROXY_HEADER"),
    ],
)
def test_nothing_is_served_that_would_be_open_to_others(tmp_path: Path, values: dict[str, str], said: str) -> None:
    with pytest.raises(AddressError, match=said):
        serve(Settings(index=IndexSettings(home=tmp_path), **values), open_browser=False, announce=print)  # type: ignore[arg-type]


def test_what_is_asked_for_is_served(tmp_path: Path) -> None:
    assert settings().terms.refusal("127.0.0.1", has_users=False) == ""
    assert settings().terms.refusal("::1", has_users=False) == ""
    users = settings(sign_in="users", hosts="notes.example.org").terms
    assert users.refusal("0.0.0.0", has_users=True) == ""  # noqa: S104
    assert "https" in users.warning("0.0.0.0")  # noqa: S104
    assert users.warning("127.0.0.1") == ""
    proxy = settings(sign_in="proxy", proxies="10.0.0.7").terms
    assert proxy.refusal("10.0.0.5", has_users=False) == ""
    home_with(tmp_path, anna="editor")
    assert not Entrance.of(users, tmp_path).is_open
    assert Entrance.of(Terms(), tmp_path).is_open
    assert Entrance.of(users, tmp_path, "0.0.0.0").hosts == {"notes.example.org"}  # noqa: S104
