"""Files of every format, made as small as they can be while still being real: bytes for the readers' tests."""

from __future__ import annotations

import io
import json
import zipfile
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Placed = tuple[float, float, float, str]
"""x and y from the lower left corner in points, size of the letters, text."""
_LEFT, _TOP, _LEADING = 72.0, 760.0, 14.0


def html(body: str = "<p>The text.</p>", title: str = "", head: str = "") -> bytes:
    """A page of HTML."""
    page = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
    return f"{page}<body>{body}</body></html>".encode()


def placed(lines: Sequence[str], size: float = 11.0) -> list[Placed]:
    """Lines one under the other; an empty one leaves a gap."""
    return [(_LEFT, _TOP - _LEADING * number, size, line) for number, line in enumerate(lines) if line]


def pdf(pages: Sequence[Sequence[str] | Sequence[Placed]], info: Mapping[str, str] | None = None) -> bytes:
    """A PDF of lines of text in Helvetica, in Windows-1252; each page as lines, or as lines with their places."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< >>"]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for page in pages:
        lines = [line for line in page if not isinstance(line, str)]
        drawn = b"".join(_drawn(*line) for line in lines or placed([str(line) for line in page]))
        objects.append(b"<< /Length %d >>\nstream\nBT\n%sET\nendstream" % (len(drawn) + 6, drawn))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> "
            b"/Contents %d 0 R >>" % len(objects)
        )
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), references)
    entries = b" ".join(b"/%s (%s)" % (key.encode(), _literal(value)) for key, value in (info or {}).items())
    objects[2] = b"<< %s >>" % entries
    return _file(objects)


def _drawn(x: float, y: float, size: float, text: str) -> bytes:
    return b"/F1 %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj\n" % (size, x, y, _literal(text))


def _literal(text: str) -> bytes:
    content = text.encode("cp1252")
    for char in (b"\\", b"(", b")"):
        content = content.replace(char, b"\\" + char)
    return content


def _file(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.7\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>" % (len(objects) + 1)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return out + head + table + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % len(out)


def docx(blocks: Sequence[tuple[str, Any]] = (("Normal", "The text."),), **properties: object) -> bytes:
    """A Word document.

    Args:
        blocks: Style and text of paragraphs, or ``("table", rows of cells)``.
        properties: Of the document, as python-docx calls them.
    """
    from docx import Document

    document = Document()
    document.core_properties.author = ""
    if "created" in properties:
        document.core_properties.comments = ""
    for style, content in blocks:
        if style == "table":
            table = document.add_table(rows=len(content), cols=len(content[0]))
            for row, cells in enumerate(content):
                for column, cell in enumerate(cells):
                    table.cell(row, column).text = cell
        else:
            document.add_paragraph(content, style=style)
    for key, value in properties.items():
        setattr(document.core_properties, key, value)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


_CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>"""
_PACKAGE = """<?xml version="1.0"?><package version="3.0"
xmlns="http://www.idpf.org/2007/opf" unique-identifier="i">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata><manifest>{manifest}</manifest>
<spine>{spine}</spine></package>"""
_CHAPTER = """<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>x</title></head><body>{body}</body></html>"""


def epub(
    chapters: Sequence[str] = ("<p>The text.</p>",), more: Mapping[str, bytes] | None = None, **metadata: str
) -> bytes:
    """A book in EPUB.

    Args:
        chapters: Body of each, in XHTML; a whole document if it begins with ``<?xml`` or ``<!``.
        more: Members to add, or to put in the place of others.
        metadata: Fields of Dublin Core.
    """
    fields = "".join(f"<dc:{key}>{escape(value)}</dc:{key}>" for key, value in metadata.items())
    ids = [f"c{number}" for number in range(1, len(chapters) + 1)]
    manifest = "".join(f'<item id="{i}" href="text/{i}.xhtml" media-type="application/xhtml+xml"/>' for i in ids)
    spine = "".join(f'<itemref idref="{i}"/>' for i in ids)
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}
    package = _PACKAGE.format(metadata=fields, manifest=manifest, spine=spine)
    members["OEBPS/content.opf"] = package.encode()
    for key, chapter in zip(ids, chapters, strict=True):
        whole = chapter if chapter.startswith(("<?xml", "<!")) else _CHAPTER.format(body=chapter)
        members[f"OEBPS/text/{key}.xhtml"] = whole.encode()
    return zip_of({**members, **(more or {})})


def jsonl(*records: object) -> bytes:
    """JSON lines; a text or bytes among the records is a line as it is."""
    lines = [
        record if isinstance(record, bytes) else record.encode() if isinstance(record, str) else _json(record)
        for record in records
    ]
    return b"\n".join(lines) + b"\n"


def _json(record: object) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")


def rss(*items: Mapping[str, str] | str, title: str = "The feed", head: str = "") -> bytes:
    """A feed in RSS 2.0.

    Args:
        items: Elements of each entry, whose texts are escaped; or the entry's inside as it is.
        title: Of the feed.
        head: XML to put before the feed.
    """
    inside = [
        item if isinstance(item, str) else "".join(f"<{key}>{escape(value)}</{key}>" for key, value in item.items())
        for item in items
    ]
    entries = "".join(f"<item>{item}</item>" for item in inside)
    feed = f'<rss version="2.0"><channel><title>{escape(title)}</title>{entries}</channel></rss>'
    return f'<?xml version="1.0" encoding="utf-8"?>{head}{feed}'.encode()


def zip_of(members: Mapping[str, bytes]) -> bytes:
    """A zip archive, each time the same for the same members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
