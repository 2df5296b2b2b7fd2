"""The page behind a real nginx: under a prefix, with https, and with nginx saying who asks."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.harness import Witness, ask, served
from browser.test_signin import QUARRY, sign_in, with_library
from fakes.nginx import nginx
from fakes.service import FakeService
from fakes.team import team_in
from fakes.users import PASSWORD
from playwright.sync_api import Page

from assistant.access.entrance import Entrance
from assistant.access.terms import Terms
from assistant.web.app import create_app

pytestmark = pytest.mark.slow
PROXY_ADDRESS = "127.0.0.2"
STRIPPED = "location /citewell/ { proxy_pass UPSTREAM/; HEADERS }"
BOUND = f"location /citewell/ {{ proxy_pass UPSTREAM/; proxy_bind {PROXY_ADDRESS}; HEADERS }}"
WHOLE = "location /citewell/ { proxy_pass UPSTREAM; HEADERS }"
ROOT = "location / { proxy_pass UPSTREAM; HEADERS }"
NAMED = f"""location / {{
    auth_basic "Citewell"; auth_basic_user_file FOLDER/users;
    proxy_pass UPSTREAM; proxy_bind {PROXY_ADDRESS};
    proxy_set_header X-Forwarded-User $remote_user;
    HEADERS
}}"""
# As nginx would pass on whatever a browser says of its user.
FORGETFUL = f"location / {{ proxy_pass UPSTREAM; proxy_bind {PROXY_ADDRESS}; HEADERS }}"


@pytest.fixture
def open_page(visit: Callable[..., Page]) -> Callable[..., Page]:
    def open_page(address: str, **options: Any) -> Page:
        return visit(address, **{"ignore_https_errors": True, **options})

    return open_page


@contextmanager
def in_front(folder: Path, inside: str, app: Any, *, https: bool = False) -> Iterator[tuple[str, str]]:
    """The addresses of nginx, and of the application itself."""
    with served(app) as upstream:
        inside = inside.replace("UPSTREAM", upstream).replace("FOLDER", str(folder))
        with nginx(folder, inside, https=https) as address:
            yield address, upstream


@pytest.mark.parametrize(
    ("inside", "prefix", "https", "cookie"),
    [
        (STRIPPED, "/citewell", False, "citewell-{port}-citewell"),
        (WHOLE, "/citewell", True, "__Secure-citewell-{port}-citewell"),
        (ROOT, "", True, "__Host-citewell-{port}"),
    ],
)
def test_everything_works_behind_nginx(
    open_page: Callable[..., Page],
    witness: Witness,
    tmp_path: Path,
    quick: None,
    inside: str,
    prefix: str,
    https: bool,  # noqa: FBT001 - of the table above
    cookie: str,
) -> None:
    home = tmp_path / "home"
    service = with_library(home)
    team = team_in(home, service, prefix=prefix, hosts=("127.0.0.1",))
    with in_front(tmp_path / "nginx", inside, team.app, https=https) as (address, _):
        page = open_page(f"{address}{prefix}" if prefix else address)
        assert page.url == f"{address}{prefix}/login"
        sign_in(page, "anna")
        assert page.url == f"{address}{prefix}/"
        (kept,) = page.context.cookies()
        named = cookie.format(port=address.rpartition(":")[2])
        assert (kept["name"], kept["path"], kept["secure"]) == (named, prefix or "/", https)
        assert (kept["httpOnly"], kept["sameSite"]) == (True, "Lax")
        service.gate.clear()
        page.fill("#cw-box textarea", "When will it pass?")
        page.press("#cw-box textarea", "Enter")
        page.wait_for_selector("#cw-current :text('Loading the models')")  # it comes as it is made
        service.gate.set()
        page.wait_for_selector(".cw-answered")
        page.click(".cw-mark >> nth=1")
        page.wait_for_selector("#cw-article mark")
        page.click("#cw-nav button:text-is('Library')")
        page.wait_for_selector("#cw-library tbody tr")
        page.set_input_files("#cw-library input[type=file]", [QUARRY])
        page.wait_for_selector(".cw-result:has-text('1 article added.')")
        page.click("#cw-nav button:has-text('Ask')")
        with page.expect_download() as download:
            page.click("#cw-export > button")
            page.click("#cw-export-menu button:text-is('JSON')")
        told = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert [turn["question"] for turn in told["turns"]] == ["When will it pass?"]
        page.click(".cw-answered .cw-thumb >> nth=0")
        page.click("#cw-account > button")
        errors = [error for error in witness.errors if "503" not in error]  # verdicts are not kept here
        assert errors == []
        page.click("#cw-account-menu button")
        page.wait_for_url(f"{address}{prefix}/login")
        assert page.context.cookies() == []
        beyond = [url for url in witness.beyond(f"{address}{prefix}") if not url.startswith("blob:")]
        assert beyond in ([], [f"{address}{prefix}"]), "only where it began"


def test_a_program_asks_through_nginx_as_through_the_front_door(tmp_path: Path) -> None:
    service = FakeService(steps=0.3)
    terms = {"prefix": "/citewell", "hosts": ("127.0.0.1",), "proxies": (f"{PROXY_ADDRESS}/32",)}
    team = team_in(tmp_path / "home", service, **terms)
    with (
        in_front(tmp_path / "nginx", BOUND, team.app) as (address, _),
        httpx.Client(base_url=f"{address}/citewell", trust_env=False) as program,
    ):
        assert program.get("/api/articles").status_code == 401
        program.headers["Authorization"] = f"Bearer {team.tokens['bob']}"
        with program.stream("POST", "/api/ask", json={"question": "When?", "stream": True}) as stream:
            events = [line for line in stream.iter_lines() if line.startswith("event:")]
        assert events[-1] == "event: answer"
        assert events.count("event: working") >= 2
        assert program.get("/api/openapi.json").json()["servers"] == [{"url": "/citewell"}]
        failed = [
            httpx.post(
                f"{address}/citewell/login",
                data={"name": "anna", "password": "wrong password"},
                headers={"Origin": address, "X-Forwarded-For": f"198.51.100.{number}"},
                trust_env=False,
            ).status_code
            for number in range(14)
        ]
        assert failed[-1] == 429, "an address that the browser invents is not counted apart"


def basic(name: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()}


@contextmanager
def named_by_nginx(tmp_path: Path, inside: str = NAMED, **values: Any) -> Iterator[tuple[str, str]]:
    terms = Terms(
        sign_in="proxy", hosts=("127.0.0.1",), proxies=(f"{PROXY_ADDRESS}/32",), names_proxies=True,
        editors=frozenset({"anna"}),
    )  # fmt: skip
    app = create_app(values.get("service") or FakeService(), entrance=Entrance.of(terms, tmp_path / "home"))
    with in_front(tmp_path / "nginx", inside, app) as addresses:
        users = tmp_path / "nginx" / "users"
        users.write_text("".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in ("anna", "bob")))
        yield addresses


def test_nginx_says_who_asks_and_nobody_else_can(
    open_page: Callable[..., Page], witness: Witness, tmp_path: Path, quick: None
) -> None:
    with named_by_nginx(tmp_path, service=with_library(tmp_path / "home")) as (address, upstream):
        page = open_page(address, http_credentials={"username": "bob", "password": PASSWORD})
        page.wait_for_selector("#cw-account")
        ask(page, "When will it pass?")
        page.click("#cw-account > button")
        assert page.inner_text("#cw-account-menu") == "Signed in as bob\nmay read and ask", "no button to sign out"
        page.click("#cw-nav button:text-is('Library')")
        page.wait_for_selector("#cw-library tbody tr")
        assert not page.locator("#cw-library .cw-drop").is_visible()
        assert [error for error in witness.errors if "401" not in error] == []

        def me(base: str, *headers: tuple[str, str]) -> Any:
            return httpx.get(f"{base}/api/me", headers=headers, trust_env=False)

        forged = ("X-Forwarded-User", "anna")
        as_bob = next(iter(basic("bob").items()))
        assert me(address, as_bob).json()["name"] == "bob"
        assert me(address, as_bob, forged).json() == {"name": "bob", "role": "reader", "may_sign_out": False}
        assert me(address, as_bob, forged, ("x-forwarded-user", "anna")).json()["name"] == "bob"
        assert me(address, forged).status_code == 401, "nginx asks for a password"
        # Past nginx, from this machine and in its name.
        for headers in ((forged,), (forged, ("X-Forwarded-For", PROXY_ADDRESS)), (as_bob,)):
            assert me(upstream, *headers).status_code == 401


def test_two_names_are_none(tmp_path: Path) -> None:
    """As from a proxy that adds its header to the browser's, instead of putting it in its place."""
    with named_by_nginx(tmp_path, FORGETFUL) as (address, _):
        twice = [("X-Forwarded-User", "bob"), ("X-Forwarded-User", "anna")]
        assert httpx.get(f"{address}/api/me", headers=twice, trust_env=False).status_code == 401
        assert httpx.get(f"{address}/api/me", trust_env=False).status_code == 401
