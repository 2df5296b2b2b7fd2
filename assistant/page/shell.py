"""The HTML document that the page lives in, and the policy on what a browser may run and load there.

Gradio's document is kept, with our style and scripts put in its head and what would lead elsewhere taken out. It has
scripts in line; instead of allowing all such scripts, the policy names the hash of each that the document was made
with. Titles and example questions of articles are in it as JSON in which no ``<`` stands as such; all else comes later.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
# The base would be refused by the policy, the manifest is of an application that there is not, and the rest is about
# Gradio and names pictures on other machines.
_TAKEN_OUT = re.compile(r'<base\b[^>]*>|<link rel="manifest"[^>]*>|<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
# Tells a page around this one how tall this one is; there can be no page around it.
_FRAME_SCRIPT = "iframeResizer.contentWindow"
_HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)

POLICY = {
    "default-src": "'none'",
    # The page's own files; the hashes of Gradio's scripts in line are added for each document.
    "script-src": "'self'",
    # Gradio's components set styles in line, and it adds style elements while it runs.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def policy_for(document: str = "") -> str:
    """The Content-Security-Policy under which a document may be shown.

    Args:
        document: HTML as it is sent; its scripts in line are allowed, and no others.
    """
    hashes = "".join(f" '{_hash(script)}'" for script in _INLINE_SCRIPT.findall(document))
    directives = {**POLICY, "script-src": POLICY["script-src"] + hashes}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def dress(document: str, title: str, styles: Iterable[str], scripts: Iterable[str]) -> str:
    """Gradio's document as ours.

    Args:
        document: As Gradio makes it.
        title: Name of the page until it is running.
        styles: Addresses of style sheets.
        scripts: Addresses of scripts that run before anything is shown.
    """
    # Named, or browsers look for it at the root of the host, which need not be ours.
    head = f'<title>{html.escape(title)}</title><link rel="icon" href="favicon.ico">'
    head += "".join(f'<link rel="stylesheet" href="{html.escape(address)}">' for address in styles)
    head += "".join(f'<script src="{html.escape(address)}"></script>' for address in scripts)
    document = _INLINE_SCRIPT.sub(lambda script: "" if _FRAME_SCRIPT in script[1] else script[0], document)
    return _HEAD_END.sub(lambda end: head + end[0], _TAKEN_OUT.sub("", document), count=1)


class Dresser:
    """An ASGI application that dresses the start page of another one and names the policy for it.

    Args:
        app: The other one.
        title: See :func:`dress`.
        styles: See :func:`dress`.
        scripts: See :func:`dress`.
        prefix: What stands before every path behind a reverse proxy. Only Gradio has to know, which names the whole
            address of its page in it; all other addresses are told from where the document itself is.
    """

    def __init__(
        self, app: ASGIApp, title: str, styles: Iterable[str], scripts: Iterable[str], prefix: str = ""
    ) -> None:
        self._app = app
        self._prefix = prefix
        self._title, self._styles, self._scripts = title, tuple(styles), tuple(scripts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        is_page = scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET"
        if not is_page:
            await self._app(scope, receive, send)
            return
        if self._prefix:
            scope = {**scope, "root_path": self._prefix, "path": f"{self._prefix}/"}
        await self._app(scope, receive, self._dressing(send))

    def _dressing(self, send: Send) -> Send:
        """Holds the page back until it is whole, because its length and its policy depend on all of it."""
        start: Message = {}
        body = bytearray()

        async def dressing(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            document = dress(body.decode(), self._title, self._styles, self._scripts)
            headers = MutableHeaders(scope=start)
            headers["Content-Security-Policy"] = policy_for(document)
            headers["Content-Length"] = str(len(document.encode()))
            await send(start)
            await send({"type": "http.response.body", "body": document.encode()})

        return dressing


def _hash(script: str) -> str:
    # Browsers hash the text as their parser gives it, with every line end as one newline.
    text = re.sub("\r\n?", "\n", script).encode()
    return "sha256-" + base64.b64encode(hashlib.sha256(text).digest()).decode()
