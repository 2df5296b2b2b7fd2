"""Books: chapters in the order of reading."""

from __future__ import annotations

import pytest
from fakes.documents import epub, zip_of
from fakes.reading import Reading
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning import clean
from index.errors import SourceError
from index.readers.epub import read_epub
from index.types import Article, Skipped

_ENCRYPTION = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:EncryptionMethod Algorithm="x"/><e:CipherData>
<e:CipherReference URI="{}"/></e:CipherData></e:EncryptedData></encryption>"""

_reading = Reading(read_epub, "my_book.epub")
read, book, refusal = _reading.all, _reading.article, _reading.refusal


def test_a_book() -> None:
    found = book(
        epub(["<h1>One</h1><p>a&nbsp;b<br/>c</p>", "<h2>Two</h2><p hidden='hidden'>no</p><p>d</p>"], title="The Book",
             creator="Ada", date="2020-05-06T00:00:00Z", language="de-DE", publisher="P", source="https://a.b")
    )  # fmt: skip
    assert found == Article(
        title="The Book", text="One\n\na b\nc\n\nTwo\n\nd", layout="h pp h p", author="Ada", published="2020-05-06",
        language="de", publisher="P", url="https://a.b", source="my_book.epub",
    )  # fmt: skip


def test_a_book_that_says_nothing_of_itself() -> None:
    found = book(epub())
    assert (found.title, found.author, found.language, found.url) == ("my book", None, "en", None)


def test_chapters_that_are_no_xml_or_have_old_document_types() -> None:
    old = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    chapters = [f"{old}<html><head><title/></head><body><p>one</p></body></html>", "<!DOCTYPE html><p>two<p>three"]
    assert book(epub(chapters)).text == "one\n\ntwo\n\nthree"


def test_a_missing_or_bad_chapter_is_named() -> None:
    deep = "<div>" * 1000 + "</div>" * 1000
    found = read(epub(["<p>one</p>", deep]))
    assert isinstance(found[0], Article)
    assert found[1].source == "my_book.epub/OEBPS/text/c2.xhtml"
    gone = zip_of(
        {path: content for path, content in _members(epub(["<p>a</p>", "<p>b</p>"])).items() if "c2" not in path}
    )
    assert read(gone)[1:] == [Skipped("my_book.epub/OEBPS/text/c2.xhtml", "is missing")]


def test_protected_chapters_are_refused_and_protected_fonts_are_not() -> None:
    key = "META-INF/encryption.xml"
    protected = _ENCRYPTION.format("OEBPS/text/c1.xhtml").encode()
    assert "DRM" in refusal(epub(more={key: protected}))
    assert book(epub(more={key: _ENCRYPTION.format("OEBPS/fonts/a.otf").encode()})).text == "The text."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged or no zip"),
        (zip_of({"a.txt": b"x"}), "container.xml is missing"),
        (epub(more={"META-INF/container.xml": b"<container/>"}), "names no package"),
        (epub(more={"META-INF/container.xml": b"<container"}), "no well-formed XML"),
        (epub(more={"OEBPS/content.opf": b"<package/>"}), "holds no text"),
        (epub(more={"OEBPS/content.opf": b'<!DOCTYPE a [<!ENTITY b "c">]><package/>'}), "declares entities"),
        (epub(["<p><img src='x'/></p>"]), "holds no text"),
        (epub([]), "holds no text"),
        (epub(more={"OEBPS/content.opf": b"\x00\x01"}), "binary"),
    ],
)
def test_what_is_no_book_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content)


@settings(max_examples=scaled(40, 100), deadline=None)
@given(st.sampled_from(["META-INF/container.xml", "OEBPS/content.opf", "OEBPS/text/c1.xhtml"]), st.data())
def test_any_damage_gives_an_article_or_a_reason(path: str, data: st.DataObject) -> None:
    content = _members(epub())[path]
    at, junk = data.draw(st.integers(0, len(content))), data.draw(st.binary(max_size=8))
    try:
        found = read(epub(more={path: content[:at] + junk + content[at + len(junk) :]}))
    except SourceError as error:
        assert error.reason.isprintable()  # noqa: PT017 - any is right
    else:
        assert all(isinstance(one, Skipped) or one.text == clean(one.text) != "" for one in found)


def _members(content: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}
