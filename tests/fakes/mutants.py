"""Files of every format that were well-formed before something happened to them: as many as are asked for, seeded."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from html import escape

from fakes.documents import docx, epub, html, jsonl, pdf, rss, zip_of

_SENTENCES = [
    f"In the year {1900 + n} the survey of the coast counted {n * 37} birds on the island." for n in range(24)
]
_TEXT = " ".join(_SENTENCES)
_PARTS = "".join(f"<h2>Part {n}</h2><p>{escape(sentence)}</p>" for n, sentence in enumerate(_SENTENCES))
_TABLE = "<table><tr><th>Year</th><th>Birds</th></tr><tr><td>1901</td><td>37</td></tr></table><ul><li>one</li></ul>"
_ATOM = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Coast</title>'
    f"<entry><title>Birds</title><updated>1931-05-06T07:08:09Z</updated><content type='html'>{escape(_PARTS)}</content>"
    f"</entry><entry><title>More birds</title><summary>{_TEXT}</summary></entry></feed>"
)
_ZIPPED = ("docx", "epub", "zip")
_NUMBERS = (b"0", b"-1", b"2147483648", b"99999999999999999999", b"1e400", b"NaN")
_PIECE = re.compile(rb"<[^<>]{1,80}>|/[A-Za-z]+|\d+|[{}\[\]\",:()]|\n\n")
"""What the formats are made of: tags, names, numbers, brackets."""

Mutator = Callable[[bytes, random.Random], bytes]


def originals() -> dict[str, bytes]:
    """Well-formed files, by an ending and a number."""
    word = docx([("Heading 1", "Birds"), *(("Normal", sentence) for sentence in _SENTENCES)], title="Birds")
    lists = docx([("table", [["Year", "Birds"], ["1901", "37"]]), ("List Bullet", "one"), ("Normal", _TEXT)])
    return {
        "1.pdf": pdf([_SENTENCES[:12], _SENTENCES[12:]], {"Title": "Birds", "Author": "A. Coast"}),
        "2.pdf": pdf([["Birds of the island", "", *_SENTENCES[:5]]] * 4),
        # Packed anew, or else the time would be in them.
        "1.docx": zip_of(_members(word)),
        "2.docx": zip_of(_members(lists)),
        "1.epub": epub([f"<p>{_TEXT}</p>", _TABLE, _PARTS], title="Birds", creator="A. Coast"),
        "1.zip": zip_of({"a.txt": _TEXT.encode(), "b/c.html": html(_PARTS, "Birds"), "d.json": jsonl({"text": _TEXT})}),
        "1.html": html(
            f"<article><h1>Birds</h1>{_PARTS}{_TABLE}</article>", "Birds", '<meta name="author" content="A">'
        ),
        "2.html": html(f"<div><div><main>{_PARTS}</main></div><aside>{_TABLE}</aside></div>", "Birds"),
        "1.xml": rss({"title": "Birds", "description": _TEXT}, {"title": "More", "description": _PARTS}),
        "2.xml": _ATOM.encode(),
        "1.jsonl": jsonl(*({"title": f"Birds {n}", "text": text, "url": None} for n, text in enumerate(_SENTENCES))),
        "1.json": json.dumps(
            [{"title": "Birds", "text": _TEXT, "author": ["A", "B"], "published": "1931-05"}]
        ).encode(),
        "1.md": f"---\ntitle: Birds\npublished: 1931-05-06\n---\n# Birds\n\n{_TEXT}\n\n| a | b |\n|---|---|\n".encode(),
        "1.txt": f"Birds\n\n{_TEXT}".encode(),
    }


def mutants(count: int, seed: int) -> dict[str, bytes]:
    """So many different malformed files, by name: as many of each original as of every other."""
    chance = random.Random(seed)
    sources = originals()
    found: dict[str, bytes] = {}
    known = {hashlib.sha256(content).digest() for content in sources.values()}
    while len(found) < count:
        for original, content in sources.items():
            number, ending = original.split(".")
            is_inside = ending in _ZIPPED and chance.random() < 0.6
            name, mutate = chance.choice(list(_MUTATORS.items()))
            changed = _inside(content, mutate, chance) if is_inside else mutate(content, chance)
            digest = hashlib.sha256(changed).digest()
            if digest not in known and len(found) < count:
                known.add(digest)
                where = f"inside-{name}" if is_inside else name
                found[f"mutant-{len(found):04}-{number}-{where}.{ending}"] = changed
    return found


def _inside(archive: bytes, mutate: Mutator, chance: random.Random) -> bytes:
    """An archive that is whole, one of whose members is not."""
    members = _members(archive)
    # Mostly one that is text: what holds the content, and what says where it is.
    names = [name for name, content in members.items() if content]
    weights = [
        4 if name.endswith((".xml", ".xhtml", ".opf", ".rels", ".html", ".txt", ".json")) else 1 for name in names
    ]
    name = chance.choices(names, weights)[0]
    return zip_of({**members, name: mutate(members[name], chance)})


def _members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _flip(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.choice((1, 4, 16, 64))):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _swap(content: bytes, chance: random.Random) -> bytes:
    a, b, c = sorted(chance.randrange(len(content) + 1) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def _drop(content: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(content))
    return content[:a] + content[a + chance.randint(1, max(1, len(content) // 4)) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(content))
    return content[:a] + content[a : a + chance.randint(1, 200)] * chance.choice((2, 50, 500)) + content[a:]


def _noise(content: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(content))
    return content[:a] + chance.randbytes(chance.randint(1, 300)) + content[a:]


def _pieces(content: bytes, chance: random.Random) -> bytes:
    """Some tags, names, numbers or brackets go, come twice, or change places."""
    pieces = [found.span() for found in _PIECE.finditer(content)]
    if len(pieces) < 2:
        return _flip(content, chance)
    for _ in range(chance.choice((1, 3, 10))):
        (a, b), (c, d) = sorted(chance.sample(pieces, 2))
        old = content
        content = chance.choice(
            (old[:a] + old[b:], old[:b] + old[a:b] + old[b:], old[:a] + old[c:d] + old[b:c] + old[a:b] + old[d:])
        )
    return content


def _numbers(content: bytes, chance: random.Random) -> bytes:
    """Numbers that mean lengths, offsets, objects or dates become ones that cannot."""
    share = chance.choice((0.02, 0.2, 1.0))
    return re.sub(rb"\d+", lambda found: chance.choice(_NUMBERS) if chance.random() < share else found[0], content)


_MUTATORS: dict[str, Mutator] = {
    "cut": _cut,
    "flip": _flip,
    "swap": _swap,
    "drop": _drop,
    "repeat": _repeat,
    "noise": _noise,
    "pieces": _pieces,
    "numbers": _numbers,
}
