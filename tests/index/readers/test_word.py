"""Word documents: the body's text as people see it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from fakes.documents import docx, zip_of
from fakes.reading import Reading
from fakes.scale import scaled
from hypothesis import given, settings
from hypothesis import strategies as st

from index.cleaning import clean
from index.errors import SourceError
from index.readers import zipped
from index.readers.word import read_docx
from index.types import Article

_BODY = "word/document.xml"

_reading = Reading(read_docx, "my_file.docx")
read, refusal = _reading.article, _reading.refusal


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def with_body(inside: str) -> bytes:
    """A document whose body is the XML that is given."""
    plain = parts(docx())
    before, _, rest = plain[_BODY].partition(b"<w:body>")
    return zip_of({**plain, _BODY: before + b"<w:body>" + inside.encode() + rest[rest.index(b"<w:sectPr") :]})


def test_a_document() -> None:
    found = read(
        docx(
            [("Title", "The Title"), ("Heading 1", "One"), ("Normal", "First.\nStill."), ("List Bullet", "a"),
             ("List Number", "b"), ("Quote", "said"), ("Normal", " "), ("table", [["x", "y"], ["1\n2", ""]])],
            author="Ada", created=dt.datetime(2024, 11, 22, tzinfo=dt.UTC), language="de-DE",
        )
    )  # fmt: skip
    assert found == Article(
        title="The Title", text="One\n\nFirst.\nStill.\n\na\n\nb\n\nsaid\n\nx | y\n\n1 2 |", layout="h pp l l q t t",
        author="Ada", published="2024-11-22", language="de", source="my_file.docx",
    )  # fmt: skip


def test_where_the_title_comes_from() -> None:
    assert read(docx(title="In the properties")).title == "In the properties"
    assert read(docx()).title == "my file"
    assert read(docx([("Normal", "x"), ("Heading 1", "Later")])).title == "my file"


def test_what_python_docx_makes_up_is_not_believed() -> None:
    found = read(docx())
    assert (found.author, found.published) == (None, None)
    plain = parts(docx())
    without = plain["_rels/.rels"].replace(b"metadata/core-properties", b"metadata/others")
    assert read(zip_of({**plain, "_rels/.rels": without})).title == "my file"


_OLD = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def paragraph(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


def box(text: str) -> str:
    return f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<w:p><w:ins>{run('new')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>", "new"),
        (f"<w:p>{run('a')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r></w:p>", "a"),
        ("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a b\nc"),
        (f"<w:p><w:hyperlink>{run('link')}</w:hyperlink></w:p>", "link"),
        ("<w:p><w:r><w:instrText>no</w:instrText><w:t>a</w:t></w:r></w:p>", "a"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('a')}</w:sdtContent></w:sdt>", "a"),
        (f"<w:tbl><w:tr><w:tc>{paragraph('a')}{paragraph('b')}</w:tc></w:tr></w:tbl>", "a\n\nb"),
        (f"<w:p><w:r><w:t>a</w:t><w:pict>{box('box')}</w:pict></w:r></w:p>", "a\n\nbox"),
        (
            f'<w:p><w:r><mc:A xmlns:mc="{_OLD}">{box("box")}<mc:Fallback>{box("box")}</mc:Fallback></mc:A></w:r></w:p>',
            "box",
        ),
    ],
)
def test_what_is_seen(inside: str, text: str) -> None:
    assert read(with_body(inside)).text == text


def test_pictures_and_macros_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = parts(docx())
    size = sum(len(content) for path, content in plain.items() if path.endswith((".xml", ".rels")))
    monkeypatch.setattr(zipped, "MAX_FILE_BYTES", size)
    found = read(zip_of({**plain, "word/media/a.png": b"x" * 1_000_000, "word/vbaProject.bin": b"x" * 1_000_000}))
    assert found.text == "The text."
    assert "too large" in refusal(zip_of({**plain, "word/more.xml": b" " * 1_000_000}))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged or no zip"),
        (b"\xd0\xcf\x11\xe0 old", "password or in Word's old format"),
        (zip_of({"a.txt": b"x"}), "no Word document"),
        (zip_of({"[Content_Types].xml": b"<a/>"}), "damaged or no Word document"),
        (zip_of({**parts(docx()), _BODY: b"<w"}), "damaged or no Word document"),
        (zip_of({**parts(docx()), _BODY: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "declares entities"),
        (zip_of({**parts(docx()), _BODY: '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}), "declares entities"),
        (zip_of({**parts(docx()), _BODY: b"\xff\xfa"}), "not in UTF-8"),
        (with_body("<w:tbl><w:tr><w:tc>" * 200 + "</w:tc></w:tr></w:tbl>" * 200), "damaged or no Word document"),
        (docx([("Normal", " ")]), "holds no text"),
        (docx([]), "holds no text"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, words: str) -> None:
    assert words in refusal(content)


@settings(max_examples=scaled(25, 60), deadline=None)
@given(
    st.sampled_from([_BODY, "_rels/.rels", "[Content_Types].xml", "word/styles.xml", "docProps/core.xml"]), st.data()
)
def test_any_damage_gives_an_article_or_a_reason(path: str, data: st.DataObject) -> None:
    whole = parts(docx())
    at, junk = data.draw(st.integers(0, len(whole[path]))), data.draw(st.binary(max_size=8))
    content = zip_of({**whole, path: whole[path][:at] + junk + whole[path][at + len(junk) :]})
    try:
        found = read(content)
    except SourceError as error:
        assert error.reason.isprintable()  # noqa: PT017 - any is right
    else:
        assert found.text == clean(found.text) != ""
