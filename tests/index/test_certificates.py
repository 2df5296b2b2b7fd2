"""Encrypted pages: whose certificate is believed, over real sockets; see fakes.web."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from fakes.web import PUBLIC_V4, Web, moved

from index.errors import SourceError
from index.fetching import Fetched, fetch
from index.transfer import Caps

SHORT = Caps(seconds=0.4, connect_seconds=0.3)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


def get(web: Web, url: str, caps: Caps | None = None, tls: ssl.SSLContext | None = None) -> Fetched:
    return fetch(url, allowed=True, resolve=web.resolve, connect=web.connect, caps=caps, tls=tls)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for public.example and one address, and its key, in one file."""
    if which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    names = f"subjectAltName=DNS:public.example,IP:{PUBLIC_V4}"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-subj", "/CN=public.example", "-addext", names, "-days", "2", "-keyout", "key.pem",
               "-out", "cert.pem"]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes())
    return both


@pytest.fixture
def secure(certificate: Path) -> Iterator[Web]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Web(context) as web:
        yield web


@pytest.fixture
def believing(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_an_encrypted_page_is_fetched_by_name(secure: Web, believing: ssl.SSLContext) -> None:
    assert get(secure, "https://public.example/", tls=believing).content == b"<p>Hello</p>"
    assert get(secure, f"https://{PUBLIC_V4}/", tls=believing).content == b"<p>Hello</p>"
    assert all(port == 443 for _, port in secure.dialled)


def test_a_certificate_must_hold_for_the_name(secure: Web, believing: ssl.SSLContext) -> None:
    with pytest.raises(SourceError, match="certificate cannot be trusted"):
        get(secure, "https://other.example/", tls=believing)
    with pytest.raises(SourceError, match="certificate cannot be trusted"):
        get(secure, "https://public.example/")
    assert not secure.requests


def test_no_redirect_leaves_encryption(secure: Web, believing: ssl.SSLContext) -> None:
    secure.pages["public.example"] = moved("http://public.example/b")
    with pytest.raises(SourceError, match="which is not encrypted"):
        get(secure, "https://public.example/", tls=believing)
    assert len(secure.dialled) == 1


def test_a_slow_encrypted_server_is_left(secure: Web, believing: ssl.SSLContext) -> None:
    def drip(connection: socket.socket) -> None:
        secure.play(connection, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            secure.play(connection, b"x")
            time.sleep(0.05)

    secure.pages["public.example"] = drip
    with pytest.raises(SourceError, match="did not answer in time"):
        get(secure, "https://public.example/", caps=SHORT, tls=believing)


def test_a_server_that_does_not_encrypt_is_told(web: Web) -> None:
    with pytest.raises(SourceError, match=r"did not answer in time|cannot be reached"):
        get(web, "https://public.example/", caps=SHORT)
    assert not web.requests
