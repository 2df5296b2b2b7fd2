"""A real nginx on this machine, with a configuration of its own, in front of the application."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("nginx", "/usr/sbin/nginx")
HEADERS = """
    proxy_http_version 1.1;
    proxy_buffering off;
    proxy_request_buffering off;
    proxy_read_timeout 1h;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
"""
"""What the README says that a reverse proxy has to be told."""
WHOLE = """
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_max_body_size 50m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}{tls};
    {certificate}
    {inside}
  }}
}}
"""


def executable() -> str:
    """The program; where there is none the test is skipped, but not in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("There is no nginx, and the tests with it must run in CI.")
    pytest.skip(f"There is no nginx (looked for {', '.join(NAMES)}).")


@contextmanager
def nginx(folder: Path, inside: str, *, https: bool = False) -> Iterator[str]:
    """Its address, while it runs.

    Args:
        folder: For all its files.
        inside: What stands in its ``server`` block; in it, HEADERS stands for :data:`HEADERS`.
        https: Whether it speaks TLS, with a certificate that nobody knows.
    """
    program = executable()
    folder.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    certificate = f"ssl_certificate {folder}/c.pem; ssl_certificate_key {folder}/k.pem;" if https else ""
    if https:
        _make_certificate(folder)
    config = WHOLE.format(
        user="user root;" if os.geteuid() == 0 else "",
        folder=folder,
        port=port,
        tls=" ssl" if https else "",
        certificate=certificate,
        inside=inside.replace("HEADERS", HEADERS),
    )
    (folder / "nginx.conf").write_text(config)
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait_for(port, process)
            yield f"{'https' if https else 'http'}://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    process.terminate()
    pytest.fail(f"nginx did not start: {process.stderr.read() if process.stderr else ''}")


def _make_certificate(folder: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("There is no openssl to make a certificate with.")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-keyout", str(folder / "k.pem"), "-out", str(folder / "c.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
