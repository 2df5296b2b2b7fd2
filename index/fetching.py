"""Articles and feeds from web addresses; off unless the user allows it.

The standard library, because no client that we know keeps all of the rules: the host is looked up once, every address
it has is public, the connection goes to one of these and nowhere else, and one deadline holds for all of it.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from index.addresses import Resolver, parse, public_addresses, shown, system_resolver
from index.errors import SourceError, printable
from index.transfer import Caps, Deadline, request, system_connect

if TYPE_CHECKING:
    import ssl

    from index.addresses import Target
    from index.transfer import Connect, Reply

_REDIRECTS = (301, 302, 303, 307, 308)
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/json": ".json",
    "application/feed+json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-jsonlines": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
}
_BY_NAME = {
    ".htm": ".html", ".html": ".html", ".xhtml": ".html", ".xml": ".xml", ".rss": ".xml", ".atom": ".xml",
    ".txt": ".txt", ".text": ".txt", ".md": ".md", ".markdown": ".md", ".json": ".json", ".jsonl": ".jsonl",
    ".ndjson": ".jsonl", ".pdf": ".pdf", ".docx": ".docx", ".epub": ".epub", ".zip": ".zip",
}  # fmt: skip
_VAGUE = {
    # Where a content type says less than the name in the address: what the name may make of it.
    "": set(_BY_NAME.values()),
    "application/octet-stream": set(_BY_NAME.values()),
    "binary/octet-stream": set(_BY_NAME.values()),
    "text/plain": {".md", ".json", ".jsonl", ".xml"},
    "application/json": {".jsonl"},
    "application/zip": {".docx", ".epub"},
    "application/x-zip-compressed": {".docx", ".epub"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address holds.

    Attributes:
        url: Where it was found in the end, after redirects.
        content: Unpacked.
        content_type: As the server names it, in small letters, without its parameters; may be empty.
        ending: Of a file name, by which :mod:`index.readers.formats` knows the format: ``.html``.
    """

    url: str
    content: bytes
    content_type: str
    ending: str


def fetch(
    url: str,
    *,
    allowed: bool,
    resolve: Resolver = system_resolver,
    connect: Connect = system_connect,
    caps: Caps | None = None,
    tls: ssl.SSLContext | None = None,
) -> Fetched:
    """Fetches a page, a feed or a file.

    Args:
        url: Address, of ``http`` or ``https``.
        allowed: Whether the user has switched the network on.
        resolve: Looks names up; asked once for each address, redirects included.
        connect: Opens connections; only ever asked for public IP addresses and the ports 80 and 443.
        caps: How much time and how many bytes it may cost; the usual ones if None.
        tls: Whom to believe about names; None is the machine's certificates.

    Raises:
        SourceError: With the reason why there is nothing.
    """
    if not allowed:
        reason = "addresses are not fetched unless you allow it; set ASSISTANT_NETWORK=on and try again"
        raise SourceError(shown(url), reason)
    caps = caps or Caps()
    deadline = Deadline(caps.seconds)
    target = first = parse(url.strip())
    seen: list[Target] = []
    try:
        while True:
            _note(target, seen, caps)
            addresses = _look_up(target, resolve, deadline)
            with request(target, addresses, connect=connect, deadline=deadline, caps=caps, tls=tls) as reply:
                if reply.status not in _REDIRECTS:
                    return _fetched(target, reply)
                target = _next(target, reply)
    except SourceError as error:
        if target == first:
            raise
        raise SourceError(shown(first.url), f"it leads on to {error}") from error


def _note(target: Target, seen: list[Target], caps: Caps) -> None:
    if target in seen:
        raise SourceError(shown(target.url), "addresses lead on in a circle")
    if len(seen) > caps.redirects:
        raise SourceError(shown(target.url), f"more than {caps.redirects} addresses one after the other")
    seen.append(target)


def _look_up(target: Target, resolve: Resolver, deadline: Deadline) -> list[str]:
    """Looks a name up by the deadline; the operating system's own call cannot be interrupted, so it is left behind."""
    outcome: Future[list[str]] = Future()

    def work() -> None:
        try:
            outcome.set_result(public_addresses(target, resolve))
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            outcome.set_exception(error)

    try:
        if target.is_literal:
            return public_addresses(target, resolve)
        Thread(target=work, name="lookup", daemon=True).start()
        return outcome.result(deadline.left())
    except TimeoutError as error:
        reason = f"the name {target.host} was not found in time; try again later"
        raise SourceError(shown(target.url), reason) from error


def _next(target: Target, reply: Reply) -> Target:
    place = reply.header("location")
    if not place:
        raise SourceError(shown(target.url), f"answered {reply.status} without saying where to go")
    try:
        following = parse(urljoin(target.url, place.replace(" ", "%20")))
    except (SourceError, ValueError) as error:
        what = error if isinstance(error, SourceError) else f"{printable(shown(place))}: this is no web address"
        raise SourceError(shown(target.url), f"it leads on to {what}") from error
    if target.scheme == "https" and following.scheme == "http":
        reason = f"it leads on to {shown(following.url)}, which is not encrypted; not followed"
        raise SourceError(shown(target.url), reason)
    return following


def _fetched(target: Target, reply: Reply) -> Fetched:
    name = shown(target.url)
    if reply.status != HTTPStatus.OK:
        known = reply.status in {status.value for status in HTTPStatus}
        phrase = f" {HTTPStatus(reply.status).phrase}" if known else ""
        raise SourceError(name, f"the server answered {reply.status}{phrase}; check the address")
    content_type = reply.header("content-type").partition(";")[0].strip().lower()
    ending = ending_of(content_type, target.path)
    if ending is None:
        what = f"its content is {content_type[:80]!r}" if content_type else "it does not say what its content is"
        supported = "web pages, feeds, text, Markdown, JSON, PDF, Word, EPUB and zip"
        raise SourceError(name, f"{what}, which is not read; supported are {supported}")
    return Fetched(url=target.url, content=reply.read(), content_type=content_type, ending=ending)


def ending_of(content_type: str, path: str) -> str | None:
    """The ending of a file with such content, None if it is not read.

    Args:
        content_type: In small letters, without parameters.
        path: Of the address; decides where the content type is vague.
    """
    named = _BY_NAME.get(PurePosixPath(unquote(urlsplit(path).path)).suffix.lower())
    if named in _VAGUE.get(content_type, ()):
        return named
    return _ENDINGS.get(content_type)
