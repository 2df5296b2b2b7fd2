"""Malformed and hostile files of every format, made here: hundreds of them, by name."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING

from fakes.documents import docx, epub, html, jsonl, pdf, rss, zip_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SENTENCES = [
    f"The mission number {n} was launched in the year {1950 + n} by the agency of the coast." for n in range(30)
]
_TEXT = " ".join(_SENTENCES)
_PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in _SENTENCES)
_MANY = 100_000


def good() -> dict[str, bytes]:
    """One well-formed file of each format."""
    return {
        "good.md": f"# Good\n\n{_TEXT}".encode(),
        "good.txt": f"Good\n\n{_TEXT}".encode(),
        "good.html": html(f"<article><h1>Good</h1>{_PARAGRAPHS}</article>", "Good"),
        "good.pdf": pdf([_SENTENCES], {"Title": "Good"}),
        "good.docx": docx([("Normal", sentence) for sentence in _SENTENCES], title="Good"),
        "good.epub": epub([_PARAGRAPHS, _PARAGRAPHS.replace("agency", "other agency")], title="Good"),
        "good.jsonl": jsonl({"title": "Good", "text": _TEXT}),
        "good.xml": rss({"title": "Good", "description": _TEXT, "link": "https://example.org/"}),
        "good.zip": zip_of({"inside.txt": f"Packed\n\n{_TEXT}".encode()}),
    }


@cache
def hostile() -> dict[str, bytes]:
    """By name, what should be refused or read, but harm nothing."""
    found: dict[str, bytes] = {}
    for part in (_truncated, _flipped, _of_the_wrong_type, _odd_texts, _bombs, _entities, _nested, _special):
        for name, content in part():
            assert name not in found, name
            found[name] = content
    return found


@cache
def few() -> dict[str, bytes]:
    """Every ninth of them, without those that take seconds to be made, but every document with entities."""
    quick = [
        item for part in (_truncated, _flipped, _of_the_wrong_type, _odd_texts, _nested, _special) for item in part()
    ]
    return dict([*quick[::9], *_entities()])


def _truncated() -> Iterator[tuple[str, bytes]]:
    for name, content in good().items():
        stem, ending = name.split(".")
        for tenth in range(12):
            yield f"{stem}-cut-{tenth:02}.{ending}", content[: len(content) * tenth // 12]


def _flipped() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(4)
    for name, content in good().items():
        stem, ending = name.split(".")
        for number in range(8):
            damaged = bytearray(content)
            for _ in range(1 + number * 4):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            yield f"{stem}-flipped-{number}.{ending}", bytes(damaged)


def _of_the_wrong_type() -> Iterator[tuple[str, bytes]]:
    for name, content in good().items():
        for other in good():
            if other != name:
                yield f"{name.replace('.', '-')}-as.{other.split('.')[1]}", content


def _odd_texts() -> Iterator[tuple[str, bytes]]:
    contents = {
        "empty": b"",
        "spaces": b" \n\t \r\n" * 50,
        "nul": b"\x00" * 1000,
        "random": random.Random(5).randbytes(5000),
        "utf16": _TEXT.encode("utf-16"),
        "utf16-no-mark": _TEXT.encode("utf-16-le"),
        "utf7": b"The +AGEgency+ +ALQ-",
        "half-utf8": _TEXT.encode()[:200] + b"\xc3",
        "surrogates": "bad \ud800 \udfff".encode("utf-8", "surrogatepass") * 20,
        "overlong": b"\xc0\xaf\xe0\x80\xaf" * 50,
        "invisible": "\u200b\u202e\U000e0041".encode() * 300,
        "one-line": b"word " * 300_000,
        "no-space": b"x" * 1_000_000,
        "marks": ("e" + "\u0301" * 50_000).encode(),
    }
    for ending in ("md", "txt", "html", "jsonl", "xml"):
        for name, content in contents.items():
            yield f"{name}.{ending}", content


def _bombs() -> Iterator[tuple[str, bytes]]:
    huge = b"a" * (300 * 1024 * 1024)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("huge.txt", huge)
    yield "bomb.zip", packed.getvalue()
    lying = packed.getvalue().replace(struct.pack("<I", len(huge)), struct.pack("<I", 10))
    yield "bomb-that-lies.zip", lying
    yield "bomb.docx", _with_member(docx(), "word/document.xml", huge)
    yield "bomb.epub", _with_member(epub(), "OEBPS/text/c1.xhtml", huge)
    yield "many-members.zip", zip_of({f"{n}.png": b"" for n in range(30_000)})
    yield "nested.zip", zip_of({"a.zip": zip_of({"b.zip": zip_of({"c.txt": b"deep"})})})
    stream = zlib.compress(b"BT /F1 12 Tf (" + b"a" * (80 * 1024 * 1024) + b") Tj ET", 9)
    body = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream)
    yield "bomb.pdf", _pdf_with_content(body)


def _entities() -> Iterator[tuple[str, bytes]]:
    yield "gzip.html", gzip.compress(html(_PARAGRAPHS))
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{lol}]>'
    yield "laughs.xml", rss("<title>&l9;</title>", head=doctype)
    yield (
        "quadratic.xml",
        rss(f"<title>{'&a;' * 20_000}</title>", head=f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>'),
    )
    yield "external.xml", rss("<title>&e;</title>", head='<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    yield "remote.xml", rss("<title>x</title>", head='<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">')
    xhtml = f'<?xml version="1.0"?>{doctype.replace("rss", "html")}<html><body><p>&l9;</p></body></html>'
    yield "laughs.epub", epub([xhtml])
    laughing = f'<?xml version="1.0"?>{doctype.replace("rss", "x")}<x>&l9;</x>'.encode()
    yield "laughs.docx", _with_member(docx(), "word/document.xml", laughing)
    yield "aliases.md", b"---\na: &a [x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n---\ntext"


def _nested() -> Iterator[tuple[str, bytes]]:
    for tag in ("div", "b", "table", "ul", "blockquote", "span", "a", "p", "font", "svg"):
        yield f"nested-{tag}.html", html(f"<{tag}>" * _MANY + _TEXT)
    yield "closing.html", html("</div>" * _MANY + _PARAGRAPHS)
    yield "attributes.html", html("<p " + " ".join(f"a{n}=1" for n in range(_MANY)) + f">{_TEXT}</p>")
    yield "unclosed.html", b"<a href='" * _MANY
    yield "comments.html", b"<!--" * _MANY
    yield "entities.html", b"&#" * _MANY + b"&" * _MANY
    yield "nested.jsonl", b"[" * _MANY + b"]" * _MANY
    yield "nested-text.jsonl", b'{"text": ' * _MANY + b"1" + b"}" * _MANY
    yield "digits.jsonl", b'{"title": ' + b"9" * _MANY + b', "text": "x"}'
    yield "nan.jsonl", b'{"title": NaN, "text": "x", "published": Infinity}'
    yield "nested.xml", b"<?xml version='1.0'?>" + b"<rss>" * _MANY
    yield "nested.md", b"> " * 50_000 + b"text"
    yield "brackets.md", b"[" * _MANY + b"](x)"
    yield "pages.pdf", pdf([["x"]] * 2_500)
    yield "nested-arrays.pdf", _pdf_with_content(b"[" * _MANY + b"]" * _MANY)
    yield "chapters.epub", epub([f"{'<div>' * 20_000}text{'</div>' * 20_000}"])
    deep = "<w:p>" * 20_000
    xml = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{deep}'
    yield "nested.docx", _with_member(docx(), "word/document.xml", xml.encode())


def _special() -> Iterator[tuple[str, bytes]]:
    circle = pdf([_SENTENCES]).replace(b"trailer\n<< ", b"trailer\n<< /Prev 9 ")
    yield "circle.pdf", circle
    yield "self-parent.pdf", pdf([_SENTENCES]).replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]")
    yield "no-text.pdf", pdf([[]])
    yield (
        "script.pdf",
        pdf([["text"]]).replace(
            b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
        ),
    )
    yield "claims-a-million.pdf", pdf([["text"]]).replace(b"/Count 1 ", b"/Count 1000000 ")
    yield (
        "up.zip",
        zip_of({"../../../../tmp/evil.txt": b"Up and away.", "/etc/evil.txt": b"Absolutely.", "..\\evil.txt": b"W."}),
    )
    yield "odd-names.zip", zip_of({"<img src=x onerror=alert(1)>.txt": b"Named badly.", "\u202egpj.txt": b"Turned."})
    encrypted = bytearray(zip_of({"secret.txt": b"Nobody reads this."}))
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    yield "encrypted.zip", bytes(encrypted)
    yield "no-document.docx", zip_of({"[Content_Types].xml": b"<Types/>"})
    yield "no-package.epub", zip_of({"mimetype": b"application/epub+zip"})
    yield "script.html", html("<script>alert(1)</script><style>x</style><template>t</template>")
    yield "only-menu.html", html("<nav><a href=/>Home</a> <a href=/news>News</a></nav>")
    yield "hidden.html", html("<article hidden>" + _PARAGRAPHS + "</article>")
    yield "refresh.html", html("<p>x</p>", head='<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">')
    yield "empty-feed.xml", rss()
    yield "no-feed.xml", b"<?xml version='1.0'?><svg><text>No feed</text></svg>"
    yield "list.json", b'[{"title": 5, "text": "five"}, null, [], "x", {"text": {"a": 1}}]'
    yield "broken-front.md", b"---\ntitle: [\n---\nx"
    yield "endless-front.md", b"---\n" + b"a: b\n" * 50_000


def _with_member(archive: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        members = {entry: old.read(entry) for entry in old.namelist()}
    return zip_of({**members, name: content})


def _pdf_with_content(stream: bytes) -> bytes:
    """A PDF whose page holds a stream as it is given, without a table of objects: readers look for them."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n"
        b"4 0 obj\n" + stream + b"\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    )
